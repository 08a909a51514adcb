// Shows every regular file below a directory to the catalog and prints what it says of each:
// "path<TAB>type<TAB>name<TAB>version<TAB>licences". Notes go to standard error.
// usage: list_tree DIRECTORY [declared]
#include "os/os.h"
#include "scan/catalog/catalog.h"

#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { BUDGET = 1 << 30 };

static void print_packages(span path, const struct insight *insight)
{
    for (size_t i = 0; insight && i < insight->package_count; i++) {
        const struct package *package = &insight->packages[i];
        const span columns[] = {path, package->type, package->name, package->version,
                                package->licenses};
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            printf("%s%.*s", k ? "\t" : "", (int)columns[k].len, (const char *)columns[k].ptr);
        printf("\n");
    }
}

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, const struct note, i);
        fprintf(stderr, "%s: %.*s: %.*s\n", note_kind_name(note->kind), (int)note->location.len,
                (const char *)note->location.ptr, (int)note->text.len,
                (const char *)note->text.ptr);
    }
}

// True unless the catalog fails.
static bool show_file(const struct inspector *inspector, const struct limits *limits,
                      const char *file, span path, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(BUDGET);
    CLEANUP(os_unmap) struct os_map map = {0};
    struct notes notes;
    const struct insight *insight = NULL;
    if (!mem || !scratch)
        return err_set(err, ERR_MEMORY, "no memory");
    if (!os_map_file(file, &map, err))
        return false;
    notes_init(&notes, mem, limits);
    struct content content = content_of(map.bytes);
    if (!inspector->wants(inspector->self, path, map.bytes.len, span_first(map.bytes, 64)))
        return true;
    if (!inspector->look(inspector->self, path, &content, mem, scratch, &notes, &insight, err))
        return false;
    print_packages(path, insight);
    print_notes(&notes);
    return true;
}

static bool walk(FTS *tree, size_t root_length, const struct inspector *inspector,
                 const struct limits *limits, struct err *err)
{
    for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree)) {
        if (entry->fts_info != FTS_F || entry->fts_statp->st_size == 0)
            continue;
        span path = span_from(span_of_text(entry->fts_path), root_length + 1);
        if (!show_file(inspector, limits, entry->fts_accpath, path, err))
            return err_add(err, "%s", entry->fts_path);
    }
    return true;
}

int main(int argc, char **argv)
{
    struct limits limits = limits_default();
    struct catalog *catalog = NULL;
    struct err err = {0};
    if (argc < 2 || argc > 3)
        return 64;
    struct catalog_options options = {.limits = &limits, .declared = argc == 3};
    FTS *tree = fts_open((char *[]){argv[1], NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    bool ok = tree && catalog_new(&options, &catalog, &err);
    struct inspector inspector = catalog_inspector(catalog);
    ok = ok && walk(tree, strlen(argv[1]), &inspector, &limits, &err);
    catalog_free(catalog);
    if (tree)
        (void)fts_close(tree); // read only
    if (!ok)
        fprintf(stderr, "%s\n", err.text);
    return ok ? 0 : 1;
}
