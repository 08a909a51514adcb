#include "scan/source/walk_inner.h"

#include "os/os.h"

// What is left to match behind a directory that was reached: a literal path (out of a symbolic
// link), then components of a pattern.
struct rest {
    span literal;
    span pattern;
};

struct walk {
    int root_fd;
    bool skip_kernel;
    const struct limits *limits;
    struct arena *mem;
    struct extract *out;
    struct seen seen;    // pairs of directory and rest, and files
    uint64_t looked_at;  // names
    uint64_t kept_bytes; // contents
    bool full;           // a limit is reached: it is noted, nothing more is added
};

static bool walk_directory(struct walk *walk, span directory, struct rest rest, unsigned links,
                           struct err *err);

static bool out_of_memory(const struct walk *walk, struct err *err)
{
    return arena_err(walk->mem, err, "files of a directory");
}

static void stop(struct walk *walk, span path, const char *limit)
{
    notes_add(&walk->out->notes, NOTE_LIMIT, path, "the rest is left out: %s is reached", limit);
    walk->full = true;
}

static bool join(struct walk *walk, span directory, span name, span *ret, struct err *err)
{
    struct text path = {0};
    text_init(&path, walk->mem, walk->limits->path_bytes);
    text_add(&path, directory);
    if (directory.len && name.len)
        text_add_byte(&path, '/');
    text_add(&path, name);
    if (!text_ok(&path))
        return err_set(err, ERR_LIMIT, "%s: the path is too long", quote(directory).text);
    *ret = text_span(&path);
    return true;
}

// ---------------------------------------------------------------- files

// A file that grows or shrinks meanwhile is read as it is; its size is what was read.
static bool read_content(struct walk *walk, struct file *file, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct os_stat stat = {0};
    if (!os_open_inside(walk->root_fd, file->path, &fd, err) || !os_stat_fd(fd, &stat, err))
        return false;
    if (stat.kind != OS_FILE)
        return err_set(err, ERR_CONFLICT, "changed while it was read");
    uint64_t left = walk->limits->kept_bytes - walk->kept_bytes;
    uint64_t most = walk->limits->file_bytes < left ? walk->limits->file_bytes : left;
    if (!os_read_all(fd, most, walk->mem, &file->content, err))
        return false;
    walk->kept_bytes += file->content.len;
    file->size = file->content.len;
    file->has_content = true;
    return true;
}

static bool add_file(struct walk *walk, const struct file *file, struct err *err)
{
    struct file *slot = LIST_ADD(&walk->out->files, struct file);
    if (!slot && walk->out->files.count < walk->out->files.max)
        return out_of_memory(walk, err);
    if (slot)
        *slot = *file;
    else
        stop(walk, file->path, "kept_entries");
    return true;
}

static struct file file_of(span path, enum file_type type, const struct os_stat *stat)
{
    return (struct file){
        .path = path,
        .type = type,
        .size = stat->size,
        .mode = stat->mode & 07777,
        .uid = stat->uid,
        .gid = stat->gid,
    };
}

// Files and directories share one set: a file's key is its path, a directory's holds a NUL.
static bool visit_file(struct walk *walk, span path, const struct os_stat *stat, struct err *err)
{
    bool fresh = false;
    if (!seen_add(&walk->seen, path, walk->mem, &fresh))
        return out_of_memory(walk, err);
    if (!fresh)
        return true;
    struct file file = file_of(path, FILE_REGULAR, stat);
    struct err failed = {0};
    if (!read_content(walk, &file, &failed))
        notes_add_err(&walk->out->notes, path, &failed);
    walk->out->unpacked_bytes += file.size;
    return add_file(walk, &file, err);
}

static bool visit_link(struct walk *walk, span path, const struct os_stat *stat, struct rest rest,
                       unsigned links, struct err *err)
{
    struct file file = file_of(path, FILE_SYMLINK, stat);
    struct err failed = {0};
    bool fresh = false;
    if (!os_read_link(walk->root_fd, path, walk->mem, &file.link, &failed)) {
        notes_add_err(&walk->out->notes, path, &failed);
        return true;
    }
    if (!seen_add(&walk->seen, path, walk->mem, &fresh))
        return out_of_memory(walk, err);
    if (fresh && !add_file(walk, &file, err))
        return false;
    if (links >= walk->limits->depth) {
        notes_add(&walk->out->notes, NOTE_LIMIT, path, "too many symbolic links");
        return true;
    }
    span target = {0};
    if (!path_resolve(path, file.link, walk->limits, walk->mem, &target) ||
        !join(walk, target, rest.literal, &rest.literal, NULL)) {
        notes_add(&walk->out->notes, NOTE_LIMIT, path, "the link is too long");
        return true;
    }
    return walk_directory(walk, (span){0}, rest, links + 1, err);
}

// ---------------------------------------------------------------- directories

static bool is_last(struct rest rest)
{
    return rest.literal.len == 0 && rest.pattern.len == 0;
}

static bool is_any_depth(span component)
{
    return span_equal(component, S("**"));
}

