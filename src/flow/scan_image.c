#include "flow/flow.h"

#include "database/database.h"
#include "detect/integrity/integrity.h"
#include "flow/session_inner.h"

#include <stdlib.h>

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
    catalog_free(session->catalog);
    suppress_free_earlier(session->earlier);
    arena_free(session->frames);
    arena_free(session->mem);
    free(session->layers);
    free(session);
}

void scan_session_cleanup(struct scan_session **session)
{
    scan_session_close(*session);
}

void session_progress(const struct scan_session *session, const char *what, size_t done, size_t of)
{
    if (session->request->progress)
        session->request->progress(session->request->progress_self, what, done, of);
}

// ---------------------------------------------------------------- frames

bool session_send(struct scan_session *session, uint32_t kind, uint32_t number, span bytes,
                  struct err *err)
{
    struct text start;
    text_init(&start, session->frames, SIZE_MAX);
    text_add_u32le(&start, number);
    if (!text_ok(&start))
        return arena_err(session->frames, err, "frame");
    return os_send_frame_parts(session->jail.socket, kind, text_span(&start), bytes, err);
}

bool session_receive(struct scan_session *session, uint32_t *ret_kind, span *ret_payload,
                     struct err *err)
{
    CLEANUP(os_close) int fd = -1; // none is ever sent this way: what comes is closed
    struct err failed = {0};
    arena_reset(session->frames);
    if (!os_jail_await(&session->jail, err))
        return false;
    if (os_receive_frame(session->jail.socket, session->request->limits.kept_bytes * 4,
                         session->frames, ret_kind, ret_payload, &fd, &failed))
        return true;
    // The end of the stream is not the reason: how the worker ended may be.
    if (failed.kind == ERR_MISSING && os_jail_stop(&session->jail, err))
        return err_set(err, ERR_MEMORY, "the worker was killed: is there enough memory?");
    return failed.kind == ERR_MISSING ? false : err_copy(err, &failed);
}

bool session_fail(uint32_t kind, span payload, struct err *err)
{
    uint32_t index = 0;
    if (kind == TELL_FAILED)
        return failure_read(payload, &index, err, err) && false;
    return err_set(err, ERR_INPUT, "worker: unexpected answer %u", kind);
}

// ---------------------------------------------------------------- the bom

static bool set_wants(struct scan_session *session, struct spans more, struct err *err)
{
    return all_wants(more, session->mem, &session->wants, err) &&
           want_index_new(&session->wants, session->mem, &session->want_index, err);
}

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
    return set_wants(session, patterns, err);
}

// The worker's word for where a package lies is used as an index later.
static bool check_layers(const struct bom *bom, uint32_t layers, struct err *err)
{
    for (size_t i = 0; i < bom->package_count; i++)
        for (size_t j = 0; j < bom->packages[i].location_count; j++)
            if (bom->packages[i].locations[j].layer >= layers)
                return err_set(err, ERR_INPUT, "worker: a package of no layer");
    return true;
}

bool session_take_bom(struct scan_session *session, span payload, uint32_t layers, struct err *err)
{
    const struct limits *limits = &session->request->limits;
    struct bom *bom = &session->scan.bom;
    struct findings *findings = &session->scan.findings;
    reader r = reader_of(payload);
    span bytes = read_field(&r);
    span found = read_field(&r);
    return bom_read(bytes, limits, session->mem, bom, err) && check_layers(bom, layers, err) &&
           findings_read(found, bom->package_count, limits, session->mem, findings, err) &&
           take_documents(session, &r, err);
}

static bool ask_bom(struct scan_session *session, uint32_t layers, bool *ret_more, struct err *err)
{
    uint32_t kind = 0;
    span payload = {0};
    arena_reset(session->frames);
    if (!session_send(session, ASK_FINISH, layers, (span){0}, err) ||
        !session_receive(session, &kind, &payload, err))
        return false;
    *ret_more = kind == TELL_MORE;
    if (kind == TELL_BOM) {
        // Not being able to store makes the next scan slower, nothing else.
        if (session->has_key && !session->unnamed)
            (void)cache_put(session->cache, session->key, payload, NULL);
        return session_take_bom(session, payload, layers, err);
    }
    if (kind == TELL_MORE)
        return take_wants(session, payload, err);
    return session_fail(kind, payload, err);
}

