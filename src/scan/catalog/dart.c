// Dart and Flutter: the lock file of pub, and the packages in its cache (dart.dev, "Package layout
// conventions", "pubspec").
#include "scan/catalog/catalog_inner.h"

#include "format/yaml/yaml.h"

// The SHA-256 of the archive stands in the description of hosted packages since Dart 2.19.
static bool read_locked(struct inspection *inspection, const struct yaml *entry, struct err *err)
{
    span source = yaml_member_text(entry, S("source"));
    struct candidate candidate =
        candidate_of(inspection, S("pub"), entry->key, yaml_member_text(entry, S("version")));
    if (candidate.package.version.len == 0 || span_equal(source, S("sdk")) ||
        span_equal(source, S("path")) ||
        span_equal(yaml_member_text(entry, S("dependency")), S("direct dev")))
        return true;
    candidate_hash(&candidate, S("sha256"),
                   yaml_member_text(yaml_member(entry, S("description")), S("sha256")));
    return candidate_add(&candidate, err);
}

// What the SDK brings or a neighbouring directory holds has no version of its own.
static bool read_pubspec_lock(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = inspection_yaml(inspection);
    const struct yaml *each = yaml_first(yaml_member(document, S("packages")));
    for (; each; each = each->next)
        if (!read_locked(inspection, each, err))
            return false;
    return true;
}

static bool read_pubspec(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = inspection_yaml(inspection);
    struct candidate candidate =
        candidate_of(inspection, S("pub"), yaml_member_text(document, S("name")),
                     yaml_member_text(document, S("version")));
    const struct yaml *each = yaml_first(yaml_member(document, S("dependencies")));
    for (; each; each = each->next)
        candidate_depend(&candidate, each->key);
    return candidate.package.version.len == 0 || candidate_add(&candidate, err);
}

static const struct cataloger catalogers[] = {
    {S("**/pubspec.lock"), read_pubspec_lock, CATALOG_DECLARED},
    {S("**/.pub-cache/hosted/*/*/pubspec.yaml"), read_pubspec, 0},
};
const struct catalogers dart_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
