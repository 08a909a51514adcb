// Tokens: made, rotated, revoked. A secret is in one answer and nowhere else.
#include "api/api_inner.h"

enum { USUAL_GRACE = 86400, MOST_GRACE = 30 * 86400 };

bool answer_token(struct call *call, struct err *err)
{
    int64_t id = 0;
    return call_number(call, 0, &id, err) && answer_one(call, "id", err);
}

static bool write_secret(struct call *call, int64_t id, span secret, struct err *err)
{
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_field_u64(&out, "id", (uint64_t)id);
    json_field_text(&out, "token", secret);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

static bool write_object(struct edit *edit, int64_t id, span name, struct err *err)
{
    struct text object;
    text_init(&object, edit->call->mem, SIZE_MAX);
    text_addf(&object, "token %lld (", (long long)id);
    text_add(&object, name);
    text_add_byte(&object, ')');
    edit->object = text_span(&object);
    return text_ok(&object) || arena_err(edit->call->mem, err, "audit log");
}

// ---------------------------------------------------------------- making

struct creation {
    struct edit edit;
    struct token token;
    span project; // empty: all
    span secret;
    int64_t id;
};

static bool create(struct edit *edit, struct err *err)
{
    struct creation *creation = (struct creation *)edit;
    struct call *call = edit->call;
    struct project project = {0};
    struct text detail;
    if (creation->project.len &&
        !store_find_project(call->store, creation->project, call->mem, &project, err))
        return false;
    creation->token.project = project.id;
    text_init(&detail, call->mem, SIZE_MAX);
    scopes_write(creation->token.scopes, &detail);
    text_add(&detail, project.id ? S(" in project ") : S(" in all projects"));
    text_add(&detail, creation->project);
    edit->detail = text_span(&detail);
    return store_add_token(call->store, &creation->token, call->now, call->mem, &creation->secret,
                           &creation->id, err) &&
           write_object(edit, creation->id, creation->token.name, err);
}

static bool read_scopes(const struct json *body, uint32_t *ret, struct err *err)
{
    const struct json *list = json_get(body, "scopes");
    if (!json_is_array(list))
        return err_set(err, ERR_USAGE, "body: scopes: a list of words is wanted");
    for (size_t i = 0; i < json_count(list); i++) {
        uint32_t scope = 0;
        span word = json_text(json_at(list, i));
        if (!scope_parse(word, &scope))
            return err_set(err, ERR_USAGE, "body: '%s' is no scope", quote(word).text);
        *ret |= scope;
    }
    return true;
}

static bool read_expiry(const struct json *body, uint64_t *ret, struct err *err)
{
    const struct json *expires = json_get(body, "expires");
    return !expires || time_parse(json_text(expires), ret) ||
           err_set(err, ERR_USAGE, "body: expires: a date and time is wanted");
}

bool answer_token_create(struct call *call, struct err *err)
{
    static const char *const keys[] = {"name", "scopes", "project", "expires", NULL};
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct creation creation = {.edit = {.call = call, .action = "token.create", .work = create}};
    if (!call_body(call, keys, &body, err) || !read_scopes(body, &creation.token.scopes, err) ||
        !read_expiry(body, &creation.token.expires, err))
        return false;
    creation.token.name = json_get_text(body, "name");
    creation.project = json_get_text(body, "project");
    return call_edit(&creation.edit, err) && write_secret(call, creation.id, creation.secret, err);
}

// ---------------------------------------------------------------- rotating and revoking

struct rotation {
    struct edit edit;
    int64_t id;
    uint64_t grace;
    span secret;
    int64_t new_id;
};

static bool rotate(struct edit *edit, struct err *err)
{
    struct rotation *rotation = (struct rotation *)edit;
    struct call *call = edit->call;
    struct token token = {0};
    struct text detail;
    if (!store_rotate_token(call->store, rotation->id, rotation->grace, call->now, call->mem,
                            &rotation->secret, &rotation->new_id, err) ||
        !store_find_token(call->store, rotation->id, call->mem, &token, err))
        return false;
    text_init(&detail, call->mem, SIZE_MAX);
    text_addf(&detail, "by token %lld", (long long)rotation->new_id);
    edit->detail = text_span(&detail);
    return write_object(edit, rotation->id, token.name, err);
}

bool answer_token_rotate(struct call *call, struct err *err)
{
    static const char *const keys[] = {"grace", NULL};
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct rotation rotation = {
        .edit = {.call = call, .action = "token.rotate", .work = rotate},
        .grace = USUAL_GRACE,
    };
    if (!call_number(call, 0, &rotation.id, err) ||
        (call->request->body.len && !call_body(call, keys, &body, err)))
        return false;
    const struct json *grace = json_get(body, "grace");
    if (grace && (!json_u64(grace, &rotation.grace) || rotation.grace > MOST_GRACE))
        return err_set(err, ERR_USAGE, "body: grace: seconds up to %d are wanted", MOST_GRACE);
    return call_edit(&rotation.edit, err) &&
           write_secret(call, rotation.new_id, rotation.secret, err);
}

static bool revoke(struct edit *edit, struct err *err)
{
    struct rotation *rotation = (struct rotation *)edit;
    struct call *call = edit->call;
    struct token token = {0};
    return store_find_token(call->store, rotation->id, call->mem, &token, err) &&
           store_revoke_token(call->store, rotation->id, call->now, err) &&
           write_object(edit, rotation->id, token.name, err);
}

bool answer_token_revoke(struct call *call, struct err *err)
{
    struct rotation revocation = {.edit = {.call = call, .action = "token.revoke", .work = revoke}};
    return call_number(call, 0, &revocation.id, err) && call_edit(&revocation.edit, err);
}
