// Packages that single files told of while their layers were read.
#include "scan/inventory/inventory_inner.h"

static bool add_packages(const struct file *file, bool removed, struct arena *mem,
                         struct list *packages, struct err *err)
{
    const struct insight *insight = file->insight;
    for (size_t i = 0; i < insight->package_count; i++) {
        struct package *package = LIST_ADD(packages, struct package);
        struct location *location = ARENA_NEW(mem, struct location);
        if (!package || !location)
            return arena_err(mem, err, "packages");
        *location = (struct location){.path = file->path, .layer = file->layer};
        *package = insight->packages[i];
        package->locations = location;
        package->location_count = 1;
        package->removed = removed;
    }
    return true;
}

bool insights_collect(const struct tree *tree, struct arena *mem, struct list *packages,
                      struct err *err)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].insight && !add_packages(&tree->files[i], false, mem, packages, err))
            return false;
    return true;
}

bool insights_gone(const struct tree *before, const struct tree *after, struct arena *mem,
                   struct list *packages, struct err *err)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct file *file = &before->files[i];
        if (!file->insight)
            continue;
        const struct file *now = tree_at(after, file->path);
        if (now && now->insight == file->insight)
            continue;
        if (!add_packages(file, true, mem, packages, err))
            return false;
    }
    return true;
}
