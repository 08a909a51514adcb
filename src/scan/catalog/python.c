// Python: what installers leave beside the modules (core metadata specification, PEP 376, PEP 627).
#include "scan/catalog/catalog_inner.h"

#include "format/stanza/stanza.h"

enum { NAME, VERSION, LICENSE, LICENSE_EXPRESSION, FIELDS };

static const span keys[FIELDS] = {
    [NAME] = S("Name"),
    [VERSION] = S("Version"),
    [LICENSE] = S("License"),
    [LICENSE_EXPRESSION] = S("License-Expression"),
};
static const struct stanza_syntax syntax = {.keys = keys, .count = FIELDS, .any_case = true};

// The first entry of METADATA or PKG-INFO; behind it comes the description.
static bool read_metadata(struct inspection *inspection, struct err *err)
{
    struct stanzas stanzas = {.rest = inspection->text};
    span fields[FIELDS] = {0};
    size_t line = 0;
    if (!stanza_next(&stanzas, &syntax, fields, &line) || fields[NAME].len == 0 ||
        fields[VERSION].len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no Name or no Version");
        return true;
    }
    span expression = fields[LICENSE_EXPRESSION];
    struct package package = {
        .type = S("pypi"),
        .name = fields[NAME],
        .version = fields[VERSION],
        .licenses = expression.len ? expression : fields[LICENSE],
    };
    return inspection_add(inspection, &package, err);
}

static const struct cataloger catalogers[] = {
    {S("**/*.dist-info/METADATA"), read_metadata, 0},
    {S("**/*.egg-info/PKG-INFO"), read_metadata, 0},
    {S("**/*.egg-info"), read_metadata, 0},
};
const struct catalogers python_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
