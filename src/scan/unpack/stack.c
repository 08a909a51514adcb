#include "scan/unpack/stack_inner.h"

#include <string.h>

enum { SMALLEST_TABLE = 1024 };

// ---------------------------------------------------------------- nodes

static size_t bucket_of(const struct stack *stack, uint64_t inside, span name)
{
    uint64_t seed = stack->seed ^ inside * 0x9e3779b97f4a7c15u;
    return (size_t)(span_hash(name, seed) & (stack->bucket_count - 1));
}

struct node *stack_child(const struct stack *stack, const struct node *parent, span name)
{
    struct node *node = stack->buckets[bucket_of(stack, parent->inside, name)];
    while (node && !(node->parent == parent && node->parent_inside == parent->inside &&
                     span_equal(node->name, name)))
        node = node->chain;
    return node;
}

static void put_in_bucket(struct stack *stack, struct node *node)
{
    struct node **bucket = &stack->buckets[bucket_of(stack, node->parent_inside, node->name)];
    node->chain = *bucket;
    *bucket = node;
}

static bool grow_table(struct stack *stack)
{
    size_t count = stack->bucket_count ? stack->bucket_count * 2 : SMALLEST_TABLE;
    struct node **buckets = arena_array(stack->mem, count, sizeof *buckets);
    if (!buckets)
        return false;
    stack->buckets = buckets;
    stack->bucket_count = count;
    for (size_t i = 0; i < stack->nodes.count; i++)
        put_in_bucket(stack, *LIST_AT(&stack->nodes, struct node *, i));
    return true;
}

static bool join(struct stack *stack, span parent, span name, span *ret)
{
    size_t start = parent.len ? parent.len + 1 : 0;
    uint8_t *path = arena_alloc(stack->mem, start + name.len);
    if (!path)
        return false;
    if (start) {
        memcpy(path, parent.ptr, parent.len);
        path[parent.len] = '/';
    }
    memcpy(path + start, name.ptr, name.len);
    *ret = span_of(path, start + name.len);
    return true;
}

struct node *stack_add_child(struct stack *stack, struct node *parent, span name)
{
    struct node *node = stack_child(stack, parent, name);
    if (node)
        return node;
    span path = {0};
    if (stack->nodes.count >= stack->bucket_count && !grow_table(stack))
        return NULL;
    node = ARENA_NEW(stack->mem, struct node);
    struct node **listed = node ? LIST_ADD(&stack->nodes, struct node *) : NULL;
    if (!listed)
        return NULL;
    *listed = node;
    if (!join(stack, parent->path, name, &path))
        return NULL;
    *node = (struct node){
        .parent = parent,
        .path = path,
        .name = span_from(path, path.len - name.len),
        .parent_inside = parent->inside,
        .inside = ++stack->next_inside,
        .present = true,
        .sibling = parent->children,
    };
    parent->children = node;
    parent->child_count++;
    stack_date(stack, node);
    put_in_bucket(stack, node);
    return node;
}

bool node_is_directory(const struct node *node)
{
    return !node->file || node->file->type == FILE_DIRECTORY;
}

bool node_is_reachable(const struct node *node)
{
    while (node->parent) {
        if (!node->present || node->parent_inside != node->parent->inside)
            return false;
        node = node->parent;
    }
    return true;
}

void stack_date(struct stack *stack, struct node *node)
{
    node->layer = stack->layer;
    if (node->parent)
        node->parent->newest_child = stack->layer;
}

void stack_empty(struct stack *stack, struct node *node)
{
    if (node->child_count || node->rosters)
        node->emptied = stack->layer + 1;
    node->inside = ++stack->next_inside;
    node->children = NULL;
    node->child_count = 0;
    node->rosters = NULL;
}

void stack_remove(struct stack *stack, struct node *node)
{
    node->present = false;
    stack_empty(stack, node);
    stack_date(stack, node);
}

// ---------------------------------------------------------------- walking

// The present child called `name`, made as a directory that is not kept if there is none.
static struct node *child_directory(struct stack *stack, struct node *parent, span name)
{
    struct node *child = stack_add_child(stack, parent, name);
    if (child && !child->present) {
        // What was removed starts afresh.
        child->present = true;
        child->file = NULL;
        stack_empty(stack, child);
        stack_date(stack, child);
    }
    return child;
}

