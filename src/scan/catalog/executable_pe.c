#include "scan/catalog/executable_inner.h"

#include "format/pe/pe.h"

static struct part part_of(const struct pe_section *section)
{
    return (struct part){section->offset, section->file_size, section->address};
}

// Go's linker writes no section of its own here: it is in the first data that may be written.
static bool is_plain_data(const struct pe_section *section)
{
    return section->file_size &&
           (section->flags & ~(uint32_t)PE_ALIGNMENT) == (PE_INITIALISED_DATA | PE_READ | PE_WRITE);
}

static bool map_sections(struct inspection *inspection, const struct pe *pe,
                         struct executable *executable, struct err *err)
{
    struct part *parts = arena_array(inspection->scratch, pe->section_count, sizeof(struct part));
    if (!parts)
        return arena_err(inspection->scratch, err, "executable");
    for (size_t i = 0; i < pe->section_count; i++) {
        struct pe_section section = pe_section(pe, i);
        parts[i] = part_of(&section);
        if (executable->go_data.size == 0 && is_plain_data(&section))
            executable->go_data = parts[i];
    }
    executable->mapped = parts;
    executable->mapped_count = pe->section_count;
    return true;
}

bool executable_read_pe(struct inspection *inspection, struct err *err)
{
    struct pe pe = {0};
    struct pe_section section = {0};
    struct executable executable = {0};
    struct err damage = {0};
    if (!pe_open(inspection->content, inspection->limits, inspection->scratch, &pe, &damage)) {
        if (damage.kind != ERR_MISSING)
            inspection_damaged(inspection, &damage);
        return true;
    }
    if (!map_sections(inspection, &pe, &executable, err))
        return false;
    if (pe_find_section(&pe, S(".dep-v0"), &section) &&
        !executable_bytes(inspection, section.offset, section.file_size, &executable.rust_audit,
                          &damage))
        inspection_damaged(inspection, &damage);
    return executable_take(inspection, &executable, err);
}
