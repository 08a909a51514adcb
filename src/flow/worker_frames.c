#include "flow/worker_inner.h"

void layer_request_write(const struct layer_request *request, struct text *out)
{
    text_add_u32le(out, request->index);
    text_add_u8(out, request->seekable);
    text_add_u64le(out, request->offset);
    text_add_u64le(out, request->length);
    text_add_field(out, request->digest);
    text_add_field(out, request->diff_id);
}

bool layer_request_read(span payload, struct layer_request *ret, struct err *err)
{
    reader r = reader_of(payload);
    struct layer_request request = {0};
    request.index = read_u32le(&r);
    request.seekable = read_u8(&r) != 0;
    request.offset = read_u64le(&r);
    request.length = read_u64le(&r);
    request.digest = read_field(&r);
    request.diff_id = read_field(&r);
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "worker: damaged request");
    *ret = request;
    return true;
}

void failure_write(uint32_t index, const struct err *failure, struct text *out)
{
    text_add_u32le(out, index);
    text_add_u32le(out, (uint32_t)failure->kind);
    text_add(out, span_of_text(failure->text));
}

// The worker has read hostile bytes: what it says may be theirs.
static void make_printable(span s, char *out, size_t room)
{
    size_t len = s.len < room ? s.len : room - 1;
    for (size_t i = 0; i < len; i++)
        out[i] = s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f ? (char)s.ptr[i] : '?';
    out[len] = '\0';
}

bool failure_read(span payload, uint32_t *ret_index, struct err *ret, struct err *err)
{
    char text[sizeof ret->text];
    reader r = reader_of(payload);
    uint32_t index = read_u32le(&r);
    uint32_t kind = read_u32le(&r);
    if (!read_ok(&r) || kind == ERR_NONE || kind > ERR_USAGE)
        return err_set(err, ERR_INPUT, "worker: damaged answer");
    make_printable(r.rest, text, sizeof text);
    (void)err_set(ret, (enum err_kind)kind, "%s", text);
    *ret_index = index;
    return true;
}
