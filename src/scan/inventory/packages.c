#include "scan/inventory/inventory_inner.h"

// Gives the first of `count` equal packages the locations of all, a path once.
static bool join_locations(struct package *packages, size_t count, struct arena *mem,
                           struct err *err)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += packages[i].location_count;
    struct location *all = arena_array(mem, total, sizeof *all);
    if (!all)
        return arena_err(mem, err, "packages");
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < packages[i].location_count; j++)
            if (used == 0 || !span_equal(all[used - 1].path, packages[i].locations[j].path))
                all[used++] = packages[i].locations[j];
    packages[0].locations = all;
    packages[0].location_count = used;
    return true;
}

bool packages_unite(struct list *packages, struct arena *mem, struct err *err)
{
    struct package *items = packages->items;
    struct bom bom = {.packages = items, .package_count = packages->count};
    bom_sort(&bom);
    size_t kept = 0;
    for (size_t i = 0, next = 0; i < packages->count; i = next) {
        for (next = i + 1; next < packages->count; next++)
            if (package_compare(&items[i], &items[next]) != 0)
                break;
        if (next - i > 1 && !join_locations(&items[i], next - i, mem, err))
            return false;
        items[kept++] = items[i];
    }
    packages->count = kept;
    return true;
}

void packages_cap(struct list *packages, const struct limits *limits, struct notes *notes)
{
    if (packages->count <= limits->packages)
        return;
    notes_add(notes, NOTE_LIMIT, S("/"), "%zu packages: only %llu are kept", packages->count,
              (unsigned long long)limits->packages);
    packages->count = (size_t)limits->packages;
}

bool packages_identify(const struct list *packages, const struct distro *distro, struct arena *mem,
                       struct err *err)
{
    for (size_t i = 0; i < packages->count; i++)
        if (!package_identify(LIST_AT(packages, struct package, i), distro, mem))
            return arena_err(mem, err, "package identifiers");
    return true;
}

static int compare_pointers(const void *a, const void *b)
{
    const struct package *left = *(const struct package *const *)a;
    const struct package *right = *(const struct package *const *)b;
    int order = package_compare(left, right);
    if (order != 0 || left->location_count == 0 || right->location_count == 0)
        return order;
    return span_compare(left->locations[0].path, right->locations[0].path);
}

bool packages_sort(struct list *packages, struct arena *mem, struct err *err)
{
    size_t count = packages->count;
    const struct package **order = arena_array(mem, count, sizeof *order);
    struct list sorted = {0};
    list_init(&sorted, mem, sizeof(struct package), packages->max);
    if (!order || !list_reserve(&sorted, count))
        return arena_err(mem, err, "packages");
    for (size_t i = 0; i < count; i++)
        order[i] = LIST_AT(packages, struct package, i);
    sort_items(order, count, sizeof *order, compare_pointers);
    for (size_t i = 0; i < count; i++)
        *LIST_ADD(&sorted, struct package) = *order[i];
    *packages = sorted;
    return true;
}
