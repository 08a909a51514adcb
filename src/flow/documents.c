// VEX documents that come with an image, from inside it or from beside it: the worker reads them,
// and what they say goes to the parent. doc/decisions/0087-silencing.md says when it counts.
#include "flow/session_inner.h"

// ---------------------------------------------------------------- in the worker

static bool read_document(span name, span bytes, const struct limits *limits, struct arena *mem,
                          struct text *out, struct err *err)
{
    struct suppress *suppress = NULL;
    // What a document says depends neither on the day nor on where it comes from.
    if (!suppress_new(limits, 0, mem, &suppress, err) ||
        !suppress_add_vex(suppress, SUPPRESS_IMAGE, name, bytes, err))
        return false;
    suppress_write_vex(suppress, out);
    return text_ok(out) || arena_err(mem, err, "VEX document");
}

bool vex_write(span name, span bytes, const struct limits *limits, struct text *out,
               struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->feed_bytes * 4);
    struct err failed = {0};
    struct text said;
    struct text reason;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a VEX document");
    text_init(&said, mem, UINT32_MAX);
    text_init(&reason, out->mem, UINT32_MAX);
    bool ok = read_document(name, bytes, limits, mem, &said, &failed);
    if (!ok)
        failure_write(0, &failed, &reason);
    text_add_field(out, name);
    text_add_field(out, ok ? text_span(&said) : (span){0});
    text_add_field(out, text_span(&reason));
    return (text_ok(out) && text_ok(&reason)) || arena_err(out->mem, err, "VEX document");
}

bool vex_answer(span payload, const struct limits *limits, struct text *out, struct err *err)
{
    reader r = reader_of(payload);
    span name = read_field(&r);
    return read_ok(&r) ? vex_write(name, r.rest, limits, out, err)
                       : err_set(err, ERR_INPUT, "damaged request");
}

// ---------------------------------------------------------------- in the parent

bool vex_read(reader *r, struct vex_file *ret, struct err *err)
{
    struct vex_file file = {0};
    file.name = read_field(r);
    file.said = read_field(r);
    span reason = read_field(r);
    uint32_t index = 0;
    if (!read_ok(r))
        return err_set(err, ERR_INPUT, "worker: damaged answer");
    if (reason.len && !failure_read(reason, &index, &file.failed, err))
        return false;
    *ret = file;
    return true;
}

bool take_documents(struct scan_session *session, reader *r, struct err *err)
{
    list_init(&session->documents, session->mem, sizeof(struct vex_file), SIZE_MAX);
    while (r->rest.len) {
        struct vex_file file = {0};
        if (!vex_read(r, &file, err))
            return false;
        if (file.failed.kind == ERR_UNSUPPORTED) // among VEX documents lies something else
            continue;
        struct vex_file *kept = LIST_ADD(&session->documents, struct vex_file);
        if (!kept || !arena_span(session->mem, file.name, &file.name) ||
            !arena_span(session->mem, file.said, &file.said))
            return arena_err(session->mem, err, "VEX documents");
        *kept = file;
    }
    return true;
}

bool ask_vex(struct scan_session *session, span name, span bytes, struct vex_file *ret,
             struct err *err)
{
    uint32_t kind = 0;
    span payload = {0};
    struct text start;
    arena_reset(session->frames);
    text_init(&start, session->frames, UINT32_MAX);
    text_add_field(&start, name);
    if (!text_ok(&start))
        return arena_err(session->frames, err, "frame");
    if (!os_send_frame_parts(session->jail.socket, ASK_VEX, text_span(&start), bytes, err) ||
        !session_receive(session, &kind, &payload, err))
        return false;
    reader r = reader_of(payload);
    if (kind != TELL_VEX)
        return session_fail(kind, payload, err);
    return vex_read(&r, ret, err) &&
           (read_end(&r) || err_set(err, ERR_INPUT, "worker: damaged answer"));
}
