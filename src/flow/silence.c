// What does not count: ignore files, VEX documents from wherever they come, an earlier result.
#include "flow/session_inner.h"

#include "os/os.h"

// ---------------------------------------------------------------- files

// An ignore file in a directory of somebody else's would silence what they want to be silenced.
static bool check_owner(const struct scan_request *request, int fd, span path, struct err *err)
{
    struct os_stat st = {0};
    if (!request->ignore_files_found)
        return true;
    if (!os_stat_fd(fd, &st, err))
        return false;
    return st.uid == 0 || st.uid == os_user_id() ||
           err_set(err, ERR_DENIED, "it belongs to somebody else; if you trust it: --ignore %s",
                   quote(path).text);
}

static bool add_ignore_file(struct scan_session *session, span name, struct err *err)
{
    const struct scan_request *request = session->request;
    CLEANUP(os_close) int fd = -1;
    span text = {0};
    const char *path = arena_text(session->mem, name);
    if (!path)
        return arena_err(session->mem, err, "ignore file");
    if (!os_open_read(path, &fd, err))
        return false;
    return ((check_owner(request, fd, name, err) &&
             os_read_all(fd, request->limits.document_bytes, session->mem, &text, err)) ||
            err_add(err, "%s", quote(name).text)) &&
           suppress_add_ignore(session->suppress, name, text, err);
}

static bool add_vex_file(struct scan_session *session, span name, struct err *err)
{
    const struct limits *limits = &session->request->limits;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->feed_bytes * 2);
    span text = {0};
    const char *path = scratch ? arena_text(scratch, name) : NULL;
    if (!path)
        return err_set(err, ERR_MEMORY, "no memory for a VEX document");
    return os_read_file(path, limits->feed_bytes, scratch, &text, err) &&
           suppress_add_vex(session->suppress, SUPPRESS_FILE, name, text, err);
}

static bool read_baseline(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(request->limits.feed_bytes * 2);
    span text = {0};
    const char *path = scratch ? arena_text(scratch, request->baseline) : NULL;
    if (!path)
        return err_set(err, ERR_MEMORY, "no memory for a baseline");
    return os_read_file(path, request->limits.feed_bytes, scratch, &text, err) &&
           suppress_read_earlier(request->baseline, text, &request->limits, &session->earlier, err);
}

// Is it read when it is known what is in the image?
static bool is_for_later(span name, struct arena *mem)
{
    struct os_stat st = {0};
    const char *path = arena_text(mem, name);
    return span_equal(name, VEX_REFERRERS) || span_equal(name, VEX_IMAGE) ||
           (path && os_stat_path(path, &st, NULL) && st.kind == OS_DIRECTORY);
}

bool read_silencers(struct scan_session *session, struct err *err)
{
    const struct scan_request *request = session->request;
    if (!suppress_new(&request->limits, request->match.today, session->mem, &session->suppress,
                      err))
        return false;
    for (size_t i = 0; i < request->ignore_files.count; i++)
        if (!add_ignore_file(session, request->ignore_files.items[i], err))
            return false;
    for (size_t i = 0; i < request->vex.count; i++)
        if (!is_for_later(request->vex.items[i], session->mem) &&
            !add_vex_file(session, request->vex.items[i], err))
            return false;
    return request->baseline.len == 0 || read_baseline(session, err);
}

// ---------------------------------------------------------------- collections

static bool read_inside(int directory, span path, const struct limits *limits, struct arena *mem,
                        span *ret, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    return os_open_inside(directory, path, &fd, err) &&
           os_read_all(fd, limits->feed_bytes, mem, ret, err);
}

// Under its whole path, so that whoever is told of it finds it.
static bool add_hub_document(struct scan_session *session, int directory, span hub, span name,
                             struct err *err)
{
    const struct limits *limits = &session->request->limits;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->feed_bytes * 2);
    struct text path;
    span text = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "no memory for a VEX document");
    text_init(&path, scratch, SIZE_MAX);
    text_add(&path, span_trim_end(hub, '/'));
    text_add_byte(&path, '/');
    text_add(&path, name);
    if (!read_inside(directory, name, limits, scratch, &text, err))
        return err_add(err, "%s", quote(name).text);
    return text_ok(&path)
               ? suppress_add_vex(session->suppress, SUPPRESS_HUB, text_span(&path), text, err)
               : arena_err(scratch, err, "VEX document");
}

