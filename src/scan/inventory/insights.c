// Packages that single files told of while their layers were read.
#include "scan/inventory/inventory_inner.h"

static bool add_packages(const struct file *file, bool removed, struct arena *mem,
                         struct list *packages, struct err *err)
{
    const struct insight *insight = file->insight;
    struct location *locations = arena_array(mem, insight->package_count, sizeof *locations);
    for (size_t i = 0; i < insight->package_count; i++) {
        struct package *package = LIST_ADD(packages, struct package);
        if (!package || !locations)
            return arena_err(mem, err, "packages");
        struct location *location = &locations[i];
        *location = (struct location){.path = file->path, .layer = file->layer};
        *package = insight->packages[i];
        package->locations = location;
        package->location_count = 1;
        package->removed = removed;
        // Whoever builds a language's package builds it from its own source.
        if (package->source_name.len == 0) {
            package->source_name = package->name;
            package->source_version = package->version;
        }
    }
    return true;
}

// The first three components: nix/store/HASH-NAME-VERSION.
static span store_path(span path)
{
    size_t slashes = 0;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/' && ++slashes == 3)
            return span_first(path, i);
    return path;
}

// Many files of one store path of Nix tell that it is a package. They stand side by side.
static bool is_told_already(const struct list *packages, const struct file *file)
{
    if (packages->count == 0 || file->insight->package_count != 1 ||
        !span_equal(file->insight->packages[0].type, S("nix")))
        return false;
    const struct package *last = LIST_AT(packages, struct package, packages->count - 1);
    return package_compare(last, &file->insight->packages[0]) == 0 &&
           span_equal(store_path(last->locations[0].path), store_path(file->path));
}

// A list that doubles in an arena holds three times what is in it.
static void reserve(const struct tree *tree, struct list *packages)
{
    size_t count = 0;
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].insight)
            count += tree->files[i].insight->package_count;
    (void)list_reserve(packages, count); // growing tells whether there is memory
}

bool insights_collect(const struct tree *tree, struct arena *mem, struct list *packages,
                      struct err *err)
{
    reserve(tree, packages);
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].insight && !is_told_already(packages, &tree->files[i]) &&
            !add_packages(&tree->files[i], false, mem, packages, err))
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
