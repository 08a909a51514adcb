#include "scan/unpack/stack_inner.h"

// The hashes are of paths as they stand in the layer, which may lead through symbolic links. What
// lower layers have put there is hashed under its own path, and under every other path that leads
// to it through a link which the layer has something below: covers.parents tells which those are.

// Another way to a directory: what is below it is also below `path`.
struct way {
    span path;
    struct node *directory;
};

struct lookup {
    struct stack *stack;
    const struct covers *covers;
    struct arena *mem;       // gone afterwards
    struct path_map parents; // of the layer: 1 when it was followed as a link
    struct path_map nodes;   // by every path that counts: 1 + the number in `found`
    struct list found;       // of struct node *
    struct list ways;        // of struct way: still to be gone
    uint64_t steps;
};

static bool no_room(const struct lookup *lookup, struct err *err)
{
    return arena_err(lookup->mem, err, "merge");
}

// ---------------------------------------------------------------- hashes

typedef bool take_hash(struct lookup *lookup, uint64_t hash, struct err *err);

static bool each_hash(struct lookup *lookup, struct spans blocks, take_hash *action,
                      struct err *err)
{
    for (size_t i = 0; i < blocks.count; i++) {
        reader r = reader_of(blocks.items[i]);
        while (r.rest.len)
            if (!action(lookup, read_u64le(&r), err))
                return false;
    }
    return true;
}

static bool add_parent(struct lookup *lookup, uint64_t hash, struct err *err)
{
    return path_map_add(&lookup->parents, hash) || no_room(lookup, err);
}

// ---------------------------------------------------------------- paths

static bool add_way(struct lookup *lookup, struct node *link, span path, uint64_t key,
                    struct err *err)
{
    uint32_t *followed = path_map_at(&lookup->parents, key);
    if (!followed || *followed)
        return true;
    *followed = 1;
    struct stack *stack = lookup->stack;
    span target = {0};
    if (!path_resolve(link->path, link->file->link, stack->limits, stack->mem, &target))
        return true; // too long to lead anywhere
    struct node *directory = stack_walk(stack, target);
    struct way *way = directory ? LIST_ADD(&lookup->ways, struct way) : NULL;
    if (way)
        *way = (struct way){.path = path, .directory = directory};
    return way || !directory || no_room(lookup, err);
}

static bool add_node(struct lookup *lookup, struct node *node, span path, uint64_t *ret_key,
                     struct err *err)
{
    uint64_t key = path_key(path, lookup->covers->key);
    uint32_t *number = path_map_add(&lookup->nodes, key);
    struct node **found = number ? LIST_ADD(&lookup->found, struct node *) : NULL;
    if (!found)
        return no_room(lookup, err);
    *found = node;
    *number = (uint32_t)lookup->found.count;
    *ret_key = key;
    bool is_link = !node_is_directory(node) && node->file->type == FILE_SYMLINK;
    return !is_link || add_way(lookup, node, path, key, err);
}

static bool join(struct lookup *lookup, span parent, span name, span *ret)
{
    struct text path;
    text_init(&path, lookup->mem, SIZE_MAX);
    text_add(&path, parent);
    text_add_byte(&path, '/');
    text_add(&path, name);
    *ret = text_span(&path);
    return text_ok(&path);
}

// Whoever makes an image can lead many paths to one large directory.
static bool may_go_on(struct lookup *lookup)
{
    if (lookup->steps++ < lookup->stack->limits->cover_entries)
        return true;
    if (lookup->steps == lookup->stack->limits->cover_entries + 1)
        notes_add(lookup->stack->notes, NOTE_LIMIT, (span){0},
                  "too many symbolic links lead to the same files");
    return false;
}

