// A new database out of the pieces of the old one, patches and whole pieces.
#include "flow/update_inner.h"
#include "os/os.h"
#include "stream/stream.h"

#include <stdio.h>

// One piece of the new database.
struct part {
    const struct tuf_target *target; // what is fetched; null until it is found
    span base;                       // of a patch; or the piece itself
    bool kept;                       // it is in the old database
    bool found;
};

struct plan {
    struct part *parts;
    size_t count;
    bool changes;
};

// What is in the database that is there, by content.
struct old_piece {
    span bytes;
    digest content;
};
struct old_pieces {
    struct old_piece *items;
    size_t count;
};

// ---------------------------------------------------------------- what is there

// Digests are computed, not believed: a piece that the disk has damaged is fetched anew.
static bool list_old(const struct database *database, struct arena *mem, struct old_pieces *ret,
                     struct err *err)
{
    size_t count = database_piece_count(database);
    struct old_piece *items = arena_array(mem, count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "pieces");
    for (size_t i = 0; i < count; i++) {
        struct database_piece piece = {0};
        if (!database_piece_at(database, i, &piece, err) ||
            !digest_of(DIGEST_SHA256, piece.bytes, &items[i].content, err))
            return false;
        items[i].bytes = piece.bytes;
    }
    *ret = (struct old_pieces){.items = items, .count = count};
    return true;
}

static const struct old_piece *find_old(const struct old_pieces *old, digest content)
{
    for (size_t i = 0; i < old->count; i++)
        if (digest_equal(old->items[i].content, content))
            return &old->items[i];
    return NULL;
}

// ---------------------------------------------------------------- the plan

static bool size_plan(const struct tuf_targets *targets, struct arena *mem, struct plan *plan,
                      struct err *err)
{
    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i].place >= plan->count && targets->items[i].place < targets->count)
            plan->count = (size_t)targets->items[i].place + 1;
    plan->parts = arena_array(mem, plan->count, sizeof *plan->parts);
    return plan->parts || arena_err(mem, err, "plan");
}

// The best so far: what is there, else the smallest that can be used.
static void consider(struct part *part, const struct tuf_target *target,
                     const struct old_pieces *old)
{
    const struct old_piece *same = find_old(old, target->content);
    const struct old_piece *base = target->is_patch ? find_old(old, target->base) : NULL;
    if (part->kept || (!same && target->is_patch && !base))
        return;
    if (!same && part->found && part->target->length <= target->length)
        return;
    *part = (struct part){
        .target = target,
        .base = same ? same->bytes : (base ? base->bytes : (span){0}),
        .kept = same != NULL,
        .found = true,
    };
}

static bool make_plan(const struct tuf_targets *targets, const struct old_pieces *old,
                      struct arena *mem, struct plan *ret, struct err *err)
{
    struct plan plan = {0};
    if (!size_plan(targets, mem, &plan, err))
        return false;
    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i].place < plan.count)
            consider(&plan.parts[targets->items[i].place], &targets->items[i], old);
    plan.changes = plan.count != old->count;
    for (size_t i = 0; i < plan.count; i++) {
        if (!plan.parts[i].found)
            return err_set(err, ERR_INPUT, "targets: piece %zu of the database is missing", i);
        plan.changes |= !plan.parts[i].kept ||
                        !digest_equal(plan.parts[i].target->content, old->items[i].content);
    }
    *ret = plan;
    return true;
}

// ---------------------------------------------------------------- fetching

static const char *part_path(const struct assembly *assembly, const struct tuf_target *target)
{
    struct text name = {0};
    text_init(&name, assembly->mem, SIZE_MAX);
    text_add(&name, S("part-"));
    text_add_hex(&name, span_of(target->digest.bytes, digest_size(target->digest.algorithm)));
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
    const char *path = part_path(assembly, target);
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
    for (size_t i = 0; i < plan->count; i++) {
        const struct tuf_target *target = plan->parts[i].target;
        if (request->progress)
            request->progress(request->progress_self, "database", i, plan->count);
        if (plan->parts[i].kept)
            continue;
        if (!fetch_part(assembly, target, err))
            return err_add(err, "%s", quote(target->path).text);
        assembly->result.patches += target->is_patch;
        assembly->result.pieces++;
    }
    return true;
}

