#include "scan/inventory/inventory.h"

#include "scan/inventory/inventory_inner.h"

bool inventory_packages(const struct tree *tree, const struct distro *distro,
                        const struct limits *limits, struct arena *mem, struct notes *notes,
                        struct list *ret_packages, struct err *err)
{
    struct list records = {0};
    struct list packages = {0};
    list_init(&packages, mem, sizeof(struct package), SIZE_MAX);
    if (!records_collect(tree, limits, mem, notes, &records, err))
        return false;
    for (size_t i = 0; i < records.count; i++)
        if (!record_read(LIST_AT(&records, struct record, i), limits, mem, notes, &packages, err))
            return false;
    if (!packages_unite(&packages, mem, err))
        return false;
    packages_cap(&packages, limits, notes);
    if (!packages_identify(&packages, distro, mem, err))
        return false;
    *ret_packages = packages;
    return true;
}
