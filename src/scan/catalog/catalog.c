#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/classifier_inner.h"
#include "scan/catalog/executable_inner.h"

#include <stdlib.h>
#include <string.h>

struct catalog {
    struct catalog_options options;
    struct arena *mem;
    struct list by_path;            // of const struct cataloger *: the rows in use
    struct list by_start;           // the same
    const struct want_index *paths; // the patterns of by_path, in the same order
    struct patterns *programs;      // of the classifiers; null: this processor cannot
};

// One a line, so that branches that add one do not meet.
// clang-format off
static const struct catalogers *const tables[] = {
    &beam_catalogers,
    &cargo_catalogers,
    &classifier_catalogers,
    &conan_catalogers,
    &dart_catalogers,
    &debian_copyright_catalogers,
    &dotnet_catalogers,
    &executable_catalogers,
    &go_mod_catalogers,
    &haskell_catalogers,
    &homebrew_catalogers,
    &java_catalogers,
    &javascript_bun_binary_catalogers,
    &javascript_bun_catalogers,
    &javascript_catalogers,
    &javascript_deno_catalogers,
    &javascript_npm_catalogers,
    &javascript_pnpm_catalogers,
    &javascript_yarn_catalogers,
    &kernel_catalogers,
    &lua_catalogers,
    &maven_catalogers,
    &nix_catalogers,
    &nix_db_catalogers,
    &nuget_catalogers,
    &opam_catalogers,
    &opkg_catalogers,
    &pacman_catalogers,
    &perl_catalogers,
    &php_catalogers,
    &portage_catalogers,
    &prolog_catalogers,
    &python_archive_catalogers,
    &python_catalogers,
    &python_locks_catalogers,
    &python_requirements_catalogers,
    &r_catalogers,
    &release_catalogers,
    &ruby_catalogers,
    &ruby_lock_catalogers,
    &sbom_catalogers,
    &snap_catalogers,
    &swift_catalogers,
    &vcpkg_catalogers,
    &wordpress_catalogers,
};
// clang-format on

enum { TABLES = sizeof tables / sizeof *tables };

// ---------------------------------------------------------------- the rows in use

static bool is_used(const struct cataloger *row, const struct catalog_options *options)
{
    return options->declared || !(row->flags & CATALOG_DECLARED);
}

static bool choose_rows(struct catalog *catalog, struct err *err)
{
    list_init(&catalog->by_path, catalog->mem, sizeof(const struct cataloger *), SIZE_MAX);
    list_init(&catalog->by_start, catalog->mem, sizeof(const struct cataloger *), SIZE_MAX);
    for (size_t i = 0; i < TABLES; i++)
        for (size_t j = 0; j < tables[i]->count; j++) {
            const struct cataloger *row = &tables[i]->items[j];
            if (!is_used(row, &catalog->options))
                continue;
            struct list *list = row->flags & CATALOG_START ? &catalog->by_start : &catalog->by_path;
            const struct cataloger **added = LIST_ADD(list, const struct cataloger *);
            if (!added)
                return arena_err(catalog->mem, err, "catalog");
            *added = row;
        }
    return true;
}

static const struct cataloger *row_of(const struct list *rows, size_t index)
{
    return *LIST_AT(rows, const struct cataloger *, index);
}

static bool index_paths(struct catalog *catalog, struct err *err)
{
    size_t count = catalog->by_path.count;
    span *patterns = arena_array(catalog->mem, count, sizeof *patterns);
    if (!patterns)
        return arena_err(catalog->mem, err, "catalog");
    for (size_t i = 0; i < count; i++)
        patterns[i] = row_of(&catalog->by_path, i)->pattern;
    const struct wants wants = {.patterns = patterns, .count = count};
    return want_index_new(&wants, catalog->mem, &catalog->paths, err);
}

// A processor or a library that the patterns were not compiled for costs the classifiers, not the
// scan: they note it.
static bool open_programs(struct catalog *catalog, struct err *err)
{
    span compiled = span_of(classifier_anchors, classifier_anchors_len);
    struct err problem = {0};
    if (pattern_open(compiled, &catalog->programs, &problem) || problem.kind == ERR_UNSUPPORTED)
        return true;
    return err_copy(err, &problem);
}

bool catalog_new(const struct catalog_options *options, struct catalog **ret, struct err *err)
{
    struct catalog *catalog = calloc(1, sizeof *catalog);
    if (!catalog)
        return err_set(err, ERR_MEMORY, "no memory for a catalog");
    catalog->options = *options;
    catalog->mem = arena_new(options->limits->memory_bytes);
    if (!catalog->mem)
        (void)err_set(err, ERR_MEMORY, "no memory for a catalog");
    if (!catalog->mem || !choose_rows(catalog, err) || !index_paths(catalog, err) ||
        !open_programs(catalog, err)) {
        catalog_free(catalog);
        return false;
    }
    *ret = catalog;
    return true;
}

void catalog_free(struct catalog *catalog)
{
    if (!catalog)
        return;
    pattern_free(catalog->programs);
    arena_free(catalog->mem);
    free(catalog);
}

