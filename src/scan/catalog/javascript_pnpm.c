// JavaScript: pnpm-lock.yaml, versions 5 to 9 (pnpm/spec, "lockfile"). Up to version 6 each package
// says whether it is for development only; since then that follows from what the projects need.
#include "scan/catalog/catalog_inner.h"

#include "format/yaml/yaml.h"

// ---------------------------------------------------------------- keys

// "foo@1.0.0(react@17.0.2)" without the peers that it was installed with.
static span without_peers(span key)
{
    return span_first(key, span_find(key, '('));
}

// "/foo/1.0.0_react@17.0.2", "/@scope/foo/1.0.0", "registry.example/foo/1.0.0".
static void split_old_key(span key, span *ret_name, span *ret_version)
{
    if (span_starts_with(key, S("/")))
        key = span_from(key, 1);
    else
        (void)span_cut(&key, '/'); // a registry that is not the project's
    key = span_first(key, span_find(key, '_'));
    size_t slash = span_find_last(key, '/');
    *ret_name = span_first(key, slash == SPAN_NONE ? 0 : slash);
    *ret_version = slash == SPAN_NONE ? (span){0} : span_from(key, slash + 1);
}

// "/foo@1.0.0(…)" of version 6, "foo@1.0.0" of version 9.
static void split_key(span key, span *ret_name, span *ret_version)
{
    key = without_peers(key);
    if (span_starts_with(key, S("/")))
        key = span_from(key, 1);
    if (!javascript_split(key, ret_name, ret_version)) {
        *ret_name = (span){0};
        *ret_version = (span){0};
    }
}

// ---------------------------------------------------------------- what the projects need

// A dependency on "1.0.0(…)" of `name`, or on "real-name@1.0.0" by another name.
static bool mark(struct reach *reach, span name, span reference, struct err *err)
{
    struct text key;
    reference = without_peers(reference);
    text_init(&key, reach->scratch, SIZE_MAX);
    text_add(&key, name);
    text_add_byte(&key, '@');
    text_add(&key, reference);
    if (!text_ok(&key))
        return arena_err(reach->scratch, err, "dependencies");
    reach_mark(reach, text_span(&key));
    reach_mark(reach, reference);
    return true;
}

// {name: reference} of a package, {name: {version: reference}} of a project.
static bool mark_all(struct reach *reach, const struct yaml *depends, struct err *err)
{
    for (const struct yaml *each = depends ? depends->first : NULL; each; each = each->next) {
        span reference =
            each->kind == YAML_SCALAR ? each->text : yaml_member_text(each, S("version"));
        if (!mark(reach, each->key, reference, err))
            return false;
    }
    return true;
}

static bool mark_needs(struct reach *reach, const struct yaml *of, struct err *err)
{
    return mark_all(reach, yaml_member(of, S("dependencies")), err) &&
           mark_all(reach, yaml_member(of, S("optionalDependencies")), err);
}

static bool follow(struct reach *reach, const struct yaml *root, struct err *err)
{
    const struct yaml *snapshots = yaml_member(root, S("snapshots"));
    const struct yaml *projects = yaml_member(root, S("importers"));
    for (const struct yaml *each = snapshots ? snapshots->first : NULL; each; each = each->next)
        reach_add(reach, without_peers(each->key), each);
    if (!reach_start(reach, err))
        return false;
    for (const struct yaml *each = projects ? projects->first : NULL; each; each = each->next)
        if (!mark_needs(reach, each, err))
            return false;
    for (const void *node = reach_next(reach); node; node = reach_next(reach))
        if (!mark_needs(reach, node, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- packages

// `needs` is what names the dependencies: the entry itself, or its snapshot.
static bool add_package(struct inspection *inspection, const struct yaml *entry, bool is_old,
                        const struct yaml *needs, struct err *err)
{
    span name = {0};
    span version = {0};
    if (is_old)
        split_old_key(entry->key, &name, &version);
    else
        split_key(entry->key, &name, &version);
    // What comes from elsewhere than a registry has them apart.
    span own_name = yaml_member_text(entry, S("name"));
    span own_version = yaml_member_text(entry, S("version"));
    const struct yaml *resolution = yaml_member(entry, S("resolution"));
    struct candidate candidate = candidate_of(inspection, S("npm"), own_name.len ? own_name : name,
                                              own_version.len ? own_version : version);
    if (candidate.package.version.len == 0 || yaml_member(resolution, S("directory")) ||
        span_equal(yaml_member_text(entry, S("dev")), S("true")))
        return true;
    candidate_integrity(&candidate, yaml_member_text(resolution, S("integrity")));
    const struct yaml *depends = yaml_member(needs, S("dependencies"));
    for (const struct yaml *each = depends ? depends->first : NULL; each; each = each->next)
        candidate_depend(&candidate, each->key);
    return candidate_add(&candidate, err);
}

static bool read_pnpm_lock(struct inspection *inspection, struct err *err)
{
    const struct yaml *root = inspection_yaml(inspection);
    const struct yaml *packages = yaml_member(root, S("packages"));
    bool is_old = span_starts_with(yaml_member_text(root, S("lockfileVersion")), S("5"));
    bool is_graph = yaml_member(root, S("snapshots"));
    struct reach reach;
    reach_init(&reach, inspection->scratch);
    if (is_graph && !follow(&reach, root, err))
        return false;
    for (const struct yaml *each = packages ? packages->first : NULL; each; each = each->next) {
        const struct yaml *needs = is_graph ? reach_find(&reach, each->key) : each;
        if (needs && !add_package(inspection, each, is_old, needs, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/pnpm-lock.yaml"), read_pnpm_lock, CATALOG_DECLARED},
};
const struct catalogers javascript_pnpm_catalogers = {catalogers,
                                                      sizeof catalogers / sizeof *catalogers};