// What has no layers of its own counts as one.
static uint32_t most_layers(const struct image *image)
{
    return image->layer_count ? (uint32_t)image->layer_count : 1;
}

// A worker that goes on asking for more has been taken over.
static bool take_inventory(struct scan_session *session, struct err *err)
{
    uint32_t layers = (uint32_t)source_layer_count(session->source);
    bool more = true;
    if (source_is_document(session->source))
        return bring_sbom(session, err) &&
               check_layers(&session->scan.bom, most_layers(&session->scan.image), err);
    session->has_key = known_bom_key(session, &session->key);
    if (session->has_key && known_bom_take(session, session->key, layers))
        return true;
    for (unsigned pass = 0; more && pass < MOST_PASSES; pass++) {
        if (!bring_layers(session, err) || !ask_bom(session, layers, &more, err))
            return false;
    }
    return !more || err_set(err, ERR_INPUT, "worker: asks for more again and again");
}

// ---------------------------------------------------------------- the order of things

static bool is_to_check(const struct scan_request *request, enum finding_kind kind)
{
    return request->checks >> kind & 1;
}

// A directory may be source code, which says what is meant to be installed; and who names one file
// wants to know what it says.
static bool is_sources(const struct scan_request *request)
{
    return span_starts_with(request->target, S("dir:")) ||
           span_starts_with(request->target, S("file:"));
}

static bool prepare(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    session->mem = arena_new(request->limits.kept_bytes);
    session->frames = arena_new(request->limits.kept_bytes * 4);
    if (!session->mem || !session->frames)
        return err_set(err, ERR_MEMORY, "no memory for a scan");
    notes_init(&session->notes, session->mem, &request->limits);
    if (!set_wants(session, (struct spans){0}, err))
        return false;
    session->wants_roster = is_to_check(request, FINDING_INTEGRITY);
    // Without a cache the scan is slower, not wrong.
    if (request->cache_directory)
        (void)cache_open(request->cache_directory, &request->limits, &session->cache, NULL);
    return true;
}

// Is it brought without a look at what is in it?
static bool wants_path(const struct scan_session *session, span path)
{
    return want_index_match(session->want_index, path) != WANT_NONE ||
           (session->wants_roster && wants_match(&integrity_wants, path_parent(path)));
}

static bool considers_file(const void *self, span path, uint64_t size, uint32_t mode)
{
    const struct scan_session *session = self;
    return wants_path(session, path) ||
           session->inspector.considers(session->inspector.self, path, size, mode);
}

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    const struct scan_session *session = self;
    return wants_path(session, path) ||
           session->inspector.wants(session->inspector.self, path, size, start);
}

// Of a tree only those files are brought that somebody looks into; a layer comes whole.
static bool open_catalog(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    struct catalog_options catalog = {.limits = &request->limits, .declared = is_sources(request)};
    if (!source_is_tree(session->source))
        return true;
    if (!catalog_new(&catalog, &session->catalog, err))
        return false;
    session->inspector = catalog_inspector(session->catalog);
    return true;
}

static bool open_source(struct scan_session *session, struct err *err)
{
    struct source_options *options = &session->source_options;
    *options = session->request->source;
    options->limits = &session->request->limits;
    options->filter =
        (struct file_filter){.self = session, .considers = considers_file, .wants = wants_file};
    if (!source_open(session->request->target, options, session->mem, &session->notes,
                     &session->source, err) ||
        !open_catalog(session, err))
        return false;
    session->scan.image = *source_image(session->source);
    if (session->scan.image.layer_count > session->request->limits.layers)
        return err_set(err, ERR_LIMIT, "%zu layers", session->scan.image.layer_count);
    session->layers = calloc(session->scan.image.layer_count + 1, sizeof *session->layers);
    return session->layers || err_set(err, ERR_MEMORY, "no memory for a scan");
}

