#include "scan/unpack/unpack_inner.h"

#include "os/os.h"

#include <string.h>

// The most that a file may leave behind in the memory for looking into the next one.
enum { SCRATCH_KEPT = 4 << 20 };

static bool is_failure(const struct err *err)
{
    return err->kind != ERR_LIMIT && err->kind != ERR_MEMORY;
}

// ---------------------------------------------------------------- where content is put together

static bool read_scratch(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct unpacking *u = self;
    uint8_t *at = to;
    while (len) {
        size_t got = 0;
        if (!os_read_at(u->options->scratch_fd, offset, at, len, &got, err))
            return err_add(err, "scratch file");
        if (got == 0)
            return err_set(err, ERR_IO, "scratch file: shorter than what was written");
        at += got;
        offset += got;
        len -= got;
    }
    return true;
}

// Zeros everywhere: what is not written is a hole.
static bool clear_scratch(struct unpacking *u, struct err *err)
{
    int fd = u->options->scratch_fd;
    return (os_resize(fd, 0, err) && os_resize(fd, u->reading.entry->size, err)) ||
           err_add(err, "scratch file");
}

static bool clear_buffer(struct unpacking *u, struct err *err)
{
    if (!u->buffer)
        u->buffer = arena_alloc(u->work, BUFFER_SIZE);
    if (!u->buffer)
        return arena_err(u->work, err, "layer");
    memset(u->buffer, 0, (size_t)u->reading.entry->size);
    return true;
}

static bool put(struct unpacking *u, uint64_t offset, span bytes, struct err *err)
{
    if (u->reading.look == LOOK_SCRATCH)
        return os_write_at(u->options->scratch_fd, offset, bytes, err) ||
               err_add(err, "scratch file");
    if (u->reading.look == LOOK_BUFFER && bytes.len)
        memcpy(u->buffer + offset, bytes.ptr, bytes.len);
    return true;
}

// ---------------------------------------------------------------- the decision to look

static span start_of(const struct reading *reading)
{
    uint64_t size = reading->entry->size;
    return span_of(reading->start, size < START_SIZE ? (size_t)size : START_SIZE);
}

static bool is_too_large(struct unpacking *u)
{
    const struct reading *reading = &u->reading;
    uint64_t size = reading->entry->size;
    if (size > u->limits->file_bytes) {
        notes_add(&u->extract->notes, NOTE_LIMIT, reading->path,
                  "%llu bytes are more than is looked into", (unsigned long long)size);
        return true;
    }
    if (reading->content || size <= BUFFER_SIZE || u->options->scratch_fd >= 0)
        return false;
    notes_add(&u->extract->notes, NOTE_LIMIT, reading->path,
              "there is no scratch file to look into %llu bytes", (unsigned long long)size);
    return true;
}

// `data` is the piece at `offset` with which the first bytes have become known.
static bool decide(struct unpacking *u, uint64_t offset, span data, struct err *err)
{
    struct reading *reading = &u->reading;
    const struct inspector *inspector = u->options->inspector;
    uint64_t size = reading->entry->size;
    reading->look = LOOK_NO;
    if (!inspector->wants(inspector->self, reading->path, size, start_of(reading)) ||
        is_too_large(u))
        return true;
    if (data.len == size) {
        reading->look = LOOK_VIEW;
        reading->view = data;
        return true;
    }
    if (reading->content) {
        reading->look = LOOK_CONTENT;
        return true;
    }
    reading->look = size <= BUFFER_SIZE ? LOOK_BUFFER : LOOK_SCRATCH;
    bool clear = reading->look == LOOK_BUFFER ? clear_buffer(u, err) : clear_scratch(u, err);
    size_t before = offset < START_SIZE ? (size_t)offset : START_SIZE;
    return clear && put(u, 0, span_first(start_of(reading), before), err);
}

static bool knows_start(const struct reading *reading)
{
    return reading->position >= start_of(reading).len;
}

