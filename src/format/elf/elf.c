#include "format/elf/elf_inner.h"

enum {
    IDENT_BYTES = 16, // e_ident
    START_BYTES = 4096,
    EXTENDED_SEGMENTS = 0xffff, // PN_XNUM: the count is in the first section
    EXTENDED_INDEX = 0xffff,    // SHN_XINDEX: so is the index
};

// ---------------------------------------------------------------- numbers, parts

uint16_t elf_read_u16(const struct elf *elf, reader *r)
{
    return elf->big_endian ? read_u16be(r) : read_u16le(r);
}

uint32_t elf_read_u32(const struct elf *elf, reader *r)
{
    return elf->big_endian ? read_u32be(r) : read_u32le(r);
}

uint64_t elf_read_u64(const struct elf *elf, reader *r)
{
    return elf->big_endian ? read_u64be(r) : read_u64le(r);
}

uint64_t elf_read_word(const struct elf *elf, reader *r)
{
    return elf->wide ? elf_read_u64(elf, r) : elf_read_u32(elf, r);
}

uint64_t elf_header_bytes(const struct elf *elf)
{
    return elf->wide ? 64 : 52;
}

bool elf_overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
    return a_len && b_len && (a < b ? b - a < a_len : a - b < b_len);
}

bool elf_read_part(const struct elf *elf, uint64_t offset, uint64_t len, const char *what,
                   span *ret, struct err *err)
{
    if (len > elf->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "elf: %s: %llu bytes are more than is read", what,
                       (unsigned long long)len);
    if (offset <= elf->start.len && len <= elf->start.len - offset) {
        *ret = span_slice(elf->start, (size_t)offset, (size_t)len);
        return true;
    }
    return content_read(elf->content, offset, len, elf->mem, ret, err) ||
           err_add(err, "elf: %s", what);
}

// ---------------------------------------------------------------- header

static bool read_ident(struct elf *elf, reader *r, struct err *err)
{
    span ident = read_bytes(r, IDENT_BYTES);
    if (!span_starts_with(ident, S("\x7f"
                                   "ELF")))
        return err_set(err, ERR_INPUT, "elf: no ELF file");
    uint8_t class = ident.ptr[4];
    uint8_t order = ident.ptr[5];
    if (class < 1 || class > 2 || order < 1 || order > 2)
        return err_set(err, ERR_INPUT, "elf: class %u, byte order %u", class, order);
    elf->wide = class == 2;
    elf->big_endian = order == 2;
    return true;
}

// Elf64_Ehdr after e_ident; Elf32_Ehdr differs in the width of addresses only.
static void read_header(struct elf *elf, reader *r)
{
    elf->type = elf_read_u16(elf, r);
    elf->machine = elf_read_u16(elf, r);
    read_skip(r, 4);             // e_version
    (void)elf_read_word(elf, r); // e_entry
    elf->segment_offset = elf_read_word(elf, r);
    elf->section_offset = elf_read_word(elf, r);
    read_skip(r, 4 + 2); // e_flags, e_ehsize
    elf->segment_size = elf_read_u16(elf, r);
    elf->segment_number = elf_read_u16(elf, r);
    elf->section_size = elf_read_u16(elf, r);
    elf->section_number = elf_read_u16(elf, r);
    elf->names_index = elf_read_u16(elf, r);
}

bool elf_open(const struct content *content, const struct limits *limits, struct arena *mem,
              struct elf *ret, struct err *err)
{
    struct elf elf = {.content = content, .limits = limits, .mem = mem};
    uint64_t len = content->size < START_BYTES ? content->size : START_BYTES;
    if (!content_read(content, 0, len, mem, &elf.start, err))
        return err_add(err, "elf");
    reader r = reader_of(elf.start);
    if (!read_ident(&elf, &r, err))
        return false;
    read_header(&elf, &r);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "elf: ends in its header");
    *ret = elf;
    return true;
}

// ---------------------------------------------------------------- tables

static size_t segment_bytes(const struct elf *elf)
{
    return elf->wide ? 56 : 32;
}

static size_t section_bytes(const struct elf *elf)
{
    return elf->wide ? 64 : 40;
}

struct table {
    const char *name;
    uint64_t offset;
    uint64_t count;
    size_t size;    // of one header, as the file says
    size_t minimum; // as the format says
};

static bool read_table(const struct elf *elf, const struct table *table, span *ret, struct err *err)
{
    if (table->size < table->minimum)
        return err_set(err, ERR_INPUT, "elf: %s of %zu bytes each", table->name, table->size);
    if (table->count > elf->limits->index_entries)
        return err_set(err, ERR_LIMIT, "elf: %llu %s", (unsigned long long)table->count,
                       table->name);
    if (table->offset < elf_header_bytes(elf))
        return err_set(err, ERR_INPUT, "elf: %s lie in the header", table->name);
    uint64_t len = table->count * table->size;
    if (len > elf->limits->document_bytes && len <= elf->content->size)
        return err_set(err, ERR_LIMIT, "elf: %s of %llu bytes", table->name,
                       (unsigned long long)len);
    return elf_read_part(elf, table->offset, len, table->name, ret, err);
}

