// Python: lock files, which name what is to be installed: poetry.lock, uv.lock, pdm.lock,
// pylock.toml (PEP 751) and Pipfile.lock.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"
#include "format/toml/toml.h"

// ---------------------------------------------------------------- what the TOML files share

static const struct toml *first_of(const struct toml *table, span key)
{
    const struct toml *list = toml_get(table, key);
    return list ? list->first : NULL;
}

static struct candidate candidate_of_toml(struct inspection *inspection, const struct toml *package)
{
    return candidate_of(inspection, S("pypi"), toml_get_text(package, S("name")),
                        toml_get_text(package, S("version")));
}

// "sha256:…"
static void take_hash(struct candidate *candidate, span hash)
{
    span algorithm = span_cut(&hash, ':');
    candidate_hash(candidate, algorithm, hash);
}

// [{file = …, hash = "sha256:…"}, …]
static void take_files(struct candidate *candidate, const struct toml *first)
{
    for (const struct toml *file = first; file; file = file->next)
        take_hash(candidate, toml_get_text(file, S("hash")));
}

// Of a table the keys, of a list of tables the names.
static void take_depends(struct candidate *candidate, const struct toml *depends)
{
    if (!depends)
        return;
    for (const struct toml *each = depends->first; each; each = each->next)
        candidate_depend(candidate,
                         depends->kind == TOML_TABLE ? each->key : toml_get_text(each, S("name")));
}

// Is the package for one of these groups, and not for that one? True where none is named.
static bool is_in_group(const struct toml *package, span group)
{
    const struct toml *first = first_of(package, S("groups"));
    bool found = !first;
    for (const struct toml *each = first; each; each = each->next)
        found = found || span_equal(each->text, group);
    return found;
}

// ---------------------------------------------------------------- Poetry

// Where [[package]] has no files, [metadata.files] has them by name (Poetry before 1.3).
static bool add_poetry(struct inspection *inspection, const struct toml *package,
                       const struct toml *files, struct err *err)
{
    struct candidate candidate = candidate_of_toml(inspection, package);
    if (span_equal(toml_get_text(package, S("category")), S("dev")) ||
        !is_in_group(package, S("main")))
        return true;
    const struct toml *own = first_of(package, S("files"));
    take_files(&candidate, own || !files ? own : first_of(files, candidate.package.name));
    take_depends(&candidate, toml_get(package, S("dependencies")));
    return candidate_add(&candidate, err);
}

