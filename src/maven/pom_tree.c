// The projects of one tree, and how they find each other.
#include "maven/maven_inner.h"
#include "model/model.h"

struct placed {
    span path;
    struct pom *pom;
};

struct pom_tree {
    const struct limits *limits;
    struct arena *mem;
    struct list placed;    // of struct placed, by path
    struct placed *by_raw; // by the coordinates that stand in the files
    struct placed *by_own; // by those that they come to
    uint64_t left;         // entries that may still be looked at
};

bool pom_tree_new(const struct limits *limits, struct arena *mem, struct pom_tree **ret,
                  struct err *err)
{
    struct pom_tree *tree = ARENA_NEW(mem, struct pom_tree);
    if (!tree)
        return arena_err(mem, err, "pom.xml");
    *tree = (struct pom_tree){.limits = limits, .mem = mem};
    tree->left = limits->packages > UINT64_MAX / 16 ? UINT64_MAX : limits->packages * 16;
    list_init(&tree->placed, mem, sizeof(struct placed), SIZE_MAX);
    *ret = tree;
    return true;
}

bool pom_tree_add(struct pom_tree *tree, span path, struct pom *pom, struct err *err)
{
    struct placed *placed = LIST_ADD(&tree->placed, struct placed);
    if (!placed)
        return arena_err(tree->mem, err, "pom.xml");
    *placed = (struct placed){.path = path, .pom = pom};
    return true;
}

// ---------------------------------------------------------------- look-ups

static int by_raw(const void *a, const void *b)
{
    return coordinates_compare(&((const struct placed *)a)->pom->raw,
                               &((const struct placed *)b)->pom->raw);
}

static int by_own(const void *a, const void *b)
{
    return coordinates_compare(&((const struct placed *)a)->pom->own,
                               &((const struct placed *)b)->pom->own);
}

// The first of those that are equal to `wanted`; null if none is.
static struct pom *find(const struct placed *items, size_t count, struct pom *wanted,
                        int (*compare)(const void *, const void *))
{
    const struct placed key = {.pom = wanted};
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&items[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && compare(&items[low], &key) == 0 ? items[low].pom : NULL;
}

struct pom *pom_tree_find(struct pom_tree *tree, const struct coordinates *coordinates)
{
    struct pom wanted = {.own = *coordinates};
    return find(tree->by_own, tree->placed.count, &wanted, by_own);
}

static struct pom *find_path(const struct pom_tree *tree, span path)
{
    size_t low = 0;
    size_t high = tree->placed.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(LIST_AT(&tree->placed, struct placed, middle)->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct placed *placed =
        low < tree->placed.count ? LIST_AT(&tree->placed, struct placed, low) : NULL;
    return placed && span_equal(placed->path, path) ? placed->pom : NULL;
}

// ---------------------------------------------------------------- parents

static bool find_beside(const struct pom_tree *tree, span path, span beside, span file,
                        struct pom **ret, struct err *err)
{
    struct text joined;
    span normal = {0};
    bool escapes = false;
    text_init(&joined, tree->mem, (size_t)tree->limits->path_bytes);
    text_add(&joined, path_parent(path));
    text_add_byte(&joined, '/');
    text_add(&joined, beside);
    text_add(&joined, file);
    *ret = NULL;
    if (!text_ok(&joined))
        return arena_left(tree->mem) > tree->limits->path_bytes ||
               arena_err(tree->mem, err, "pom.xml");
    if (!path_normalise(text_span(&joined), tree->limits, tree->mem, &normal, &escapes))
        return arena_err(tree->mem, err, "pom.xml");
    *ret = escapes ? NULL : find_path(tree, normal);
    return true;
}

// relativePath names the file, or the directory that it is in; without it, it is one level up.
static bool find_relative(const struct pom_tree *tree, const struct placed *placed,
                          struct pom **ret, struct err *err)
{
    const struct xml_node *node =
        xml_child(xml_child(placed->pom->project, "parent"), "relativePath");
    span beside = node ? xml_text(node) : S("..");
    *ret = NULL;
    if (beside.len == 0)
        return true;
    return find_beside(tree, placed->path, beside, (span){0}, ret, err) &&
           (*ret || find_beside(tree, placed->path, beside, S("/pom.xml"), ret, err));
}

// Would the chain of parents come back to its beginning, or not end at all?
static bool is_circle(const struct pom *pom, const struct pom *parent, uint64_t depth)
{
    for (; parent && parent != pom && depth; depth--)
        parent = parent->parent;
    return parent != NULL;
}

static bool link_one(const struct pom_tree *tree, const struct placed *placed, struct err *err)
{
    struct pom *pom = placed->pom;
    struct pom wanted = {.raw = pom->above};
    struct pom *parent = NULL;
    if (pom->above.artifact.len == 0)
        return true;
    if (!find_relative(tree, placed, &parent, err))
        return false;
    if (!parent || coordinates_compare(&parent->raw, &pom->above) != 0)
        parent = find(tree->by_raw, tree->placed.count, &wanted, by_raw);
    if (parent && !is_circle(pom, parent, tree->limits->depth))
        pom->parent = parent;
    return true;
}

static struct placed *sorted(const struct pom_tree *tree,
                             int (*compare)(const void *, const void *))
{
    size_t count = tree->placed.count;
    struct placed *items = arena_array(tree->mem, count, sizeof *items);
    for (size_t i = 0; items && i < count; i++)
        items[i] = *LIST_AT(&tree->placed, struct placed, i);
    if (items)
        sort_items(items, count, sizeof *items, compare);
    return items;
}

bool pom_tree_link(struct pom_tree *tree, struct err *err)
{
    tree->by_raw = sorted(tree, by_raw);
    if (!tree->by_raw)
        return arena_err(tree->mem, err, "pom.xml");
    for (size_t i = 0; i < tree->placed.count; i++)
        if (!link_one(tree, LIST_AT(&tree->placed, struct placed, i), err))
            return false;
    for (size_t i = 0; i < tree->placed.count; i++) {
        struct pom *pom = LIST_AT(&tree->placed, struct placed, i)->pom;
        if (!pom_expand_coordinates(pom, &pom->raw, tree->mem, &pom->own, err))
            return false;
    }
    tree->by_own = sorted(tree, by_own);
    return tree->by_own || arena_err(tree->mem, err, "pom.xml");
}

bool pom_tree_dependencies(struct pom_tree *tree, size_t index, struct arena *mem, struct list *ret,
                           struct err *err)
{
    const struct placed *placed = LIST_AT(&tree->placed, struct placed, index);
    struct evaluation evaluation = {
        .tree = tree, .mem = mem, .number = index + 1, .left = &tree->left};
    return pom_evaluate(&evaluation, placed->pom, ret, err);
}
