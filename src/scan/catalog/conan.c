// C and C++ by Conan: what its cache holds, and what projects lock and ask for (docs.conan.io,
// "conan.lock", "conanfile.txt"; conaninfo.txt of Conan 1; cache.sqlite3 of Conan 2).
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"
#include "format/sqlite/sqlite.h"

// "name/version[@user/channel][#revision[%time]][:package]". What has no exact version, such as
// "name/[>=1.2]" and "name/1.2.Z", is no package.
static bool add_reference(struct list *packages, span reference)
{
    reference = span_trim(reference);
    size_t end = 0;
    while (end < reference.len && span_find(S("@#:% "), reference.ptr[end]) == SPAN_NONE)
        end++;
    span version = span_first(reference, end);
    span name = span_cut(&version, '/');
    if (name.len == 0 || version.len == 0 || version.ptr[0] == '[' ||
        span_ends_with(version, S(".Z")) || span_ends_with(version, S(".Y.Z")))
        return true;
    struct package *added = LIST_ADD(packages, struct package);
    if (added)
        *added = (struct package){.type = S("conan"), .name = name, .version = version};
    return added;
}

// ---------------------------------------------------------------- conan.lock

// Nodes of Conan 1: those with the context "build" are tools.
static void add_nodes(struct list *packages, const struct json *nodes)
{
    struct json_member member = {0};
    while (json_next(nodes, &member)) {
        bool is_tool = span_equal(json_get_text(member.value, "context"), S("build"));
        if (!is_tool && !add_reference(packages, json_get_text(member.value, "ref")))
            return;
    }
}

static void add_requires(struct list *packages, const struct json *requires)
{
    for (size_t i = 0; i < json_count(requires); i++)
        if (!add_reference(packages, json_text(json_at(requires, i))))
            return;
}

static bool read_lock(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    if (!document)
        return true;
    struct list packages = inspection_found(inspection);
    add_requires(&packages, json_get(document, "requires"));
    add_nodes(&packages, json_get(json_get(document, "graph_lock"), "nodes"));
    return inspection_add_once(inspection, &packages, err);
}

// ---------------------------------------------------------------- conanfile.txt, conaninfo.txt

// The references in one section: a line each.
static void add_section(struct list *packages, span text, span section)
{
    bool inside = false;
    while (text.len) {
        span line = span_trim(span_cut_line(&text));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (line.ptr[0] == '[')
            inside = span_equal(line, section);
        else if (inside && !add_reference(packages, line))
            return;
    }
}

static bool read_conanfile(struct inspection *inspection, struct err *err)
{
    struct list packages = inspection_found(inspection);
    add_section(&packages, inspection->text, S("[requires]"));
    return inspection_add_once(inspection, &packages, err);
}

// data/NAME/VERSION/USER/CHANNEL/package/ID/conaninfo.txt: the package that lies there.
static void add_place(struct list *packages, span path)
{
    enum { VERSION = 5, NAME = 6, PARTS = 7 }; // from the end
    span parts[PARTS] = {0};
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = path_name(path);
        path = path_parent(path);
    }
    struct package *added = LIST_ADD(packages, struct package);
    if (added)
        *added =
            (struct package){.type = S("conan"), .name = parts[NAME], .version = parts[VERSION]};
}

// With what is linked into it.
static bool read_conaninfo(struct inspection *inspection, struct err *err)
{
    struct list packages = inspection_found(inspection);
    add_place(&packages, inspection->path);
    add_section(&packages, inspection->text, S("[full_requires]"));
    return inspection_add_once(inspection, &packages, err);
}

// ---------------------------------------------------------------- cache.sqlite3

struct conan_cache {
    struct inspection *inspection;
    struct list packages;
};

// packages (reference, rrev, pkgid, …): one row for each binary of each revision
static bool take_row(void *self, uint64_t id, span record, struct err *err)
{
    (void)id;
    struct conan_cache *cache = self;
    struct arena *scratch = cache->inspection->scratch;
    span reference = {0};
    if (!arena_span(scratch, sqlite_text(record, 0), &reference) ||
        !add_reference(&cache->packages, reference))
        return arena_err(scratch, err, "references");
    return true;
}

static void take_damage(void *self, const struct err *damage)
{
    const struct conan_cache *cache = self;
    inspection_damaged(cache->inspection, damage);
}

// Directories of the cache have names that say nothing: which package lies in which is only here.
static bool read_cache(struct inspection *inspection, struct err *err)
{
    struct conan_cache cache = {
        .inspection = inspection,
        .packages = inspection_found(inspection),
    };
    const struct sqlite_visitor visitor = {.self = &cache, .row = take_row, .damage = take_damage};
    struct err damage = {0};
    if (!sqlite_read(inspection->text, (span){0}, S("packages"), inspection->scratch, &visitor,
                     &damage) &&
        list_ok(&cache.packages))
        inspection_damaged(inspection, &damage);
    return inspection_add_once(inspection, &cache.packages, err);
}

static const struct cataloger catalogers[] = {
    {S("**/*/*/*/*/package/*/conaninfo.txt"), read_conaninfo, 0},
    {S("**/p/cache.sqlite3"), read_cache, 0},
    {S("**/conan.lock"), read_lock, CATALOG_DECLARED},
    {S("**/conanfile.txt"), read_conanfile, CATALOG_DECLARED},
};
const struct catalogers conan_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
