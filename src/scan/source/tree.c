// dir:, file: and host: files as they lie, below a root that no link leaves, handed out as one
// layer: an archive that a thread writes into a pipe.
#include "os/os.h"
#include "scan/source/platform_inner.h"
#include "scan/source/source_inner.h"
#include "scan/source/walk_inner.h"

struct tree_source {
    struct source *source;
    int root_fd; // or the file, if there is but one
    span only;   // its name; empty: a whole tree
    bool is_host;
    // One walk; null thread: none is under way.
    struct os_thread *thread;
    int pipe;
    struct arena *mem; // of the notes: the source's own arena is another thread's
    struct notes notes;
    struct err failed;
};

static void run_walk(void *self)
{
    struct tree_source *tree = self;
    const struct source_options *options = tree->source->options;
    struct walk walk = {
        .root_fd = tree->root_fd,
        .out = tree->pipe,
        .is_host = tree->is_host,
        .filter = &options->filter,
        .limits = options->limits,
        .notes = &tree->notes,
    };
    // tree->failed is read by finish_walk.
    (void)(tree->only.len ? walk_file(&walk, tree->only, &tree->failed)
                          : walk_tree(&walk, &tree->failed));
    os_close(&tree->pipe);
}

static bool open_walk(void *self, size_t index, const struct descriptor *what,
                      struct source_layer *ret, struct err *err)
{
    (void)index; // there is one
    (void)what;
    struct tree_source *tree = self;
    CLEANUP(os_close) int read_end = -1;
    const struct limits *limits = tree->source->options->limits;
    tree->failed = (struct err){0};
    tree->mem = arena_new(limits->kept_bytes);
    if (!tree->mem)
        return err_set(err, ERR_MEMORY, "no memory for a directory");
    notes_init(&tree->notes, tree->mem, limits);
    if (!os_pipe(&read_end, &tree->pipe, err))
        return false;
    if (!os_thread_start(run_walk, tree, &tree->thread, err)) {
        os_close(&tree->pipe);
        return false;
    }
    *ret = (struct source_layer){.fd = os_take_fd(&read_end), .length = UINT64_MAX};
    return true;
}

static bool finish_walk(void *self, size_t index, struct err *err)
{
    (void)index;
    struct tree_source *tree = self;
    if (!tree->thread)
        return true;
    os_thread_join(take(&tree->thread));
    notes_merge(tree->source->notes, &tree->notes);
    arena_free(take(&tree->mem));
    return tree->failed.kind == ERR_NONE || err_copy(err, &tree->failed);
}

static void close_tree(void *self)
{
    struct tree_source *tree = self;
    (void)finish_walk(tree, 0, NULL); // nobody is left to be told
    arena_free(take(&tree->mem));
    os_close(&tree->root_fd);
}

static bool new_tree(struct source *source, struct tree_source **ret, struct err *err)
{
    struct tree_source *tree = ARENA_NEW(source->mem, struct tree_source);
    if (!tree)
        return arena_err(source->mem, err, "directory");
    *tree = (struct tree_source){
        .source = source,
        .root_fd = -1,
        .pipe = -1,
        .is_host = span_equal(source->image.kind, S("host")),
    };
    *ret = tree;
    return true;
}

static void offer_tree(struct source *source, struct tree_source *tree)
{
    source->is_tree = true;
    source->store = (struct store){
        .self = tree, .open_layer = open_walk, .finish_layer = finish_walk, .close = close_tree};
    source->image.platform = platform_complete(source->options->platform);
}

bool open_tree(struct source *source, const char *path, struct err *err)
{
    struct tree_source *tree = NULL;
    if (!new_tree(source, &tree, err) || !os_open_directory(path, &tree->root_fd, err))
        return false;
    offer_tree(source, tree);
    return true;
}

// A link is followed: who names it means the file.
bool open_file(struct source *source, const char *path, struct err *err)
{
    struct tree_source *tree = NULL;
    struct os_stat stat = {0};
    if (!new_tree(source, &tree, err) || !os_stat_path(path, &stat, err))
        return false;
    if (stat.kind != OS_FILE)
        return err_set(err, ERR_USAGE, "no regular file");
    if (!os_open_read(path, &tree->root_fd, err))
        return false;
    tree->only = path_name(span_of_text(path));
    offer_tree(source, tree);
    return true;
}
