// elf: any bytes give tables, notes and names, or an error.
#include "format/elf/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take_nothing(void *self, span name, struct err *err)
{
    (void)self;
    (void)err;
    return name.len < 256;
}

static void read_sections(const struct elf *elf)
{
    enum { MOST = 64 };
    for (size_t i = 0; i < elf->section_count && i < MOST; i++) {
        struct elf_section section = elf_section(elf, i);
        struct elf_compressed packed = {0};
        span bytes = {0};
        if (elf_section_bytes(elf, &section, &bytes, NULL))
            (void)elf_compressed(elf, bytes, &packed, NULL);
    }
    struct elf_section found = {0};
    (void)elf_find_section(elf, S(".note"), &found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    struct content content = content_of(span_of(data, size));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct elf elf = {0};
    struct elf_notes notes = {0};
    struct elf_note note = {0};
    struct err err = {0};
    span interpreter = {0};
    if (!mem || !elf_open(&content, &limits, mem, &elf, NULL))
        return 0;
    (void)elf_read_segments(&elf, NULL);
    (void)elf_read_sections(&elf, NULL);
    read_sections(&elf);
    while (elf_next_note(&elf, &notes, &note, &err))
        continue;
    (void)elf_interpreter(&elf, &interpreter, NULL);
    (void)elf_needed(&elf, take_nothing, NULL, NULL);
    return 0;
}
