// A new database out of segments of the old one, patches and whole segments.
#include "flow/update_inner.h"
#include "os/os.h"
#include "stream/stream.h"

// One segment of the new database.
struct part {
    const struct tuf_target *target; // what is fetched, or what the segment is
    const struct old_segment *old;   // the segment itself if it is kept, else the base of a patch
    bool kept;
    struct os_map made; // of one that is not kept
};

struct plan {
    struct list parts; // of struct part
    bool changes;
};

// A segment of the database that is there.
struct old_segment {
    size_t index;
    span bytes;
    digest content;
};

struct old_segments {
    const struct database *database; // null: there is none
    struct old_segment *items;
    size_t count;
};

// ---------------------------------------------------------------- what is there

// Digests are computed, not believed: what the disk has damaged is fetched anew.
static bool list_old(const struct database *database, struct arena *mem, struct old_segments *ret,
                     struct err *err)
{
    size_t count = database_segment_count(database);
    struct old_segment *items = arena_array(mem, count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "segments");
    for (size_t i = 0; i < count; i++) {
        items[i].index = i;
        items[i].bytes = database_segment_bytes(database, i);
        if (!digest_of(DIGEST_SHA256, items[i].bytes, &items[i].content, err))
            return false;
    }
    *ret = (struct old_segments){.database = database, .items = items, .count = count};
    return true;
}

static const struct old_segment *find_old(const struct old_segments *old, digest content)
{
    for (size_t i = 0; i < old->count; i++)
        if (digest_equal(old->items[i].content, content))
            return &old->items[i];
    return NULL;
}

// ---------------------------------------------------------------- the plan

static struct part *part_of(struct plan *plan, span segment)
{
    for (size_t i = 0; i < plan->parts.count; i++) {
        struct part *part = LIST_AT(&plan->parts, struct part, i);
        if (span_equal(part->target->segment, segment))
            return part;
    }
    return NULL;
}

// The best so far: what is there, else the smallest that can be used.
static bool consider(struct plan *plan, const struct tuf_target *target,
                     const struct old_segments *old)
{
    const struct old_segment *same = find_old(old, target->content);
    const struct old_segment *base = target->is_patch ? find_old(old, target->base) : NULL;
    if (!same && target->is_patch && !base)
        return true;
    struct part *part = part_of(plan, target->segment);
    if (part && (part->kept || (!same && part->target->length <= target->length)))
        return true;
    if (!part)
        part = LIST_ADD(&plan->parts, struct part);
    if (!part)
        return false;
    *part = (struct part){.target = target, .old = same ? same : base, .kept = same != NULL};
    return true;
}

static bool make_plan(const struct assembly *assembly, const struct old_segments *old,
                      struct plan *ret, struct err *err)
{
    const struct tuf_targets *targets = assembly->targets;
    struct plan plan = {0};
    list_init(&plan.parts, assembly->mem, sizeof(struct part), targets->count);
    for (size_t i = 0; i < targets->count; i++) {
        const struct tuf_target *target = &targets->items[i];
        if (target->format != database_format())
            return err_set(err, ERR_UNSUPPORTED,
                           "it is of format version %llu; this program reads version %u",
                           (unsigned long long)target->format, database_format());
        if (!consider(&plan, target, old))
            return arena_err(assembly->mem, err, "plan");
    }
    plan.changes = plan.parts.count != old->count;
    for (size_t i = 0; i < plan.parts.count; i++)
        plan.changes |= !LIST_AT(&plan.parts, struct part, i)->kept;
    *ret = plan;
    return true;
}

// ---------------------------------------------------------------- fetching

static const char *state_path(const struct assembly *assembly, const char *kind, digest value)
{
    struct text name = {0};
    text_init(&name, assembly->mem, SIZE_MAX);
    text_add(&name, span_of_text(kind));
    text_add_hex(&name, span_of(value.bytes, digest_size(value.algorithm)));
    const char *text = text_ok(&name) ? arena_text(assembly->mem, text_span(&name)) : NULL;
    return text ? file_in(assembly->mem, assembly->state->directory, text) : NULL;
}

static bool check_part(int fd, const struct tuf_target *target, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    struct stream_file file = {.fd = fd, .seekable = true, .length = target->length};
    span chunk = {0};
    if (!stream_open_file(file, NULL, &stream, err) || !hasher_new(DIGEST_SHA256, &hasher, err))
        return false;
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        hasher_add(hasher, chunk);
    } while (chunk.len);
    return digest_equal(hasher_finish(hasher), target->digest) ||
           err_set(err, ERR_UNTRUSTED, "the bytes are not those that were signed");
}

// Goes on where an earlier try ended. Bytes that turn out wrong are thrown away.
static bool fetch_part(struct assembly *assembly, const struct tuf_target *target, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct os_stat st = {0};
    const char *path = state_path(assembly, "part-", target->digest);
    if (!path)
        return arena_err(assembly->mem, err, "update");
    if (!os_open_update(path, &fd, err) || !os_stat_fd(fd, &st, err))
        return false;
    uint64_t start = st.size <= target->length ? st.size : 0;
    struct file_name name = target_name(target);
    if (!os_resize(fd, start, err) ||
        (start < target->length &&
         !mirror_fetch(assembly->mirror, name.text, start, target->length, fd, err)))
        return false;
    assembly->result.fetched += target->length - start;
    if (check_part(fd, target, err))
        return true;
    (void)os_remove_file(path, NULL); // the error to tell is the one above
    return false;
}

