// PHP: what Composer has installed, and its lock file (Composer documentation, "The composer.lock
// file" and "vendor/composer/installed.json").
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- packages

// ["MIT", "GPL-3.0-or-later"]: any of them may be chosen (Composer's schema, "license").
static span join_licenses(const struct json *licenses, struct inspection *inspection)
{
    struct text text;
    text_init(&text, inspection->scratch, inspection->limits->field_bytes);
    if (json_is_string(licenses))
        return json_text(licenses);
    for (size_t i = 0; i < json_count(licenses); i++) {
        text_add(&text, i ? S(" OR ") : S(""));
        text_add(&text, json_text(json_at(licenses, i)));
    }
    return text_span(&text);
}

// "php", "ext-json" and "lib-curl" are properties of the platform; packages have a vendor.
static void take_requires(struct candidate *candidate, const struct json *requires)
{
    struct json_member member = {0};
    while (json_next(requires, &member))
        if (span_find(member.key, '/') != SPAN_NONE)
            candidate_depend(candidate, member.key);
}

static bool add_package(struct inspection *inspection, const struct json *package, struct err *err)
{
    span version = json_get_text(package, "version");
    if (version.len > 1 && version.ptr[0] == 'v' && ascii_is_digit(version.ptr[1]))
        version = span_from(version, 1); // a tag's name, not a part of the version
    struct candidate candidate =
        candidate_of(inspection, S("composer"), json_get_text(package, "name"), version);
    if (candidate.package.version.len == 0)
        return true;
    candidate.package.licenses = join_licenses(json_get(package, "license"), inspection);
    candidate_hash(&candidate, S("sha1"), json_get_text(json_get(package, "dist"), "shasum"));
    take_requires(&candidate, json_get(package, "require"));
    return candidate_add(&candidate, err);
}

static bool add_packages(struct inspection *inspection, const struct json *packages,
                         struct err *err)
{
    for (size_t i = 0; i < json_count(packages); i++)
        if (!add_package(inspection, json_at(packages, i), err))
            return false;
    return true;
}

// ---------------------------------------------------------------- files

// An array of packages (Composer 1), or an object with one (Composer 2). What is for development
// only has been installed all the same.
static bool read_installed(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    const struct json *packages = json_get(document, "packages");
    return add_packages(inspection, packages ? packages : document, err);
}

static bool read_composer_lock(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    return add_packages(inspection, json_get(document, "packages"), err);
}

static const struct cataloger catalogers[] = {
    {S("**/composer/installed.json"), read_installed, 0},
    {S("**/composer.lock"), read_composer_lock, CATALOG_DECLARED},
};
const struct catalogers php_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
