#include "format/elf/elf_inner.h"

// Segments may lie on each other: what counts is how much there is to read.
static bool is_within_limit(const struct elf *elf, struct elf_notes *notes, struct err *err)
{
    notes->bytes += notes->rest.len;
    if (notes->bytes <= elf->limits->document_bytes)
        return true;
    notes->rest = (span){0};
    notes->next = SIZE_MAX;
    return err_set(err, ERR_LIMIT, "elf: notes of more than %llu bytes",
                   (unsigned long long)elf->limits->document_bytes);
}

// The next segment or section that holds notes.
static bool next_place(const struct elf *elf, struct elf_notes *notes, struct err *err)
{
    size_t count = elf->segment_count ? elf->segment_count : elf->section_count;
    while (notes->next < count) {
        size_t index = notes->next++;
        uint64_t offset = 0;
        uint64_t size = 0;
        if (elf->segment_count) {
            struct elf_segment segment = elf_segment(elf, index);
            if (segment.type != ELF_SEGMENT_NOTE)
                continue;
            offset = segment.offset;
            size = segment.file_size;
            notes->alignment = segment.alignment;
        } else {
            struct elf_section section = elf_section(elf, index);
            if (section.type != ELF_SECTION_NOTE)
                continue;
            offset = section.offset;
            size = section.size;
            notes->alignment = section.alignment;
        }
        if (!elf_read_part(elf, offset, size, "notes", &notes->rest, err) ||
            !is_within_limit(elf, notes, err))
            return false;
        if (notes->rest.len)
            return true;
    }
    return false;
}

// gABI, "Note Section": name and value begin at multiples of 4 bytes; in segments aligned to 8
// (GNU properties) the value and the next note do so at multiples of 8, counted from the note.
static uint64_t padding(uint64_t at, uint64_t alignment)
{
    return (alignment - at % alignment) % alignment;
}

static bool read_note(const struct elf *elf, struct elf_notes *notes, struct elf_note *ret)
{
    uint64_t alignment = notes->alignment == 8 ? 8 : 4;
    reader r = reader_of(notes->rest);
    uint32_t name_len = elf_read_u32(elf, &r);
    uint32_t value_len = elf_read_u32(elf, &r);
    ret->type = elf_read_u32(elf, &r);
    ret->name = span_trim_end(read_bytes(&r, name_len), 0);
    read_skip(&r, padding(12 + (uint64_t)name_len, alignment));
    ret->value = read_bytes(&r, value_len);
    if (!read_ok(&r))
        return false;
    uint64_t pad = padding(value_len, alignment);
    notes->rest = span_from(r.rest, (size_t)pad); // the last may lack its padding
    return true;
}

bool elf_next_note(const struct elf *elf, struct elf_notes *notes, struct elf_note *ret,
                   struct err *err)
{
    *err = (struct err){0};
    if (notes->rest.len == 0 && !next_place(elf, notes, err))
        return false;
    if (read_note(elf, notes, ret))
        return true;
    notes->rest = (span){0};
    return err_set(err, ERR_INPUT, "elf: a note ends behind its segment");
}