// The first section header holds what the fields of the file's header are too narrow for.
static bool read_first_section(const struct elf *elf, struct elf_section *ret, struct err *err)
{
    struct elf first = *elf;
    struct table table = {"section headers", elf->section_offset, 1, elf->section_size,
                          section_bytes(elf)};
    if (!read_table(elf, &table, &first.sections, err))
        return false;
    *ret = elf_section(&first, 0);
    return true;
}

bool elf_read_segments(struct elf *elf, struct err *err)
{
    uint64_t count = elf->segment_number;
    struct elf_section first = {0};
    if (elf->segment_offset == 0 || count == 0)
        return true;
    if (count == EXTENDED_SEGMENTS && elf->section_offset) {
        if (!read_first_section(elf, &first, err))
            return false;
        count = first.info;
    }
    struct table table = {"program headers", elf->segment_offset, count, elf->segment_size,
                          segment_bytes(elf)};
    if (!read_table(elf, &table, &elf->segments, err))
        return false;
    elf->segment_count = (size_t)count;
    return true;
}

static bool read_names(struct elf *elf, uint64_t index, struct err *err)
{
    if (index == 0)
        return true; // no section has a name
    if (index >= elf->section_count)
        return err_set(err, ERR_INPUT, "elf: the names of sections are in section %llu of %zu",
                       (unsigned long long)index, elf->section_count);
    struct elf_section names = elf_section(elf, (size_t)index);
    if (names.type == ELF_SECTION_NOBITS)
        return true; // of a file with debugging information only
    return elf_read_part(elf, names.offset, names.size, "names of sections", &elf->names, err);
}

bool elf_read_sections(struct elf *elf, struct err *err)
{
    uint64_t count = elf->section_number;
    uint64_t names = elf->names_index;
    struct elf_section first = {0};
    if (elf->section_offset == 0)
        return true;
    if ((count == 0 || names == EXTENDED_INDEX) && !read_first_section(elf, &first, err))
        return false;
    if (count == 0)
        count = first.size;
    if (names == EXTENDED_INDEX)
        names = first.link;
    struct table table = {"section headers", elf->section_offset, count, elf->section_size,
                          section_bytes(elf)};
    if (!read_table(elf, &table, &elf->sections, err))
        return false;
    if (elf_overlap(table.offset, elf->sections.len, elf->segment_offset, elf->segments.len))
        return err_set(err, ERR_INPUT, "elf: section headers lie on program headers");
    elf->section_count = (size_t)count;
    if (read_names(elf, names, err))
        return true;
    elf->section_count = 0;
    return false;
}

struct elf_segment elf_segment(const struct elf *elf, size_t index)
{
    reader r = reader_of(span_from(elf->segments, index * elf->segment_size));
    struct elf_segment segment = {.type = elf_read_u32(elf, &r)};
    if (elf->wide)
        segment.flags = elf_read_u32(elf, &r);
    segment.offset = elf_read_word(elf, &r);
    segment.address = elf_read_word(elf, &r);
    (void)elf_read_word(elf, &r); // p_paddr
    segment.file_size = elf_read_word(elf, &r);
    segment.memory_size = elf_read_word(elf, &r);
    if (!elf->wide)
        segment.flags = elf_read_u32(elf, &r);
    segment.alignment = elf_read_word(elf, &r);
    return segment;
}

struct elf_section elf_section(const struct elf *elf, size_t index)
{
    reader r = reader_of(span_from(elf->sections, index * elf->section_size));
    struct elf_section section = {.name = elf_read_u32(elf, &r)};
    section.type = elf_read_u32(elf, &r);
    section.flags = elf_read_word(elf, &r);
    section.address = elf_read_word(elf, &r);
    section.offset = elf_read_word(elf, &r);
    section.size = elf_read_word(elf, &r);
    section.link = elf_read_u32(elf, &r);
    section.info = elf_read_u32(elf, &r);
    section.alignment = elf_read_word(elf, &r);
    return section;
}

// Compares at the place where the name begins: a name that never ends is never walked through.
static bool has_name(const struct elf *elf, uint32_t at, span name)
{
    span rest = span_from(elf->names, at);
    return rest.len > name.len && rest.ptr[name.len] == 0 && span_starts_with(rest, name);
}

static uint32_t name_of(const struct elf *elf, size_t index)
{
    reader r = reader_of(span_from(elf->sections, index * elf->section_size));
    return elf_read_u32(elf, &r);
}

bool elf_find_section(const struct elf *elf, span name, struct elf_section *ret)
{
    for (size_t i = 0; i < elf->section_count; i++) {
        if (!has_name(elf, name_of(elf, i), name))
            continue;
        *ret = elf_section(elf, i);
        return true;
    }
    return false;
}
