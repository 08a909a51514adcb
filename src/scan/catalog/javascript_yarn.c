// JavaScript: yarn.lock, in the form of yarn 1 (lines with two blanks a level) and in that of yarn
// 2 and later (YAML), neither of which says what is for development only; and the zip archives from
// which packages run without being installed (Yarn documentation, "Plug'n'Play").
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/members_inner.h"

#include "format/yaml/yaml.h"

// ---------------------------------------------------------------- names

// The package that "alias@npm:name@range" or "name@range" means; empty: none, or a local one.
static span name_of(span descriptor)
{
    span name = {0};
    span range = {0};
    if (!javascript_split(descriptor, &name, &range) || javascript_is_local(range))
        return (span){0};
    span real = {0};
    span real_range = {0};
    bool aliased = span_starts_with(range, S("npm:")) &&
                   javascript_split(span_from(range, S("npm:").len), &real, &real_range);
    return aliased ? real : name;
}

// ---------------------------------------------------------------- yarn 1

static span unquoted(span s)
{
    return s.len > 1 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"' ? span_slice(s, 1, s.len - 2)
                                                                   : s;
}

// A fork keeps the name that it is asked for by; where it was fetched from says what it is:
// "…/@scope/name/-/name-1.0.tgz#…". Empty for what is no registry's path.
static span name_fetched(span resolved)
{
    span scope = {0};
    span name = {0};
    while (resolved.len) {
        span part = span_cut(&resolved, '/');
        if (span_equal(part, S("-")) && !span_contains(name, S("%")))
            return span_starts_with(scope, S("@")) ? span_of(scope.ptr, scope.len + 1 + name.len)
                                                   : name;
        scope = name;
        name = part;
    }
    return (span){0};
}

static void take_name(struct candidate *candidate, span name)
{
    if (name.len)
        candidate->package.name = name;
}

static void take_line(struct candidate *candidate, span line, bool *in_depends)
{
    size_t indent = span_indent(line);
    span value = span_from(line, indent);
    span key = unquoted(span_cut(&value, ' '));
    if (indent == 2)
        *in_depends = span_equal(key, S("dependencies:"));
    if (indent == 2 && span_equal(key, S("version")))
        candidate->package.version = unquoted(value);
    else if (indent == 2 && span_equal(key, S("resolved")))
        take_name(candidate, name_fetched(unquoted(value)));
    else if (indent == 2 && span_equal(key, S("integrity")))
        candidate_integrity(candidate, unquoted(value));
    else if (indent == 4 && *in_depends)
        candidate_depend(candidate, key);
}

// One entry: a line of descriptors, of which each means the same, and indented lines.
static bool read_entry(struct inspection *inspection, span header, span *rest, struct err *err)
{
    span first = span_cut(&header, ',');
    first = unquoted(span_trim_end(first, ':'));
    struct candidate candidate = candidate_of(inspection, S("npm"), name_of(first), (span){0});
    bool in_depends = false;
    while (span_starts_with(*rest, S(" ")))
        take_line(&candidate, span_cut_line(rest), &in_depends);
    return candidate.package.version.len == 0 || candidate_add(&candidate, err);
}

static bool read_classic(struct inspection *inspection, struct err *err)
{
    span rest = inspection->text;
    while (rest.len) {
        span line = span_cut_line(&rest);
        bool is_header = line.len && line.ptr[0] != '#' && line.ptr[0] != ' ';
        if (is_header && !read_entry(inspection, line, &rest, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- yarn 2 and later

static bool add_berry(struct inspection *inspection, const struct yaml *entry, struct err *err)
{
    span resolution = yaml_member_text(entry, S("resolution"));
    struct candidate candidate = candidate_of(inspection, S("npm"), name_of(resolution),
                                              yaml_member_text(entry, S("version")));
    if (span_equal(yaml_member_text(entry, S("linkType")), S("soft")))
        return true; // a member of the workspace
    const struct yaml *depends = yaml_member(entry, S("dependencies"));
    for (const struct yaml *each = depends ? depends->first : NULL; each; each = each->next)
        candidate_depend(&candidate, each->key);
    return candidate_add(&candidate, err);
}

static bool read_berry(struct inspection *inspection, struct err *err)
{
    const struct yaml *root = inspection_yaml(inspection);
    for (const struct yaml *each = root ? root->first : NULL; each; each = each->next)
        if (!span_equal(each->key, S("__metadata")) && !add_berry(inspection, each, err))
            return false;
    return true;
}

static bool read_yarn_lock(struct inspection *inspection, struct err *err)
{
    bool is_yaml = span_contains(inspection->text, S("\n__metadata:")) ||
                   span_starts_with(inspection->text, S("__metadata:"));
    return is_yaml ? read_berry(inspection, err) : read_classic(inspection, err);
}

// ---------------------------------------------------------------- the cache

// "node_modules/NAME/package.json", "node_modules/@SCOPE/NAME/package.json".
static bool is_manifest(span name)
{
    static const span modules = S("node_modules/");
    if (!span_starts_with(name, modules))
        return false;
    name = span_from(name, modules.len);
    if (span_starts_with(name, S("@")))
        (void)span_cut(&name, '/');
    (void)span_cut(&name, '/');
    return span_equal(name, S("package.json"));
}

static bool read_cached(struct inspection *inspection, struct err *err)
{
    return members_each(inspection, is_manifest, javascript_read_manifest, err);
}

static const struct cataloger catalogers[] = {
    {S("**/.yarn/cache/*.zip"), read_cached, CATALOG_LARGE},
    {S("**/.yarn/berry/cache/*.zip"), read_cached, CATALOG_LARGE},
    {S("**/yarn.lock"), read_yarn_lock, CATALOG_DECLARED},
};
const struct catalogers javascript_yarn_catalogers = {catalogers,
                                                      sizeof catalogers / sizeof *catalogers};
