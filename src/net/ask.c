#include "net/http_inner.h"

static bool refused(unsigned status, struct err *err)
{
    switch (status) {
    case 400:
        return err_set(err, ERR_USAGE, "the server does not understand the question (status 400)");
    case 401:
        return err_set(err, ERR_DENIED, "the server does not know the token (status 401)");
    case 403:
        return err_set(err, ERR_DENIED, "the token does not allow this (status 403)");
    case 404:
    case 405:
        return err_set(err, ERR_MISSING, "no such service is there (status %u)", status);
    case 413:
        return err_set(err, ERR_LIMIT, "it is too much for the server (status 413)");
    case 415:
        return err_set(err, ERR_UNSUPPORTED,
                       "the server does not know this form: it is of another version (status 415)");
    case 429:
        return err_set(err, ERR_CONFLICT, "too many requests: try again later (status 429)");
    default:
        return err_set(err, ERR_IO, "the server cannot answer (status %u)", status);
    }
}

bool web_ask(struct web *web, const struct web_question *question, struct arena *mem, span *ret,
             struct err *err)
{
    const struct http_request request = {
        .url = question->url,
        .authorization = question->authorization,
        .accept = question->accept,
        .content = question->content,
        .content_type = question->content_type,
        .most = question->most,
        .patient = true,
    };
    struct http_response response = {0};
    bool sink_failed = false;
    if (question->content.len == 0)
        return err_set(err, ERR_USAGE, "there is nothing to ask");
    if (!http_send(web_http(web), &request, mem, &response, &sink_failed, err))
        return false;
    if (response.status != 200)
        return refused(response.status, err);
    *ret = response.body;
    return true;
}
