// R: the DESCRIPTION of what is installed in a library (Writing R Extensions, 1.1.1).
#include "scan/catalog/catalog_inner.h"

#include "format/stanza/stanza.h"

enum { PACKAGE, VERSION, LICENSE, BUILT, FIELDS };

static const span keys[FIELDS] = {
    [PACKAGE] = S("Package"),
    [VERSION] = S("Version"),
    [LICENSE] = S("License"),
    [BUILT] = S("Built"),
};
static const struct stanza_syntax syntax = {.keys = keys, .count = FIELDS};

// The value of a field with the lines that continue it: those that begin with a blank.
static span folded_field(span text, span key)
{
    span value = {0};
    bool inside = false;
    while (text.len) {
        span line = span_cut_line(&text);
        bool continues = line.len && ascii_is_space(line.ptr[0]);
        if (inside && !continues)
            return value;
        if (inside) {
            value.len = (size_t)(line.ptr + line.len - value.ptr);
        } else if (span_starts_with(line, key)) {
            value = span_from(line, key.len);
            inside = value.len;
        }
    }
    return value;
}

// "R (>= 3.5), methods, Rcpp (>= 1.0)": names without what they are held to. R itself is none.
static void take_needed(struct candidate *candidate, span list)
{
    while (list.len) {
        span entry = span_cut(&list, ',');
        span name = span_trim(span_cut(&entry, '('));
        if (!span_equal(name, S("R")))
            candidate_depend(candidate, name);
    }
}

static bool add_package(struct inspection *inspection, const span *fields, struct err *err)
{
    struct candidate candidate =
        candidate_of(inspection, S("cran"), fields[PACKAGE], fields[VERSION]);
    candidate.package.licenses = fields[LICENSE];
    take_needed(&candidate, folded_field(inspection->text, S("Depends:")));
    take_needed(&candidate, folded_field(inspection->text, S("Imports:")));
    return candidate_add(&candidate, err);
}

// PACKAGE is empty where the name or the version is missing.
static void read_fields(span text, span *fields)
{
    struct stanzas stanzas = {.rest = text};
    size_t line = 0;
    if (!stanza_next(&stanzas, &syntax, fields, &line) || fields[PACKAGE].len == 0 ||
        fields[VERSION].len == 0)
        fields[PACKAGE] = (span){0};
}

static bool read_description(struct inspection *inspection, struct err *err)
{
    span fields[FIELDS] = {0};
    read_fields(inspection->text, fields);
    if (fields[PACKAGE].len > 0)
        return add_package(inspection, fields, err);
    notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no Package or no Version");
    return true;
}

// A user and a project may have their libraries anywhere. R writes "Built" where it installs; the
// sources of a package, and what others call DESCRIPTION, do not have it.
static bool read_anywhere(struct inspection *inspection, struct err *err)
{
    span fields[FIELDS] = {0};
    read_fields(inspection->text, fields);
    return fields[PACKAGE].len == 0 || !span_starts_with(fields[BUILT], S("R ")) ||
           add_package(inspection, fields, err);
}

static const struct cataloger catalogers[] = {
    {S("**/library/*/DESCRIPTION"), read_description, 0},
    {S("**/site-library/*/DESCRIPTION"), read_description, 0},
    {S("**/DESCRIPTION"), read_anywhere, 0},
};
const struct catalogers r_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
