#include "model/model_inner.h"

// ---------------------------------------------------------------- exact paths

// The index of the first file whose path is not below `path`.
static size_t lower_bound(const struct tree *tree, span path)
{
    size_t from = 0;
    size_t to = tree->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (span_compare(tree->files[at].path, path) < 0)
            from = at + 1;
        else
            to = at;
    }
    return from;
}

const struct file *tree_at(const struct tree *tree, span path)
{
    size_t at = lower_bound(tree, path);
    if (at == tree->count || !span_equal(tree->files[at].path, path))
        return NULL;
    return &tree->files[at];
}

// ---------------------------------------------------------------- through links

// What is at *name, hard links followed: *name becomes the name of the file itself, also where that
// is not in the tree. False when that takes more than *links steps.
static bool follow_hard_links(const struct tree *tree, uint64_t *links, span *name,
                              const struct file **ret)
{
    const struct file *file = tree_at(tree, *name);
    for (; file && file->type == FILE_HARDLINK; --*links) {
        if (*links == 0)
            return false;
        *name = file->link;
        file = tree_at(tree, *name);
    }
    *ret = file;
    return true;
}

// A walk from the root: `done` has been resolved, `rest` is still to be walked.
struct walk {
    const struct tree *tree;
    const struct limits *limits;
    uint64_t links; // that may still be followed
    struct text done;
    span rest;
    const struct file *file; // what is at `done`, as far as the walk has seen; never a link
    bool seen;               // it has looked there
    struct tree_way *way;
};

enum walk_result {
    WALK_DONE,
    WALK_NOWHERE, // in a circle, through something that is no directory, or past a limit
    WALK_NO_ROOM,
};

static enum walk_result go_to(struct walk *walk, span path)
{
    if (path.len > walk->limits->path_bytes)
        return WALK_NOWHERE;
    walk->done.len = 0;
    text_add(&walk->done, path);
    return text_ok(&walk->done) ? WALK_DONE : WALK_NO_ROOM;
}

static enum walk_result go_down(struct walk *walk, span component)
{
    bool slash = walk->done.len != 0;
    if (walk->done.len + slash + component.len > walk->limits->path_bytes)
        return WALK_NOWHERE;
    if (slash)
        text_add_byte(&walk->done, '/');
    text_add(&walk->done, component);
    return text_ok(&walk->done) ? WALK_DONE : WALK_NO_ROOM;
}

// Puts the target of the symbolic link at `done` in front of what is still to be walked.
static enum walk_result follow_link(struct walk *walk, span link)
{
    if (walk->links == 0 || link.len > walk->limits->path_bytes ||
        walk->rest.len > walk->limits->path_bytes)
        return WALK_NOWHERE;
    walk->links--;
    struct text rest = {0};
    text_init(&rest, walk->done.mem, SIZE_MAX);
    text_add(&rest, link);
    text_add_byte(&rest, '/');
    text_add(&rest, walk->rest);
    walk->rest = text_span(&rest);
    walk->done.len = span_starts_with(link, S("/")) ? 0 : path_parent(text_span(&walk->done)).len;
    walk->file = NULL;
    walk->seen = false;
    return text_ok(&rest) ? WALK_DONE : WALK_NO_ROOM;
}

// The first link on the way lies in a directory that no link led to.
static void remember_plain(struct walk *walk)
{
    span directory = path_parent(text_span(&walk->done));
    if (walk->links == walk->limits->depth && !span_equal(directory, walk->way->plain))
        (void)arena_span(walk->done.mem, directory, &walk->way->plain); // only saves work
}

// Takes what stands at `done`. A hard link is the file that it names; where that is a symbolic
// link, its target is seen from the directory of the name that led there, as the kernel does.
static enum walk_result arrive(struct walk *walk)
{
    span done = text_span(&walk->done);
    span name = done;
    const struct file *file = NULL;
    if (!follow_hard_links(walk->tree, &walk->links, &name, &file))
        return WALK_NOWHERE;
    if (file && file->type == FILE_SYMLINK) {
        remember_plain(walk);
        return follow_link(walk, file->link);
    }
    walk->file = file;
    walk->seen = true;
    return name.ptr == done.ptr ? WALK_DONE : go_to(walk, name);
}

static enum walk_result take_step(struct walk *walk, span component)
{
    if (component.len == 0 || span_equal(component, S(".")))
        return WALK_DONE;
    if (walk->file && walk->file->type != FILE_DIRECTORY)
        return WALK_NOWHERE;
    if (span_equal(component, S(".."))) {
        walk->done.len = path_parent(text_span(&walk->done)).len;
        walk->file = NULL;
        walk->seen = false;
        return WALK_DONE;
    }
    enum walk_result result = go_down(walk, component);
    return result == WALK_DONE ? arrive(walk) : result;
}

// Goes from the root to a directory that is known to be one, if the way leads through it.
static enum walk_result skip_plain(struct walk *walk)
{
    span plain = walk->way->plain;
    while (span_starts_with(walk->rest, S("/")))
        walk->rest = span_from(walk->rest, 1);
    if (plain.len == 0 || plain.len >= walk->rest.len || walk->rest.ptr[plain.len] != '/' ||
        !span_starts_with(walk->rest, plain))
        return WALK_DONE;
    walk->rest = span_from(walk->rest, plain.len + 1);
    walk->seen = false;
    return go_to(walk, plain);
}

