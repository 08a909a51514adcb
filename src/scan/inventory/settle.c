#include "scan/inventory/inventory_inner.h"

#include <string.h>

// Packages of one owner, or of none, that are equal in all that tells packages apart.
static bool is_same(const struct package *a, const struct package *b)
{
    return package_compare(a, b) == 0 && a->removed == b->removed && span_equal(a->owner, b->owner);
}

// The number of the first package from `from` on that is not equal in type, name, version and arch.
static size_t end_of_run(const struct bom *bom, size_t from)
{
    size_t end = from + 1;
    while (end < bom->package_count &&
           package_compare(&bom->packages[from], &bom->packages[end]) == 0)
        end++;
    return end;
}

static bool is_place(const struct location *a, const struct location *b)
{
    return a->layer == b->layer && span_equal(a->path, b->path);
}

// A lock file may name a package more than once. Packages come sorted by location, so that the last
// one tells.
static bool join_locations(struct package *package, const struct package *from, struct list *all,
                           struct err *err)
{
    for (size_t i = 0; i < from->location_count; i++) {
        const struct location *last =
            all->count ? LIST_AT(all, struct location, all->count - 1) : NULL;
        if (last && is_place(last, &from->locations[i]))
            continue;
        struct location *location = LIST_ADD(all, struct location);
        if (!location)
            return arena_err(all->mem, err, "packages");
        *location = from->locations[i];
    }
    package->locations = all->items;
    package->location_count = all->count;
    return true;
}

// Of several records of a package one may know what the others do not: npm's list of a tree has the
// digests, a package's own manifest its licence.
static void complete(struct package *package, const struct package *from)
{
    if (package->licenses.len == 0)
        package->licenses = from->licenses;
    if (package->hashes.count == 0)
        package->hashes = from->hashes;
    if (package->depends.count == 0)
        package->depends = from->depends;
}

// Moves the package to `to` and takes in all equal ones of its run, whose entries in `map` show
// that they are taken.
static bool settle_one(struct bom *bom, size_t at, size_t end, size_t to, uint32_t *map,
                       struct arena *mem, struct err *err)
{
    struct list all = {0};
    struct package settled = bom->packages[at];
    list_init(&all, mem, sizeof(struct location), SIZE_MAX);
    for (size_t i = at; i < end; i++) {
        if (map[i] != UINT32_MAX || !is_same(&bom->packages[i], &bom->packages[at]))
            continue;
        map[i] = (uint32_t)to;
        complete(&settled, &bom->packages[i]);
        if (!join_locations(&settled, &bom->packages[i], &all, err))
            return false;
    }
    bom->packages[to] = settled;
    return true;
}

bool inventory_settle(struct bom *bom, struct arena *mem, const uint32_t **ret_map, struct err *err)
{
    uint32_t *map = arena_array(mem, bom->package_count, sizeof *map);
    size_t kept = 0;
    if (!map)
        return arena_err(mem, err, "packages");
    memset(map, 0xff, bom->package_count * sizeof *map);
    for (size_t at = 0, end = 0; at < bom->package_count; at = end) {
        end = end_of_run(bom, at);
        for (size_t i = at; i < end; i++)
            if (map[i] == UINT32_MAX && !settle_one(bom, i, end, kept++, map, mem, err))
                return false;
    }
    bom->package_count = kept;
    *ret_map = map;
    return true;
}
