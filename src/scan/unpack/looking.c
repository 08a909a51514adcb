#include "scan/unpack/unpack_inner.h"

#include "os/os.h"

#include <string.h>

enum {
    MOST_PLACES = 4,        // as many buffers as a lane has
    LARGE_PLACES = 2,       // one is written while the other is looked into
    SCRATCH_KEPT = 1 << 20, // the most that a file may leave behind in memory for the next one
};

struct looked {
    struct tar_entry entry; // as it is kept; its path is `path`
    struct text path;
    uint64_t key;
    uint32_t kept; // 1 + its number in extract.files; 0: it is kept if something is seen in it
    struct content content;
    uint64_t filled;  // bytes of it that are there
    uint8_t *buffer;  // BUFFER_SIZE bytes; null: not needed so far
    int scratch_fd;   // where a large content is …
    uint64_t scratch; // … from here on
    // What came of it.
    const struct insight *insight;
    uint64_t insight_bytes;
    struct err failed;
};

// Files in a row: large ones in one, so that the small ones need not wait for them.
struct looker {
    const struct inspector *inspector;
    struct lane *lane; // of the numbers of places
    struct looked places[MOST_PLACES];
    size_t count;
    uint64_t shown;   // files so far
    uint64_t settled; // those of which the result was taken
    // The other side: touched by whoever looks, one at a time, and after it has settled.
    uint64_t scratch_budget;
    struct arena *found; // insights, and notes
    struct arena *scratch;
    struct notes notes;
};

struct looking {
    struct looker small;
    struct looker large;
};

// ---------------------------------------------------------------- the looking side

static bool forget_scratch(struct looker *looker, struct err *err)
{
    if (looker->scratch && arena_used(looker->scratch) <= SCRATCH_KEPT) {
        arena_reset(looker->scratch);
        return true;
    }
    arena_free(looker->scratch);
    looker->scratch = arena_new(looker->scratch_budget);
    return looker->scratch || err_set(err, ERR_MEMORY, "no memory for a layer");
}

// Want of memory for one file is no reason to give up the layer.
static bool is_failure(const struct err *err)
{
    return err->kind != ERR_LIMIT && err->kind != ERR_MEMORY;
}

static void look_into(struct looker *looker, struct looked *looked)
{
    const struct inspector *inspector = looker->inspector;
    struct err failed = {0};
    span path = text_span(&looked->path);
    uint64_t before = arena_used(looker->found);
    looked->insight = NULL;
    looked->failed = (struct err){0};
    if (!looker->scratch && !forget_scratch(looker, &looked->failed))
        return;
    if (!inspector->look(inspector->self, path, &looked->content, looker->found, looker->scratch,
                         &looker->notes, &looked->insight, &failed)) {
        looked->insight = NULL;
        if (is_failure(&failed))
            looked->failed = failed;
        else
            notes_add_err(&looker->notes, path, &failed);
    }
    looked->insight_bytes = arena_used(looker->found) - before;
    (void)(looked->failed.kind != ERR_NONE || forget_scratch(looker, &looked->failed));
}

static void look(void *self, span places)
{
    struct looker *looker = self;
    for (size_t i = 0; i < places.len; i++)
        look_into(looker, &looker->places[places.ptr[i]]);
}

static bool read_scratch(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct looked *looked = self;
    uint8_t *at = to;
    offset += looked->scratch;
    while (len) {
        size_t got = 0;
        if (!os_read_at(looked->scratch_fd, offset, at, len, &got, err))
            return err_add(err, "scratch file");
        if (got == 0)
            return err_set(err, ERR_IO, "scratch file: shorter than what was written");
        at += got;
        offset += got;
        len -= got;
    }
    return true;
}

// ---------------------------------------------------------------- begin and end

// Not before there is a file to look into: most layers have none that is large.
static bool looker_init(struct unpacking *u, struct looker *looker, size_t count, struct err *err)
{
    if (looker->lane)
        return true;
    looker->inspector = u->options->inspector;
    looker->count = count;
    looker->scratch_budget = u->limits->memory_bytes;
    looker->found = arena_new(arena_left(u->mem));
    looker->scratch = arena_new(looker->scratch_budget);
    if (!looker->found || !looker->scratch)
        return err_set(err, ERR_MEMORY, "no memory for a layer");
    notes_init(&looker->notes, looker->found, u->limits);
    for (size_t i = 0; i < count; i++)
        text_init(&looker->places[i].path, u->work, SIZE_MAX);
    return lane_new_to(u->options->crew, look, looker, &looker->lane, err);
}

