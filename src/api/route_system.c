// How the service is.
#include "api/api_inner.h"

bool answer_health(struct call *call, struct err *err)
{
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_field_text(&out, "status", S("up"));
    json_field_text(&out, "version", call->api->options.tool_version);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

static bool store_answers(struct call *call)
{
    struct store *store = NULL;
    struct err err = {0};
    span stamp = {0};
    bool good =
        pool_take(call->api->pool, &store, &err) && store_stamp(store, call->mem, &stamp, &err);
    if (!good && call->api->options.log)
        call->api->options.log(call->api->options.self, err.text);
    pool_give_back(call->api->pool, store);
    return good;
}

static bool has_database(struct call *call)
{
    struct shelved *shelved = NULL;
    bool good = shelf_take(call->api->shelf, &shelved, NULL);
    shelf_give_back(call->api->shelf, shelved);
    return good;
}

// A store of another version does not open, so migrations are part of it.
bool answer_ready(struct call *call, struct err *err)
{
    bool store = store_answers(call);
    bool database = has_database(call);
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_field_text(&out, "status", store && database ? S("ready") : S("not ready"));
    json_field_bool(&out, "store", store);
    json_field_bool(&out, "database", database);
    json_end_object(&out);
    call_finish(&out);
    call->response->status = store && database ? 200 : 503;
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

bool answer_openapi(struct call *call, struct err *err)
{
    struct text *body = &call->response->body;
    text_init(body, call->mem, SIZE_MAX);
    return api_describe(body) || arena_err(call->mem, err, "answer");
}

bool answer_audit_state(struct call *call, struct err *err)
{
    struct audit_state state = {0};
    if (!store_verify_audit(call->store, call->mem, &state, err))
        return false;
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_field_u64(&out, "entries", state.entries);
    json_key(&out, "head");
    if (state.head.len)
        json_write_text(&out, state.head);
    else
        json_write_null(&out);
    json_field_bool(&out, "unbroken", state.broken == 0);
    json_key(&out, "first_broken");
    if (state.broken)
        json_write_u64(&out, (uint64_t)state.broken);
    else
        json_write_null(&out);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}
