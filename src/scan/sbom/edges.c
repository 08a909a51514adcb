// What needs what: documents link references, a bom has the names of what a package needs.
#include "scan/sbom/sbom_inner.h"

bool edge_add(struct reading *reading, span from, span to, struct err *err)
{
    struct edge *edge = LIST_ADD(&reading->edges, struct edge);
    if (!edge)
        return arena_err(reading->mem, err, "dependencies");
    *edge = (struct edge){.from = from, .to = to};
    return true;
}

// ---------------------------------------------------------------- looking up

static int compare_refs(const void *a, const void *b)
{
    return span_compare(((const struct ref *)a)->name, ((const struct ref *)b)->name);
}

// Its place in reading->packages; SIZE_MAX for what is no package.
static size_t package_of(const struct reading *reading, span name)
{
    size_t low = 0;
    size_t high = reading->refs.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(LIST_AT(&reading->refs, struct ref, middle)->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == reading->refs.count)
        return SIZE_MAX;
    const struct ref *ref = LIST_AT(&reading->refs, struct ref, low);
    return span_equal(ref->name, name) ? ref->package : SIZE_MAX;
}

static void sort_refs(struct reading *reading)
{
    struct list *refs = &reading->refs;
    if (refs->count == 0)
        return;
    sort_items(refs->items, refs->count, refs->item_size, compare_refs);
    for (size_t i = 1; i < refs->count; i++)
        reading->odd[ODD_REF] += compare_refs(list_at(refs, i - 1), list_at(refs, i)) == 0;
}

// ---------------------------------------------------------------- names

struct need {
    size_t package; // its place in reading->packages
    span name;      // of what it needs
};

static int compare_needs(const void *a, const void *b)
{
    const struct need *left = a;
    const struct need *right = b;
    int order = (left->package > right->package) - (left->package < right->package);
    return order != 0 ? order : span_compare(left->name, right->name);
}

// Of another type means nothing: a name is one of its ecosystem.
static bool list_needs(struct reading *reading, struct list *ret)
{
    const struct package *packages = reading->packages.items;
    list_init(ret, reading->mem, sizeof(struct need), SIZE_MAX);
    for (size_t i = 0; i < reading->edges.count; i++) {
        const struct edge *edge = LIST_AT(&reading->edges, struct edge, i);
        size_t from = package_of(reading, edge->from);
        size_t to = package_of(reading, edge->to);
        if (from == SIZE_MAX || to == SIZE_MAX || from == to ||
            !span_equal(packages[from].type, packages[to].type))
            continue;
        struct need *need = LIST_ADD(ret, struct need);
        if (need)
            *need = (struct need){.package = from, .name = packages[to].name};
    }
    if (ret->count)
        sort_items(ret->items, ret->count, ret->item_size, compare_needs);
    return list_ok(ret);
}

// The names from `start` on that one package needs, each once; returns where those of the next
// begin.
static size_t give_names(struct reading *reading, const struct list *needs, size_t start,
                         span *names)
{
    const struct need *first = LIST_AT(needs, struct need, start);
    struct package *packages = reading->packages.items;
    struct package *package = &packages[first->package];
    size_t count = 0;
    size_t end = start;
    for (; end < needs->count; end++) {
        const struct need *need = LIST_AT(needs, struct need, end);
        if (need->package != first->package)
            break;
        if (count == 0 || !span_equal(names[count - 1], need->name))
            names[count++] = need->name;
    }
    package->depends = (struct spans){.items = names, .count = count};
    return end;
}

bool edges_resolve(struct reading *reading, struct err *err)
{
    struct list needs;
    sort_refs(reading);
    if (!list_needs(reading, &needs))
        return arena_err(reading->mem, err, "dependencies");
    span *names = arena_array(reading->mem, needs.count, sizeof *names);
    if (!names)
        return arena_err(reading->mem, err, "dependencies");
    for (size_t start = 0; start < needs.count;)
        start = give_names(reading, &needs, start, names + start);
    return true;
}