// ---------------------------------------------------------------- the new file

static bool unpack_stream(struct stream *stream, const struct tuf_target *target, int to,
                          struct err *err)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    uint64_t size = 0;
    span chunk = {0};
    if (!hasher_new(DIGEST_SHA256, &hasher, err))
        return false;
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        size += chunk.len;
        if (size > target->size)
            return err_set(err, ERR_UNTRUSTED, "unpacks to more than the %llu bytes it should",
                           (unsigned long long)target->size);
        hasher_add(hasher, chunk);
        if (!os_write_all(to, chunk, err))
            return false;
    } while (chunk.len);
    return (size == target->size && digest_equal(hasher_finish(hasher), target->content)) ||
           err_set(err, ERR_UNTRUSTED, "unpacks to something else than was signed");
}

static bool unpack_part(const struct assembly *assembly, const struct part *part, int to,
                        struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(stream_cleanup) struct stream *file = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    const char *path = part_path(assembly, part->target);
    struct limits limits = assembly->request->limits;
    limits.expansion_ratio = UINT64_MAX; // the size is signed
    if (!path)
        return arena_err(assembly->mem, err, "update");
    struct stream_file source = {.seekable = true, .length = part->target->length};
    if (!os_open_read(path, &fd, err))
        return false;
    source.fd = fd;
    return stream_open_file(source, NULL, &file, err) &&
           stream_open_patch(take(&file), part->base, &limits, &stream, err) &&
           unpack_stream(stream, part->target, to, err);
}

static bool write_parts(const struct assembly *assembly, const struct plan *plan, int to,
                        struct err *err)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct part *part = &plan->parts[i];
        bool written =
            part->kept ? os_write_all(to, part->base, err) : unpack_part(assembly, part, to, err);
        if (!written)
            return err_add(err, "%s", quote(part->target->path).text);
    }
    return true;
}

// Every piece is what was signed; that they make a database is the publisher's word, and is held
// against the reader before the old one goes.
static bool check_new(const char *path, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    return (database_open(path, &database, err) && database_check_digests(database, err)) ||
           err_add(err, "the new database");
}

static void drop_parts(const struct assembly *assembly, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const char *path = plan->parts[i].kept ? NULL : part_path(assembly, plan->parts[i].target);
        if (path)
            (void)os_remove_file(path, NULL); // it would only take room
    }
}

static bool follow_plan(struct assembly *assembly, const struct plan *plan, struct err *err)
{
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    const char *database = assembly->request->database;
    if (!fetch_parts(assembly, plan, err) || !os_output_open(database, &output, err))
        return false;
    if (!output.temporary)
        return err_set(err, ERR_USAGE, "%s: not a plain file", quote(span_of_text(database)).text);
    if (!write_parts(assembly, plan, output.fd, err) || !check_new(output.temporary, err) ||
        !os_output_commit(&output, err))
        return false;
    drop_parts(assembly, plan);
    assembly->result.changed = true;
    return true;
}

bool assemble_database(struct assembly *assembly, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct old_pieces old = {0};
    struct plan plan = {0};
    struct err failure = {0};
    bool has_old = database_open(assembly->request->database, &database, &failure) &&
                   list_old(database, assembly->mem, &old, &failure);
    // One that is damaged or of another format gives no pieces and is replaced.
    if (!has_old && failure.kind != ERR_MISSING && failure.kind != ERR_INPUT &&
        failure.kind != ERR_UNSUPPORTED)
        return err_copy(err, &failure);
    return make_plan(assembly->targets, &old, assembly->mem, &plan, err) &&
           (!plan.changes || follow_plan(assembly, &plan, err));
}