// ---------------------------------------------------------------- looking

static struct content content_to_look_into(struct unpacking *u)
{
    const struct reading *reading = &u->reading;
    uint64_t size = reading->entry->size;
    switch (reading->look) {
    case LOOK_BUFFER:
        return content_of(span_of(u->buffer, (size_t)size));
    case LOOK_CONTENT:
        return content_of(span_of(reading->content, (size_t)size));
    case LOOK_SCRATCH:
        return (struct content){.size = size, .self = u, .read = read_scratch};
    case LOOK_VIEW:
    case LOOK_UNDECIDED:
    case LOOK_NO:
        return content_of(reading->view);
    }
    return content_of(reading->view);
}

static bool forget_looking(struct unpacking *u, struct err *err)
{
    if (arena_used(u->looking) <= SCRATCH_KEPT) {
        arena_reset(u->looking);
        return true;
    }
    arena_free(u->looking);
    u->looking = arena_new(u->limits->memory_bytes);
    return u->looking || err_set(err, ERR_MEMORY, "no memory for a layer");
}

bool look_into(struct unpacking *u, span path, const struct content *content,
               const struct insight **ret, struct err *err)
{
    const struct inspector *inspector = u->options->inspector;
    struct err failed = {0};
    uint64_t before = arena_used(u->mem);
    if (!inspector->look(inspector->self, path, content, u->mem, u->looking, &u->extract->notes,
                         ret, &failed)) {
        if (is_failure(&failed))
            return err_copy(err, &failed);
        notes_add_err(&u->extract->notes, path, &failed);
        *ret = NULL;
    }
    u->kept += arena_used(u->mem) - before;
    return forget_looking(u, err);
}

// ---------------------------------------------------------------- the end of a file

static bool is_program(span start)
{
    return span_starts_with(start, S("\x7f"
                                     "ELF")) ||
           span_starts_with(start, S("#!"));
}

static bool enter_on_roster(struct unpacking *u, struct err *err)
{
    const struct reading *reading = &u->reading;
    struct roster_file file = {
        .size = reading->entry->size,
        .mode = reading->entry->mode,
        .is_program = is_program(start_of(reading)),
    };
    tape_add_zeros(u->rostering.tape, reading->entry->size - reading->position);
    uint32_t digests = tape_end(u->rostering.tape);
    return rostering_add_file(u, reading->path, reading->key, &file, digests, err);
}

static struct file *last_file(struct unpacking *u)
{
    return LIST_AT(&u->extract->files, struct file, u->extract->files.count - 1);
}

static bool keep_insight(struct unpacking *u, const struct insight *insight, struct err *err)
{
    struct reading *reading = &u->reading;
    if (insight && !reading->is_kept) {
        if (!keep_entry(u, reading->entry, FILE_REGULAR, reading->path, reading->key, err))
            return false;
        reading->is_kept = true;
    }
    if (insight)
        last_file(u)->insight = insight;
    return true;
}

static bool finish(struct unpacking *u, struct err *err)
{
    struct reading *reading = &u->reading;
    const struct insight *insight = NULL;
    reading->active = false;
    if (reading->look == LOOK_UNDECIDED && !decide(u, reading->position, (span){0}, err))
        return false;
    if (reading->content) {
        struct file *file = last_file(u);
        file->content = span_of(reading->content, (size_t)file->size);
        file->has_content = true;
    }
    if (reading->is_rostered && !enter_on_roster(u, err))
        return false;
    struct content content = content_to_look_into(u);
    if (reading->look != LOOK_NO && !look_into(u, reading->path, &content, &insight, err))
        return false;
    return keep_insight(u, insight, err) &&
           (reading->is_kept || leave_entry(u, FILE_REGULAR, reading->path, reading->key, err));
}

// ---------------------------------------------------------------- its pieces

