#include "format/elf/elf_inner.h"

// d_tag
enum { TAG_END = 0, TAG_NEEDED = 1, TAG_STRINGS = 5, TAG_STRINGS_SIZE = 10 };

enum { MOST_NAME = 256 }; // a file's name has at most 255 bytes

struct dynamic {
    span entries;
    uint64_t strings; // offset in the file
    uint64_t strings_size;
};

static bool find_segment(const struct elf *elf, uint32_t type, struct elf_segment *ret)
{
    for (size_t i = 0; i < elf->segment_count; i++) {
        struct elf_segment segment = elf_segment(elf, i);
        if (segment.type != type)
            continue;
        *ret = segment;
        return true;
    }
    return false;
}

bool elf_interpreter(const struct elf *elf, span *ret, struct err *err)
{
    struct elf_segment segment = {0};
    span text = {0};
    if (find_segment(elf, ELF_SEGMENT_INTERPRETER, &segment)) {
        if (segment.file_size > elf->limits->path_bytes)
            return err_set(err, ERR_LIMIT, "elf: an interpreter of %llu bytes",
                           (unsigned long long)segment.file_size);
        if (!elf_read_part(elf, segment.offset, segment.file_size, "the interpreter", &text, err))
            return false;
    }
    *ret = span_cut(&text, 0);
    return true;
}

static bool next_entry(const struct elf *elf, reader *r, uint64_t *ret_tag, uint64_t *ret_value)
{
    *ret_tag = elf_read_word(elf, r);
    *ret_value = elf_read_word(elf, r);
    return read_ok(r) && *ret_tag != TAG_END;
}

// Entries come in any order, so the strings are looked for first.
static bool find_strings(const struct elf *elf, struct dynamic *dynamic, struct err *err)
{
    reader r = reader_of(dynamic->entries);
    uint64_t tag = 0;
    uint64_t value = 0;
    uint64_t address = 0;
    uint64_t size = 0;
    uint64_t there = 0;
    while (next_entry(elf, &r, &tag, &value)) {
        if (tag == TAG_STRINGS)
            address = value;
        else if (tag == TAG_STRINGS_SIZE)
            size = value;
    }
    if (!elf_locate(elf, address, &dynamic->strings, &there, err))
        return err_add(err, "strings");
    dynamic->strings_size = size < there ? size : there;
    return true;
}

static bool read_name(const struct elf *elf, const struct dynamic *dynamic, uint64_t at, span *ret,
                      struct err *err)
{
    span rest = {0};
    if (at >= dynamic->strings_size)
        return err_set(err, ERR_INPUT, "elf: the name of a library is not among the strings");
    uint64_t left = dynamic->strings_size - at;
    if (!elf_read_part(elf, dynamic->strings + at, left < MOST_NAME ? left : MOST_NAME,
                       "the name of a library", &rest, err))
        return false;
    size_t len = span_find(rest, 0);
    if (len == SPAN_NONE)
        return err_set(err, ERR_INPUT, "elf: the name of a library does not end");
    *ret = span_first(rest, len);
    return true;
}

bool elf_needed(const struct elf *elf, bool (*take_name)(void *self, span name, struct err *err),
                void *self, struct err *err)
{
    struct elf_segment segment = {0};
    struct dynamic dynamic = {0};
    if (!find_segment(elf, ELF_SEGMENT_DYNAMIC, &segment))
        return true;
    if (!elf_read_part(elf, segment.offset, segment.file_size, "the dynamic section",
                       &dynamic.entries, err))
        return false;
    reader r = reader_of(dynamic.entries);
    uint64_t tag = 0;
    uint64_t value = 0;
    uint64_t count = 0;
    while (next_entry(elf, &r, &tag, &value)) {
        span name = {0};
        if (tag != TAG_NEEDED)
            continue;
        if (++count > elf->limits->index_entries)
            return err_set(err, ERR_LIMIT, "elf: needs more than %llu libraries",
                           (unsigned long long)elf->limits->index_entries);
        if ((count == 1 && !find_strings(elf, &dynamic, err)) ||
            !read_name(elf, &dynamic, value, &name, err) || !take_name(self, name, err))
            return false;
    }
    return true;
}