static bool looking_init(struct unpacking *u, struct err *err)
{
    if (!u->looking)
        u->looking = ARENA_NEW(u->work, struct looking);
    return u->looking || arena_err(u->work, err, "layer");
}

static void looker_close(struct looker *looker)
{
    lane_free(looker->lane); // waits for who looks
    arena_free(looker->found);
    arena_free(looker->scratch);
}

void looking_free(struct looking *looking)
{
    if (!looking)
        return;
    looker_close(&looking->small);
    looker_close(&looking->large);
}

static void looker_finish(struct unpacking *u, struct looker *looker)
{
    if (!looker->lane)
        return;
    notes_merge(&u->extract->notes, &looker->notes);
    arena_absorb(u->mem, looker->found);
}

void looking_finish(struct unpacking *u)
{
    if (!u->looking)
        return;
    looker_finish(u, &u->looking->small);
    looker_finish(u, &u->looking->large);
    if (u->looking->large.shown) // its disk space; what fails leaves it to the next layer
        (void)os_resize(u->options->scratch_fd, 0, NULL);
}

// ---------------------------------------------------------------- results

static bool keep_result(struct unpacking *u, const struct looked *looked, struct err *err)
{
    span path = text_span(&looked->path);
    struct list *files = &u->extract->files;
    size_t number = looked->kept;
    if (number == 0 && !looked->insight)
        return leave_entry(u, &looked->entry, FILE_REGULAR, path, looked->key, err);
    if (number == 0) {
        if (!keep_entry(u, &looked->entry, FILE_REGULAR, path, looked->key, err))
            return false;
        number = files->count;
    }
    LIST_AT(files, struct file, number - 1)->insight = looked->insight;
    return true;
}

static bool settle_oldest(struct unpacking *u, struct looker *looker, struct err *err)
{
    uint64_t pending = looker->shown - looker->settled;
    const struct looked *looked = &looker->places[looker->settled % looker->count];
    lane_settle_to(looker->lane, pending - 1);
    looker->settled++;
    if (looked->failed.kind != ERR_NONE)
        return err_copy(err, &looked->failed);
    u->kept += looked->insight_bytes;
    return keep_result(u, looked, err);
}

static bool settle(struct unpacking *u, struct looker *looker, struct err *err)
{
    while (looker->settled < looker->shown)
        if (!settle_oldest(u, looker, err))
            return false;
    return true;
}

bool looking_settle(struct unpacking *u, struct err *err)
{
    return !u->looking ||
           (settle(u, &u->looking->small, err) && settle(u, &u->looking->large, err));
}

static bool is_near(const struct looker *looker, span path)
{
    for (uint64_t i = looker->settled; i < looker->shown; i++) {
        span pending = text_span(&looker->places[i % looker->count].path);
        if (is_at_or_above(path, pending) || is_at_or_above(pending, path))
            return true;
    }
    return false;
}

bool looking_settle_near(struct unpacking *u, span path, struct err *err)
{
    if (!u->looking || (!is_near(&u->looking->small, path) && !is_near(&u->looking->large, path)))
        return true;
    return looking_settle(u, err);
}

// ---------------------------------------------------------------- places

static bool next_place(struct unpacking *u, struct looker *looker, size_t count,
                       struct looked **ret, struct err *err)
{
    if (!looker_init(u, looker, count, err))
        return false;
    if (looker->shown - looker->settled == looker->count && !settle_oldest(u, looker, err))
        return false;
    *ret = &looker->places[looker->shown % looker->count];
    return true;
}

static bool place_in_memory(struct unpacking *u, uint64_t size, struct looked **ret,
                            struct err *err)
{
    struct looked *looked = NULL;
    if (!next_place(u, &u->looking->small, MOST_PLACES, &looked, err))
        return false;
    if (!looked->buffer)
        looked->buffer = arena_alloc(u->work, BUFFER_SIZE);
    if (!looked->buffer)
        return arena_err(u->work, err, "layer");
    looked->content = content_of(span_of(looked->buffer, (size_t)size));
    looked->filled = 0;
    *ret = looked;
    return true;
}

