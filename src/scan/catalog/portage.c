// Gentoo's Portage: a directory for each installed package, var/db/pkg/CATEGORY/NAME-VERSION, which
// says what it is by its name (Package Manager Specification, 3.1 and 3.2).
#include "scan/catalog/catalog_inner.h"

// Where "-r2" begins, or the end.
static size_t without_revision(span text)
{
    size_t dash = span_find_last(text, '-');
    uint64_t revision = 0;
    if (dash == SPAN_NONE || !span_starts_with(span_from(text, dash), S("-r")) ||
        !span_to_u64(span_from(text, dash + 2), &revision))
        return text.len;
    return dash;
}

// The version begins behind the last hyphen that a digit follows, its revision left aside.
static bool split(span text, span *ret_name, span *ret_version)
{
    size_t dash = span_find_last(span_first(text, without_revision(text)), '-');
    if (dash == SPAN_NONE || dash == 0 || dash + 1 >= text.len ||
        !ascii_is_digit(text.ptr[dash + 1]))
        return false;
    *ret_name = span_first(text, dash);
    *ret_version = span_from(text, dash + 1);
    return true;
}

static bool add_package(struct inspection *inspection, span license, struct err *err)
{
    span directory = path_parent(inspection->path);
    span name = {0};
    struct package package = {.type = S("ebuild"), .licenses = license};
    if (!split(path_name(directory), &name, &package.version)) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
                  "the directory is not named after a package and a version");
        return true;
    }
    struct text full = {0};
    text_init(&full, inspection->scratch, SIZE_MAX);
    text_add(&full, path_name(path_parent(directory)));
    text_add_byte(&full, '/');
    text_add(&full, name);
    package.name = text_span(&full);
    if (!text_ok(&full))
        return arena_err(inspection->scratch, err, "packages");
    return inspection_add(inspection, &package, err);
}

// PF is in every such directory, and never empty. What it holds is in its path.
static bool read_record(struct inspection *inspection, struct err *err)
{
    return add_package(inspection, (span){0}, err);
}

// LICENSE is there where there is one: it tells of the same package.
static bool read_license(struct inspection *inspection, struct err *err)
{
    return add_package(inspection, span_trim(inspection->text), err);
}

static const struct cataloger catalogers[] = {
    {S("var/db/pkg/*/*/LICENSE"), read_license, 0},
    {S("var/db/pkg/*/*/PF"), read_record, CATALOG_LARGE},
};
const struct catalogers portage_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
