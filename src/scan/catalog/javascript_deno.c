// JavaScript: deno.lock (Deno documentation, "Integrity checking and lock files"), versions 2 to 5,
// as far as packages of npm go; what comes from JSR or from an address has no name by which anybody
// knows its vulnerabilities. It does not say what is for development only.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// The mapping of packages has moved: "npm", "packages"."npm", "npm"."packages".
static const struct json *find_packages(const struct json *document)
{
    const struct json *npm = json_get(document, "npm");
    if (!npm)
        npm = json_get(json_get(document, "packages"), "npm");
    const struct json *inner = json_get(npm, "packages");
    return json_is_object(inner) ? inner : npm;
}

// "name@version_peer@version" without the peers that it was chosen for; the bare name where only
// one version is locked.
static span name_of(span reference, span *ret_version)
{
    span name = reference;
    *ret_version = (span){0};
    if (javascript_split(reference, &name, ret_version))
        *ret_version = span_first(*ret_version, span_find(*ret_version, '_'));
    return name;
}

// ["name", "name@1.0.0"]; up to version 3 {"alias": "name@1.0.0"}.
static void take_depends(struct candidate *candidate, const struct json *depends)
{
    span version = {0};
    struct json_member member = {0};
    for (size_t i = 0; json_is_array(depends) && i < json_count(depends); i++)
        candidate_depend(candidate, name_of(json_text(json_at(depends, i)), &version));
    while (json_is_object(depends) && json_next(depends, &member))
        candidate_depend(candidate, name_of(json_text(member.value), &version));
}

static bool read_deno_lock(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    const struct json *packages = find_packages(document);
    struct json_member member = {0};
    while (json_is_object(packages) && json_next(packages, &member)) {
        struct candidate candidate = candidate_of(inspection, S("npm"), (span){0}, (span){0});
        candidate.package.name = name_of(member.key, &candidate.package.version);
        candidate_integrity(&candidate, json_get_text(member.value, "integrity"));
        take_depends(&candidate, json_get(member.value, "dependencies"));
        if (candidate.package.version.len > 0 && !candidate_add(&candidate, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/deno.lock"), read_deno_lock, CATALOG_DECLARED},
};
const struct catalogers javascript_deno_catalogers = {catalogers,
                                                      sizeof catalogers / sizeof *catalogers};