// A collection: of its documents those about what was found.
static bool add_hub(struct scan_session *session, span name, struct err *err)
{
    const struct limits *limits = &session->request->limits;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->feed_bytes * 2);
    CLEANUP(os_close) int directory = -1;
    const char *path = scratch ? arena_text(scratch, name) : NULL;
    struct spans documents = {0};
    span index = {0};
    if (!path)
        return err_set(err, ERR_MEMORY, "no memory for VEX documents");
    if (!os_open_directory(path, &directory, err))
        return false;
    if (!read_inside(directory, S("index.json"), limits, scratch, &index, err) ||
        !suppress_hub_documents(index, &session->scan, limits, session->mem, &documents, err))
        return err_add(err, "index.json");
    for (size_t i = 0; i < documents.count; i++)
        if (!add_hub_document(session, directory, name, documents.items[i], err))
            return false;
    return true;
}

// ---------------------------------------------------------------- what comes with the image

// A document of the image's own is as untrusted as the image: a damaged one is no error, and what
// is no VEX nobody asked for.
static bool add_foreign(struct scan_session *session, enum suppress_origin origin,
                        const struct vex_file *file, struct err *err)
{
    if (file->failed.kind == ERR_NONE)
        return suppress_read_vex(session->suppress, origin, file->name, file->said, err) ||
               err_add(err, "worker");
    if (file->failed.kind == ERR_MEMORY)
        return err_copy(err, &file->failed);
    if (file->failed.kind != ERR_UNSUPPORTED)
        notes_add_err(&session->notes, (span){0}, &file->failed);
    return true;
}

static bool add_referrers(struct scan_session *session, struct err *err)
{
    struct source_referrers referrers = {0};
    if (!source_referrers(session->source, &referrers, err))
        return false;
    for (size_t i = 0; i < referrers.count; i++) {
        const struct source_referrer *referrer = &referrers.items[i];
        struct vex_file file = {0};
        if (!ask_vex(session, referrer->name, referrer->bytes, &file, err))
            return false;
        file.name = referrer->name;
        if (!add_foreign(session, SUPPRESS_REFERRER, &file, err))
            return false;
    }
    return true;
}

static bool names_image(const struct scan_request *request)
{
    for (size_t i = 0; i < request->vex.count; i++)
        if (span_equal(request->vex.items[i], VEX_IMAGE))
            return true;
    return false;
}

static bool add_image(struct scan_session *session, struct err *err)
{
    for (size_t i = 0; i < session->documents.count; i++)
        if (!add_foreign(session, SUPPRESS_IMAGE, LIST_AT(&session->documents, struct vex_file, i),
                         err))
            return false;
    return true;
}

// ---------------------------------------------------------------- when all is known

static bool add_late(struct scan_session *session, span name, struct err *err)
{
    if (!is_for_later(name, session->mem))
        return true;
    if (span_equal(name, VEX_REFERRERS))
        return add_referrers(session, err) || err_add(err, "--vex referrers");
    if (span_equal(name, VEX_IMAGE))
        return add_image(session, err);
    return add_hub(session, name, err) || err_add(err, "%s", quote(name).text);
}

bool silence(struct scan_session *session, struct err *err)
{
    const struct spans *vex = &session->request->vex;
    if (session->documents.count && !names_image(session->request) && session->scan.matched)
        notes_add(&session->notes, NOTE_INFORMATION, S("VEX"),
                  "documents in the image itself, which count with --vex image only: %zu",
                  session->documents.count);
    for (size_t i = 0; i < vex->count; i++)
        if (!add_late(session, vex->items[i], err))
            return false;
    return suppress_apply(session->suppress, &session->scan, &session->notes, err) &&
           (!session->earlier ||
            suppress_known(session->earlier, &session->scan, session->mem, &session->notes, err));
}
