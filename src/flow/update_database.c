// A published database is fetched in the order of TUF's client workflow (specification 5).
#include "flow/update_inner.h"
#include "os/os.h"

enum { MOST_NEW_ROOTS = 1024 };

struct update {
    const struct update_request *request;
    struct arena *mem;
    struct update_state state;
    struct mirror *mirror;
    struct tuf_trust trust;
    uint64_t now; // one moment for all of it (5.1)
};

static bool remember(const struct update *update, const char *name, span bytes, struct err *err)
{
    return update_state_write(&update->state, name, bytes, update->mem, err);
}

// What was remembered; empty if it is not there.
static bool recall(const struct update *update, const char *name, span *ret, struct err *err)
{
    struct err failure = {0};
    span bytes = {0};
    if (!update_state_read(&update->state, name, update->request->limits.document_bytes,
                           update->mem, &bytes, &failure) &&
        failure.kind != ERR_MISSING)
        return err_copy(err, &failure);
    *ret = bytes;
    return true;
}

// ---------------------------------------------------------------- root (5.2, 5.3)

static bool forget_links(const struct update *update, struct err *err)
{
    return update_state_remove(&update->state, "timestamp.json", update->mem, err) &&
           update_state_remove(&update->state, "snapshot.json", update->mem, err);
}

// A root that the user hands over is where trust begins anew.
static bool begin_trust(struct update *update, struct err *err)
{
    const struct update_request *request = update->request;
    span root = {0};
    if (request->root) {
        return os_read_file(request->root, MOST_ROOT_BYTES, update->mem, &root, err) &&
               tuf_begin(root, &request->limits, update->mem, &update->trust, err) &&
               forget_links(update, err) && remember(update, "root.json", root, err);
    }
    if (!recall(update, "root.json", &root, err))
        return false;
    if (root.len == 0)
        return err_set(err, ERR_USAGE,
                       "no root is trusted yet: --root FILE names one, which the "
                       "publisher hands out");
    return tuf_begin(root, &request->limits, update->mem, &update->trust, err) ||
           err_add(err, "%s", update->state.directory);
}

// What counted under the old keys is forgotten first: a crash between the two leaves nothing that
// the new root does not believe.
static bool follow_root(struct update *update, span bytes, struct err *err)
{
    bool rotated = false;
    return tuf_follow_root(&update->trust, bytes, &update->request->limits, update->mem, &rotated,
                           err) &&
           (!rotated || forget_links(update, err)) && remember(update, "root.json", bytes, err);
}

static bool follow_roots(struct update *update, struct err *err)
{
    for (size_t i = 0; i < MOST_NEW_ROOTS; i++) {
        struct err failure = {0};
        span bytes = {0};
        struct file_name name = metadata_name(update->trust.root.version + 1, TUF_ROOT);
        if (mirror_read(update->mirror, name.text, MOST_ROOT_BYTES, update->mem, &bytes,
                        &failure)) {
            if (!follow_root(update, bytes, err))
                return err_add(err, "%s", name.text);
            continue;
        }
        // Some servers do not give what they do not have.
        if (failure.kind != ERR_MISSING && failure.kind != ERR_DENIED)
            return err_copy(err, &failure);
        return tuf_check_root(&update->trust, update->now, err);
    }
    return err_set(err, ERR_LIMIT, "more than %d new roots", MOST_NEW_ROOTS);
}

// ---------------------------------------------------------------- timestamp, snapshot, targets

static bool recall_links(struct update *update, struct err *err)
{
    span timestamp = {0};
    span snapshot = {0};
    const struct limits *limits = &update->request->limits;
    if (!recall(update, "timestamp.json", &timestamp, err) ||
        !recall(update, "snapshot.json", &snapshot, err))
        return false;
    bool fine =
        (timestamp.len == 0 || tuf_recall_timestamp(&update->trust, timestamp, limits, err)) &&
        (snapshot.len == 0 || tuf_recall_snapshot(&update->trust, snapshot, limits, err));
    return fine || err_add(err, "%s", update->state.directory);
}

static bool bring_timestamp(struct update *update, struct err *err)
{
    span bytes = {0};
    bool is_new = false;
    return mirror_read(update->mirror, "timestamp.json", MOST_TIMESTAMP_BYTES, update->mem, &bytes,
                       err) &&
           tuf_accept_timestamp(&update->trust, bytes, update->now, &update->request->limits,
                                &is_new, err) &&
           (!is_new || remember(update, "timestamp.json", bytes, err));
}

