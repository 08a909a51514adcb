// Executables and libraries that no package of the distribution brought: what they say of
// themselves is all that there is to know them by.
#include "scan/inventory/inventory_inner.h"

static bool is_listed(const struct bom *bom, const struct listing *listing, span path)
{
    size_t count = 0;
    const struct listed_file *files = listing_at(listing, path, &count);
    for (size_t i = 0; i < count; i++)
        if (files[i].package != LISTED_BY_NO_PACKAGE &&
            package_is_of_system(&bom->packages[files[i].package]))
            return true;
    return false;
}

bool inventory_binaries(const struct tree *tree, const struct listing *listing, struct arena *mem,
                        struct bom *bom, struct err *err)
{
    struct list found = {0};
    list_init(&found, mem, sizeof(struct found_binary), SIZE_MAX);
    for (size_t i = 0; i < tree->count; i++) {
        const struct file *file = &tree->files[i];
        if (!file->insight || !file->insight->binary || is_listed(bom, listing, file->path))
            continue;
        struct found_binary *binary = LIST_ADD(&found, struct found_binary);
        if (!binary)
            return arena_err(mem, err, "binaries");
        *binary = (struct found_binary){
            .location = {.path = file->path, .layer = file->layer},
            .binary = *file->insight->binary,
        };
    }
    bom->binaries = found.items;
    bom->binary_count = found.count;
    return true;
}