// The content counts only once it is complete; past a limit the entry stays without.
static void want_content(struct unpacking *u)
{
    struct reading *reading = &u->reading;
    uint64_t size = reading->entry->size;
    uint64_t left = u->limits->kept_bytes > u->kept ? u->limits->kept_bytes - u->kept : 0;
    if (size > u->limits->file_bytes || size > left) {
        notes_add(&u->extract->notes, NOTE_LIMIT, reading->path,
                  "%llu bytes are more than is kept of a file", (unsigned long long)size);
        return;
    }
    reading->content = arena_alloc(u->mem, (size_t)size); // zeroed: holes need nothing else
    if (reading->content)
        u->kept += size;
    else
        notes_add(&u->extract->notes, NOTE_LIMIT, reading->path, "no memory left for the file");
}

// Holes cost the archive nothing, so their bytes are counted before they cost us anything.
static bool may_fill_holes(struct unpacking *u)
{
    const struct reading *reading = &u->reading;
    uint64_t holes = reading->entry->size - reading->missing;
    if (!reading->entry->sparse || holes == 0)
        return true;
    if (u->holes <= u->limits->kept_bytes && holes <= u->limits->kept_bytes - u->holes) {
        u->holes += holes;
        return true;
    }
    notes_add(&u->extract->notes, NOTE_LIMIT, reading->path,
              "a sparse file with %llu bytes of holes is not looked into",
              (unsigned long long)holes);
    return false;
}

bool reading_begin(struct unpacking *u, const struct tar_entry *entry, span path, uint64_t key,
                   bool is_kept, bool is_wanted, struct err *err)
{
    struct reading *reading = &u->reading;
    *reading = (struct reading){
        .active = true,
        .entry = entry,
        .path = path,
        .key = key,
        .missing = tar_content_size(u->tar),
        .is_kept = is_kept,
        .look = LOOK_NO,
    };
    if (is_wanted)
        want_content(u);
    if ((u->options->inspector || u->roster_wants) && may_fill_holes(u)) {
        reading->is_rostered = rostering_wants(u, path_parent(path));
        reading->look = u->options->inspector ? LOOK_UNDECIDED : LOOK_NO;
    }
    if (reading->is_rostered && !u->rostering.tape &&
        !tape_new(u->options->crew, &u->rostering.tape, err))
        return false;
    bool concerns = reading->content || reading->is_rostered || reading->look == LOOK_UNDECIDED;
    return reading->missing && concerns ? true : finish(u, err);
}

// Takes the piece up to `offset` + data.len into the first bytes; holes are zeros already.
static void take_start(struct reading *reading, uint64_t offset, span data)
{
    if (offset >= START_SIZE)
        return;
    span head = span_first(data, START_SIZE - (size_t)offset);
    memcpy(reading->start + offset, head.ptr, head.len);
}

static bool take_look(struct unpacking *u, uint64_t offset, span data, struct err *err)
{
    struct reading *reading = &u->reading;
    if (reading->look == LOOK_UNDECIDED && knows_start(reading) && !decide(u, offset, data, err))
        return false;
    return put(u, offset, data, err);
}

bool reading_take(struct unpacking *u, struct err *err)
{
    struct reading *reading = &u->reading;
    uint64_t offset = 0;
    span data = tar_data(u->tar, &offset);
    assert(reading->active && offset + data.len <= reading->entry->size); // the reader checks it
    take_start(reading, offset, data);
    if (reading->content)
        memcpy(reading->content + offset, data.ptr, data.len);
    if (reading->is_rostered) {
        tape_add_zeros(u->rostering.tape, offset - reading->position);
        tape_add(u->rostering.tape, data);
    }
    reading->position = offset + data.len;
    reading->missing -= data.len;
    if (!take_look(u, offset, data, err))
        return false;
    if (reading->missing == 0)
        return finish(u, err);
    reading->active = reading->content || reading->is_rostered || reading->look != LOOK_NO;
    return reading->active ||
           (reading->is_kept || leave_entry(u, FILE_REGULAR, reading->path, reading->key, err));
}