static bool fetch_parts(struct assembly *assembly, const struct plan *plan, struct err *err)
{
    const struct update_request *request = assembly->request;
    size_t count = plan->parts.count;
    for (size_t i = 0; i < count; i++) {
        const struct part *part = LIST_AT(&plan->parts, struct part, i);
        if (request->progress)
            request->progress(request->progress_self, "fetching", i, count);
        if (part->kept)
            continue;
        if (!fetch_part(assembly, part->target, err))
            return err_add(err, "%s", quote(part->target->path).text);
        assembly->result.patches += part->target->is_patch;
        assembly->result.segments++;
    }
    if (request->progress)
        request->progress(request->progress_self, "fetching", count, count);
    return true;
}

// ---------------------------------------------------------------- the new segments

// What the file unpacks to: a segment without its tables.
static bool unpack_core(const struct assembly *assembly, const struct part *part, span base,
                        span *ret, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(stream_cleanup) struct stream *file = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    const struct tuf_target *target = part->target;
    const char *path = state_path(assembly, "part-", target->digest);
    struct limits limits = assembly->request->limits;
    struct stream_file source = {.seekable = true, .length = target->length};
    limits.expansion_ratio = UINT64_MAX; // the size is signed
    if (!path)
        return arena_err(assembly->mem, err, "update");
    if (target->size > limits.build_bytes)
        return err_set(err, ERR_LIMIT, "larger than build_bytes");
    if (!os_open_read(path, &fd, err))
        return false;
    source.fd = fd;
    return stream_open_file(source, NULL, &file, err) &&
           stream_open_patch(take(&file), base, &limits, &stream, err) &&
           stream_read_exactly(stream, target->size, assembly->scratch, ret, err);
}

static bool write_segment(const struct assembly *assembly, span bytes, struct part *part,
                          struct err *err)
{
    const char *path = state_path(assembly, "segment-", part->target->content);
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!path)
        return arena_err(assembly->mem, err, "update");
    return os_output_open(path, &output, err) && os_write_all(output.fd, bytes, err) &&
           os_output_publish(&output, err) && os_map_file(path, &part->made, err);
}

// A segment lies on the disk until all are there: memory is for one at a time.
static bool make_segment(const struct assembly *assembly, const struct old_segments *old,
                         struct part *part, struct err *err)
{
    span base = {0};
    span core = {0};
    span bytes = {0};
    arena_reset(assembly->scratch);
    if (part->target->is_patch &&
        !database_segment_core(old->database, part->old->index, assembly->scratch, &base, err))
        return false;
    return unpack_core(assembly, part, base, &core, err) &&
           database_segment_of_core(core, assembly->scratch, &bytes, err) &&
           digest_check(bytes, part->target->content, err) &&
           write_segment(assembly, bytes, part, err);
}

static bool make_segments(const struct assembly *assembly, const struct old_segments *old,
                          const struct plan *plan, struct err *err)
{
    for (size_t i = 0; i < plan->parts.count; i++) {
        struct part *part = LIST_AT(&plan->parts, struct part, i);
        if (!part->kept && !make_segment(assembly, old, part, err))
            return err_add(err, "%s", quote(part->target->path).text);
    }
    return true;
}

// ---------------------------------------------------------------- the new file

static bool join_segments(const struct assembly *assembly, const struct plan *plan, struct err *err)
{
    span *items = arena_array(assembly->mem, plan->parts.count, sizeof *items);
    if (!items)
        return arena_err(assembly->mem, err, "update");
    for (size_t i = 0; i < plan->parts.count; i++) {
        const struct part *part = LIST_AT(&plan->parts, struct part, i);
        items[i] = part->kept ? part->old->bytes : part->made.bytes;
    }
    struct spans segments = {.items = items, .count = plan->parts.count};
    return database_join(&segments, &assembly->request->limits, assembly->request->database, err);
}

static void unmap_segments(const struct plan *plan)
{
    for (size_t i = 0; i < plan->parts.count; i++)
        os_unmap(&LIST_AT(&plan->parts, struct part, i)->made);
}

// Also what an update to an earlier version has left behind.
static bool clear_state(const struct assembly *assembly, struct err *err)
{
    enum { MOST_FILES = 1 << 16 };
    CLEANUP(os_close) int fd = -1;
    struct os_names names = {0};
    if (!os_open_directory(assembly->state->directory, &fd, err) ||
        !os_list_directory(fd, MOST_FILES, assembly->mem, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        span name = names.items[i];
        if (!span_starts_with(name, S("part-")) && !span_starts_with(name, S("segment-")))
            continue;
        const char *text = arena_text(assembly->mem, name);
        if (!text || !update_state_remove(assembly->state, text, assembly->mem, err))
            return text ? false : arena_err(assembly->mem, err, "update");
    }
    return true;
}

static bool follow_plan(struct assembly *assembly, const struct old_segments *old,
                        const struct plan *plan, struct err *err)
{
    bool made = fetch_parts(assembly, plan, err) && make_segments(assembly, old, plan, err) &&
                join_segments(assembly, plan, err);
    unmap_segments(plan);
    assembly->result.changed = made;
    return made && clear_state(assembly, err);
}

bool assemble_database(struct assembly *assembly, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct old_segments old = {0};
    struct plan plan = {0};
    struct err failure = {0};
    bool has_old = database_open(assembly->request->database, &database, &failure) &&
                   list_old(database, assembly->mem, &old, &failure);
    // One that is damaged or of another format is replaced.
    if (!has_old && failure.kind != ERR_MISSING && failure.kind != ERR_INPUT &&
        failure.kind != ERR_UNSUPPORTED)
        return err_copy(err, &failure);
    return make_plan(assembly, &old, &plan, err) &&
           (!plan.changes || follow_plan(assembly, &old, &plan, err));
}