// Follows `path` to its end. WALK_DONE: *ret_real is the path reached, *ret_file what is there, or
// null. Otherwise both are empty.
static enum walk_result walk_path(const struct tree *tree, span path, const struct limits *limits,
                                  struct arena *mem, struct tree_way *way, span *ret_real,
                                  const struct file **ret_file)
{
    *ret_real = (span){0};
    *ret_file = NULL;
    if (path.len > limits->path_bytes)
        return WALK_NOWHERE;
    struct walk walk = {
        .tree = tree, .limits = limits, .links = limits->depth, .rest = path, .way = way};
    text_init(&walk.done, mem, SIZE_MAX);
    while (walk.rest.len) {
        enum walk_result result = WALK_DONE;
        if (walk.done.len == 0)
            result = skip_plain(&walk);
        if (result == WALK_DONE)
            result = take_step(&walk, span_cut(&walk.rest, '/'));
        if (result != WALK_DONE)
            return result;
    }
    *ret_real = text_span(&walk.done);
    if (walk.links == limits->depth)
        way->plain = path_parent(*ret_real);
    *ret_file = walk.seen ? walk.file : tree_at(tree, *ret_real);
    return WALK_DONE;
}

const struct file *tree_find(const struct tree *tree, span path, const struct limits *limits,
                             struct arena *mem, span *ret_real)
{
    struct tree_way way = {0};
    span real = {0};
    const struct file *file = tree_find_next(tree, path, limits, mem, &way, &real);
    if (ret_real)
        *ret_real = real;
    return file;
}

const struct file *tree_find_next(const struct tree *tree, span path, const struct limits *limits,
                                  struct arena *mem, struct tree_way *way, span *ret_real)
{
    const struct file *file = NULL;
    (void)walk_path(tree, path, limits, mem, way, ret_real, &file); // nothing is found either way
    return file;
}

bool tree_leads_nowhere(const struct tree *tree, span path, const struct limits *limits,
                        struct arena *mem, struct tree_way *way)
{
    span real = {0};
    const struct file *file = NULL;
    return walk_path(tree, path, limits, mem, way, &real, &file) == WALK_NOWHERE;
}

// ---------------------------------------------------------------- by pattern

// The leading components of a pattern that name one directory, or all of it when it names one file.
static span literal_prefix(span pattern)
{
    size_t star = span_find(pattern, '*');
    return star == SPAN_NONE ? pattern : path_parent(span_first(pattern, star));
}

// Adds a regular file as it is, a hard link as a view of the file's content under its own name.
// False without room.
static bool add_match(const struct tree *tree, const struct file *file, uint64_t links,
                      struct list *matches)
{
    span name = file->path;
    const struct file *content = NULL;
    if (!follow_hard_links(tree, &links, &name, &content) || !content ||
        content->type != FILE_REGULAR || !content->has_content)
        return true;
    if (content != file) {
        struct file *view = ARENA_NEW(matches->mem, struct file);
        if (!view)
            return false;
        *view = *content;
        view->path = file->path;
        view->layer = file->layer;
        file = view;
    }
    const struct file **match = LIST_ADD(matches, const struct file *);
    if (!match)
        return false;
    *match = file;
    return true;
}

static bool match_below(const struct tree *tree, span directory, span pattern, uint64_t links,
                        struct list *matches)
{
    struct text below = {0};
    text_init(&below, matches->mem, SIZE_MAX);
    text_add(&below, directory);
    if (directory.len)
        text_add_byte(&below, '/');
    if (!text_ok(&below))
        return false;
    span start = text_span(&below);
    span tail = span_from(pattern, span_find_last(pattern, '*') + 1);
    for (size_t i = lower_bound(tree, start); i < tree->count; i++) {
        const struct file *file = &tree->files[i];
        if (!span_starts_with(file->path, start))
            break;
        if (span_ends_with(file->path, tail) &&
            pattern_match(pattern, span_from(file->path, start.len)) &&
            !add_match(tree, file, links, matches))
            return false;
    }
    return true;
}

static bool match_at(const struct tree *tree, span real, const struct file *file, span pattern,
                     uint64_t links, struct list *matches)
{
    if (pattern.len)
        return match_below(tree, real, pattern, links, matches);
    return !file || add_match(tree, file, links, matches);
}

bool tree_match(const struct tree *tree, span pattern, struct arena *mem,
                const struct file ***ret_files, size_t *ret_count)
{
    const struct limits limits = limits_default(); // patterns are our own, and short
    struct list matches = {0};
    list_init(&matches, mem, sizeof(const struct file *), tree->count);
    span prefix = literal_prefix(pattern);
    span rest = span_from(pattern, prefix.len ? prefix.len + 1 : 0);
    span real = {0};
    const struct file *file = NULL;
    struct tree_way way = {0};
    enum walk_result result = walk_path(tree, prefix, &limits, mem, &way, &real, &file);
    if (result == WALK_NO_ROOM)
        return false;
    if (result == WALK_DONE && !match_at(tree, real, file, rest, limits.depth, &matches))
        return false;
    *ret_files = matches.items;
    *ret_count = matches.count;
    return true;
}
