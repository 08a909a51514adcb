#include "flow/apart_inner.h"

#define REQUEST_MAGIC S("plimreq\x02")

enum { REQUEST_FIELDS = 9, KNOWN_MOST = 1024 };

static void list_fields(struct apart_request *request, span *ret[static REQUEST_FIELDS])
{
    span *const fields[REQUEST_FIELDS] = {
        &request->target,
        &request->platform,
        &request->ca_file,
        &request->plain_http,
        &request->host,
        &request->credentials.user,
        &request->credentials.password,
        &request->credentials.identity_token,
        &request->credentials.bearer,
    };
    for (size_t i = 0; i < REQUEST_FIELDS; i++)
        ret[i] = fields[i];
}

void apart_request_write(const struct apart_request *request, struct text *out)
{
    struct apart_request copy = *request;
    span *fields[REQUEST_FIELDS] = {0};
    list_fields(&copy, fields);
    text_add(out, REQUEST_MAGIC);
    for (size_t i = 0; i < REQUEST_FIELDS; i++)
        text_add_field(out, *fields[i]);
    text_add_u8(out, request->shares);
    text_add_u32le(out, (uint32_t)request->known.count);
    for (size_t i = 0; i < request->known.count; i++) {
        text_add_field(out, request->known.items[i].digest);
        text_add_field(out, request->known.items[i].media_type);
        text_add_field(out, request->known.items[i].bytes);
    }
}

static bool read_known(reader *r, struct arena *mem, struct source_documents *ret, struct err *err)
{
    uint32_t count = read_u32le(r);
    if (count > KNOWN_MOST)
        return err_set(err, ERR_INPUT, "request: %u documents", count);
    struct source_document *items = arena_array(mem, count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "request");
    for (uint32_t i = 0; i < count; i++) {
        items[i].digest = read_field(r);
        items[i].media_type = read_field(r);
        items[i].bytes = read_field(r);
    }
    *ret = (struct source_documents){.items = items, .count = count};
    return true;
}

bool apart_request_read(span bytes, struct arena *mem, struct apart_request *ret, struct err *err)
{
    reader r = reader_of(bytes);
    struct apart_request request = {0};
    span *fields[REQUEST_FIELDS] = {0};
    list_fields(&request, fields);
    if (!span_equal(read_bytes(&r, REQUEST_MAGIC.len), REQUEST_MAGIC))
        return err_set(err, ERR_USAGE, "only the service asks for this");
    for (size_t i = 0; i < REQUEST_FIELDS; i++)
        *fields[i] = read_field(&r);
    request.shares = read_u8(&r) == 1;
    if (!read_known(&r, mem, &request.known, err))
        return false;
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "request: damaged");
    *ret = request;
    return true;
}