static const struct cataloger *row_for_path(const struct catalog *catalog, span path)
{
    size_t number = want_index_match(catalog->paths, path);
    return number == WANT_NONE ? NULL : row_of(&catalog->by_path, number);
}

static bool starts_like_a_row(const struct catalog *catalog, span start)
{
    for (size_t i = 0; i < catalog->by_start.count; i++)
        if (span_starts_with(start, row_of(&catalog->by_start, i)->pattern))
            return true;
    return false;
}

// ---------------------------------------------------------------- the port

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    return size > 0 && (starts_like_a_row(self, start) || row_for_path(self, path));
}

static bool considers_file(const void *self, span path, uint64_t size, uint32_t mode)
{
    const struct catalog *catalog = self;
    return size > 0 && (row_for_path(catalog, path) ||
                        (catalog->by_start.count && executable_is_possible(path, size, mode)));
}

static bool read_text(struct inspection *inspection)
{
    const struct content *content = inspection->content;
    struct err err = {0};
    if (content->size > inspection->limits->document_bytes) {
        notes_add(inspection->notes, NOTE_LIMIT, inspection->path,
                  "%llu bytes are more than is read", (unsigned long long)content->size);
        return false;
    }
    if (content_read(content, 0, content->size, inspection->scratch, &inspection->text, &err))
        return true;
    notes_add_err(inspection->notes, inspection->path, &err);
    return false;
}

static bool run_reader(struct inspection *inspection, const struct cataloger *row, struct err *err)
{
    if (!(row->flags & CATALOG_LARGE) && !inspection->text.len && !read_text(inspection))
        return true;
    return row->read(inspection, err) || err_add(err, "%s", quote(inspection->path).text);
}

// The first bytes once more: whoever asked has forgotten them.
static span start_of(const struct inspection *inspection)
{
    enum { START_BYTES = 64 };
    const struct content *content = inspection->content;
    uint64_t len = content->size < START_BYTES ? content->size : START_BYTES;
    span start = {0};
    struct err err = {0};
    if (!content_read(content, 0, len, inspection->scratch, &start, &err))
        notes_add_err(inspection->notes, inspection->path, &err);
    return start;
}

static bool run_readers(struct inspection *inspection, struct err *err)
{
    const struct catalog *catalog = inspection->catalog;
    const struct cataloger *named = row_for_path(catalog, inspection->path);
    if (named && !run_reader(inspection, named, err))
        return false;
    span start = catalog->by_start.count ? start_of(inspection) : (span){0};
    for (size_t i = 0; i < catalog->by_start.count; i++) {
        const struct cataloger *row = row_of(&catalog->by_start, i);
        if (span_starts_with(start, row->pattern) && !run_reader(inspection, row, err))
            return false;
    }
    return true;
}

// A list at its size. It grows in the scratch memory: most files hold one package, a layer may hold
// a hundred thousand of them.
static bool keep_list(const struct list *list, struct arena *mem, void **ret)
{
    *ret = list->count ? arena_array(mem, list->count, list->item_size) : NULL;
    if (*ret)
        memcpy(*ret, list->items, list->count * list->item_size);
    return *ret || list->count == 0;
}

static bool keep_insight(const struct inspection *inspection, const struct insight **ret,
                         struct err *err)
{
    const struct list *packages = inspection->packages;
    const struct list *defects = inspection->defects;
    const struct insight *insight = inspection->insight;
    *ret = NULL;
    if (packages->count == 0 && defects->count == 0 && !insight->binary &&
        insight->licenses.len == 0 && insight->project.len == 0 && insight->sums.len == 0)
        return true;
    struct insight *kept = ARENA_NEW(inspection->mem, struct insight);
    void *package_items = NULL;
    void *defect_items = NULL;
    if (!kept || !keep_list(packages, inspection->mem, &package_items) ||
        !keep_list(defects, inspection->mem, &defect_items))
        return arena_err(inspection->mem, err, "catalog");
    *kept = *insight;
    kept->packages = package_items;
    kept->package_count = packages->count;
    kept->defects = defect_items;
    kept->defect_count = defects->count;
    *ret = kept;
    return true;
}

static bool look(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err)
{
    const struct catalog *catalog = self;
    struct list packages = {0};
    struct list defects = {0};
    struct insight insight = {0};
    struct inspection inspection = {
        .catalog = catalog,
        .limits = catalog->options.limits,
        .programs = catalog->programs,
        .path = path,
        .content = content,
        .mem = mem,
        .scratch = scratch,
        .notes = notes,
        .packages = &packages,
        .defects = &defects,
        .insight = &insight,
    };
    list_init(&packages, scratch, sizeof(struct package), SIZE_MAX);
    list_init(&defects, scratch, sizeof(struct defect), SIZE_MAX);
    return run_readers(&inspection, err) && keep_insight(&inspection, ret, err);
}

struct inspector catalog_inspector(const struct catalog *catalog)
{
    return (struct inspector){
        .self = catalog, .wants = wants_file, .considers = considers_file, .look = look};
}
