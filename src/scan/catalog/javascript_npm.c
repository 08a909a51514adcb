// JavaScript: npm's lock files (npm documentation, "package-lock.json"), versions 1 to 3, and the
// hidden one in the trees that it installs.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- versions 2 and 3: "packages"

// The name of "node_modules/a/node_modules/@b/c"; empty for what is not installed there: the root
// and the members of its workspace, which their own package.json describe.
static span name_of_place(span place)
{
    static const span modules = S("node_modules/");
    span name = {0};
    for (span rest = place; rest.len;) {
        if (span_starts_with(rest, modules)) {
            rest = span_from(rest, modules.len);
            name = rest;
            continue;
        }
        size_t slash = span_find(rest, '/');
        rest = slash == SPAN_NONE ? (span){0} : span_from(rest, slash + 1);
    }
    return name;
}

static void take_keys(struct candidate *candidate, const struct json *depends)
{
    struct json_member member = {0};
    while (json_next(depends, &member))
        candidate_depend(candidate, member.key);
}

static bool is_left_out(const struct json *entry)
{
    return json_is_true(json_get(entry, "link")) || json_is_true(json_get(entry, "dev"));
}

static bool add_place(struct inspection *inspection, const struct json_member *member,
                      struct err *err)
{
    const struct json *entry = member->value;
    span alias = json_get_text(entry, "name"); // there if it is another than the place says
    span name = name_of_place(member->key);
    struct candidate candidate = candidate_of(inspection, S("npm"), alias.len ? alias : name,
                                              json_get_text(entry, "version"));
    if (name.len == 0 || candidate.package.version.len == 0)
        return true;
    candidate.package.licenses = json_get_text(entry, "license");
    candidate_integrity(&candidate, json_get_text(entry, "integrity"));
    take_keys(&candidate, json_get(entry, "dependencies"));
    return candidate_add(&candidate, err);
}

// ---------------------------------------------------------------- version 1: "dependencies"

// The version is "1.0.0", "npm:real-name@1.0.0", or where else it comes from: a repository, which
// it names, or a directory of the tree itself, which is left out.
static bool resolve_version(span *name, span *version)
{
    if (span_starts_with(*version, S("npm:"))) {
        span real = span_from(*version, S("npm:").len);
        size_t at = span_find_last(real, '@');
        if (at == SPAN_NONE || at == 0)
            return false;
        *name = span_first(real, at);
        *version = span_from(real, at + 1);
    }
    return version->len && !span_starts_with(*version, S("file:"));
}

static bool add_dependency(struct inspection *inspection, const struct json_member *member,
                           struct err *err)
{
    const struct json *entry = member->value;
    span name = member->key;
    span version = json_get_text(entry, "version");
    if (json_is_true(json_get(entry, "dev")) || !resolve_version(&name, &version))
        return true;
    struct candidate candidate = candidate_of(inspection, S("npm"), name, version);
    candidate_integrity(&candidate, json_get_text(entry, "integrity"));
    take_keys(&candidate, json_get(entry, "requires"));
    return candidate_add(&candidate, err);
}

// Calls itself for what is installed inside of a package, at most `depth` deep.
static bool add_dependencies(struct inspection *inspection, const struct json *dependencies,
                             uint64_t depth, struct err *err)
{
    struct json_member member = {0};
    if (depth == 0) {
        notes_add(inspection->notes, NOTE_LIMIT, inspection->path, "is nested too deep");
        return true;
    }
    while (json_next(dependencies, &member)) {
        const struct json *inner = json_get(member.value, "dependencies");
        if (!add_dependency(inspection, &member, err) ||
            (inner && !add_dependencies(inspection, inner, depth - 1, err)))
            return false;
    }
    return true;
}

// Version 2 has both, for the sake of old programs.
static bool read_package_lock(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    const struct json *packages = json_get(document, "packages");
    struct json_member member = {0};
    while (json_next(packages, &member))
        if (!is_left_out(member.value) && !add_place(inspection, &member, err))
            return false;
    return packages || add_dependencies(inspection, json_get(document, "dependencies"),
                                        inspection->limits->depth, err);
}

// ---------------------------------------------------------------- what lies in a tree

// npm's list of what it put into a tree, for development or not: whoever takes what this tells asks
// whether it still lies where `member` says.
static bool read_tree(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    struct inspection place = *inspection;
    struct json_member member = {0};
    while (json_next(json_get(document, "packages"), &member)) {
        place.member = member.key;
        if (!add_place(&place, &member, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/node_modules/.package-lock.json"), read_tree, 0},
    {S("**/package-lock.json"), read_package_lock, CATALOG_DECLARED},
    {S("**/npm-shrinkwrap.json"), read_package_lock, CATALOG_DECLARED},
};
const struct catalogers javascript_npm_catalogers = {catalogers,
                                                     sizeof catalogers / sizeof *catalogers};
