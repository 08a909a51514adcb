// Dart and Flutter: the lock file of pub, and the packages in its cache (dart.dev, "Package layout
// conventions", "pubspec").
#include "scan/catalog/catalog_inner.h"

#include "format/yaml/yaml.h"

// The SHA-256 of the archive stands in the description of hosted packages since Dart 2.19.
static bool read_locked(struct inspection *inspection, const struct yaml *entry, struct err *err)
{
    span source = yaml_get_text(entry, S("source"));
    span checksum = yaml_get_text(yaml_get(entry, S("description")), S("sha256"));
    struct package package = {
        .type = S("pub"),
        .name = entry->key,
        .version = yaml_get_text(entry, S("version")),
    };
    if (package.version.len == 0 || span_equal(source, S("sdk")) || span_equal(source, S("path")) ||
        span_equal(yaml_get_text(entry, S("dependency")), S("direct dev")))
        return true;
    return inspection_add_sha256(inspection, &package, checksum, err);
}

// What the SDK brings or a neighbouring directory holds has no version of its own.
static bool read_pubspec_lock(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = NULL;
    if (!inspection_yaml(inspection, &document))
        return true;
    const struct yaml *each = yaml_members(yaml_get(document, S("packages")));
    for (; each; each = each->next)
        if (!read_locked(inspection, each, err))
            return false;
    return true;
}

static bool list_names(struct inspection *inspection, const struct yaml *mapping, struct spans *ret,
                       struct err *err)
{
    struct list names = inspection_list(inspection, sizeof(span));
    for (const struct yaml *each = yaml_members(mapping); each; each = each->next) {
        span *name = LIST_ADD(&names, span);
        if (!name)
            return arena_err(inspection->scratch, err, "dependencies");
        *name = each->key;
    }
    *ret = inspection_spans(&names);
    return true;
}

static bool read_pubspec(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = NULL;
    if (!inspection_yaml(inspection, &document))
        return true;
    struct package package = {
        .type = S("pub"),
        .name = yaml_get_text(document, S("name")),
        .version = yaml_get_text(document, S("version")),
    };
    if (!list_names(inspection, yaml_get(document, S("dependencies")), &package.depends, err))
        return false;
    if (package.version.len == 0)
        return true;
    return inspection_add(inspection, &package, err);
}

static const struct cataloger catalogers[] = {
    {S("**/pubspec.lock"), read_pubspec_lock, CATALOG_DECLARED},
    {S("**/.pub-cache/hosted/*/*/pubspec.yaml"), read_pubspec, 0},
};
const struct catalogers dart_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