// Directories below in which the layer has something are ways of their own.
static bool go(struct lookup *lookup, struct way way, struct err *err)
{
    for (struct node *child = way.directory->children; child; child = child->sibling) {
        span path = {0};
        uint64_t key = 0;
        if (!child->present)
            continue;
        if (!may_go_on(lookup))
            return true;
        if (!join(lookup, way.path, child->name, &path))
            return no_room(lookup, err);
        if (!add_node(lookup, child, path, &key, err))
            return false;
        uint32_t *followed = path_map_at(&lookup->parents, key);
        if (!node_is_directory(child) || !followed || *followed)
            continue;
        *followed = 1;
        struct way *below = LIST_ADD(&lookup->ways, struct way);
        if (!below)
            return no_room(lookup, err);
        *below = (struct way){.path = path, .directory = child};
    }
    return true;
}

static bool find_paths(struct lookup *lookup, struct err *err)
{
    const struct list *nodes = &lookup->stack->nodes;
    size_t count = nodes->count; // walking along links may add to them
    for (size_t i = 0; i < count; i++) {
        struct node *node = *LIST_AT(nodes, struct node *, i);
        uint64_t key = 0;
        if (node_is_reachable(node) && !add_node(lookup, node, node->path, &key, err))
            return false;
    }
    while (lookup->ways.count) {
        struct way way = *LIST_AT(&lookup->ways, struct way, lookup->ways.count - 1);
        lookup->ways.count--;
        if (!go(lookup, way, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- covering

static bool cover(struct lookup *lookup, uint64_t hash, struct err *err)
{
    (void)err;
    const uint32_t *number = path_map_at(&lookup->nodes, hash & ~UINT64_C(1));
    if (!number)
        return true;
    struct stack *stack = lookup->stack;
    struct node *node = *LIST_AT(&lookup->found, struct node *, *number - 1);
    bool is_directory = hash & 1;
    if (!node->present || node->layer == stack->layer || (is_directory && node_is_directory(node)))
        return true;
    stack_remove(stack, node);
    node->present = is_directory;
    node->file = NULL;
    return true;
}

static bool apply(struct lookup *lookup, struct err *err)
{
    const struct covers *covers = lookup->covers;
    lookup->mem = arena_new(lookup->stack->limits->memory_bytes);
    if (!lookup->mem)
        return err_set(err, ERR_MEMORY, "no memory for the layers");
    lookup->parents.mem = lookup->mem;
    lookup->nodes.mem = lookup->mem;
    list_init(&lookup->found, lookup->mem, sizeof(struct node *), UINT32_MAX - 1);
    list_init(&lookup->ways, lookup->mem, sizeof(struct way), SIZE_MAX);
    return each_hash(lookup, covers->parents, add_parent, err) && find_paths(lookup, err) &&
           each_hash(lookup, covers->entries, cover, err);
}

static void lookup_close(struct lookup *lookup)
{
    arena_free(lookup->mem);
}

bool stack_apply_covers(struct stack *stack, const struct covers *covers, struct err *err)
{
    if (covers->entries.count == 0 || stack->nodes.count == 0)
        return true;
    CLEANUP(lookup_close) struct lookup lookup = {.stack = stack, .covers = covers};
    return apply(&lookup, err);
}

static bool leads_below_own_link(struct stack *stack, const struct extract *extract, bool *ret,
                                 struct err *err)
{
    CLEANUP(lookup_close)
    struct lookup lookup = {.stack = stack, .covers = &extract->covers};
    lookup.mem = arena_new(stack->limits->memory_bytes);
    if (!lookup.mem)
        return err_set(err, ERR_MEMORY, "no memory for the layers");
    lookup.parents.mem = lookup.mem;
    if (!each_hash(&lookup, extract->covers.parents, add_parent, err))
        return false;
    for (size_t i = 0; i < extract->files.count && !*ret; i++) {
        const struct file *file = LIST_AT(&extract->files, struct file, i);
        *ret = file->type == FILE_SYMLINK &&
               path_map_at(&lookup.parents, path_key(file->path, extract->covers.key));
    }
    return true;
}

bool stack_apply_linked_covers(struct stack *stack, const struct extract *extract, struct err *err)
{
    bool leads = false;
    if (stack->layer == 0 || extract->covers.entries.count == 0)
        return true;
    if (!leads_below_own_link(stack, extract, &leads, err))
        return false;
    return !leads || stack_apply_covers(stack, &extract->covers, err);
}