// The metadata that `link` names: remembered, or fetched.
static bool bring_named(const struct update *update, const char *remembered, enum tuf_role role,
                        const struct tuf_link *link, span *ret, bool *ret_new, struct err *err)
{
    span bytes = {0};
    if (link->next_length > update->request->limits.document_bytes)
        return err_set(err, ERR_LIMIT, "%s: longer than document_bytes", tuf_role_name(role));
    if (!recall(update, remembered, &bytes, err))
        return false;
    bool known = bytes.len == link->next_length && digest_check(bytes, link->next_digest, NULL);
    if (!known && !mirror_read(update->mirror, metadata_name(link->next_version, role).text,
                               link->next_length, update->mem, &bytes, err))
        return false;
    *ret = bytes;
    *ret_new = !known;
    return true;
}

static bool bring_snapshot(struct update *update, struct err *err)
{
    span bytes = {0};
    bool is_new = false;
    return bring_named(update, "snapshot.json", TUF_SNAPSHOT, &update->trust.timestamp, &bytes,
                       &is_new, err) &&
           tuf_accept_snapshot(&update->trust, bytes, update->now, &update->request->limits, err) &&
           (!is_new || remember(update, "snapshot.json", bytes, err));
}

static bool bring_targets(const struct update *update, struct tuf_targets *ret, struct err *err)
{
    span bytes = {0};
    bool is_new = false;
    return bring_named(update, "targets.json", TUF_TARGETS, &update->trust.snapshot, &bytes,
                       &is_new, err) &&
           tuf_accept_targets(&update->trust, bytes, update->now, &update->request->limits,
                              update->mem, ret, err) &&
           (!is_new || remember(update, "targets.json", bytes, err));
}

static bool run(struct update *update, struct update_result *ret, struct err *err)
{
    enum { COPIES = 4 }; // of a segment: the old one, the new one, with tables and without
    CLEANUP(arena_cleanup)
    struct arena *scratch = arena_new(COPIES * update->request->limits.build_bytes);
    struct tuf_targets targets = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!begin_trust(update, err) || !follow_roots(update, err) || !recall_links(update, err) ||
        !bring_timestamp(update, err) || !bring_snapshot(update, err) ||
        !bring_targets(update, &targets, err))
        return false;
    struct assembly assembly = {
        .request = update->request,
        .state = &update->state,
        .mirror = update->mirror,
        .mem = update->mem,
        .scratch = scratch,
        .targets = &targets,
    };
    if (!assemble_database(&assembly, err))
        return false;
    *ret = assembly.result;
    ret->version = targets.version;
    return !mirror_lasts(update->mirror) || remember(update, "source", update->request->from, err);
}

bool update_database(const struct update_request *request, struct update_result *ret,
                     struct err *err)
{
    enum { COPIES = 16 }; // of documents: a few roots and three others
    CLEANUP(arena_cleanup)
    struct arena *mem = arena_new(COPIES * request->limits.document_bytes);
    CLEANUP(update_state_close) struct update_state state = {.lock = -1};
    CLEANUP(mirror_cleanup) struct mirror *mirror = NULL;
    if (!mem)
        return err_set(err, ERR_MEMORY, "update: out of memory");
    if (!update_state_open(request->database, mem, &state, err) ||
        !mirror_open(request->from, &request->net, &request->limits, &mirror, err))
        return false;
    struct update update = {
        .request = request,
        .mem = mem,
        .state = state,
        .mirror = mirror,
        .now = request->now,
    };
    return run(&update, ret, err) || err_add(err, "%s", quote(request->from).text);
}

// ---------------------------------------------------------------- what is remembered

static bool read_remembered(const char *database, const char *name, struct arena *mem, span *ret,
                            struct err *err)
{
    struct text path = {0};
    struct err failure = {0};
    span bytes = {0};
    text_init(&path, mem, SIZE_MAX);
    text_add(&path, span_of_text(database));
    text_add(&path, S(".update/"));
    text_add(&path, span_of_text(name));
    const char *text = text_ok(&path) ? arena_text(mem, text_span(&path)) : NULL;
    if (!text)
        return arena_err(mem, err, "update");
    if (!os_read_file(text, MOST_ROOT_BYTES, mem, &bytes, &failure) && failure.kind != ERR_MISSING)
        return err_copy(err, &failure);
    *ret = bytes;
    return true;
}

bool published_last(const char *database, const struct limits *limits, struct arena *mem,
                    struct published *ret, struct err *err)
{
    struct published last = {0};
    struct tuf_trust trust = {0};
    span root = {0};
    span timestamp = {0};
    if (!read_remembered(database, "source", mem, &last.source, err) ||
        !read_remembered(database, "root.json", mem, &root, err) ||
        !read_remembered(database, "timestamp.json", mem, &timestamp, err))
        return false;
    if (root.len && timestamp.len) {
        if (!tuf_begin(root, limits, mem, &trust, err) ||
            !tuf_recall_timestamp(&trust, timestamp, limits, err))
            return err_add(err, "%s.update", quote(span_of_text(database)).text);
        last.version = trust.timestamp.version;
        last.expires = trust.timestamp.expires < trust.root.expires ? trust.timestamp.expires
                                                                    : trust.root.expires;
    }
    *ret = last;
    return true;
}
