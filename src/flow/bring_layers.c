#include "detect/integrity/integrity.h"
#include "flow/session_inner.h"
#include "stream/stream.h"

static size_t layer_count(const struct scan_session *session)
{
    return source_layer_count(session->source);
}

// The layer of a tree of files has no digests.
static struct layer layer_at(const struct scan_session *session, size_t index)
{
    const struct image *image = &session->scan.image;
    return index < image->layer_count ? image->layers[index] : (struct layer){0};
}

static bool fail_layer(const struct scan_session *session, size_t index, struct err *err)
{
    if (session->scan.image.layer_count == 0)
        return false;
    return err_add(err, "layer %zu of %zu (%s)", index + 1, layer_count(session),
                   quote(layer_at(session, index).digest).text);
}

// ---------------------------------------------------------------- from the cache

static bool key_of(const struct scan_session *session, size_t index, digest *ret)
{
    const struct cache_question question = {
        .diff_id = layer_at(session, index).diff_id,
        .wants = session->wants,
        .roster = session->wants_roster ? integrity_wants : (struct wants){0},
        .inspector = look_edition,
        .lowest = index == 0,
    };
    return session->cache && question.diff_id.len &&
           cache_key(session->cache, &question, session->frames, ret, NULL);
}

// Others may have read the layer. What they kept is checked like an entry of the cache, and becomes
// one.
static bool fetch_shared(struct scan_session *session, digest key)
{
    const struct extract_share *share = session->request->share;
    const struct limits *limits = &session->request->limits;
    span packed = {0};
    span file = {0};
    span bytes = {0};
    return share && share->ask(share->self, key, session->frames, &packed, NULL) && packed.len &&
           stream_unpack(packed, limits->kept_bytes * 2, limits, session->frames, &file, NULL) &&
           cache_entry(file, &bytes, NULL) && cache_put(session->cache, key, bytes, NULL);
}

// False also where there is none.
static bool open_entry(struct scan_session *session, digest key, int *ret_fd, uint64_t *ret_size)
{
    struct cache *cache = session->cache;
    if (!cache_open_entry(cache, key, ret_fd, ret_size, NULL))
        return false;
    if (*ret_fd < 0 && fetch_shared(session, key))
        return cache_open_entry(cache, key, ret_fd, ret_size, NULL) && *ret_fd >= 0;
    return *ret_fd >= 0;
}

// What the cache cannot do is not the scan's concern: the layer is then read.
static bool bring_cached_layer(struct scan_session *session, size_t index, struct err *err)
{
    digest key = {0};
    uint64_t size = 0;
    struct text payload;
    CLEANUP(os_close) int fd = -1;
    arena_reset(session->frames);
    if (!key_of(session, index, &key) || !open_entry(session, key, &fd, &size))
        return true;
    text_init(&payload, session->frames, SIZE_MAX);
    text_add_u32le(&payload, (uint32_t)index);
    text_add_u64le(&payload, size);
    if (!text_ok(&payload))
        return arena_err(session->frames, err, "request");
    session->layers[index] = LAYER_REMEMBERED;
    return os_send_frame(session->jail.socket, ASK_EXTRACT, text_span(&payload), fd, err);
}

static bool is_remembered(const struct scan_session *session, uint32_t index)
{
    return index < layer_count(session) && session->layers[index] == LAYER_REMEMBERED;
}

// An entry that cannot be used is as good as none.
static bool take_cached_layer(struct scan_session *session, struct err *err)
{
    uint32_t kind = 0;
    uint32_t index = 0;
    digest key = {0};
    span answer = {0};
    struct err failure = {0};
    if (!session_receive(session, &kind, &answer, err))
        return false;
    reader r = reader_of(answer);
    if (kind == TELL_LAYER)
        index = read_u32le(&r);
    else if (kind != TELL_FAILED || !failure_read(answer, &index, &failure, err))
        return session_fail(kind, answer, err);
    if (!read_ok(&r) || !is_remembered(session, index))
        return session_fail(kind, answer, err);
    session->layers[index] = kind == TELL_LAYER ? LAYER_DONE : LAYER_WAITING;
    if (kind == TELL_FAILED && key_of(session, index, &key))
        cache_drop(session->cache, key);
    return true;
}

