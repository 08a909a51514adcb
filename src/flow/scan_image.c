#include "flow/flow.h"

#include "database/database.h"
#include "flow/worker_inner.h"
#include "scan/cache/cache.h"
#include "scan/source/source.h"

#include <stdlib.h>

// Layers in the worker at a time: enough to keep its threads and a few downloads busy, few enough
// for its descriptors and for memory.
enum { MOST_IN_FLIGHT = 4 };

struct layer_state {
    bool opened;  // its stream is with the worker, to be finished
    bool brought; // the worker has it, or is being sent it from the cache
};

struct scan_session {
    const struct scan_request *request; // while scan_image runs
    struct scan scan;
    struct notes notes;
    struct arena *mem;    // of the result
    struct arena *frames; // of one answer
    struct database *database;
    struct cache *cache;
    struct source_options source_options; // the source keeps a pointer to them
    struct source *source;
    struct os_jail jail;
    struct wants wants;
    struct layer_state *states; // of each layer
    size_t brought;             // how many layers the worker has
};

const struct scan *scan_result(const struct scan_session *session)
{
    return &session->scan;
}

static void stop_work(struct scan_session *session)
{
    (void)os_jail_stop(&session->jail, NULL); // what went wrong is known by now
    source_close(&session->source);
    cache_close(take(&session->cache));
}

void scan_session_close(struct scan_session *session)
{
    if (!session)
        return;
    stop_work(session);
    database_close(session->database);
    arena_free(session->frames);
    arena_free(session->mem);
    free(session->states);
    free(session);
}

void scan_session_cleanup(struct scan_session **session)
{
    scan_session_close(*session);
}

static void show_progress(const struct scan_session *session, const char *what, size_t done,
                          size_t of)
{
    if (session->request->progress)
        session->request->progress(session->request->progress_self, what, done, of);
}

// ---------------------------------------------------------------- layers to the worker

static bool send_extract(struct scan_session *session, size_t index, span extract, struct err *err)
{
    uint8_t head[4] = {(uint8_t)index, (uint8_t)(index >> 8), (uint8_t)(index >> 16),
                       (uint8_t)(index >> 24)};
    struct text payload;
    text_init(&payload, session->frames, SIZE_MAX);
    text_add(&payload, span_of(head, sizeof head));
    text_add(&payload, extract);
    if (!text_ok(&payload))
        return arena_err(session->frames, err, "cached layer");
    return os_send_frame(session->jail.socket, ASK_EXTRACT, text_span(&payload), -1, err);
}

// What the cache cannot do is not the scan's concern: the layer is then read.
static bool send_from_cache(struct scan_session *session, size_t index, bool *ret_sent,
                            struct err *err)
{
    const struct layer *layer = &session->scan.image.layers[index];
    digest key = {0};
    span extract = {0};
    bool found = false;
    *ret_sent = false;
    arena_reset(session->frames);
    if (!session->cache || layer->diff_id.len == 0)
        return true;
    if (!cache_key(session->cache, layer->diff_id, &session->wants, session->frames, &key, NULL) ||
        !cache_get(session->cache, key, session->frames, &found, &extract, NULL) || !found)
        return true;
    *ret_sent = session->states[index].brought = true;
    return send_extract(session, index, extract, err);
}

static bool send_layer(struct scan_session *session, size_t index, struct err *err)
{
    const struct layer *layer = &session->scan.image.layers[index];
    struct source_layer source = {.fd = -1};
    if (!source_layer_open(session->source, index, &source, err))
        return false;
    session->states[index].opened = true;
    CLEANUP(os_close) int fd = source.fd;
    struct layer_request request = {
        .index = (uint32_t)index,
        .seekable = source.seekable,
        .offset = source.offset,
        .length = source.length,
        .digest = layer->digest,
        .diff_id = layer->diff_id,
    };
    struct text payload;
    text_init(&payload, session->frames, SIZE_MAX);
    layer_request_write(&request, &payload);
    if (!text_ok(&payload))
        return arena_err(session->frames, err, "layer");
    return os_send_frame(session->jail.socket, ASK_LAYER, text_span(&payload), fd, err);
}

// A layer of a kind that is not read is a note; anything else that fails ends the scan.
static bool bring_layer(struct scan_session *session, size_t index, bool *ret_sent, struct err *err)
{
    struct err failure = {0};
    *ret_sent = !session->states[index].brought;
    arena_reset(session->frames);
    if (!*ret_sent || send_layer(session, index, &failure))
        return true;
    if (failure.kind != ERR_UNSUPPORTED) {
        *err = failure;
        return err_add(err, "layer %zu", index);
    }
    notes_add_err(&session->notes, session->scan.image.layers[index].digest, &failure);
    struct extract nothing = {0};
    struct text out;
    list_init(&nothing.files, session->frames, sizeof(struct file), 0);
    notes_init(&nothing.notes, session->frames, &session->request->limits);
    text_init(&out, session->frames, SIZE_MAX);
    extract_write(&nothing, &out);
    return send_extract(session, index, text_span(&out), err);
}

