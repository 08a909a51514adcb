// .NET: programs that are published as one file. All that they need is appended to the host that
// starts them, with a list of it at the end ("Single-file Publish", bundler.md of .NET's runtime).
#include "scan/catalog/executable_inner.h"

enum {
    OFFSET_BYTES = 8, // in front of the signature: where the list is
    NEWEST_VERSION = 6,
    FIRST_WITH_PLACES = 2, // of deps.json and runtimeconfig.json, in front of the list
    FIRST_WITH_COMPRESSION = 6,
    PLACES_BYTES = 40, // with flags
    TYPE_DEPS = 3,
};

// The mark that the runtime of .NET chose.
#define SIGNATURE                                                                                \
    S("\x8b\x12\x02\xb9\x6a\x61\x20\x38\x72\x7b\x93\x02\x14\xd7\xa0\x32\x13\xf5\xb9\xe6\xef\xae" \
      "\x33\x18\xee\x3b\x2d\xce\x24\xb3\x6a\xae")

// ---------------------------------------------------------------- finding it

// The host has the signature in data that may be written, so that the compiler keeps it.
static bool find_signature(span data, uint64_t *ret_list)
{
    span rest = data;
    for (size_t at = span_find(rest, SIGNATURE.ptr[0]); at != SPAN_NONE;
         at = span_find(rest, SIGNATURE.ptr[0])) {
        span found = span_from(rest, at);
        size_t behind = data.len - found.len;
        if (behind >= OFFSET_BYTES && span_starts_with(found, SIGNATURE)) {
            reader r = reader_of(span_slice(data, behind - OFFSET_BYTES, OFFSET_BYTES));
            *ret_list = read_u64le(&r);
            return true;
        }
        rest = span_from(found, 1);
    }
    return false;
}

// Where the list is; 0: it is no bundle. A host that no bundle was made of holds a zero there.
static bool find_list(const struct inspection *inspection, const struct executable *executable,
                      uint64_t *ret, struct err *err)
{
    uint64_t most = inspection->limits->document_bytes;
    *ret = 0;
    for (size_t i = 0; i < executable->mapped_count && executable->tail.size; i++) {
        const struct part *part = &executable->mapped[i];
        span data = {0};
        if (!part->may_be_written)
            continue;
        if (!executable_bytes(inspection, part->offset, part->size < most ? part->size : most,
                              &data, err))
            return false;
        if (find_signature(data, ret))
            return true;
    }
    return true;
}

// ---------------------------------------------------------------- reading it

struct embedded {
    uint64_t offset;
    uint64_t size;
    uint64_t packed_size; // 0: it is not compressed
    uint8_t type;
    span path;
};

// Seven bits a byte, least significant first; the last has its eighth bit clear.
static span read_text(reader *r)
{
    uint64_t len = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        uint8_t byte = read_u8(r);
        len |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return read_bytes(r, len);
    }
    r->failed = true;
    return (span){0};
}

static struct embedded read_embedded(reader *r, uint32_t version)
{
    struct embedded embedded = {.offset = read_u64le(r)};
    embedded.size = read_u64le(r);
    embedded.packed_size = version >= FIRST_WITH_COMPRESSION ? read_u64le(r) : 0;
    embedded.type = read_u8(r);
    embedded.path = read_text(r);
    return embedded;
}

// *ret->path is empty where there is no NAME.deps.json.
static bool find_deps(span list, struct embedded *ret, struct err *err)
{
    reader r = reader_of(list);
    uint32_t version = read_u32le(&r);
    read_skip(&r, 4); // minor version
    uint32_t count = read_u32le(&r);
    (void)read_text(&r); // what tells bundles apart
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "bundle: its list is cut off");
    if (version == 0 || version > NEWEST_VERSION)
        return err_set(err, ERR_UNSUPPORTED, "bundle: version %u", version);
    if (version >= FIRST_WITH_PLACES)
        read_skip(&r, PLACES_BYTES);
    for (uint32_t i = 0; i < count; i++) {
        struct embedded embedded = read_embedded(&r, version);
        if (!read_ok(&r))
            return err_set(err, ERR_INPUT, "bundle: its list is cut off");
        if (embedded.type != TYPE_DEPS)
            continue;
        *ret = embedded;
        return true;
    }
    return true;
}

static bool read_embedded_bytes(const struct inspection *inspection,
                                const struct embedded *embedded, span *ret, struct err *err)
{
    span packed = {0};
    if (embedded->packed_size == 0)
        return executable_bytes(inspection, embedded->offset, embedded->size, ret, err);
    return executable_bytes(inspection, embedded->offset, embedded->packed_size, &packed, err) &&
           executable_expand_to(inspection, COMPRESSION_DEFLATE, packed, embedded->size, ret, err);
}

static bool read_list(const struct inspection *inspection, uint64_t at, struct embedded *ret_deps,
                      span *ret_text, struct err *err)
{
    uint64_t size = inspection->content->size;
    span list = {0};
    if (at >= size)
        return err_set(err, ERR_INPUT, "bundle: its list is behind the end");
    return executable_bytes(inspection, at, size - at, &list, err) &&
           find_deps(list, ret_deps, err) &&
           (ret_deps->path.len == 0 || read_embedded_bytes(inspection, ret_deps, ret_text, err));
}

bool executable_take_bundle(struct inspection *inspection, const struct executable *executable,
                            bool *ret_found, struct err *err)
{
    struct embedded deps = {0};
    struct err damage = {0};
    uint64_t at = 0;
    span text = {0};
    *ret_found = false;
    if (!find_list(inspection, executable, &at, &damage) ||
        (at && !read_list(inspection, at, &deps, &text, &damage))) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    *ret_found = deps.path.len > 0;
    return !*ret_found || dotnet_read_deps(inspection, text, deps.path, err);
}
