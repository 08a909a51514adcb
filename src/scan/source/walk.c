#include "scan/source/walk_inner.h"

#include "os/os.h"
#include "scan/source/pack_inner.h"

enum { START_BYTES = 64 };

// Directories still to be walked: their paths one behind the other, each followed by its length, so
// that memory is what the siblings on the way down take.
struct pending {
    struct text paths;
};

struct state {
    const struct walk *walk;
    struct pending pending;
    struct arena *names;   // of one directory
    struct arena *scratch; // of one file
    struct pack pack;
    uint64_t looked_at;
};

static void note(const struct state *state, span path, const struct err *failed)
{
    if (failed->kind != ERR_NONE && failed->kind != ERR_MISSING) // it went away meanwhile
        notes_add_err(state->walk->notes, path, failed);
}

// ---------------------------------------------------------------- directories to come

static bool push(struct pending *pending, span path, struct err *err)
{
    text_add(&pending->paths, path);
    text_add_u32le(&pending->paths, (uint32_t)path.len);
    return text_ok(&pending->paths) || arena_err(pending->paths.mem, err, "directories");
}

static bool pop(struct pending *pending, struct arena *mem, span *ret)
{
    struct text *paths = &pending->paths;
    if (paths->len == 0)
        return false;
    reader r = reader_of(span_from(text_span(paths), paths->len - 4));
    size_t len = read_u32le(&r);
    paths->len -= len + 4;
    return arena_span(mem, span_of(paths->ptr + paths->len, len), ret);
}

// ---------------------------------------------------------------- files

static struct tar_entry entry_of(span path, enum tar_type type, const struct os_stat *stat)
{
    return (struct tar_entry){
        .path = path,
        .type = type,
        .size = type == TAR_REGULAR ? stat->size : 0,
        .mode = stat->mode & 07777,
        .uid = stat->uid,
        .gid = stat->gid,
        .modified = stat->modified,
    };
}

// The first bytes; fewer where the file has become shorter than it said.
static bool read_start(int fd, uint8_t *start, size_t len, size_t *ret_len, struct err *err)
{
    *ret_len = 0;
    while (*ret_len < len) {
        size_t got = 0;
        if (!os_read(fd, start + *ret_len, len - *ret_len, &got, err))
            return false;
        if (got == 0)
            return true;
        *ret_len += got;
    }
    return true;
}

// Packs an open file if it is a regular one that the filter wants.
static bool take_open(struct state *state, int fd, span path, bool *ret_taken, struct err *err)
{
    const struct file_filter *filter = state->walk->filter;
    uint8_t bytes[START_BYTES] = {0};
    size_t len = 0;
    struct os_stat stat = {0};
    struct err failed = {0};
    *ret_taken = false;
    if (!os_stat_fd(fd, &stat, &failed) || stat.kind != OS_FILE ||
        !read_start(fd, bytes, stat.size < sizeof bytes ? (size_t)stat.size : sizeof bytes, &len,
                    &failed)) {
        note(state, path, &failed);
        return true;
    }
    span start = span_of(bytes, len);
    if (!filter->wants(filter->self, path, stat.size, start))
        return true;
    struct tar_entry entry = entry_of(path, TAR_REGULAR, &stat);
    *ret_taken = true;
    if (!pack_header(&state->pack, &entry, err) ||
        !pack_content(&state->pack, fd, start, stat.size, &failed, err))
        return false;
    note(state, path, &failed);
    return true;
}

static bool take_file(struct state *state, int directory, span name, span path,
                      const struct os_stat *stat, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    const struct file_filter *filter = state->walk->filter;
    struct err failed = {0};
    bool taken = false;
    if (!filter->considers(filter->self, path, stat->size, stat->mode))
        return true;
    if (os_open_name(directory, name, &fd, &failed))
        return take_open(state, fd, path, &taken, err);
    note(state, path, &failed);
    return true;
}

static bool take_link(struct state *state, int directory, span name, span path,
                      const struct os_stat *stat, struct err *err)
{
    struct tar_entry entry = entry_of(path, TAR_SYMLINK, stat);
    struct err failed = {0};
    if (os_read_link(directory, name, state->scratch, &entry.link, &failed))
        return pack_header(&state->pack, &entry, err);
    note(state, path, &failed);
    return true;
}

// ---------------------------------------------------------------- directories

