// JavaScript: the package.json of what npm, yarn and pnpm install (npm documentation,
// "package.json").
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// A package.json without a name or version is a part of a package or somebody's settings.
static bool read_package_json(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct err damage = {0};
    if (!json_parse(inspection->text, inspection->limits->document_bytes, &document, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    struct package package = {
        .type = S("npm"),
        .name = json_get_text(document, "name"),
        .version = json_get_text(document, "version"),
        .licenses = json_get_text(document, "license"),
    };
    if (package.version.len == 0)
        return true;
    return inspection_add(inspection, &package, err);
}

static const struct cataloger catalogers[] = {
    {S("**/node_modules/*/package.json"), read_package_json, 0},
    {S("**/node_modules/*/*/package.json"), read_package_json, 0},
};
const struct catalogers javascript_catalogers = {catalogers,
                                                 sizeof catalogers / sizeof *catalogers};