static bool bring_tree(struct scan_session *session, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(session->request->limits.kept_bytes * 2);
    struct extract extract = {0};
    struct text out;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for the files");
    if (!source_extract(session->source, mem, &extract, err))
        return false;
    arena_reset(session->frames);
    text_init(&out, mem, SIZE_MAX);
    extract_write(&extract, &out);
    if (!text_ok(&out))
        return arena_err(mem, err, "files");
    return send_extract(session, 0, text_span(&out), err);
}

// ---------------------------------------------------------------- answers

static bool receive(struct scan_session *session, uint32_t *ret_kind, span *ret_payload,
                    struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct err gone = {0};
    arena_reset(session->frames);
    if (!os_jail_await(&session->jail, err))
        return false;
    if (os_receive_frame(session->jail.socket, session->request->limits.kept_bytes * 4,
                         session->frames, ret_kind, ret_payload, &fd, &gone))
        return true;
    // The end of the stream is not the reason: how the worker ended may be.
    if (gone.kind == ERR_MISSING)
        return os_jail_stop(&session->jail, err) &&
               err_set(err, ERR_MEMORY, "the worker was killed: is there enough memory?");
    *err = gone;
    return err_add(err, "worker");
}

static void store(struct scan_session *session, const struct layer *layer, span extract)
{
    digest key = {0};
    if (!session->cache || extract.len == 0 || layer->diff_id.len == 0)
        return;
    // Not being able to store makes the next scan slower, nothing else.
    if (cache_key(session->cache, layer->diff_id, &session->wants, session->frames, &key, NULL))
        (void)cache_put(session->cache, key, extract, NULL);
}

// The layer's stream can fail on our side without the worker seeing more than an early end.
static bool finish_stream(struct scan_session *session, size_t index, struct err *err)
{
    if (!session->states[index].opened)
        return true;
    session->states[index].opened = false;
    return source_layer_finish(session->source, index, err);
}

static bool take_layer(struct scan_session *session, span payload, struct err *err)
{
    reader r = reader_of(payload);
    uint32_t index = read_u32le(&r);
    if (source_is_tree(session->source))
        return true; // there is one tree, and nothing of it is kept
    if (!read_ok(&r) || index >= session->scan.image.layer_count)
        return err_set(err, ERR_INPUT, "worker: damaged answer");
    if (!finish_stream(session, index, err))
        return err_add(err, "layer %u", index);
    store(session, &session->scan.image.layers[index], r.rest);
    show_progress(session, "layers", ++session->brought, session->scan.image.layer_count);
    return true;
}

// A cached extract that makes no sense is dropped, and the layer will be read.
static bool take_failure(struct scan_session *session, span payload, struct err *err)
{
    uint32_t index = 0;
    struct err failure = {0};
    if (!failure_read(payload, &index, &failure, err))
        return false;
    *err = failure;
    if (index >= session->scan.image.layer_count)
        return false;
    const struct layer *layer = &session->scan.image.layers[index];
    if (session->states[index].brought) {
        digest key = {0};
        if (cache_key(session->cache, layer->diff_id, &session->wants, session->frames, &key, NULL))
            cache_drop(session->cache, key);
        session->states[index].brought = false;
        return true;
    }
    struct err stream = {0};
    if (!finish_stream(session, index, &stream))
        *err = stream; // the reason why the worker saw too little
    return err_add(err, "layer %u (%s)", index, quote(layer->digest).text);
}

static bool take_answer(struct scan_session *session, struct err *err)
{
    uint32_t kind = 0;
    span payload = {0};
    if (!receive(session, &kind, &payload, err))
        return false;
    if (kind == TELL_LAYER)
        return take_layer(session, payload, err);
    if (kind == TELL_FAILED)
        return take_failure(session, payload, err);
    return err_set(err, ERR_INPUT, "worker: unexpected answer %u", kind);
}

// What sends a layer to the worker, unless it is not its business.
typedef bool bring_one(struct scan_session *session, size_t index, bool *ret_sent, struct err *err);

static bool bring_each(struct scan_session *session, bring_one *bring, struct err *err)
{
    size_t count = session->scan.image.layer_count;
    size_t waiting = 0;
    for (size_t i = 0; i < count || waiting;) {
        bool sent = false;
        if (i < count && waiting < MOST_IN_FLIGHT) {
            if (!bring(session, i++, &sent, err))
                return false;
            waiting += sent;
            continue;
        }
        if (!take_answer(session, err))
            return false;
        waiting--;
    }
    return true;
}

// First what the cache has, then the rest. Never both at once: the worker could be telling much of
// a layer that it has read while it is being sent much from the cache, each side waiting for the
// other to listen.
static bool bring_layers(struct scan_session *session, struct err *err)
{
    session->brought = 0;
    for (size_t i = 0; i < session->scan.image.layer_count; i++)
        session->states[i] = (struct layer_state){0};
    return bring_each(session, send_from_cache, err) && bring_each(session, bring_layer, err);
}

