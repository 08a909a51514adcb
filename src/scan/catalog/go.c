// Go: the build information that its linker puts into every program since Go 1.12 (packages
// debug/buildinfo and runtime/debug of Go's library; https://go.dev/ref/mod).
#include "scan/catalog/go_inner.h"

enum {
    ALIGNMENT = 16,
    HEADER_BYTES = 32,
    POINTER_SIZE_AT = 14,
    FLAGS_AT = 15,
    POINTERS_AT = 16,
    BIG_ENDIAN_FLAG = 1,
    INLINE_FLAG = 2,  // Go 1.18 and later: the texts follow the header
    FRAME_BYTES = 16, // on both sides of the list of modules
};

// ---------------------------------------------------------------- finding it

// Go looks at every 16th address of the data.
static bool find_header(span data, uint64_t address, size_t *ret_at)
{
    span magic = S("\xff Go buildinf:");
    size_t at = (size_t)((ALIGNMENT - address % ALIGNMENT) % ALIGNMENT);
    for (; at + HEADER_BYTES <= data.len; at += ALIGNMENT) {
        if (!span_starts_with(span_from(data, at), magic))
            continue;
        *ret_at = at;
        return true;
    }
    return false;
}

// ---------------------------------------------------------------- texts behind pointers

static uint64_t read_pointer(reader *r, const uint8_t header[static HEADER_BYTES])
{
    bool big = header[FLAGS_AT] & BIG_ENDIAN_FLAG;
    if (header[POINTER_SIZE_AT] == 8)
        return big ? read_u64be(r) : read_u64le(r);
    return big ? read_u32be(r) : read_u32le(r);
}

static bool bytes_at(const struct inspection *inspection, const struct executable *executable,
                     uint64_t address, uint64_t len, span *ret, struct err *err)
{
    for (size_t i = 0; i < executable->mapped_count; i++) {
        const struct part *part = &executable->mapped[i];
        if (address < part->address || address - part->address >= part->size ||
            len > part->size - (address - part->address))
            continue;
        return executable_bytes(inspection, part->offset + (address - part->address), len, ret,
                                err);
    }
    return err_set(err, ERR_INPUT, "go: nothing is loaded at %#llx", (unsigned long long)address);
}

// A Go string is a pointer and a length.
static bool follow(const struct inspection *inspection, const struct executable *executable,
                   const uint8_t header[static HEADER_BYTES], uint64_t address, span *ret,
                   struct err *err)
{
    span string = {0};
    *ret = (span){0};
    if (address == 0)
        return true; // a program without modules
    if (!bytes_at(inspection, executable, address, 2 * (uint64_t)header[POINTER_SIZE_AT], &string,
                  err))
        return false;
    reader r = reader_of(string);
    uint64_t start = read_pointer(&r, header);
    uint64_t len = read_pointer(&r, header);
    return len == 0 || bytes_at(inspection, executable, start, len, ret, err);
}

static bool read_pointed(const struct inspection *inspection, const struct executable *executable,
                         span header, struct go_build *ret, struct err *err)
{
    uint8_t size = header.ptr[POINTER_SIZE_AT];
    if (size != 4 && size != 8)
        return err_set(err, ERR_INPUT, "go: pointers of %u bytes", size);
    reader r = reader_of(span_from(header, POINTERS_AT));
    uint64_t version = read_pointer(&r, header.ptr);
    uint64_t modules = read_pointer(&r, header.ptr);
    return follow(inspection, executable, header.ptr, version, &ret->toolchain, err) &&
           follow(inspection, executable, header.ptr, modules, &ret->modules, err);
}

// ---------------------------------------------------------------- texts that follow

// Seven bits a byte, least significant first; the last has its eighth bit clear.
static uint64_t read_varint(reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_u8(r);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    r->failed = true;
    return 0;
}

// The text may be longer than the part of the file that was read so far, which is small.
static bool read_inline(const struct inspection *inspection, uint64_t *at, span *ret,
                        struct err *err)
{
    enum { MOST_VARINT = 10 };
    uint64_t left = inspection->content->size - *at;
    span start = {0};
    if (!executable_bytes(inspection, *at, left < MOST_VARINT ? left : MOST_VARINT, &start, err))
        return false;
    reader r = reader_of(start);
    uint64_t len = read_varint(&r);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "go: a text without a length");
    *at += start.len - r.rest.len;
    if (!executable_bytes(inspection, *at, len, ret, err))
        return err_add(err, "go: build information");
    *at += len;
    return true;
}

// ---------------------------------------------------------------- reading it

// cmd/go puts marks of 16 bytes on both sides of the list.
static span without_frame(span modules)
{
    if (modules.len <= 2 * FRAME_BYTES || modules.ptr[modules.len - FRAME_BYTES - 1] != '\n')
        return (span){0};
    return span_slice(modules, FRAME_BYTES, modules.len - 2 * FRAME_BYTES);
}

static bool read_texts(const struct inspection *inspection, const struct executable *executable,
                       uint64_t at, span header, struct go_build *ret, struct err *err)
{
    if (!(header.ptr[FLAGS_AT] & INLINE_FLAG))
        return read_pointed(inspection, executable, header, ret, err);
    uint64_t next = at + HEADER_BYTES;
    return read_inline(inspection, &next, &ret->toolchain, err) &&
           read_inline(inspection, &next, &ret->modules, err);
}

static bool read_build(const struct inspection *inspection, const struct executable *executable,
                       struct go_build *ret, struct err *err)
{
    const struct part *part = &executable->go_data;
    uint64_t most = inspection->limits->document_bytes;
    span data = {0};
    size_t at = 0;
    if (!executable_bytes(inspection, part->offset, part->size < most ? part->size : most, &data,
                          err))
        return false;
    if (!find_header(data, part->address, &at))
        return true; // most programs are not Go's
    if (!read_texts(inspection, executable, part->offset + at, span_slice(data, at, HEADER_BYTES),
                    ret, err))
        return false;
    ret->modules = without_frame(ret->modules);
    return true;
}

bool executable_take_go(struct inspection *inspection, const struct executable *executable,
                        struct err *err)
{
    struct go_build build = {0};
    struct err damage = {0};
    if (executable->go_data.size == 0)
        return true;
    if (!read_build(inspection, executable, &build, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    return build.toolchain.len == 0 || go_take_build(inspection, &build, err);
}