// The link's target, then what is left of the path.
static bool follow(struct stack *stack, span at, span link, span rest, span *ret)
{
    struct text target;
    span resolved = {0};
    if (!path_resolve(at, link, stack->limits, stack->mem, &resolved))
        return false;
    text_init(&target, stack->mem, (size_t)stack->limits->path_bytes * 2);
    text_add(&target, resolved);
    if (rest.len && resolved.len)
        text_add_byte(&target, '/');
    text_add(&target, rest);
    *ret = text_span(&target);
    return text_ok(&target);
}

static struct node *present_child(struct stack *stack, struct node *parent, span name)
{
    struct node *child = stack_child(stack, parent, name);
    return child && child->present ? child : NULL;
}

typedef struct node *step(struct stack *stack, struct node *parent, span name);

static struct node *walk(struct stack *stack, span path, step *take_step)
{
    struct node *at = stack->root;
    uint64_t hops = 0;
    while (path.len) {
        span name = span_cut(&path, '/');
        struct node *child = take_step(stack, at, name);
        if (!child)
            return NULL;
        if (node_is_directory(child)) {
            at = child;
            continue;
        }
        if (child->file->type != FILE_SYMLINK || ++hops > stack->limits->depth ||
            !follow(stack, child->path, child->file->link, path, &path))
            return NULL;
        at = stack->root;
    }
    return at;
}

struct node *stack_walk(struct stack *stack, span path)
{
    return walk(stack, path, child_directory);
}

struct node *stack_find(struct stack *stack, span path)
{
    return walk(stack, path, present_child);
}

// ---------------------------------------------------------------- applying a layer

// Whiteouts make no directories, follow links like everything else, and act on lower layers only:
// they are applied before the files of their own layer.
static bool apply_hiding(struct stack *stack, const struct file *file)
{
    if (file->type == FILE_OPAQUE) {
        struct node *directory = stack_find(stack, file->path);
        if (directory)
            stack_empty(stack, directory);
        return true;
    }
    struct node *parent = stack_find(stack, path_parent(file->path));
    if (!parent)
        return true;
    span name = path_name(file->path);
    // Names that only rosters know are removed as well.
    struct node *node =
        parent->rosters ? stack_add_child(stack, parent, name) : stack_child(stack, parent, name);
    if (node)
        stack_remove(stack, node);
    return node || !parent->rosters;
}

// What a hard link stands for: the file of its other name as it is now, however that name fares in
// later layers. The link itself where that file was not kept.
static const struct file *linked_file(struct stack *stack, const struct file *link)
{
    struct node *parent = stack_find(stack, path_parent(link->link));
    struct node *node = parent ? stack_child(stack, parent, path_name(link->link)) : NULL;
    bool kept = node && node->present && !node_is_directory(node);
    return kept ? node->file : link;
}

// With what an inspector saw in the file under the link's own name.
static const struct file *resolve_hard_link(struct stack *stack, const struct file *link)
{
    const struct file *target = linked_file(stack, link);
    struct file *copy = link->insight && target != link ? ARENA_NEW(stack->mem, struct file) : NULL;
    if (!copy)
        return target;
    *copy = *target;
    copy->insight = link->insight;
    return copy;
}

static bool is_regular(const struct node *node)
{
    return node->present && node->file && node->file->type == FILE_REGULAR;
}

// A file that tells what the one in its place told is not brought again.
static void date_file(const struct stack *stack, struct node *node, const struct file *file)
{
    if (!(node->present && node->file && file_tells_same(node->file, file)))
        node->since = stack->layer;
    if (!(is_regular(node) && file->type == FILE_REGULAR))
        node->appeared = stack->layer;
}

static bool apply_file(struct stack *stack, const struct file *file, struct err *err)
{
    struct node *parent = stack_walk(stack, path_parent(file->path));
    if (!parent || file->path.len == 0)
        return true; // an engine could not put it anywhere either
    span name = path_name(file->path);
    if (file->type == FILE_HARDLINK)
        file = resolve_hard_link(stack, file);
    struct node *node = stack_add_child(stack, parent, name);
    if (!node)
        return arena_err(stack->mem, err, "merge");
    // A directory on a directory is the same directory with new attributes; all else replaces.
    bool same = node->present && node_is_directory(node) && file->type == FILE_DIRECTORY;
    date_file(stack, node, file);
    if (!same)
        stack_empty(stack, node);
    node->present = true;
    node->file = file;
    node->pass = stack->pass;
    stack_date(stack, node);
    return true;
}