static bool read_poetry(struct inspection *inspection, struct err *err)
{
    const struct toml *root = inspection_toml(inspection);
    const struct toml *files = toml_get(toml_get(root, S("metadata")), S("files"));
    for (const struct toml *each = first_of(root, S("package")); each; each = each->next)
        if (!add_poetry(inspection, each, files, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- uv

// The project itself and the other members of its workspace stand in the lock file too.
static bool is_member(const struct toml *package)
{
    const struct toml *source = toml_get(package, S("source"));
    return toml_get(source, S("virtual")) || toml_get(source, S("editable"));
}

static void mark_names(struct reach *reach, const struct toml *first)
{
    for (const struct toml *each = first; each; each = each->next)
        reach_mark(reach, toml_get_text(each, S("name")));
}

// What is needed at run time, and for the extras that somebody asked for: what only the
// development groups of the members need is not.
static void mark_needs(struct reach *reach, const struct toml *package)
{
    mark_names(reach, first_of(package, S("dependencies")));
    const struct toml *extras = first_of(package, S("optional-dependencies"));
    for (const struct toml *each = extras; each; each = each->next)
        mark_names(reach, each->first);
}

static bool follow(struct reach *reach, const struct toml *first, struct err *err)
{
    for (const struct toml *each = first; each; each = each->next)
        reach_add(reach, toml_get_text(each, S("name")), each);
    if (!reach_start(reach, err))
        return false;
    bool has_members = false;
    for (const struct toml *each = first; each; each = each->next) {
        has_members = has_members || is_member(each);
        if (is_member(each))
            mark_needs(reach, each);
    }
    // The lock file of a script has no project that needs something: everything counts.
    if (!has_members)
        mark_names(reach, first);
    for (const void *node = reach_next(reach); node; node = reach_next(reach))
        mark_needs(reach, node);
    return true;
}

static bool read_uv(struct inspection *inspection, struct err *err)
{
    const struct toml *first = first_of(inspection_toml(inspection), S("package"));
    struct reach reach;
    reach_init(&reach, inspection->scratch);
    if (!follow(&reach, first, err))
        return false;
    for (const struct toml *each = first; each; each = each->next) {
        struct candidate candidate = candidate_of_toml(inspection, each);
        take_hash(&candidate, toml_get_text(toml_get(each, S("sdist")), S("hash")));
        take_files(&candidate, first_of(each, S("wheels")));
        take_depends(&candidate, toml_get(each, S("dependencies")));
        bool needed = !is_member(each) && reach_find(&reach, candidate.package.name);
        if (needed && !candidate_add(&candidate, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- PDM

// A dependency of pdm.lock is a requirement: "click>=8.0; python_version …".
static void take_requirements(struct candidate *candidate, const struct toml *first)
{
    for (const struct toml *each = first; each; each = each->next)
        candidate_depend(candidate, python_requirement_name(each->text));
}

static bool read_pdm(struct inspection *inspection, struct err *err)
{
    const struct toml *root = inspection_toml(inspection);
    for (const struct toml *each = first_of(root, S("package")); each; each = each->next) {
        struct candidate candidate = candidate_of_toml(inspection, each);
        take_files(&candidate, first_of(each, S("files")));
        take_requirements(&candidate, first_of(each, S("dependencies")));
        if (is_in_group(each, S("default")) && !candidate_add(&candidate, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- pylock.toml

// {hashes = {sha256 = "…"}}
static void take_artefact(struct candidate *candidate, const struct toml *artefact)
{
    for (const struct toml *each = first_of(artefact, S("hashes")); each; each = each->next)
        candidate_hash(candidate, each->key, each->text);
}

static bool read_pylock(struct inspection *inspection, struct err *err)
{
    const struct toml *root = inspection_toml(inspection);
    for (const struct toml *each = first_of(root, S("packages")); each; each = each->next) {
        struct candidate candidate = candidate_of_toml(inspection, each);
        take_artefact(&candidate, toml_get(each, S("sdist")));
        take_artefact(&candidate, toml_get(each, S("archive")));
        for (const struct toml *wheel = first_of(each, S("wheels")); wheel; wheel = wheel->next)
            take_artefact(&candidate, wheel);
        take_depends(&candidate, toml_get(each, S("dependencies")));
        // PEP 751: such a marker makes it a part of a group, as development tools are.
        bool in_group = span_contains(toml_get_text(each, S("marker")), S("dependency_groups"));
        if (!in_group && !candidate_add(&candidate, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- Pipenv

// {"version": "==1.0", "hashes": ["sha256:…"]}; what comes from a repository has no version.
static bool add_pipfile(struct inspection *inspection, const struct json_member *member,
                        struct err *err)
{
    span version = json_get_text(member->value, "version");
    const struct json *hashes = json_get(member->value, "hashes");
    if (!span_starts_with(version, S("==")))
        return true;
    version = span_from(version, span_starts_with(version, S("===")) ? 3 : 2);
    struct candidate candidate = candidate_of(inspection, S("pypi"), member->key, version);
    for (size_t i = 0; i < json_count(hashes); i++)
        take_hash(&candidate, json_text(json_at(hashes, i)));
    return candidate_add(&candidate, err);
}

static bool read_pipfile(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    struct json_member member = {0};
    while (json_next(json_get(document, "default"), &member))
        if (!add_pipfile(inspection, &member, err))
            return false;
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/poetry.lock"), read_poetry, CATALOG_DECLARED},
    {S("**/uv.lock"), read_uv, CATALOG_DECLARED},
    {S("**/pdm.lock"), read_pdm, CATALOG_DECLARED},
    {S("**/pylock.toml"), read_pylock, CATALOG_DECLARED},
    {S("**/pylock.*.toml"), read_pylock, CATALOG_DECLARED},
    {S("**/Pipfile.lock"), read_pipfile, CATALOG_DECLARED},
};
const struct catalogers python_locks_catalogers = {catalogers,
                                                   sizeof catalogers / sizeof *catalogers};
