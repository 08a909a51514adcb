#include "scan/unpack/unpack_inner.h"

#include <string.h>

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

// The first bytes have become known with the piece at `offset`.
static bool decide(struct unpacking *u, uint64_t offset, struct err *err)
{
    struct reading *reading = &u->reading;
    const struct inspector *inspector = u->options->inspector;
    uint64_t size = reading->entry->size;
    reading->look = LOOK_NO;
    if (!inspector->wants(inspector->self, reading->path, size, start_of(reading)) ||
        is_too_large(u))
        return true;
    if (reading->content) {
        reading->look = LOOK_CONTENT;
        return true;
    }
    if (!looking_place(u, size, &reading->place, err))
        return false;
    reading->look = LOOK_PLACE;
    size_t before = offset < START_SIZE ? (size_t)offset : START_SIZE;
    return looking_put(reading->place, 0, span_first(start_of(reading), before), err);
}

static bool knows_start(const struct reading *reading)
{
    return reading->position >= start_of(reading).len;
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

static struct file *kept_file(struct unpacking *u)
{
    return LIST_AT(&u->extract->files, struct file, u->reading.kept - 1);
}

// Hands the file over to whoever looks; what is seen in it is kept later.
static bool show(struct unpacking *u, struct err *err)
{
    const struct reading *reading = &u->reading;
    if (reading->look == LOOK_CONTENT)
        return looking_show_kept(u, kept_file(u)->content, reading->kept, err);
    return looking_show(u, reading->place, reading->entry, reading->path, reading->key,
                        reading->kept, err);
}

static bool leave(struct unpacking *u, struct err *err)
{
    const struct reading *reading = &u->reading;
    return reading->kept ||
           leave_entry(u, reading->entry, FILE_REGULAR, reading->path, reading->key, err);
}

static bool finish(struct unpacking *u, struct err *err)
{
    struct reading *reading = &u->reading;
    reading->active = false;
    if (reading->look == LOOK_UNDECIDED && !decide(u, reading->position, err))
        return false;
    if (reading->content) {
        struct file *file = kept_file(u);
        file->content = span_of(reading->content, (size_t)file->size);
        file->has_content = true;
    }
    if (reading->is_rostered && !enter_on_roster(u, err))
        return false;
    return reading->look == LOOK_NO ? leave(u, err) : show(u, err);
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
        .kept = is_kept ? (uint32_t)u->extract->files.count : 0,
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
    if (reading->look == LOOK_UNDECIDED && knows_start(reading) && !decide(u, offset, err))
        return false;
    return reading->look != LOOK_PLACE || looking_put(reading->place, offset, data, err);
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
    return reading->active || leave(u, err);
}
