// What goes out: answers with what every one of them says to browsers and caches.
#include "httpd/httpd_inner.h"

#include <stdio.h>

// ---------------------------------------------------------------- making them

void http_response_header(struct http_response *response, span name, span value)
{
    struct http_header *header = LIST_ADD(&response->headers, struct http_header);
    if (header)
        *header = (struct http_header){.name = name, .value = value};
}

static const char *reason_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } reasons[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Error";
}

// JSON strings: what is no plain ASCII of a message is left to quote(), which made it.
static void add_string(struct text *out, span value)
{
    text_add_byte(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.ptr[i];
        if (c == '"' || c == '\\')
            text_add_byte(out, '\\');
        text_add_byte(out, c < 0x20 || c > 0x7e ? '?' : c);
    }
    text_add_byte(out, '"');
}

void http_response_problem(struct http_response *response, unsigned status, span detail)
{
    struct text *body = &response->body;
    text_init(body, body->mem, body->max);
    response->status = status;
    response->media_type = S("application/problem+json");
    text_addf(body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u", reason_of(status),
              status);
    if (detail.len) {
        text_add(body, S(",\"detail\":"));
        add_string(body, detail);
    }
    text_add(body, S("}\n"));
}

// ---------------------------------------------------------------- handing them over

struct reply {
    const struct microhttpd *mhd;
    struct MHD_Response *response;
    struct arena *mem;
    bool failed;
};

// libmicrohttpd refuses what would end a header: such an answer is not given at all.
static void add_header(struct reply *reply, span name, span value)
{
    const char *key = arena_text(reply->mem, name);
    const char *text = arena_text(reply->mem, value);
    if (!key || !text || reply->mhd->add_response_header(reply->response, key, text) != MHD_YES)
        reply->failed = true;
}

static bool says(const struct http_response *response, span name)
{
    for (size_t i = 0; i < response->headers.count; i++)
        if (span_equal_nocase(LIST_AT(&response->headers, struct http_header, i)->name, name))
            return true;
    return false;
}

// Nothing that is answered here is a page that may run anything, be framed or be guessed about.
static void add_usual_headers(struct reply *reply, const struct exchange *exchange)
{
    const struct http_response *response = &exchange->response;
    add_header(reply, S("X-Content-Type-Options"), S("nosniff"));
    add_header(reply, S("Content-Security-Policy"),
               S("default-src 'none'; frame-ancestors 'none'"));
    add_header(reply, S("Referrer-Policy"), S("no-referrer"));
    if (exchange->httpd->options.certificate)
        add_header(reply, S("Strict-Transport-Security"), S("max-age=31536000"));
    if (!says(response, S("ETag")) && !says(response, S("Cache-Control")))
        add_header(reply, S("Cache-Control"), S("no-store"));
    if (response->media_type.len)
        add_header(reply, S("Content-Type"), response->media_type);
    if (exchange->httpd->is_stopping)
        add_header(reply, S("Connection"), S("close"));
}

static enum MHD_Result send_response(struct exchange *exchange)
{
    const struct microhttpd *mhd = &exchange->httpd->mhd;
    struct http_response *response = &exchange->response;
    span body = text_span(&response->body);
    struct reply reply = {
        .mhd = mhd,
        .mem = exchange->mem,
        // It is constant to libmicrohttpd: "persistent" means that it neither copies nor frees.
        .response = mhd->create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr,
                                                     MHD_RESPMEM_PERSISTENT),
    };
    if (!reply.response)
        return MHD_NO;
    add_usual_headers(&reply, exchange);
    for (size_t i = 0; i < response->headers.count; i++) {
        const struct http_header *header = LIST_AT(&response->headers, struct http_header, i);
        add_header(&reply, header->name, header->value);
    }
    enum MHD_Result result = MHD_NO;
    if (!reply.failed)
        result = mhd->queue_response(exchange->handle, response->status, reply.response);
    mhd->destroy_response(reply.response); // counted: what is being sent stays
    return result;
}

enum MHD_Result exchange_respond(struct exchange *exchange)
{
    struct http_response *response = &exchange->response;
    if (!list_ok(&response->headers) || !text_ok(&response->body)) {
        list_init(&response->headers, exchange->mem, sizeof(struct http_header), MOST_HEADERS);
        text_init(&response->body, exchange->mem, SIZE_MAX);
        http_response_problem(response, 500, S("there is no memory for the answer"));
    }
    exchange->state = EXCHANGE_SENT;
    connection_extend(exchange->httpd, exchange->connection);
    return send_response(exchange);
}
