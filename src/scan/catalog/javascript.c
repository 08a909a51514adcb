// JavaScript: the package.json of what npm, yarn and pnpm install, and of the programs themselves
// (npm documentation, "package.json").
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- what the lock files share

bool javascript_split(span descriptor, span *ret_name, span *ret_rest)
{
    size_t at = span_find(span_from(descriptor, 1), '@');
    if (at == SPAN_NONE)
        return false;
    *ret_name = span_first(descriptor, at + 1);
    *ret_rest = span_from(descriptor, at + 2);
    return true;
}

bool javascript_is_local(span range)
{
    static const span schemes[] = {S("workspace:"), S("link:"), S("portal:"), S("file:"),
                                   S("root:")};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (span_starts_with(range, schemes[i]))
            return true;
    return false;
}

// ---------------------------------------------------------------- places

// Directories in which packages keep package.json files that install nothing.
static bool is_for_tests(span component)
{
    static const span names[] = {S("test"),     S("tests"),   S("__tests__"), S("fixture"),
                                 S("fixtures"), S("example"), S("examples")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equal(component, names[i]))
            return true;
    return false;
}

// Where a path has got to, one component after the other.
struct place {
    enum { ANYWHERE, AT_NAME, IN_SCOPE, AT_VERSION, AT_PACKAGE, IN_PACKAGE } kind;
    bool has_versions; // below each name
    bool in_tests;     // of a package, or of a program; not of what contains whole node_modules
};

// Deno's cache: npm/REGISTRY/NAME/VERSION.
static bool is_registry(span component, span before)
{
    return span_equal(before, S("npm")) &&
           (span_find(component, '.') != SPAN_NONE || span_starts_with(component, S("localhost")));
}

static void enter(struct place *place, span component, span before)
{
    bool is_modules = span_equal(component, S("node_modules")) ||
                      (span_equal(component, S("nodejs")) && span_equal(before, S("share")));
    bool is_cache = place->kind == ANYWHERE && is_registry(component, before);
    if ((is_modules || is_cache) && place->kind == ANYWHERE)
        place->in_tests = false;
    if (is_modules || is_cache) {
        place->kind = AT_NAME;
        place->has_versions = is_cache;
    } else if (place->kind == AT_NAME && span_starts_with(component, S("@"))) {
        place->kind = IN_SCOPE;
    } else if (place->kind == AT_NAME || place->kind == IN_SCOPE) {
        place->kind = place->has_versions ? AT_VERSION : AT_PACKAGE;
    } else if (place->kind == AT_VERSION) {
        place->kind = AT_PACKAGE;
    } else {
        place->in_tests = place->in_tests || is_for_tests(component);
        place->kind = place->kind == ANYWHERE ? ANYWHERE : IN_PACKAGE;
    }
}

// Is this a place of an installed package? Below node_modules (and Debian's /usr/share/nodejs) that
// is NAME/package.json and @SCOPE/NAME/package.json, in Deno's cache the same with a version behind
// the name; further in are parts of the package. Elsewhere a program may have its own.
static bool is_installed(span path)
{
    struct place place = {0};
    span before = {0};
    while (path.len) {
        span component = span_cut(&path, '/');
        if (path.len > 0) // it is not package.json itself
            enter(&place, component, before);
        before = component;
    }
    bool is_program = place.kind == ANYWHERE || (place.kind == AT_NAME && place.has_versions);
    return !place.in_tests && (is_program || place.kind == AT_PACKAGE);
}

// ---------------------------------------------------------------- content

// "license": "MIT", {"type": "MIT"}; older: "licenses": [{"type": "MIT"}, …], any of which may be
// chosen.
static span license_of(const struct json *document, struct arena *scratch, size_t most)
{
    const struct json *license = json_get(document, "license");
    const struct json *licenses = json_get(document, "licenses");
    struct text text;
    text_init(&text, scratch, most);
    if (json_is_array(license))
        licenses = license;
    else if (license)
        return json_is_string(license) ? json_text(license) : json_get_text(license, "type");
    for (size_t i = 0; i < json_count(licenses); i++) {
        const struct json *each = json_at(licenses, i);
        span type = json_is_string(each) ? json_text(each) : json_get_text(each, "type");
        if (type.len && text_span(&text).len)
            text_add(&text, S(" OR "));
        text_add(&text, type);
    }
    return json_is_string(licenses) ? json_text(licenses) : text_span(&text);
}

// An editor's extension has a package.json, and a name that means another package at npm.
static bool is_extension(const struct json *document)
{
    return json_get(json_get(document, "engines"), "vscode");
}

// Without a name and version it is a part of a package, or somebody's settings.
bool javascript_read_manifest(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    struct candidate candidate = candidate_of(inspection, S("npm"), json_get_text(document, "name"),
                                              json_get_text(document, "version"));
    if (candidate.package.version.len == 0 || is_extension(document))
        return true;
    candidate.package.licenses =
        license_of(document, inspection->scratch, inspection->limits->field_bytes);
    struct json_member member = {0};
    while (json_next(json_get(document, "dependencies"), &member))
        candidate_depend(&candidate, member.key);
    return candidate_add(&candidate, err);
}

static bool read_package_json(struct inspection *inspection, struct err *err)
{
    return !is_installed(inspection->path) || javascript_read_manifest(inspection, err);
}

static const struct cataloger catalogers[] = {
    {S("**/package.json"), read_package_json, 0},
};
const struct catalogers javascript_catalogers = {catalogers,
                                                 sizeof catalogers / sizeof *catalogers};
