#include "scan/catalog/executable_inner.h"

#include "format/pe/pe.h"

static struct part part_of(const struct pe_section *section)
{
    return (struct part){section->offset, section->file_size, section->address,
                         section->flags & PE_WRITE};
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

static struct part find_tail(const struct inspection *inspection, const struct executable *found)
{
    uint64_t size = inspection->content->size;
    uint64_t end = 0;
    for (size_t i = 0; i < found->mapped_count; i++) {
        const struct part *part = &found->mapped[i];
        end = part->offset + part->size > end ? part->offset + part->size : end; // both 32 bits
    }
    return (struct part){.offset = end, .size = end < size ? size - end : 0};
}

// The version resource of a bundle is its host's or its program's: the bundle says more.
static bool take_dotnet(struct inspection *inspection, const struct pe *pe,
                        const struct executable *executable, struct err *err)
{
    bool is_bundle = false;
    return executable_take_bundle(inspection, executable, &is_bundle, err) &&
           (is_bundle || executable_take_version(inspection, pe, err));
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
    executable.tail = find_tail(inspection, &executable);
    executable_note_packed(inspection);
    if (pe_find_section(&pe, S(".dep-v0"), &section) &&
        !executable_bytes(inspection, section.offset, section.file_size, &executable.rust_audit,
                          &damage))
        inspection_damaged(inspection, &damage);
    return executable_take(inspection, &executable, err) &&
           take_dotnet(inspection, &pe, &executable, err);
}