static bool visit(struct walk *walk, span directory, span name, struct rest rest, unsigned links,
                  struct err *err)
{
    span path = {0};
    struct os_stat stat = {0};
    struct err failed = {0};
    if (walk->full)
        return true;
    if (++walk->looked_at > walk->limits->layer_entries) {
        stop(walk, directory, "layer_entries");
        return true;
    }
    if (!join(walk, directory, name, &path, &failed) ||
        !os_stat_inside(walk->root_fd, path, &stat, &failed)) {
        if (failed.kind != ERR_MISSING)
            notes_add_err(&walk->out->notes, directory, &failed);
        return true;
    }
    switch (stat.kind) {
    case OS_FILE:
        return !is_last(rest) || visit_file(walk, path, &stat, err);
    case OS_SYMLINK:
        return visit_link(walk, path, &stat, rest, links, err);
    case OS_DIRECTORY:
        return is_last(rest) || walk_directory(walk, path, rest, links, err);
    case OS_OTHER:
        return true;
    }
    return true;
}

static bool list_names(struct walk *walk, span directory, struct arena *mem, struct os_names *ret)
{
    CLEANUP(os_close) int fd = -1;
    struct err failed = {0};
    if (os_open_inside(walk->root_fd, directory, &fd, &failed) &&
        os_list_directory(fd, walk->limits->layer_entries, mem, ret, &failed))
        return true;
    if (failed.kind != ERR_MISSING)
        notes_add_err(&walk->out->notes, directory, &failed);
    return false;
}

static bool is_kernel_tree(const struct walk *walk, span directory, span name)
{
    return walk->skip_kernel && directory.len == 0 &&
           (span_equal(name, S("proc")) || span_equal(name, S("sys")) ||
            span_equal(name, S("dev")));
}

// "**" does not follow links to directories: below them nothing is that is not elsewhere too.
static bool descend(struct walk *walk, span directory, span name, struct rest whole, unsigned links,
                    struct err *err)
{
    span path = {0};
    struct os_stat stat = {0};
    if (is_kernel_tree(walk, directory, name) || !join(walk, directory, name, &path, NULL) ||
        !os_stat_inside(walk->root_fd, path, &stat, NULL) || stat.kind != OS_DIRECTORY)
        return true;
    return walk_directory(walk, path, whole, links, err);
}

// The names in a directory against one component, in memory of their own: a host has millions.
static bool walk_names(struct walk *walk, span directory, span component, struct rest whole,
                       struct rest after, unsigned links, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(walk->limits->kept_bytes);
    if (!scratch)
        return out_of_memory(walk, err);
    struct os_names names = {0};
    if (!list_names(walk, directory, scratch, &names))
        return true;
    struct wants wanted = {.patterns = &component, .count = 1};
    for (size_t i = 0; i < names.count && !walk->full; i++) {
        span name = names.items[i];
        bool fine = is_any_depth(component)      ? descend(walk, directory, name, whole, links, err)
                    : wants_match(&wanted, name) ? visit(walk, directory, name, after, links, err)
                                                 : true;
        if (!fine)
            return false;
    }
    return true;
}

static bool is_new(struct walk *walk, span directory, struct rest rest, bool *ret, struct err *err)
{
    struct text key = {0};
    text_init(&key, walk->mem, SIZE_MAX);
    text_add(&key, directory);
    text_add_byte(&key, '\0');
    text_add(&key, rest.literal);
    text_add_byte(&key, '\0');
    text_add(&key, rest.pattern);
    if (!text_ok(&key) || !seen_add(&walk->seen, text_span(&key), walk->mem, ret))
        return out_of_memory(walk, err);
    return true;
}

static bool walk_directory(struct walk *walk, span directory, struct rest rest, unsigned links,
                           struct err *err)
{
    bool fresh = false;
    if (is_last(rest) || walk->full)
        return true;
    if (!is_new(walk, directory, rest, &fresh, err))
        return false;
    if (!fresh)
        return true;
    struct rest after = rest;
    if (rest.literal.len) {
        span name = span_cut(&after.literal, '/');
        return visit(walk, directory, name, after, links, err);
    }
    span component = span_cut(&after.pattern, '/');
    if (is_any_depth(component) && !walk_directory(walk, directory, after, links, err))
        return false;
    if (span_find(component, '*') != SPAN_NONE)
        return walk_names(walk, directory, component, rest, after, links, err);
    return visit(walk, directory, component, after, links, err);
}

bool walk_wanted(int root_fd, const struct wants *wants, bool skip_kernel,
                 const struct limits *limits, struct arena *mem, struct extract *ret,
                 struct err *err)
{
    struct walk walk = {
        .root_fd = root_fd,
        .skip_kernel = skip_kernel,
        .limits = limits,
        .mem = mem,
        .out = ret,
    };
    list_init(&ret->files, mem, sizeof(struct file), limits->kept_entries);
    notes_init(&ret->notes, mem, limits);
    for (size_t i = 0; i < wants->count; i++) {
        struct rest rest = {.pattern = wants->patterns[i]};
        if (!walk_directory(&walk, (span){0}, rest, 0, err))
            return false;
    }
    ret->entries = ret->files.count;
    return true;
}