static bool is_hiding(const struct file *file)
{
    return file->type == FILE_WHITEOUT || file->type == FILE_OPAQUE;
}

static bool apply_files(struct stack *stack, const struct list *files, bool hiding, struct err *err)
{
    stack->pass++;
    for (size_t i = 0; i < files->count; i++) {
        const struct file *file = LIST_AT(files, struct file, i);
        if (is_hiding(file) != hiding)
            continue;
        if (hiding && !apply_hiding(stack, file))
            return arena_err(stack->mem, err, "merge");
        if (!hiding && !apply_file(stack, file, err))
            return false;
    }
    return true;
}

// What was removed behind a link may have sent the layer's own files elsewhere: they are applied
// once more, and do not stay where they went first.
static bool apply_files_again(struct stack *stack, const struct list *files, struct err *err)
{
    uint32_t before = stack->pass;
    if (!apply_files(stack, files, false, err))
        return false;
    for (size_t i = 0; i < stack->nodes.count; i++) {
        struct node *node = *LIST_AT(&stack->nodes, struct node *, i);
        if (node->present && node->file && node->pass == before)
            stack_remove(stack, node);
    }
    return true;
}

static bool apply_layer(struct stack *stack, const struct extract *extract, struct err *err)
{
    bool changed = false;
    return apply_files(stack, &extract->files, true, err) &&
           stack_apply_covers(stack, &extract->covers, err) &&
           apply_files(stack, &extract->files, false, err) &&
           stack_apply_linked_covers(stack, &extract->covers, &changed, err) &&
           (!changed || apply_files_again(stack, &extract->files, err)) &&
           stack_apply_roster(stack, &extract->roster, err);
}

bool stack_add(struct stack *stack, const struct extract *extract, struct err *err)
{
    bool ok = apply_layer(stack, extract, err);
    stack->layer++;
    return ok;
}

bool stack_new(const struct limits *limits, hash_key key, struct arena *mem, struct notes *notes,
               struct stack **ret, struct err *err)
{
    struct stack *stack = ARENA_NEW(mem, struct stack);
    struct node *root = ARENA_NEW(mem, struct node);
    if (!stack || !root)
        return arena_err(mem, err, "merge");
    *root = (struct node){.present = true};
    *stack = (struct stack){
        .limits = limits,
        .mem = mem,
        .notes = notes,
        .seed = key.first ^ key.second,
        .root = root,
    };
    list_init(&stack->nodes, mem, sizeof(struct node *), SIZE_MAX);
    if (!grow_table(stack))
        return arena_err(mem, err, "merge");
    *ret = stack;
    return true;
}

// ---------------------------------------------------------------- the result

static int compare_nodes(const void *a, const void *b)
{
    return span_compare((*(struct node *const *)a)->path, (*(struct node *const *)b)->path);
}

// What was sorted for a lower layer stays so: only what is new finds its place.
void stack_sort(struct stack *stack)
{
    sort_items(stack->nodes.items, stack->nodes.count, sizeof(struct node *), compare_nodes);
}

static bool is_listed(const struct node *node, bool insights)
{
    const struct file *file = node->file;
    if (!file || !node_is_reachable(node))
        return false;
    return insights || file->type != FILE_REGULAR || !file->insight || file->has_content;
}

bool stack_tree(struct stack *stack, bool insights, struct tree *ret, struct err *err)
{
    stack_sort(stack);
    size_t count = 0;
    for (size_t i = 0; i < stack->nodes.count; i++)
        count += is_listed(*LIST_AT(&stack->nodes, struct node *, i), insights);
    struct file *files = arena_array(stack->mem, count, sizeof *files);
    if (!files)
        return arena_err(stack->mem, err, "merge");
    size_t at = 0;
    for (size_t i = 0; i < stack->nodes.count; i++) {
        const struct node *node = *LIST_AT(&stack->nodes, struct node *, i);
        if (!is_listed(node, insights))
            continue;
        files[at] = *node->file;
        files[at].layer = node->since;
        files[at++].path = node->path;
    }
    *ret = (struct tree){.files = files, .count = count};
    return true;
}

bool unpack_merge(const struct extract *const extracts[], size_t count, const struct limits *limits,
                  hash_key key, struct arena *mem, struct notes *notes, struct tree *ret,
                  struct err *err)
{
    struct stack *stack = NULL;
    if (!stack_new(limits, key, mem, notes, &stack, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!stack_add(stack, extracts[i], err))
            return false;
    return stack_tree(stack, true, ret, err);
}
