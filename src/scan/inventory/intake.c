#include "scan/inventory/inventory_inner.h"

#include "format/spdx/spdx.h"

bool intake_fits(const struct intake *intake, const struct record *record, const span *texts,
                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (texts[i].len <= intake->limits->field_bytes)
            continue;
        notes_add(intake->notes, NOTE_LIMIT, record->file->path,
                  "package '%s' is left out: one value is %zu bytes long", quote(texts[0]).text,
                  texts[i].len);
        return false;
    }
    return true;
}

static bool has_room(struct intake *intake, const struct record *record)
{
    if (intake->count < intake->limits->packages)
        return true;
    if (intake->count == intake->limits->packages)
        notes_add(intake->notes, NOTE_LIMIT, record->file->path, "holds more than %llu packages",
                  (unsigned long long)intake->limits->packages);
    intake->count = intake->limits->packages + 1; // so that it is said once
    return false;
}

static bool set_location(const struct intake *intake, const struct record *record,
                         struct package *package, struct err *err)
{
    struct location *location = ARENA_NEW(intake->mem, struct location);
    if (!location)
        return arena_err(intake->mem, err, "packages");
    *location = (struct location){.path = record->file->path, .layer = record->file->layer};
    package->locations = location;
    package->location_count = 1;
    return true;
}

bool intake_add(struct intake *intake, const struct record *record, const struct package *package,
                struct err *err)
{
    const span texts[] = {
        package->name,        package->version,        package->arch,
        package->source_name, package->source_version, package->module,
        package->vendor,      package->repository,     package->licenses,
    };
    if (!intake_fits(intake, record, texts, sizeof texts / sizeof *texts) ||
        !has_room(intake, record))
        return true;
    struct package *added = LIST_ADD(intake->packages, struct package);
    if (!added)
        return arena_err(intake->mem, err, "packages");
    *added = *package;
    intake->count++;
    if (!utf8_is_valid(package->name) || !utf8_is_valid(package->version))
        notes_add(intake->notes, NOTE_INFORMATION, record->file->path,
                  "name or version of the package '%s' is not UTF-8", quote(package->name).text);
    if (added->source_name.len == 0)
        added->source_name = added->name;
    if (added->source_version.len == 0)
        added->source_version = added->version;
    if (!spdx_normalise(package->licenses, spdx_speaker_of(package->type), intake->mem,
                        &added->licenses))
        return arena_err(intake->mem, err, "packages");
    return set_location(intake, record, added, err);
}

void stanzas_note(const struct stanzas *stanzas, const struct record *record, struct notes *notes)
{
    if (stanzas->bad)
        notes_add(notes, NOTE_DAMAGED, record->file->path,
                  "%zu lines without ':', the first is line %zu", stanzas->bad, stanzas->bad_line);
}