// What the kernel makes up, and the stores in which engines keep the files of other systems.
static bool is_foreign(const struct walk *walk, span path)
{
    static const span foreign[] = {
        S("proc"),
        S("sys"),
        S("dev"),
        S("run"),
        S("var/lib/docker"),
        S("var/lib/containerd"),
        S("var/lib/containers"),
    };
    for (size_t i = 0; walk->is_host && i < sizeof foreign / sizeof *foreign; i++)
        if (span_equal(path, foreign[i]))
            return true;
    return false;
}

static bool join(struct state *state, span directory, span name, span *ret)
{
    struct text path = {0};
    text_init(&path, state->scratch, (size_t)state->walk->limits->path_bytes);
    text_add(&path, directory);
    if (directory.len)
        text_add_byte(&path, '/');
    text_add(&path, name);
    *ret = text_span(&path);
    if (!text_ok(&path))
        notes_add(state->walk->notes, NOTE_LIMIT, directory, "the path of '%s' is too long",
                  quote(name).text);
    return text_ok(&path);
}

static bool visit(struct state *state, int directory, span directory_path, span name,
                  struct err *err)
{
    span path = {0};
    struct os_stat stat = {0};
    struct err failed = {0};
    arena_reset(state->scratch);
    if (!join(state, directory_path, name, &path))
        return true;
    if (!os_stat_name(directory, name, &stat, &failed)) {
        note(state, path, &failed);
        return true;
    }
    switch (stat.kind) {
    case OS_FILE:
        return take_file(state, directory, name, path, &stat, err);
    case OS_SYMLINK:
        return take_link(state, directory, name, path, &stat, err);
    case OS_DIRECTORY:
        return is_foreign(state->walk, path) || push(&state->pending, path, err);
    case OS_OTHER:
        return true;
    }
    return true;
}

// From the last name to the first: directories are taken from the top of what is pending.
static bool visit_names(struct state *state, int directory, span path, const struct os_names *names,
                        struct err *err)
{
    for (size_t i = names->count; i-- > 0;) {
        if (++state->looked_at > state->walk->limits->layer_entries) {
            notes_add(state->walk->notes, NOTE_LIMIT, path,
                      "the rest is left out: more than %llu files",
                      (unsigned long long)state->walk->limits->layer_entries);
            state->pending.paths.len = 0;
            return true;
        }
        if (!visit(state, directory, path, names->items[i], err))
            return false;
    }
    return true;
}

static bool walk_directory(struct state *state, span path, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct os_names names = {0};
    struct err failed = {0};
    if (os_open_inside(state->walk->root_fd, path, &fd, &failed) &&
        os_list_directory(fd, (size_t)state->walk->limits->layer_entries, state->names, &names,
                          &failed))
        return visit_names(state, fd, path, &names, err);
    note(state, path, &failed);
    return true;
}

static struct arena *new_scratch(const struct walk *walk)
{
    return arena_new(8 * walk->limits->path_bytes + 65536);
}

bool walk_tree(const struct walk *walk, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(walk->limits->kept_bytes);
    CLEANUP(arena_cleanup) struct arena *names = arena_new(walk->limits->kept_bytes);
    CLEANUP(arena_cleanup) struct arena *scratch = new_scratch(walk);
    struct state state = {.walk = walk, .names = names, .scratch = scratch};
    if (!mem || !names || !scratch)
        return err_set(err, ERR_MEMORY, "no memory for a directory");
    if (!pack_begin(&state.pack, walk->out, mem, scratch, err))
        return false;
    text_init(&state.pending.paths, mem, SIZE_MAX);
    span path = {0};
    do {
        if (!walk_directory(&state, path, err))
            return false;
        arena_reset(names);
    } while (pop(&state.pending, names, &path));
    arena_reset(scratch);
    return pack_end(&state.pack, err);
}

bool walk_file(const struct walk *walk, span name, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(walk->limits->kept_bytes);
    CLEANUP(arena_cleanup) struct arena *scratch = new_scratch(walk);
    struct state state = {.walk = walk, .scratch = scratch};
    bool taken = false;
    if (!mem || !scratch)
        return err_set(err, ERR_MEMORY, "no memory for a file");
    if (!pack_begin(&state.pack, walk->out, mem, scratch, err) ||
        !take_open(&state, walk->root_fd, name, &taken, err))
        return false;
    if (!taken)
        notes_add(walk->notes, NOTE_UNSUPPORTED, name, "no kind of file that is looked into");
    return pack_end(&state.pack, err);
}
