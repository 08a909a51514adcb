#include "scan/unpack/unpack.h"

// One name in the file system under construction. Children are found by (parent's `inside`, name)
// in one hash table: giving a directory a new `inside` empties it at once, whatever was below.
struct node {
    struct node *parent;
    struct node *chain; // next in the hash bucket
    span name;
    uint64_t parent_inside; // the parent's `inside` when this was put there
    uint64_t inside;
    const struct file *file; // null: a directory that no layer lists
    uint32_t layer;
    bool present;
};

struct merge {
    const struct limits *limits;
    struct arena *mem;
    uint64_t seed;
    struct node **buckets;
    size_t bucket_count;
    struct list nodes; // of struct node *, in order of creation
    struct node *root;
    uint64_t next_inside;
};

// ---------------------------------------------------------------- nodes

static size_t bucket_of(const struct merge *merge, uint64_t inside, span name)
{
    uint64_t seed = merge->seed ^ inside * 0x9e3779b97f4a7c15u;
    return (size_t)(span_hash(name, seed) % merge->bucket_count);
}

static struct node *find_child(const struct merge *merge, const struct node *parent, span name)
{
    struct node *node = merge->buckets[bucket_of(merge, parent->inside, name)];
    while (node && !(node->parent == parent && node->parent_inside == parent->inside &&
                     span_equal(node->name, name)))
        node = node->chain;
    return node;
}

static struct node *new_node(struct merge *merge, struct node *parent, span name)
{
    struct node *node = ARENA_NEW(merge->mem, struct node);
    struct node **listed = node ? LIST_ADD(&merge->nodes, struct node *) : NULL;
    if (!listed)
        return NULL;
    *listed = node;
    *node = (struct node){
        .parent = parent,
        .name = name,
        .parent_inside = parent ? parent->inside : 0,
        .inside = ++merge->next_inside,
        .present = true,
    };
    if (parent) {
        struct node **bucket = &merge->buckets[bucket_of(merge, parent->inside, name)];
        node->chain = *bucket;
        *bucket = node;
    }
    return node;
}

static bool is_directory(const struct node *node)
{
    return !node->file || node->file->type == FILE_DIRECTORY;
}

static void empty(struct merge *merge, struct node *node)
{
    node->inside = ++merge->next_inside;
}

// ---------------------------------------------------------------- walking

// The present child called `name`, made as an unlisted directory if there is none.
static struct node *child_directory(struct merge *merge, struct node *parent, span name)
{
    struct node *child = find_child(merge, parent, name);
    if (child && !child->present) {
        // What was removed starts afresh.
        child->present = true;
        child->file = NULL;
        empty(merge, child);
    }
    return child ? child : new_node(merge, parent, name);
}

// The directory at `path` with symbolic links followed inside the root; null without memory, or
// when the links lead in a circle or through something that is no directory.
static struct node *walk_to(struct merge *merge, span path)
{
    struct node *at = merge->root;
    uint64_t hops = 0;
    span done = {0}; // the part of `path` behind us: where a relative link starts
    span whole = path;
    while (path.len) {
        span name = span_cut(&path, '/');
        struct node *child = child_directory(merge, at, name);
        if (!child)
            return NULL;
        done = span_first(whole, (size_t)(name.ptr - whole.ptr) + name.len);
        if (is_directory(child)) {
            at = child;
            continue;
        }
        if (child->file->type != FILE_SYMLINK || ++hops > merge->limits->depth)
            return NULL;
        struct text target; // the link's target, then what is left of the path
        span resolved = {0};
        if (!path_resolve(done, child->file->link, merge->limits, merge->mem, &resolved))
            return NULL;
        text_init(&target, merge->mem, (size_t)merge->limits->path_bytes * 2);
        text_add(&target, resolved);
        if (path.len && resolved.len)
            text_add_byte(&target, '/');
        text_add(&target, path);
        if (!text_ok(&target))
            return NULL;
        whole = path = text_span(&target);
        at = merge->root;
    }
    return at;
}

// ---------------------------------------------------------------- applying a layer

// Whiteouts never create anything, follow links like everything else, and act on lower layers only:
// they are applied before the files of their own layer.
static void apply_hiding(struct merge *merge, const struct file *file)
{
    if (file->type == FILE_OPAQUE) {
        struct node *directory = walk_to(merge, file->path);
        if (directory)
            empty(merge, directory);
        return;
    }
    struct node *parent = walk_to(merge, path_parent(file->path));
    struct node *node = parent ? find_child(merge, parent, path_name(file->path)) : NULL;
    if (node)
        node->present = false;
}