// The date of each source is in the result too; this says what it means.
static void note_age(struct scan_session *session)
{
    enum { STALE_DAYS = 7 };
    uint32_t newest = 0;
    uint32_t today = session->request->match.today;
    span built = session->scan.database.built;
    if (date_parse(built, &newest) && today > newest && today - newest > STALE_DAYS)
        notes_add(&session->notes, NOTE_INFORMATION, S("database"),
                  "nothing in it is newer than %.10s, %u days ago: flaws that became known since "
                  "are missing",
                  quote(built).text, today - newest);
}

static bool match(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    struct scan *scan = &session->scan;
    struct advisory_source source = database_source(session->database);
    struct findings found = {0};
    scan->matched = true;
    if (!database_describe(session->database, session->mem, &scan->database, err))
        return false;
    return match_fill_distro(&source, &scan->bom.distro, session->mem, err) &&
           match_bom(&scan->bom, &source, &request->match, session->mem, &found, &session->notes,
                     err) &&
           findings_join(&scan->findings, &found, session->mem, &scan->findings, err);
}

static bool find_flaws(struct scan_session *session, struct err *err)
{
    if (!session->database && session->request->server.url.len == 0)
        return true;
    if (!(session->database ? match(session, err) : ask_service(session, err)))
        return false;
    note_age(session);
    return true;
}

static bool check_licenses(struct scan_session *session, struct err *err)
{
    const struct license_policy *policy = &session->request->licenses;
    struct scan *scan = &session->scan;
    struct findings found = {0};
    if (policy->allowed.count + policy->denied.count == 0)
        return true;
    return license_check(&scan->bom, policy, session->mem, &found, err) &&
           findings_join(&scan->findings, &found, session->mem, &scan->findings, err);
}

// The database before the work.
static bool run(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    if (!prepare(session, err) ||
        (request->database && !database_open(request->database, &session->database, err)) ||
        !read_silencers(session, err) || !open_source(session, err) || !find_base(session, err) ||
        !os_jail_ready(&session->jail, &request->limits, err) || !take_inventory(session, err))
        return false;
    notes_merge(&session->notes, &session->scan.bom.notes);
    session->scan.inspected =
        session->wants_roster && !span_equal(session->scan.image.kind, S("sbom"));
    session->scan.bom_complete = !session->notes.incomplete;
    if (!check_licenses(session, err) || !find_flaws(session, err) || !silence(session, err))
        return false;
    session->scan.bom.notes = session->notes;
    session->scan.complete = !session->notes.incomplete;
    stop_work(session);
    return true;
}

bool scan_start_worker(const struct scan_request *request, struct os_jail *ret, struct err *err)
{
    const struct worker_options worker = {
        .limits = request->limits,
        .distro = request->distro,
        .all_layers = request->all_layers,
        .declared = is_sources(request),
        .integrity = is_to_check(request, FINDING_INTEGRITY),
    };
    return worker_start(&worker, ret, err);
}

bool scan_with_worker(const struct scan_request *request, struct os_jail *jail,
                      struct scan_session **ret, struct err *err)
{
    CLEANUP(scan_session_cleanup) struct scan_session *session = calloc(1, sizeof *session);
    if (!session) {
        (void)os_jail_stop(jail, NULL); // that there is no memory is the reason
        return err_set(err, ERR_MEMORY, "no memory for a scan");
    }
    session->request = request;
    session->jail = *jail;
    *jail = (struct os_jail){.socket = -1};
    if (!run(session, err))
        return false;
    session->request = NULL;
    *ret = take(&session);
    return true;
}

// The worker first: it must not inherit what is read later.
bool scan_image(const struct scan_request *request, struct scan_session **ret, struct err *err)
{
    struct os_jail jail = {.socket = -1};
    return scan_start_worker(request, &jail, err) && scan_with_worker(request, &jail, ret, err);
}
