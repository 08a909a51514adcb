// Nix: the database of a store (libstore/schema.sql of Nix), which knows the paths that are valid
// and what they refer to. Its digests are of whole trees in Nix's own archive format: nothing that
// anyone else could compare, so they are left out.
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/nix_inner.h"

#include "format/sqlite/sqlite.h"

// ValidPaths (id integer primary key, path, hash, registrationTime, deriver, narSize, ultimate,
// sigs, ca)
enum valid_paths_column {
    PATHS_PATH = 1,
    PATHS_CONTENT_ADDRESS = 8,
};

// Refs (referrer, reference)
enum refs_column {
    REFS_REFERRER,
    REFS_REFERENCE,
};

struct store_path {
    uint64_t id;
    span name;
    span version;
};

struct reference {
    uint64_t from;
    uint64_t to;
};

struct store {
    struct inspection *inspection;
    struct list paths;      // of struct store_path: packages
    struct list references; // of struct reference
};

static bool take_reference(void *self, uint64_t id, span record, struct err *err)
{
    (void)id;
    struct store *store = self;
    struct reference reference = {0};
    if (!sqlite_number(record, REFS_REFERRER, &reference.from) ||
        !sqlite_number(record, REFS_REFERENCE, &reference.to) || reference.from == reference.to)
        return true;
    struct reference *added = LIST_ADD(&store->references, struct reference);
    if (!added)
        return arena_err(store->inspection->scratch, err, "references");
    *added = reference;
    return true;
}

// What is addressed by its content was not built: derivations, sources that were fetched, scripts.
static bool take_path(void *self, uint64_t id, span record, struct err *err)
{
    struct store *store = self;
    struct arena *scratch = store->inspection->scratch;
    struct store_path path = {.id = id};
    if (sqlite_text(record, PATHS_CONTENT_ADDRESS).len > 0 ||
        !nix_split(path_name(sqlite_text(record, PATHS_PATH)), &path.name, &path.version) ||
        span_ends_with(path.version, S(".drv")))
        return true;
    struct store_path *added = LIST_ADD(&store->paths, struct store_path);
    if (!added || !arena_span(scratch, path.name, &path.name) ||
        !arena_span(scratch, path.version, &path.version))
        return arena_err(scratch, err, "store paths");
    *added = path;
    return true;
}

static void take_damage(void *self, const struct err *damage)
{
    const struct store *store = self;
    inspection_damaged(store->inspection, damage);
}

// False when memory is out. That a table cannot be read, or not to its end, is a note.
static bool read_table(struct store *store, span database, span table,
                       bool (*row)(void *, uint64_t, span, struct err *), struct err *err)
{
    const struct sqlite_visitor visitor = {.self = store, .row = row, .damage = take_damage};
    struct err problem = {0};
    if (sqlite_read(database, (span){0}, table, store->inspection->scratch, &visitor, &problem))
        return true;
    if (!list_ok(&store->paths) || !list_ok(&store->references))
        return err_copy(err, &problem);
    inspection_damaged(store->inspection, &problem);
    return true;
}

// ---------------------------------------------------------------- packages

static int compare_paths(const void *a, const void *b)
{
    const struct store_path *left = a;
    const struct store_path *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static int compare_references(const void *a, const void *b)
{
    const struct reference *left = a;
    const struct reference *right = b;
    int order = (left->from > right->from) - (left->from < right->from);
    return order != 0 ? order : (left->to > right->to) - (left->to < right->to);
}

static const struct store_path *find_path(const struct store *store, uint64_t id)
{
    size_t low = 0;
    for (size_t high = store->paths.count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (LIST_AT(&store->paths, struct store_path, middle)->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    const struct store_path *found =
        low < store->paths.count ? LIST_AT(&store->paths, struct store_path, low) : NULL;
    return found && found->id == id ? found : NULL;
}

// `next` is where in the references, which are sorted, those of this path or a later one begin.
static bool add_path(const struct store *store, const struct store_path *path, size_t *next,
                     struct err *err)
{
    struct candidate candidate =
        candidate_of(store->inspection, S("nix"), path->name, path->version);
    for (; *next < store->references.count; ++*next) {
        const struct reference *reference = LIST_AT(&store->references, struct reference, *next);
        if (reference->from > path->id)
            break;
        const struct store_path *to =
            reference->from == path->id ? find_path(store, reference->to) : NULL;
        if (to && !span_equal(to->name, path->name)) // another output of the same
            candidate_depend(&candidate, to->name);
    }
    return candidate_add(&candidate, err);
}

static bool add_paths(struct store *store, struct err *err)
{
    size_t next = 0;
    sort_items(store->paths.items, store->paths.count, sizeof(struct store_path), compare_paths);
    sort_items(store->references.items, store->references.count, sizeof(struct reference),
               compare_references);
    for (size_t i = 0; i < store->paths.count; i++)
        if (!add_path(store, LIST_AT(&store->paths, struct store_path, i), &next, err))
            return false;
    return true;
}

static bool read_database(struct inspection *inspection, struct err *err)
{
    struct store store = {
        .inspection = inspection,
        .paths = inspection_list(inspection, sizeof(struct store_path)),
        .references = inspection_list(inspection, sizeof(struct reference)),
    };
    span database = {0};
    struct err damage = {0};
    if (!content_read(inspection->content, 0, inspection->content->size, inspection->scratch,
                      &database, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    if (!read_table(&store, database, S("ValidPaths"), take_path, err))
        return false;
    return store.paths.count == 0 ||
           (read_table(&store, database, S("Refs"), take_reference, err) && add_paths(&store, err));
}

// One file at a time is looked into: what stands in the log only is not seen.
static bool note_log(struct inspection *inspection, struct err *err)
{
    (void)err;
    notes_add(inspection->notes, NOTE_UNSUPPORTED, inspection->path,
              "changes that have not reached the database are not read");
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/nix/var/nix/db/db.sqlite"), read_database, CATALOG_LARGE},
    {S("**/nix/var/nix/db/db.sqlite-wal"), note_log, CATALOG_LARGE},
};
const struct catalogers nix_db_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
