// Bills of materials of clients, judged: nothing of them is kept.
#include "api/api_inner.h"

#include "flow/flow.h"

enum { SECONDS_A_DAY = 86400 };

#define SCAN_MEDIA_TYPE S("application/vnd.plimsoll.scan")
#define VERDICT_MEDIA_TYPE S("application/vnd.plimsoll.verdict")

static bool answer_with(struct call *call, const struct database *database, struct err *err)
{
    const struct http_request *request = call->request;
    struct judge_options options = {
        .database = database,
        .today = (uint32_t)(call->now / SECONDS_A_DAY),
        .suppressed = call_flag(call, "suppressed"),
        .limits = call->api->options.limits,
    };
    enum report_format format = REPORT_JSON;
    struct scan scan = {0};
    if (!call_format(call, REPORT_JSON, &format, err) ||
        !store_rules(call->store, call_project(call), options.today, call->mem, &options.rules,
                     err))
        return false;
    if (span_equal(http_request_header(request, S("Accept")), VERDICT_MEDIA_TYPE)) {
        struct text *body = &call->response->body;
        text_init(body, call->mem, SIZE_MAX);
        call->response->media_type = VERDICT_MEDIA_TYPE;
        return write_verdict(request->body, &options, call->mem, body, err);
    }
    return judge_sent_scan(request->body, &options, call->mem, &scan, err) &&
           answer_document(call, &scan, format, err);
}

bool answer_scan(struct call *call, struct err *err)
{
    struct shelved *shelved = NULL;
    struct err why = {0};
    if (!span_equal(http_request_header(call->request, S("Content-Type")), SCAN_MEDIA_TYPE))
        return err_set(err, ERR_UNSUPPORTED,
                       "a bill of materials as application/vnd.plimsoll.scan is wanted, as "
                       "plimsoll scan --server sends it");
    if (!shelf_take(call->api->shelf, &shelved, &why))
        return err_set(err, ERR_IO, "%s", why.text);
    bool good = answer_with(call, shelved->database, &why);
    shelf_give_back(call->api->shelf, shelved);
    // What the client sent is not what it should be: that is its mistake.
    if (!good && why.kind == ERR_INPUT)
        return err_set(err, ERR_USAGE, "%s", why.text);
    return good || err_copy(err, &why);
}
