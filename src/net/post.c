#include "net/http_inner.h"

enum { EXCERPT_BYTES = 512, LIST_BYTES = 1 << 20 };

bool web_check_allowed(struct spans allowed, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(LIST_BYTES);
    struct gate *gate = NULL;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a list");
    return gate_make(allowed, mem, &gate, err);
}

bool web_post(struct web *web, const struct web_message *message, struct arena *mem,
              struct web_reply *ret, struct err *err)
{
    struct gate *gate = NULL;
    struct http_response response = {0};
    bool sink_failed = false;
    if (message->content.len == 0)
        return err_set(err, ERR_USAGE, "there is nothing to send");
    if (!gate_make(message->allowed, mem, &gate, err))
        return false;
    struct http_request request = {
        .url = message->url,
        .content = message->content,
        .content_type = message->content_type,
        .headers = message->headers,
        .header_count = message->header_count,
        .gate = gate,
        .unread = true,
        .most = EXCERPT_BYTES,
        .seconds = message->seconds,
    };
    if (!http_send(web_http(web), &request, mem, &response, &sink_failed, err))
        return false;
    *ret = (struct web_reply){
        .status = response.status,
        .retry_after = response.retry_after,
        .excerpt = response.body,
    };
    return true;
}