// Beside the large file that is still looked into, if there is one.
static bool place_in_scratch(struct unpacking *u, uint64_t size, struct looked **ret,
                             struct err *err)
{
    enum { PAGE = 4096 };
    struct looker *looker = &u->looking->large;
    struct looked *looked = NULL;
    if (!next_place(u, looker, LARGE_PLACES, &looked, err))
        return false;
    looked->scratch = 0;
    if (looker->settled < looker->shown) {
        const struct looked *other = &looker->places[looker->settled % looker->count];
        if (size > other->scratch)
            looked->scratch = (other->scratch + other->content.size + PAGE) / PAGE * PAGE;
    }
    looked->scratch_fd = u->options->scratch_fd;
    looked->content = (struct content){.size = size, .self = looked, .read = read_scratch};
    looked->filled = 0;
    *ret = looked;
    return true;
}

bool looking_place(struct unpacking *u, uint64_t size, struct looked **ret, struct err *err)
{
    if (!looking_init(u, err))
        return false;
    return size <= BUFFER_SIZE ? place_in_memory(u, size, ret, err)
                               : place_in_scratch(u, size, ret, err);
}

static bool write_piece(struct looked *looked, span bytes, struct err *err)
{
    uint64_t offset = looked->filled;
    looked->filled += bytes.len;
    if (looked->content.read)
        return os_write_at(looked->scratch_fd, looked->scratch + offset, bytes, err) ||
               err_add(err, "scratch file");
    if (bytes.len)
        memcpy(looked->buffer + offset, bytes.ptr, bytes.len);
    return true;
}

static bool fill_hole(struct looked *looked, uint64_t end, struct err *err)
{
    static const uint8_t zeros[65536];
    while (looked->filled < end) {
        uint64_t left = end - looked->filled;
        size_t len = left < sizeof zeros ? (size_t)left : sizeof zeros;
        if (!write_piece(looked, span_of(zeros, len), err))
            return false;
    }
    return true;
}

bool looking_put(struct looked *looked, uint64_t offset, span bytes, struct err *err)
{
    return fill_hole(looked, offset, err) && write_piece(looked, bytes, err);
}

// ---------------------------------------------------------------- handing over

static bool hand_over(struct unpacking *u, struct looker *looker, struct looked *looked,
                      struct err *err)
{
    if (!text_ok(&looked->path))
        return arena_err(u->work, err, "layer");
    looked->entry.path = text_span(&looked->path);
    looked->entry.link = (span){0};
    uint8_t *room = lane_room(looker->lane);
    room[0] = (uint8_t)(looked - looker->places);
    lane_publish(looker->lane, 1);
    looker->shown++;
    return true;
}

static void name(struct looked *looked, span path)
{
    looked->path.len = 0;
    text_add(&looked->path, path);
}

bool looking_show(struct unpacking *u, struct looked *looked, const struct tar_entry *entry,
                  span path, uint64_t key, uint32_t kept, struct err *err)
{
    bool is_large = looked->content.read;
    if (!fill_hole(looked, looked->content.size, err))
        return false;
    name(looked, path);
    looked->entry = *entry;
    looked->key = key;
    looked->kept = kept;
    if (!hand_over(u, is_large ? &u->looking->large : &u->looking->small, looked, err))
        return false;
    // It replaces something of its own layer: that has to be known before the next entry.
    return kept || !path_map_at(&u->seen, key) || looking_settle(u, err);
}

bool looking_show_kept(struct unpacking *u, span content, uint32_t kept, struct err *err)
{
    struct looked *looked = NULL;
    span path = LIST_AT(&u->extract->files, struct file, kept - 1)->path;
    if (!looking_init(u, err) || !next_place(u, &u->looking->small, MOST_PLACES, &looked, err))
        return false;
    name(looked, path);
    looked->content = content_of(content);
    looked->kept = kept;
    return hand_over(u, &u->looking->small, looked, err);
}
