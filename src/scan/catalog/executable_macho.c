#include "scan/catalog/executable_inner.h"

#include "format/macho/macho.h"

struct sighting {
    struct list mapped; // of struct part
    struct part go_section;
    struct part first_data; // where older programs of Go have it
    struct part rust_audit;
};

static void look_at_section(struct sighting *sighting, const struct macho_part *section)
{
    struct part part = {
        .offset = section->offset, .size = section->file_size, .address = section->address};
    if (span_equal(section->name, S("__go_buildinfo")))
        sighting->go_section = part;
    else if (span_equal(section->name, S(".dep-v0")))
        sighting->rust_audit = part;
}

static bool look_at_segment(struct sighting *sighting, const struct macho_part *segment)
{
    enum { PLAIN_DATA = MACHO_READ | MACHO_WRITE };
    struct part part = {
        .offset = segment->offset, .size = segment->file_size, .address = segment->address};
    struct part *mapped = LIST_ADD(&sighting->mapped, struct part);
    if (!mapped)
        return false;
    *mapped = part;
    if (sighting->first_data.size == 0 && part.address && segment->protection == PLAIN_DATA &&
        segment->most_protection == PLAIN_DATA)
        sighting->first_data = part;
    return true;
}

static bool look_around(struct inspection *inspection, const struct macho *macho,
                        struct sighting *sighting, struct err *err)
{
    struct macho_walk walk = {.rest = macho->commands};
    struct macho_part part = {0};
    struct err damage = {0};
    while (macho_next(macho, &walk, &part, &damage))
        if (part.is_section)
            look_at_section(sighting, &part);
        else if (!look_at_segment(sighting, &part))
            return arena_err(inspection->scratch, err, "executable");
    if (damage.kind != ERR_NONE)
        inspection_damaged(inspection, &damage);
    return true;
}

bool executable_read_macho(struct inspection *inspection, struct err *err)
{
    struct macho macho = {0};
    struct sighting sighting = {0};
    struct err damage = {0};
    if (!macho_open(inspection->content, inspection->limits, inspection->scratch, &macho,
                    &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    list_init(&sighting.mapped, inspection->scratch, sizeof(struct part), SIZE_MAX);
    if (!look_around(inspection, &macho, &sighting, err))
        return false;
    struct executable executable = {
        .go_data = sighting.go_section.size ? sighting.go_section : sighting.first_data,
        .mapped = sighting.mapped.items,
        .mapped_count = sighting.mapped.count,
    };
    if (!executable_bytes(inspection, sighting.rust_audit.offset, sighting.rust_audit.size,
                          &executable.rust_audit, &damage))
        inspection_damaged(inspection, &damage);
    return executable_take(inspection, &executable, err);
}
