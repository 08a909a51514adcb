#include "scan/catalog/catalog_inner.h"

#include <stdlib.h>

struct catalog {
    struct catalog_options options;
    struct arena *mem;
    struct wants patterns;            // those of `readers`, in their order
    const struct cataloger **readers; // the rows in use
};

static const struct catalogers *const tables[] = {
    &beam_catalogers,   &conan_catalogers,   &dart_catalogers,     &dotnet_catalogers,
    &golang_catalogers, &haskell_catalogers, &homebrew_catalogers, &javascript_catalogers,
    &lua_catalogers,    &opam_catalogers,    &opkg_catalogers,     &portage_catalogers,
    &python_catalogers, &r_catalogers,       &snap_catalogers,     &swift_catalogers,
    &vcpkg_catalogers,
};

enum { TABLES = sizeof tables / sizeof *tables };

// ---------------------------------------------------------------- the rows in use

static bool is_used(const struct cataloger *row, const struct catalog_options *options)
{
    return options->declared || !(row->flags & CATALOG_DECLARED);
}

static size_t count_rows(void)
{
    size_t count = 0;
    for (size_t i = 0; i < TABLES; i++)
        count += tables[i]->count;
    return count;
}

static bool choose_rows(struct catalog *catalog, struct err *err)
{
    span *patterns = arena_array(catalog->mem, count_rows(), sizeof *patterns);
    catalog->readers = arena_array(catalog->mem, count_rows(), sizeof *catalog->readers);
    if (!patterns || !catalog->readers)
        return arena_err(catalog->mem, err, "catalog");
    size_t count = 0;
    for (size_t i = 0; i < TABLES; i++)
        for (size_t j = 0; j < tables[i]->count; j++) {
            const struct cataloger *row = &tables[i]->items[j];
            if (!is_used(row, &catalog->options))
                continue;
            patterns[count] = row->pattern;
            catalog->readers[count++] = row;
        }
    catalog->patterns = (struct wants){.patterns = patterns, .count = count};
    return true;
}

bool catalog_new(const struct catalog_options *options, struct catalog **ret, struct err *err)
{
    struct catalog *catalog = calloc(1, sizeof *catalog);
    if (!catalog)
        return err_set(err, ERR_MEMORY, "no memory for a catalog");
    catalog->options = *options;
    catalog->mem = arena_new(options->limits->memory_bytes);
    if (!catalog->mem || !choose_rows(catalog, err)) {
        catalog_free(catalog);
        return err_set(err, ERR_MEMORY, "no memory for a catalog");
    }
    *ret = catalog;
    return true;
}

void catalog_free(struct catalog *catalog)
{
    if (!catalog)
        return;
    arena_free(catalog->mem);
    free(catalog);
}

static const struct cataloger *reader_for(const struct catalog *catalog, span path)
{
    for (size_t i = 0; i < catalog->patterns.count; i++) {
        struct wants one = {.patterns = &catalog->patterns.patterns[i], .count = 1};
        if (wants_match(&one, path))
            return catalog->readers[i];
    }
    return NULL;
}

// ---------------------------------------------------------------- the port

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    (void)start;
    return size > 0 && reader_for(self, path);
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
    if (!(row->flags & CATALOG_LARGE) && !read_text(inspection))
        return true;
    return row->read(inspection, err) || err_add(err, "%s", quote(inspection->path).text);
}

static bool look(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err)
{
    const struct catalog *catalog = self;
    const struct cataloger *row = reader_for(catalog, path);
    struct list packages = {0};
    struct insight insight = {0};
    struct inspection inspection = {
        .catalog = catalog,
        .limits = catalog->options.limits,
        .path = path,
        .content = content,
        .mem = mem,
        .scratch = scratch,
        .notes = notes,
        .packages = &packages,
        .insight = &insight,
    };
    list_init(&packages, mem, sizeof(struct package), SIZE_MAX);
    if (row && !run_reader(&inspection, row, err))
        return false;
    *ret = NULL;
    if (packages.count == 0 && !insight.binary && insight.licenses.len == 0)
        return true;
    insight.packages = packages.items;
    insight.package_count = packages.count;
    struct insight *kept = ARENA_NEW(mem, struct insight);
    if (!kept)
        return arena_err(mem, err, "catalog");
    *kept = insight;
    *ret = kept;
    return true;
}

struct inspector catalog_inspector(const struct catalog *catalog)
{
    return (struct inspector){.self = catalog, .wants = wants_file, .look = look};
}
