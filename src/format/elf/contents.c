#include "format/elf/elf_inner.h"

// ---------------------------------------------------------------- sections

static bool covers_a_table(const struct elf *elf, const struct elf_section *section)
{
    uint64_t at = section->offset;
    uint64_t len = section->size;
    return elf_overlap(at, len, 0, elf_header_bytes(elf)) ||
           elf_overlap(at, len, elf->segment_offset, elf->segments.len) ||
           elf_overlap(at, len, elf->section_offset, elf->sections.len);
}

static bool covers_another(const struct elf *elf, const struct elf_section *section)
{
    size_t same = 0;
    for (size_t i = 0; i < elf->section_count; i++) {
        struct elf_section other = elf_section(elf, i);
        if (other.type != 0 && other.type != ELF_SECTION_NOBITS &&
            elf_overlap(section->offset, section->size, other.offset, other.size))
            same++; // once with itself
    }
    return same > 1;
}

bool elf_section_bytes(const struct elf *elf, const struct elf_section *section, span *ret,
                       struct err *err)
{
    if (section->type == ELF_SECTION_NOBITS) {
        *ret = (span){0};
        return true;
    }
    if (covers_a_table(elf, section) || covers_another(elf, section))
        return err_set(err, ERR_INPUT, "elf: a section lies on another or on a table");
    return elf_read_part(elf, section->offset, section->size, "a section", ret, err);
}

bool elf_compressed(const struct elf *elf, span bytes, struct elf_compressed *ret, struct err *err)
{
    reader r = reader_of(bytes);
    uint32_t type = elf_read_u32(elf, &r);
    if (elf->wide)
        read_skip(&r, 4); // ch_reserved
    uint64_t size = elf_read_word(elf, &r);
    (void)elf_read_word(elf, &r); // ch_addralign
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "elf: a compressed section ends in its header");
    if (type != ELF_COMPRESSION_ZLIB && type != ELF_COMPRESSION_ZSTD)
        return err_set(err, ERR_UNSUPPORTED, "elf: a section of compression %u", type);
    *ret =
        (struct elf_compressed){.type = (enum elf_compression)type, .size = size, .data = r.rest};
    return true;
}

// ---------------------------------------------------------------- addresses

bool elf_locate(const struct elf *elf, uint64_t address, uint64_t *ret_offset, uint64_t *ret_len,
                struct err *err)
{
    for (size_t i = 0; i < elf->segment_count; i++) {
        struct elf_segment segment = elf_segment(elf, i);
        if (segment.type != ELF_SEGMENT_LOAD || address < segment.address ||
            address - segment.address >= segment.file_size)
            continue;
        uint64_t skip = address - segment.address;
        uint64_t end = 0;
        if (__builtin_add_overflow(segment.offset, segment.file_size, &end))
            break;
        *ret_offset = segment.offset + skip;
        *ret_len = segment.file_size - skip;
        return true;
    }
    return err_set(err, ERR_MISSING, "elf: nothing is loaded at %#llx",
                   (unsigned long long)address);
}
