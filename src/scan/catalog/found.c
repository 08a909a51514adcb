#include "scan/catalog/catalog_inner.h"

struct list inspection_list(const struct inspection *inspection, size_t item_size)
{
    struct list list = {0};
    list_init(&list, inspection->scratch, item_size, SIZE_MAX);
    return list;
}

struct list inspection_found(const struct inspection *inspection)
{
    struct list list = {0};
    list_init(&list, inspection->scratch, sizeof(struct package),
              (size_t)inspection->limits->packages);
    return list;
}

static int compare_packages(const void *a, const void *b)
{
    return package_compare(a, b);
}

bool inspection_add_once(struct inspection *inspection, struct list *found, struct err *err)
{
    if (!list_ok(found) && found->count < found->max)
        return arena_err(inspection->scratch, err, "packages");
    if (!list_ok(found))
        notes_add(inspection->notes, NOTE_LIMIT, inspection->path,
                  "only the first %zu packages are read", found->count);
    const struct package *packages = found->items;
    sort_items(found->items, found->count, sizeof *packages, compare_packages);
    (void)list_reserve(inspection->packages, found->count); // growing would take three times that
    for (size_t i = 0; i < found->count; i++) {
        if (i > 0 && package_compare(&packages[i - 1], &packages[i]) == 0)
            continue;
        if (!inspection_add(inspection, &packages[i], err))
            return false;
    }
    return true;
}
