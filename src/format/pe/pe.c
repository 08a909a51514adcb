#include "format/pe/pe.h"

enum {
    DOS_HEADER_BYTES = 64,  // ends in the offset of what follows
    COFF_HEADER_BYTES = 24, // with the signature
    SECTION_BYTES = 40,
    DIRECTORY_BYTES = 8,
    NAME_BYTES = 8,
};

enum { MAGIC_PE32_PLUS = 0x20b };

static bool read_part(const struct content *content, uint64_t offset, uint64_t len,
                      struct arena *mem, span *ret, struct err *err)
{
    return content_read(content, offset, len, mem, ret, err) || err_add(err, "pe: headers");
}

static bool find_header(const struct content *content, struct arena *mem, uint64_t *ret,
                        struct err *err)
{
    span dos = {0};
    if (content->size < DOS_HEADER_BYTES ||
        !content_read(content, 0, DOS_HEADER_BYTES, mem, &dos, err) ||
        !span_starts_with(dos, S("MZ")))
        return err_set(err, ERR_MISSING, "pe: no DOS header");
    reader r = reader_of(span_from(dos, DOS_HEADER_BYTES - 4));
    *ret = read_u32le(&r);
    return true;
}

// The optional header: only what it takes to find things. Its last field says how many directories
// follow it; the header's size says how many there are.
static void read_optional(span bytes, struct pe *pe)
{
    reader r = reader_of(bytes);
    pe->wide = read_u16le(&r) == MAGIC_PE32_PLUS;
    read_skip(&r, pe->wide ? 22 : 26);
    pe->image_base = pe->wide ? read_u64le(&r) : read_u32le(&r);
    read_skip(&r, pe->wide ? 76 : 60);
    uint32_t count = read_u32le(&r);
    if (read_ok(&r) && count <= r.rest.len / DIRECTORY_BYTES)
        pe->directories = span_first(r.rest, (size_t)count * DIRECTORY_BYTES);
}

static bool read_sections(const struct content *content, const struct limits *limits,
                          uint64_t offset, uint16_t count, struct arena *mem, struct pe *pe,
                          struct err *err)
{
    if (count > limits->index_entries)
        return err_set(err, ERR_LIMIT, "pe: %u sections", count);
    pe->section_count = count;
    return read_part(content, offset, (uint64_t)count * SECTION_BYTES, mem, &pe->sections, err);
}

bool pe_open(const struct content *content, const struct limits *limits, struct arena *mem,
             struct pe *ret, struct err *err)
{
    struct pe pe = {0};
    uint64_t at = 0;
    span header = {0};
    if (!find_header(content, mem, &at, err))
        return false;
    if (!content_read(content, at, COFF_HEADER_BYTES, mem, &header, err) ||
        !span_starts_with(header, S("PE\0\0")))
        return err_set(err, ERR_MISSING, "pe: no PE signature");
    reader r = reader_of(span_from(header, 4));
    pe.machine = read_u16le(&r);
    uint16_t count = read_u16le(&r);
    read_skip(&r, 12); // time stamp, symbols
    uint16_t optional_len = read_u16le(&r);
    span optional = {0};
    if (!read_part(content, at + COFF_HEADER_BYTES, optional_len, mem, &optional, err))
        return false;
    read_optional(optional, &pe);
    if (!read_sections(content, limits, at + COFF_HEADER_BYTES + optional_len, count, mem, &pe,
                       err))
        return false;
    *ret = pe;
    return true;
}

struct pe_section pe_section(const struct pe *pe, size_t index)
{
    reader r = reader_of(span_slice(pe->sections, index * SECTION_BYTES, SECTION_BYTES));
    struct pe_section section = {.name = span_trim_end(read_bytes(&r, NAME_BYTES), 0)};
    section.memory_size = read_u32le(&r);
    section.address = pe->image_base + read_u32le(&r);
    section.file_size = read_u32le(&r);
    section.offset = read_u32le(&r);
    read_skip(&r, 12); // relocations, line numbers
    section.flags = read_u32le(&r);
    return section;
}

bool pe_find_section(const struct pe *pe, span name, struct pe_section *ret)
{
    for (size_t i = 0; i < pe->section_count; i++) {
        struct pe_section section = pe_section(pe, i);
        if (!span_equal(section.name, name))
            continue;
        *ret = section;
        return true;
    }
    return false;
}

bool pe_find_directory(const struct pe *pe, enum pe_directory directory, uint32_t *ret_address,
                       uint32_t *ret_size)
{
    size_t at = (size_t)directory * DIRECTORY_BYTES;
    reader r = reader_of(span_slice(pe->directories, at, DIRECTORY_BYTES));
    uint32_t address = read_u32le(&r);
    uint32_t size = read_u32le(&r);
    if (address == 0 || size == 0)
        return false;
    *ret_address = address;
    *ret_size = size;
    return true;
}

bool pe_locate(const struct pe *pe, uint32_t address, uint64_t *ret_offset, uint64_t *ret_len,
               struct err *err)
{
    for (size_t i = 0; i < pe->section_count; i++) {
        struct pe_section section = pe_section(pe, i);
        uint64_t start = section.address - pe->image_base;
        if (address < start || address - start >= section.file_size)
            continue;
        *ret_offset = section.offset + (address - start);
        *ret_len = section.file_size - (address - start);
        return true;
    }
    return err_set(err, ERR_INPUT, "pe: nothing is loaded at %#x", address);
}
