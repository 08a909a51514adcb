// Which modules of Go programs are the programs: a statement about a program and a module in it is
// one about the module only there.
#include "suppress/suppress_inner.h"

// The golang packages of one name in one file.
struct module {
    struct known_package *known;
    uint64_t file;
    bool alone;  // there is but one of the name
    bool needed; // by the one in question
};

static uint64_t file_key(const struct package *package)
{
    if (package->location_count == 0)
        return 0;
    const struct location *location = &package->locations[0];
    return span_hash(location->path, location->layer);
}

static int compare_modules(const void *left, const void *right)
{
    const struct module *a = left;
    const struct module *b = right;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return span_compare(a->known->package->name, b->known->package->name);
}

// One for each name of each file, to the front; how many these are.
static size_t unite(struct module *modules, size_t count)
{
    size_t united = 0;
    for (size_t i = 0; i < count; i++) {
        if (united && compare_modules(&modules[united - 1], &modules[i]) == 0) {
            modules[united - 1].alone = false;
            continue;
        }
        modules[united] = modules[i];
        modules[united++].alone = true;
    }
    return united;
}

static void need(struct module *modules, size_t count, span name)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(modules[middle].known->package->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < count && span_equal(modules[low].known->package->name, name))
        modules[low].needed = true;
}

// The main module names all others that were linked. In a bill of materials of several programs
// nobody does, and so nothing is said of whose a module is.
static bool needs_all(struct module *modules, size_t count, const struct module *of)
{
    struct spans depends = of->known->package->depends;
    if (!of->alone || count < 2 || depends.count + 1 < count)
        return false;
    for (size_t i = 0; i < count; i++)
        modules[i].needed = &modules[i] == of;
    for (size_t i = 0; i < depends.count; i++)
        need(modules, count, depends.items[i]);
    for (size_t i = 0; i < count; i++)
        if (!modules[i].needed)
            return false;
    return true;
}

bool target_find_programs(struct target *target, struct arena *mem, struct err *err)
{
    size_t count = target->scan->bom.package_count;
    struct module *modules = arena_array(mem, count, sizeof *modules);
    size_t found = 0;
    if (!modules)
        return arena_err(mem, err, "programs");
    for (size_t i = 0; i < count; i++)
        if (span_equal(target->packages[i].package->type, S("golang")))
            modules[found++] = (struct module){
                .known = &target->packages[i],
                .file = file_key(target->packages[i].package),
            };
    sort_items(modules, found, sizeof *modules, compare_modules);
    found = unite(modules, found);
    for (size_t start = 0, end = 0; start < found; start = end) {
        while (end < found && modules[end].file == modules[start].file)
            end++;
        for (size_t i = start; i < end; i++)
            modules[i].known->is_program = needs_all(modules + start, end - start, &modules[i]);
    }
    return true;
}