// What a hard link stands for: the file of its other name as it is now, however that name fares in
// later layers. The link itself where that file was not kept.
static const struct file *linked_file(struct merge *merge, const struct file *link)
{
    struct node *parent = walk_to(merge, path_parent(link->link));
    struct node *node = parent ? find_child(merge, parent, path_name(link->link)) : NULL;
    bool kept = node && node->present && !is_directory(node);
    return kept ? node->file : link;
}

static bool apply_file(struct merge *merge, const struct file *file, uint32_t layer,
                       struct err *err)
{
    span name = path_name(file->path);
    struct node *parent = walk_to(merge, path_parent(file->path));
    if (!parent)
        return true; // an engine could not put it anywhere either
    if (file->type == FILE_HARDLINK)
        file = linked_file(merge, file);
    struct node *node = find_child(merge, parent, name);
    if (!node)
        node = new_node(merge, parent, name);
    if (!node)
        return arena_err(merge->mem, err, "merge");
    // A directory on a directory is the same directory with new attributes; all else replaces.
    bool same = node->present && is_directory(node) && file->type == FILE_DIRECTORY;
    if (!same)
        empty(merge, node);
    node->present = true;
    node->file = file;
    node->layer = layer;
    return true;
}

static bool is_hiding(const struct file *file)
{
    return file->type == FILE_WHITEOUT || file->type == FILE_OPAQUE;
}

static bool apply_layer(struct merge *merge, const struct extract *extract, uint32_t layer,
                        struct err *err)
{
    for (size_t i = 0; i < extract->files.count; i++) {
        const struct file *file = LIST_AT(&extract->files, struct file, i);
        if (is_hiding(file))
            apply_hiding(merge, file);
    }
    for (size_t i = 0; i < extract->files.count; i++) {
        const struct file *file = LIST_AT(&extract->files, struct file, i);
        if (!is_hiding(file) && !apply_file(merge, file, layer, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- the result

static bool is_reachable(const struct node *node)
{
    while (node->parent) {
        if (!node->present || node->parent_inside != node->parent->inside)
            return false;
        node = node->parent;
    }
    return true;
}

static bool path_of(struct merge *merge, const struct node *node, span *ret)
{
    size_t len = 0;
    for (const struct node *at = node; at->parent; at = at->parent)
        len += at->name.len + 1;
    uint8_t *path = arena_alloc(merge->mem, len);
    if (!path)
        return false;
    size_t end = len - 1; // a trailing slash is not wanted
    for (const struct node *at = node; at->parent; at = at->parent) {
        for (size_t i = 0; i < at->name.len; i++)
            path[end - at->name.len + i] = at->name.ptr[i];
        end -= at->name.len;
        if (end)
            path[--end] = '/';
    }
    *ret = span_of(path, len - 1);
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    return span_compare(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static bool collect(struct merge *merge, struct tree *ret, struct err *err)
{
    struct list files;
    list_init(&files, merge->mem, sizeof(struct file), SIZE_MAX);
    for (size_t i = 0; i < merge->nodes.count; i++) {
        const struct node *node = *LIST_AT(&merge->nodes, struct node *, i);
        if (!node->parent || !node->file || !is_reachable(node))
            continue;
        struct file *file = LIST_ADD(&files, struct file);
        if (!file)
            return arena_err(merge->mem, err, "merge");
        *file = *node->file;
        file->layer = node->layer;
        if (!path_of(merge, node, &file->path))
            return arena_err(merge->mem, err, "merge");
    }
    sort_items(files.items, files.count, sizeof(struct file), compare_paths);
    *ret = (struct tree){.files = files.items, .count = files.count};
    return true;
}

static bool begin(struct merge *merge, size_t entries, struct err *err)
{
    merge->bucket_count = entries * 2 + 64;
    merge->buckets = arena_array(merge->mem, merge->bucket_count, sizeof(struct node *));
    list_init(&merge->nodes, merge->mem, sizeof(struct node *), SIZE_MAX);
    merge->root = merge->buckets ? new_node(merge, NULL, (span){0}) : NULL;
    return merge->root || arena_err(merge->mem, err, "merge");
}

bool unpack_merge(const struct extract *const extracts[], size_t count, const struct limits *limits,
                  uint64_t seed, struct arena *mem, struct tree *ret, struct err *err)
{
    struct merge merge = {.limits = limits, .mem = mem, .seed = seed};
    size_t entries = 0;
    for (size_t i = 0; i < count; i++)
        entries += extracts[i]->files.count;
    if (!begin(&merge, entries, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!apply_layer(&merge, extracts[i], (uint32_t)i, err))
            return false;
    return collect(&merge, ret, err);
}
