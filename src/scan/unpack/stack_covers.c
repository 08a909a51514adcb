#include "scan/unpack/stack_inner.h"

// The hashes are of paths as they stand in the layer, which may lead through symbolic links. What
// lower layers have put there is hashed under its own path before the layer's files are applied.
// Afterwards, when its links are there, it is hashed under every other path that leads to it
// through a link which the layer has something below: covers.parents tells which links those are.

// Another way to a directory: what is below it is also below `path`.
struct way {
    span path;
    struct node *directory;
};

// What a hash can hit: a node, or a name that only rosters know.
struct target {
    struct node *node; // null: `name` in `directory`
    struct node *directory;
    span name;
};

struct lookup {
    struct stack *stack;
    const struct covers *covers;
    struct arena *mem;       // gone afterwards
    struct path_map parents; // of the layer: 1 when it was followed as a link
    struct path_map paths;   // that count: 1 + the number in `targets`
    struct list targets;     // of struct target
    struct list ways;        // of struct way: still to be gone
    uint64_t steps;
    bool changed;
};

static void lookup_close(struct lookup *lookup)
{
    arena_free(lookup->mem);
}

static bool lookup_init(struct lookup *lookup, struct err *err)
{
    lookup->mem = arena_new(lookup->stack->limits->memory_bytes);
    if (!lookup->mem)
        return err_set(err, ERR_MEMORY, "no memory for the layers");
    lookup->parents.mem = lookup->mem;
    lookup->paths.mem = lookup->mem;
    list_init(&lookup->targets, lookup->mem, sizeof(struct target), UINT32_MAX - 1);
    list_init(&lookup->ways, lookup->mem, sizeof(struct way), SIZE_MAX);
    return true;
}

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

static bool add_target(struct lookup *lookup, struct target target, uint64_t key, struct err *err)
{
    uint32_t *number = path_map_add(&lookup->paths, key);
    struct target *added = number ? LIST_ADD(&lookup->targets, struct target) : NULL;
    if (!added)
        return no_room(lookup, err);
    *added = target;
    *number = (uint32_t)lookup->targets.count;
    return true;
}

static bool join(struct lookup *lookup, span parent, span name, span *ret)
{
    struct text path;
    text_init(&path, lookup->mem, SIZE_MAX);
    text_reserve(&path, parent.len + 1 + name.len);
    text_add(&path, parent);
    if (parent.len)
        text_add_byte(&path, '/');
    text_add(&path, name);
    *ret = text_span(&path);
    return text_ok(&path);
}

// Whoever makes an image can lead many paths to one large directory.
static bool may_go_on(struct lookup *lookup)
{
    uint64_t most = lookup->stack->limits->cover_entries;
    if (lookup->steps == most)
        notes_add(lookup->stack->notes, NOTE_LIMIT, (span){0},
                  "too many symbolic links lead to the same files");
    return lookup->steps++ < most;
}

// The files of a directory that only a roster names, as they are called behind `path`.
static bool add_rostered(struct lookup *lookup, span path, struct node *directory,
                         const struct roster_directory *roster, struct err *err)
{
    for (size_t i = 0; i < roster->count && may_go_on(lookup); i++) {
        struct target target = {.directory = directory, .name = roster->files[i].name};
        span name = {0};
        const struct node *child = stack_child(lookup->stack, directory, target.name);
        if (child && child->present)
            continue;
        if (!join(lookup, path, target.name, &name))
            return no_room(lookup, err);
        if (!add_target(lookup, target, path_key(name, lookup->covers->key), err))
            return false;
    }
    return true;
}

static bool is_symlink(const struct node *node)
{
    return !node_is_directory(node) && node->file->type == FILE_SYMLINK;
}

// Where a path leads that the layer has something below: to the directory itself, or along a link.
static struct node *destination(struct stack *stack, struct node *node)
{
    span target = {0};
    if (node_is_directory(node))
        return node;
    bool leads = is_symlink(node) &&
                 path_resolve(node->path, node->file->link, stack->limits, stack->mem, &target);
    return leads ? stack_walk(stack, target) : NULL;
}

// Each way is gone once, and only where the layer has something below it.
static bool add_way(struct lookup *lookup, struct node *node, span path, uint64_t key,
                    struct err *err)
{
    uint32_t *gone = path_map_at(&lookup->parents, key);
    if (!gone || *gone)
        return true;
    *gone = 1;
    struct node *directory = destination(lookup->stack, node);
    struct way *way = directory ? LIST_ADD(&lookup->ways, struct way) : NULL;
    if (way)
        *way = (struct way){.path = path, .directory = directory};
    return way || !directory || no_room(lookup, err);
}

