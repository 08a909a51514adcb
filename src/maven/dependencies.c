// What a project needs at run time: its own dependencies and those of its parents, with what
// dependencyManagement, in these files and in those that they import, says of versions and scopes.
#include "maven/maven_inner.h"

static struct declared read_declared(const struct xml_node *node)
{
    return (struct declared){
        .coordinates = pom_raw_coordinates(node),
        .type = xml_child_text(node, "type"),
        .classifier = xml_child_text(node, "classifier"),
        .scope = xml_child_text(node, "scope"),
        .optional = span_equal(xml_child_text(node, "optional"), S("true")),
    };
}

// Takes one entry off what may still be looked at. ERR_LIMIT where many files ask for too much.
static bool spend(const struct evaluation *evaluation, struct err *err)
{
    if (*evaluation->left == 0)
        return err_set(err, ERR_LIMIT, "pom.xml: too many dependencies in one tree");
    --*evaluation->left;
    return true;
}

// The entries of one element, with values as `pom` knows them.
static bool add_entries(const struct evaluation *evaluation, const struct pom *pom,
                        const struct xml_node *node, struct list *list, struct err *err)
{
    const struct xml_node *entry = xml_child(xml_child(node, "dependencies"), "dependency");
    for (; entry; entry = xml_again(entry)) {
        struct declared found = read_declared(entry);
        if (!spend(evaluation, err) ||
            !pom_expand_coordinates(pom, &found.coordinates, evaluation->mem, &found.coordinates,
                                    err))
            return false;
        struct declared *added = LIST_ADD(list, struct declared);
        if (!added)
            return arena_err(evaluation->mem, err, "pom.xml");
        *added = found;
    }
    return true;
}

// Those of the element `name` (null: of the base itself) in all that a file takes from.
static bool add_all_entries(const struct evaluation *evaluation, const struct pom *pom,
                            const struct pom *file, const char *name, struct list *list,
                            struct err *err)
{
    for (size_t i = 0; i < file->bases.count; i++) {
        const struct xml_node *base = pom_base(file, i);
        if (!add_entries(evaluation, pom, name ? xml_child(base, name) : base, list, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- what is managed

static int compare_names(const struct coordinates *a, const struct coordinates *b)
{
    int order = span_compare(a->group, b->group);
    return order != 0 ? order : span_compare(a->artifact, b->artifact);
}

static int compare_managed(const void *a, const void *b)
{
    return compare_names(&((const struct declared *)a)->coordinates,
                         &((const struct declared *)b)->coordinates);
}

static bool is_import(const struct declared *declared)
{
    return span_equal(declared->scope, S("import"));
}

// Adds what the project and its parents manage, nearest first, and then what they import. Imported
// files may import others; each counts once, where it is imported first.
static bool add_managed(const struct evaluation *evaluation, const struct pom *pom, uint64_t depth,
                        struct list *list, struct err *err)
{
    size_t first = list->count;
    for (const struct pom *at = pom; at; at = at->parent)
        if (!add_all_entries(evaluation, pom, at, "dependencyManagement", list, err))
            return false;
    size_t end = list->count;
    for (size_t i = first; evaluation->tree && depth && i < end; i++) {
        struct declared declared = *LIST_AT(list, struct declared, i);
        struct pom *other =
            is_import(&declared) ? pom_tree_find(evaluation->tree, &declared.coordinates) : NULL;
        if (!other || other->seen == evaluation->number)
            continue;
        other->seen = evaluation->number;
        if (!add_managed(evaluation, other, depth - 1, list, err))
            return false;
    }
    return true;
}

// The first entry of this name: what stands nearer, or is imported earlier, holds.
static const struct declared *find_managed(const struct list *managed,
                                           const struct coordinates *wanted)
{
    size_t low = 0;
    size_t high = managed->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(&LIST_AT(managed, struct declared, middle)->coordinates, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < managed->count; low++) {
        const struct declared *found = LIST_AT(managed, struct declared, low);
        if (compare_names(&found->coordinates, wanted) != 0)
            break;
        if (!is_import(found))
            return found;
    }
    return NULL;
}

// ---------------------------------------------------------------- what is needed

static bool is_for_run_time(span scope)
{
    return scope.len == 0 || span_equal(scope, S("compile")) || span_equal(scope, S("runtime"));
}

// "[1.2]" demands exactly 1.2 (POM reference, "Dependency Version Requirement Specification").
static span exact_version(span version)
{
    bool exact = span_starts_with(version, S("[")) && span_ends_with(version, S("]")) &&
                 span_find(version, ',') == SPAN_NONE;
    return exact ? span_trim(span_slice(version, 1, version.len - 2)) : version;
}

// What a project says again replaces what its parent said: the key of both is this.
static int compare_keys(const void *left, const void *right)
{
    const struct declared *a = left;
    const struct declared *b = right;
    int order = compare_names(&a->coordinates, &b->coordinates);
    if (order == 0)
        order = span_compare(a->type, b->type);
    return order != 0 ? order : span_compare(a->classifier, b->classifier);
}

static bool add_needed(const struct evaluation *evaluation, const struct declared *declared,
                       const struct list *managed, struct list *ret, struct err *err)
{
    struct coordinates found = declared->coordinates;
    span scope = declared->scope;
    const struct declared *rule = find_managed(managed, &found);
    if (rule && found.version.len == 0)
        found.version = rule->coordinates.version;
    if (rule && scope.len == 0)
        scope = rule->scope;
    if (!is_for_run_time(scope) || (declared->optional && !evaluation->tree))
        return true;
    found.version = exact_version(found.version);
    const struct coordinates *last =
        ret->count ? LIST_AT(ret, struct coordinates, ret->count - 1) : NULL;
    if (last && coordinates_compare(last, &found) == 0)
        return true;
    struct coordinates *added = LIST_ADD(ret, struct coordinates);
    if (!added)
        return arena_err(evaluation->mem, err, "pom.xml");
    *added = found;
    return true;
}

bool pom_evaluate(const struct evaluation *evaluation, const struct pom *pom, struct list *ret,
                  struct err *err)
{
    struct list managed = {0};
    struct list needed = {0};
    struct list list = {0};
    list_init(&managed, evaluation->mem, sizeof(struct declared), SIZE_MAX);
    list_init(&needed, evaluation->mem, sizeof(struct declared), SIZE_MAX);
    list_init(&list, evaluation->mem, sizeof(struct coordinates), SIZE_MAX);
    for (const struct pom *at = pom; at; at = at->parent)
        if (!add_all_entries(evaluation, pom, at, NULL, &needed, err))
            return false;
    if (needed.count && !add_managed(evaluation, pom, pom->limits->depth, &managed, err))
        return false;
    sort_items(managed.items, managed.count, sizeof(struct declared), compare_managed);
    sort_items(needed.items, needed.count, sizeof(struct declared), compare_keys);
    for (size_t i = 0; i < needed.count; i++) {
        const struct declared *declared = LIST_AT(&needed, struct declared, i);
        if (i && compare_keys(declared - 1, declared) == 0)
            continue;
        if (!add_needed(evaluation, declared, &managed, &list, err))
            return false;
    }
    *ret = list;
    return true;
}

bool pom_dependencies(const struct pom *pom, struct arena *mem, struct list *ret, struct err *err)
{
    uint64_t left = UINT64_MAX; // one file holds no more than its bytes
    struct evaluation evaluation = {.mem = mem, .left = &left};
    return pom_evaluate(&evaluation, pom, ret, err);
}