static bool bring_tree_and_wait(struct scan_session *session, struct err *err)
{
    return bring_tree(session, err) && take_answer(session, err);
}

// ---------------------------------------------------------------- the bom

static bool take_wants(struct scan_session *session, span payload, struct err *err)
{
    reader r = reader_of(payload);
    struct list more;
    list_init(&more, session->frames, sizeof(span), 4096);
    while (r.rest.len && read_ok(&r)) {
        span *pattern = LIST_ADD(&more, span);
        if (!pattern)
            return err_set(err, ERR_LIMIT, "worker: asks for too much");
        *pattern = read_field(&r);
    }
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "worker: damaged answer");
    struct spans patterns = {.items = more.items, .count = more.count};
    return all_wants(patterns, session->mem, &session->wants, err);
}

static bool ask_bom(struct scan_session *session, uint32_t layers, bool *ret_more, struct err *err)
{
    uint8_t count[4] = {(uint8_t)layers, (uint8_t)(layers >> 8), (uint8_t)(layers >> 16),
                        (uint8_t)(layers >> 24)};
    uint32_t kind = 0;
    span payload = {0};
    *ret_more = false;
    if (!os_send_frame(session->jail.socket, ASK_FINISH, span_of(count, sizeof count), -1, err) ||
        !receive(session, &kind, &payload, err))
        return false;
    if (kind == TELL_BOM)
        return bom_read(payload, &session->request->limits, session->mem, &session->scan.bom, err);
    if (kind == TELL_MORE) {
        *ret_more = true;
        return take_wants(session, payload, err);
    }
    uint32_t index = 0;
    if (kind == TELL_FAILED && failure_read(payload, &index, err, err))
        return false;
    return err_set(err, ERR_INPUT, "worker: unexpected answer %u", kind);
}

static bool take_inventory(struct scan_session *session, struct err *err)
{
    bool tree = source_is_tree(session->source);
    uint32_t layers = tree ? 1 : (uint32_t)session->scan.image.layer_count;
    for (bool more = true; more;) {
        bool brought = tree ? bring_tree_and_wait(session, err) : bring_layers(session, err);
        if (!brought || !ask_bom(session, layers, &more, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- the order of things

static bool prepare(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    session->mem = arena_new(request->limits.kept_bytes);
    session->frames = arena_new(request->limits.kept_bytes * 4);
    if (!session->mem || !session->frames)
        return err_set(err, ERR_MEMORY, "no memory for a scan");
    notes_init(&session->notes, session->mem, &request->limits);
    if (!all_wants((struct spans){0}, session->mem, &session->wants, err))
        return false;
    // Without a cache the scan is slower, not wrong.
    if (request->cache_directory)
        (void)cache_open(request->cache_directory, &request->limits, &session->cache, NULL);
    return true;
}

static bool open_source(struct scan_session *session, struct err *err)
{
    struct source_options *options = &session->source_options;
    *options = session->request->source;
    options->limits = &session->request->limits;
    options->wants = &session->wants;
    if (!source_open(session->request->target, options, session->mem, &session->notes,
                     &session->source, err))
        return false;
    session->scan.image = *source_image(session->source);
    if (session->scan.image.layer_count > session->request->limits.layers)
        return err_set(err, ERR_LIMIT, "%zu layers", session->scan.image.layer_count);
    session->states = calloc(session->scan.image.layer_count + 1, sizeof *session->states);
    return session->states || err_set(err, ERR_MEMORY, "no memory for a scan");
}

static bool match(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    struct scan *scan = &session->scan;
    struct advisory_source source = database_source(session->database);
    scan->matched = true;
    return database_describe(session->database, session->mem, &scan->database, err) &&
           match_fill_distro(&source, &scan->bom.distro, session->mem, err) &&
           match_bom(&scan->bom, &source, &request->match, session->mem, &scan->findings,
                     &session->notes, err);
}

static bool run(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    struct worker_options worker = {
        .limits = request->limits,
        .distro = request->distro,
        .all_layers = request->all_layers,
    };
    // The worker first: it must not inherit what is read later. The database before the work.
    if (!worker_start(&worker, &session->jail, err))
        return false;
    if (!prepare(session, err) ||
        (request->database && !database_open(request->database, &session->database, err)) ||
        !open_source(session, err) || !take_inventory(session, err))
        return false;
    notes_merge(&session->notes, &session->scan.bom.notes);
    if (session->database && !match(session, err))
        return false;
    session->scan.bom.notes = session->notes;
    session->scan.complete = !session->notes.incomplete;
    stop_work(session);
    return true;
}

bool scan_image(const struct scan_request *request, struct scan_session **ret, struct err *err)
{
    CLEANUP(scan_session_cleanup) struct scan_session *session = calloc(1, sizeof *session);
    if (!session)
        return err_set(err, ERR_MEMORY, "no memory for a scan");
    session->request = request;
    session->jail.socket = -1;
    if (!run(session, err))
        return false;
    session->request = NULL;
    *ret = take(&session);
    return true;
}