static bool go(struct lookup *lookup, struct way way, struct err *err)
{
    for (struct node *child = way.directory->children; child; child = child->sibling) {
        span path = {0};
        if (!child->present)
            continue;
        if (!may_go_on(lookup))
            return true;
        if (!join(lookup, way.path, child->name, &path))
            return no_room(lookup, err);
        uint64_t key = path_key(path, lookup->covers->key);
        if (!add_target(lookup, (struct target){.node = child}, key, err) ||
            !add_way(lookup, child, path, key, err))
            return false;
    }
    for (struct contribution *at = way.directory->rosters; at; at = at->next)
        if (!add_rostered(lookup, way.path, way.directory, at->directory, err))
            return false;
    return true;
}

static bool go_all_ways(struct lookup *lookup, struct err *err)
{
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
    const uint32_t *number = path_map_at(&lookup->paths, hash & ~UINT64_C(1));
    if (!number)
        return true;
    struct stack *stack = lookup->stack;
    const struct target *target = LIST_AT(&lookup->targets, struct target, *number - 1);
    struct node *node = target->node;
    bool is_directory = hash & 1;
    if (node && (!node->present || node->layer == stack->layer ||
                 (is_directory && node_is_directory(node))))
        return true;
    if (!node)
        node = stack_add_child(stack, target->directory, target->name);
    if (!node)
        return arena_err(stack->mem, err, "merge");
    stack_remove(stack, node);
    node->present = is_directory;
    node->file = NULL;
    lookup->changed = true;
    return true;
}

// A roster that came by another path: entries by this one may be on no roster.
static bool add_foreign_rosters(struct lookup *lookup, struct node *node, struct err *err)
{
    for (struct contribution *at = node->rosters; at; at = at->next)
        if (!span_equal(at->directory->path, node->path) &&
            !add_rostered(lookup, node->path, node, at->directory, err))
            return false;
    return true;
}

static bool push(struct lookup *lookup, struct node *directory, struct err *err)
{
    struct way *way = LIST_ADD(&lookup->ways, struct way);
    if (!way)
        return no_room(lookup, err);
    *way = (struct way){.path = directory->path, .directory = directory};
    return true;
}

// What is in a directory; its directories are looked into only if the layer has something there.
static bool add_children(struct lookup *lookup, struct node *directory, struct err *err)
{
    for (struct node *child = directory->children; child; child = child->sibling) {
        uint64_t key = path_key(child->path, lookup->covers->key);
        if (!child->present)
            continue;
        if (!add_target(lookup, (struct target){.node = child}, key, err))
            return false;
        bool is_on_way = node_is_directory(child) && path_map_at(&lookup->parents, key);
        if (is_on_way && !push(lookup, child, err))
            return false;
    }
    return add_foreign_rosters(lookup, directory, err);
}

// Everything that the layer can hit under the path that it has.
static bool add_own_paths(struct lookup *lookup, struct err *err)
{
    if (!push(lookup, lookup->stack->root, err))
        return false;
    while (lookup->ways.count) {
        struct node *directory =
            LIST_AT(&lookup->ways, struct way, lookup->ways.count - 1)->directory;
        lookup->ways.count--;
        if (!add_children(lookup, directory, err))
            return false;
    }
    return true;
}

// In this order a link that the layer has replaced leads nowhere.
static bool find_links(struct lookup *lookup, struct err *err)
{
    const struct list *nodes = &lookup->stack->nodes;
    size_t count = nodes->count; // walking along links may add to them
    for (size_t i = 0; i < count; i++) {
        struct node *node = *LIST_AT(nodes, struct node *, i);
        if (!node->present || !is_symlink(node))
            continue;
        uint64_t key = path_key(node->path, lookup->covers->key);
        if (path_map_at(&lookup->parents, key) && node_is_reachable(node) &&
            !add_way(lookup, node, node->path, key, err))
            return false;
    }
    return true;
}

bool stack_apply_covers(struct stack *stack, const struct covers *covers, struct err *err)
{
    CLEANUP(lookup_close) struct lookup lookup = {.stack = stack, .covers = covers};
    if (stack->layer == 0 || covers->entries.count == 0)
        return true;
    if (!lookup_init(&lookup, err))
        return false;
    return each_hash(&lookup, covers->parents, add_parent, err) && add_own_paths(&lookup, err) &&
           each_hash(&lookup, covers->entries, cover, err);
}

bool stack_apply_linked_covers(struct stack *stack, const struct covers *covers, bool *ret_changed,
                               struct err *err)
{
    CLEANUP(lookup_close) struct lookup lookup = {.stack = stack, .covers = covers};
    *ret_changed = false;
    if (stack->layer == 0 || covers->entries.count == 0)
        return true;
    if (!lookup_init(&lookup, err) || !each_hash(&lookup, covers->parents, add_parent, err) ||
        !find_links(&lookup, err) || !go_all_ways(&lookup, err))
        return false;
    if (lookup.targets.count && !each_hash(&lookup, covers->entries, cover, err))
        return false;
    *ret_changed = lookup.changed;
    return true;
}
