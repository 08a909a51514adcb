#include "scan/catalog/catalog_inner.h"

#include "format/spdx/spdx.h"

static bool is_printable(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static bool is_acceptable(struct inspection *inspection, span text)
{
    if (text.len > inspection->limits->field_bytes) {
        notes_add(inspection->notes, NOTE_LIMIT, inspection->path,
                  "a package is left out: one value is %zu bytes long", text.len);
        return false;
    }
    if (is_printable(text))
        return true;
    notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
              "a package is left out: '%s' holds control characters", quote(text).text);
    return false;
}

// Said once: a file that holds far more would leave no room for the notes on others.
static bool has_room(struct inspection *inspection)
{
    if (inspection->packages->count < inspection->limits->packages)
        return true;
    if (inspection->is_full)
        return false;
    inspection->is_full = true;
    notes_add(inspection->notes, NOTE_LIMIT, inspection->path, "holds more than %llu packages",
              (unsigned long long)inspection->limits->packages);
    return false;
}

static bool copy_spans(struct arena *mem, struct spans *spans)
{
    span *copies = arena_array(mem, spans->count, sizeof *copies);
    for (size_t i = 0; copies && i < spans->count; i++)
        if (!arena_span(mem, spans->items[i], &copies[i]))
            return false;
    spans->items = copies;
    return copies;
}

static bool are_small(struct inspection *inspection, span licenses)
{
    if (licenses.len <= inspection->limits->field_bytes)
        return true;
    notes_add(inspection->notes, NOTE_LIMIT, inspection->path,
              "licenses are left out: they are %zu bytes long", licenses.len);
    return false;
}

// An expression can be longer than what it was made of. It never costs the package.
static bool normalise_licenses(struct inspection *inspection, struct package *package)
{
    span licenses = {0};
    if (are_small(inspection, package->licenses) &&
        !spdx_normalise(package->licenses, spdx_speaker_of(package->type), inspection->scratch,
                        &licenses))
        return false;
    package->licenses = are_small(inspection, licenses) ? licenses : (span){0};
    return true;
}

bool inspection_add(struct inspection *inspection, const struct package *package, struct err *err)
{
    struct package copy = *package;
    span *const texts[] = {&copy.name,        &copy.version,        &copy.arch,
                           &copy.source_name, &copy.source_version, &copy.vendor,
                           &copy.licenses,    &copy.repository,     &copy.member};
    if (copy.name.len == 0 || !has_room(inspection))
        return true;
    if (copy.member.len == 0)
        copy.member = inspection->member;
    if (!normalise_licenses(inspection, &copy))
        return arena_err(inspection->scratch, err, "licenses");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!is_acceptable(inspection, *texts[i]))
            return true;
        if (!arena_span(inspection->mem, *texts[i], texts[i]))
            return arena_err(inspection->mem, err, "packages");
    }
    struct package *added = LIST_ADD(inspection->packages, struct package);
    if (!added)
        return arena_err(inspection->scratch, err, "packages");
    if (!copy_spans(inspection->mem, &copy.hashes) || !copy_spans(inspection->mem, &copy.depends))
        return arena_err(inspection->mem, err, "packages");
    *added = copy;
    return true;
}

void inspection_damaged(struct inspection *inspection, const struct err *err)
{
    notes_add_err(inspection->notes, inspection->path, err);
}