static bool bring_cached_layers(struct scan_session *session, struct err *err)
{
    size_t in_flight = 0;
    for (size_t i = 0; i < layer_count(session); i++) {
        if (in_flight == MOST_IN_FLIGHT) {
            if (!take_cached_layer(session, err))
                return false;
            in_flight--;
        }
        if (session->layers[i] == LAYER_WAITING && !bring_cached_layer(session, i, err))
            return false;
        in_flight += session->layers[i] == LAYER_REMEMBERED;
    }
    for (; in_flight; in_flight--)
        if (!take_cached_layer(session, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- from the source

// On disk, since that is where large files belong; in memory where nothing can be written. Without
// either, large files are not looked into, and a note says so.
static bool bring_scratch(struct scan_session *session, struct err *err)
{
    const char *directory = session->request->source.spool_directory;
    for (; session->scratch_files < MOST_IN_FLIGHT; session->scratch_files++) {
        CLEANUP(os_close) int fd = -1;
        bool made = directory && os_make_directories(directory, NULL) &&
                    os_spool_file(directory, &fd, NULL);
        if (!made && !os_memory_file(&fd, NULL))
            return true;
        if (!os_send_frame(session->jail.socket, ASK_SCRATCH, (span){0}, fd, err))
            return false;
    }
    return true;
}

// A layer of a kind that is not read is a note; anything else that fails ends the scan.
static bool bring_layer(struct scan_session *session, size_t index, struct err *err)
{
    struct source_layer source = {.fd = -1};
    struct err failed = {0};
    struct text payload;
    arena_reset(session->frames);
    if (!source_layer_open(session->source, index, &source, &failed)) {
        if (failed.kind != ERR_UNSUPPORTED)
            return err_copy(err, &failed);
        notes_add_err(&session->notes, layer_at(session, index).digest, &failed);
        session->layers[index] = LAYER_UNREADABLE;
        session->unnamed = true;
        return true;
    }
    session->layers[index] = LAYER_WITH_WORKER;
    CLEANUP(os_close) int fd = source.fd;
    struct layer_request request = {
        .index = (uint32_t)index,
        .seekable = source.seekable,
        .offset = source.offset,
        .length = source.length,
        .digest = layer_at(session, index).digest,
        .diff_id = layer_at(session, index).diff_id,
    };
    text_init(&payload, session->frames, SIZE_MAX);
    layer_request_write(&request, &payload);
    if (!text_ok(&payload))
        return arena_err(session->frames, err, "request");
    return os_send_frame(session->jail.socket, ASK_LAYER, text_span(&payload), fd, err);
}

static bool share_extract(const struct scan_session *session, digest key, span extract,
                          struct err *err)
{
    const struct extract_share *share = session->request->share;
    struct text file;
    span packed = {0};
    text_init(&file, session->frames, SIZE_MAX);
    return cache_entry_write(extract, &file, err) &&
           stream_pack(text_span(&file), (span){0}, PACK_FAST, session->frames, &packed, err) &&
           share->keep(share->self, key, packed, err);
}

// Not being able to store makes the next scan slower, nothing else.
static void store(struct scan_session *session, size_t index, span extract)
{
    digest key = {0};
    session->unnamed |= extract.len == 0;
    if (extract.len == 0 || !key_of(session, index, &key))
        return;
    (void)cache_put(session->cache, key, extract, NULL);
    if (session->request->share)
        (void)share_extract(session, key, extract, NULL);
}

// The stream can fail on our side without the worker seeing more than an early end: that is then
// the reason for what the worker said.
static bool finish_layer(struct scan_session *session, size_t index, struct err *err)
{
    session->layers[index] = LAYER_DONE;
    return source_layer_finish(session->source, index, err);
}

static bool is_with_worker(const struct scan_session *session, uint32_t index)
{
    return index < layer_count(session) && session->layers[index] == LAYER_WITH_WORKER;
}

static bool take_failure(struct scan_session *session, span payload, struct err *err)
{
    uint32_t index = 0;
    struct err failure = {0};
    if (!failure_read(payload, &index, &failure, err))
        return false;
    if (!is_with_worker(session, index))
        return err_copy(err, &failure);
    if (finish_layer(session, index, err))
        (void)err_copy(err, &failure);
    return fail_layer(session, index, err);
}

static bool take_layer(struct scan_session *session, struct err *err)
{
    uint32_t kind = 0;
    span payload = {0};
    if (!session_receive(session, &kind, &payload, err))
        return false;
    if (kind == TELL_FAILED)
        return take_failure(session, payload, err);
    reader r = reader_of(payload);
    uint32_t index = read_u32le(&r);
    if (kind != TELL_LAYER || !read_ok(&r) || !is_with_worker(session, index))
        return session_fail(kind, payload, err);
    if (!finish_layer(session, index, err))
        return fail_layer(session, index, err);
    store(session, index, r.rest);
    return true;
}

// ---------------------------------------------------------------- all of them

static size_t count_done(const struct scan_session *session)
{
    size_t done = 0;
    for (size_t i = 0; i < layer_count(session); i++)
        done += session->layers[i] == LAYER_DONE || session->layers[i] == LAYER_UNREADABLE;
    return done;
}

static bool bring_other_layers(struct scan_session *session, struct err *err)
{
    size_t count = layer_count(session);
    size_t next = 0;
    size_t in_flight = 0;
    while (next < count || in_flight) {
        session_progress(session, "layers", count_done(session), count);
        if (next < count && session->layers[next] != LAYER_WAITING) {
            next++;
        } else if (next < count && in_flight < MOST_IN_FLIGHT) {
            if (!bring_scratch(session, err))
                return false;
            if (!bring_layer(session, next, err))
                return fail_layer(session, next, err);
            in_flight += session->layers[next] == LAYER_WITH_WORKER;
        } else {
            if (!take_layer(session, err))
                return false;
            in_flight--;
        }
    }
    session_progress(session, "layers", count, count);
    return true;
}

// Those that the cache has come first: their answers are as short as the requests.
bool bring_layers(struct scan_session *session, struct err *err)
{
    for (size_t i = 0; i < layer_count(session); i++)
        if (session->layers[i] != LAYER_UNREADABLE)
            session->layers[i] = LAYER_WAITING;
    return bring_cached_layers(session, err) && bring_other_layers(session, err);
}
