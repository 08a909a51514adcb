// One request from its first line to the end of its answer, as libmicrohttpd tells of it.
#include "httpd/httpd_inner.h"

#include <stdlib.h>

enum { REQUEST_OVERHEAD = 1 << 16, BODY_OVERHEAD = 1 << 21, BODY_COPIES = 3 };

// ---------------------------------------------------------------- beginning and end

static struct connection *connection_of(const struct httpd *httpd, struct MHD_Connection *handle)
{
    const union MHD_ConnectionInfo *info =
        httpd->mhd.get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void free_exchange(struct exchange *exchange)
{
    arena_free(exchange->answer_mem);
    arena_free(exchange->body_mem);
    arena_free(exchange->mem);
    free(exchange);
}

static bool fill_exchange(struct exchange *exchange, const char *uri)
{
    const struct httpd_options *options = &exchange->httpd->options;
    uint64_t budget = REQUEST_OVERHEAD + 8 * options->header_bytes;
    exchange->connection = connection_of(exchange->httpd, exchange->handle);
    exchange->mem = arena_new(budget);
    if (!exchange->connection || !exchange->mem ||
        !arena_span(exchange->mem, span_of_text(uri), &exchange->target))
        return false;
    text_init(&exchange->response.body, exchange->mem, SIZE_MAX);
    list_init(&exchange->response.headers, exchange->mem, sizeof(struct http_header), MOST_HEADERS);
    return true;
}

// Its state from here on; null ends the connection with the next step.
void *exchange_begin(void *self, const char *uri, struct MHD_Connection *handle)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->httpd = self;
    exchange->handle = handle;
    if (!fill_exchange(exchange, uri)) {
        free_exchange(exchange);
        return NULL;
    }
    exchange->httpd->exchanges++;
    connection_extend(exchange->httpd, exchange->connection);
    return exchange;
}

void exchange_end(void *self, struct MHD_Connection *handle, void **state,
                  enum MHD_RequestTerminationCode code)
{
    struct httpd *httpd = self;
    struct exchange *exchange = *state;
    (void)code; // however it ended
    *state = NULL;
    if (!exchange)
        return;
    httpd->held -= exchange->held;
    httpd->exchanges--;
    struct connection *connection = connection_of(httpd, handle);
    if (connection)
        connection_extend(httpd, connection);
    free_exchange(exchange);
}

// ---------------------------------------------------------------- its body

static enum MHD_Result refuse(struct exchange *exchange, unsigned status)
{
    http_response_problem(&exchange->response, status, (span){0});
    return exchange_respond(exchange);
}

// What is refused half way is read to its end, within its time: only then can it be answered.
static void take_body(struct exchange *exchange, const char *data, size_t size)
{
    struct httpd *httpd = exchange->httpd;
    if (exchange->refusal)
        return;
    if (size > exchange->body_bytes - exchange->body.len)
        exchange->refusal = 413;
    else if (size > httpd->options.held_bytes - httpd->held)
        exchange->refusal = 503;
    else
        text_add(&exchange->body, span_of(data, size));
    if (!exchange->refusal && !text_ok(&exchange->body))
        exchange->refusal = 503;
    if (exchange->refusal)
        return;
    exchange->held += size;
    httpd->held += size;
}

// From here on another thread has it. A request that is not queued any more is refused by the loop.
static bool enqueue(struct exchange *exchange)
{
    struct httpd *httpd = exchange->httpd;
    os_monitor_enter(httpd->monitor);
    bool open = !httpd->is_stopping;
    if (open) {
        exchange->state = EXCHANGE_QUEUED;
        exchange->connection->deadline_ns = 0;
        httpd->mhd.suspend_connection(exchange->handle);
        if (httpd->last)
            httpd->last->next = exchange;
        else
            httpd->first = exchange;
        httpd->last = exchange;
        os_monitor_notify(httpd->monitor);
    }
    os_monitor_leave(httpd->monitor);
    return open;
}

static enum MHD_Result take_request(struct exchange *exchange)
{
    exchange->request.body = text_span(&exchange->body);
    exchange->answer_mem = arena_new(exchange->httpd->options.answer_bytes);
    if (!exchange->answer_mem)
        return refuse(exchange, 503);
    return enqueue(exchange) ? MHD_YES : refuse(exchange, 503);
}

static bool announces_too_much(const struct exchange *exchange)
{
    uint64_t length = 0;
    return span_to_u64(http_request_header(&exchange->request, S("Content-Length")), &length) &&
           length > exchange->body_bytes;
}

static enum MHD_Result begin_body(struct exchange *exchange, const char *method,
                                  const char *version)
{
    const struct http_service *service = &exchange->httpd->service;
    exchange->state = EXCHANGE_BODY;
    unsigned status = exchange_check_head(exchange, method, version);
    if (status)
        return refuse(exchange, status);
    exchange->body_bytes = service->body_bytes(service->self, &exchange->request);
    if (announces_too_much(exchange))
        return refuse(exchange, 413);
    // It grows by doubling: what it has outgrown stays in the arena.
    exchange->body_mem = arena_new(BODY_OVERHEAD + BODY_COPIES * exchange->body_bytes);
    if (!exchange->body_mem)
        return refuse(exchange, 503);
    text_init(&exchange->body, exchange->body_mem, exchange->body_bytes);
    connection_extend(exchange->httpd, exchange->connection);
    return MHD_YES;
}

// Called with the head, with each piece of the body, with its end, and again once there is an
// answer.
enum MHD_Result exchange_step(void *self, struct MHD_Connection *handle, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct exchange *exchange = *state;
    (void)self;
    (void)handle;
    (void)url; // decoded by libmicrohttpd; the request's line has it as it came
    if (!exchange)
        return MHD_NO;
    if (exchange->state == EXCHANGE_NEW)
        return begin_body(exchange, method, version);
    if (exchange->state == EXCHANGE_BODY && *size > 0) {
        take_body(exchange, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (exchange->state == EXCHANGE_BODY)
        return exchange->refusal ? refuse(exchange, exchange->refusal) : take_request(exchange);
    if (exchange->state == EXCHANGE_ANSWERED)
        return exchange_respond(exchange);
    return MHD_YES;
}
