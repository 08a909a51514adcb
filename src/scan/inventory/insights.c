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

// ---------------------------------------------------------------- npm's list of a tree

// node_modules/.package-lock.json knows the digests of what npm put into the tree. Files may have
// been removed since: it adds to what they tell and tells nothing alone.
static bool is_list(const struct file *file)
{
    return span_equal(path_name(file->path), S(".package-lock.json"));
}

// The first package from `low` on that is not found before `path`: they come in the order of paths.
static size_t find_place(const struct list *packages, size_t low, span path)
{
    for (size_t high = packages->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        const struct package *package = LIST_AT(packages, struct package, middle);
        if (span_compare(package->locations[0].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void complete_package(const struct list *packages, size_t first, span path,
                             const struct package *listed)
{
    size_t at = find_place(packages, first, path);
    if (at == packages->count)
        return;
    struct package *package = LIST_AT(packages, struct package, at);
    if (span_equal(package->locations[0].path, path) && package_compare(package, listed) == 0 &&
        package->hashes.count == 0)
        package->hashes = listed->hashes;
}

static bool complete_tree(const struct file *list, struct arena *mem, struct list *packages,
                          size_t first, struct err *err)
{
    span root = path_parent(path_parent(list->path));
    struct text path;
    text_init(&path, mem, SIZE_MAX);
    for (size_t i = 0; i < list->insight->package_count; i++) {
        const struct package *listed = &list->insight->packages[i];
        path.len = 0;
        text_add(&path, root);
        text_add(&path, root.len ? S("/") : (span){0});
        text_add(&path, listed->member);
        text_add(&path, S("/package.json"));
        if (!text_ok(&path))
            return arena_err(mem, err, "packages");
        complete_package(packages, first, text_span(&path), listed);
    }
    return true;
}

// ---------------------------------------------------------------- .NET

// What libraries of .NET say of themselves counts where no NAME.deps.json speaks for the program:
// that one names what the host loads, from its own directory and from "runtimes" below it.
struct programs {
    struct list directories; // of span, sorted: those with such a file
};

static int compare_spans(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

static bool find_programs(const struct tree *tree, struct arena *mem, struct programs *ret,
                          struct err *err)
{
    struct list *directories = &ret->directories;
    list_init(directories, mem, sizeof(span), SIZE_MAX);
    for (size_t i = 0; i < tree->count; i++) {
        const struct file *file = &tree->files[i];
        if (!file->insight || !span_ends_with(file->path, S(".deps.json")))
            continue;
        span *directory = LIST_ADD(directories, span);
        if (!directory)
            return arena_err(mem, err, "packages");
        *directory = path_parent(file->path);
    }
    sort_items(directories->items, directories->count, sizeof(span), compare_spans);
    return true;
}

static bool has_program(const struct programs *programs, span directory)
{
    size_t low = 0;
    size_t high = programs->directories.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(*LIST_AT(&programs->directories, span, middle), directory) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < programs->directories.count &&
           span_equal(*LIST_AT(&programs->directories, span, low), directory);
}

// The directory that holds the last directory "runtimes" of the path; false if there is none.
static bool cut_runtimes(span path, span *ret)
{
    for (span at = path_parent(path); at.len; at = path_parent(at))
        if (span_equal(path_name(at), S("runtimes"))) {
            *ret = path_parent(at);
            return true;
        }
    return false;
}

// Only a library that names itself, by its version resource, has one package of this type in no
// member.
static bool is_told_by_program(const struct programs *programs, const struct file *file)
{
    const struct insight *insight = file->insight;
    span above = {0};
    if (programs->directories.count == 0 || insight->package_count != 1 ||
        !span_equal(insight->packages[0].type, S("nuget")) || insight->packages[0].member.len ||
        span_ends_with(file->path, S(".json")))
        return false;
    return has_program(programs, path_parent(file->path)) ||
           (cut_runtimes(file->path, &above) && has_program(programs, above));
}

// ---------------------------------------------------------------- all

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
    size_t first = packages->count;
    struct programs programs = {0};
    if (!find_programs(tree, mem, &programs, err))
        return false;
    reserve(tree, packages);
    for (size_t i = 0; i < tree->count; i++) {
        const struct file *file = &tree->files[i];
        if (file->insight && !is_list(file) && !is_told_already(packages, file) &&
            !is_told_by_program(&programs, file) && !add_packages(file, false, mem, packages, err))
            return false;
    }
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].insight && is_list(&tree->files[i]) &&
            !complete_tree(&tree->files[i], mem, packages, first, err))
            return false;
    return true;
}

bool insights_gone(const struct tree *before, const struct tree *after, struct arena *mem,
                   struct list *packages, struct err *err)
{
    struct programs programs = {0};
    if (!find_programs(before, mem, &programs, err))
        return false;
    for (size_t i = 0; i < before->count; i++) {
        const struct file *file = &before->files[i];
        if (!file->insight || is_list(file) || is_told_by_program(&programs, file))
            continue;
        const struct file *now = tree_at(after, file->path);
        if (now && now->insight == file->insight)
            continue;
        if (!add_packages(file, true, mem, packages, err))
            return false;
    }
    return true;
}
