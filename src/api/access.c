// Who asks, and what is kept of those who are refused.
#include "api/api_inner.h"

#include <stdio.h>

// ---------------------------------------------------------------- tokens

// RFC 6750, section 2.1; and RFC 7617 with the token as the password, which is all that some
// registries can send.
static bool find_secret(const struct call *call, span *ret)
{
    span header = http_request_header(call->request, S("Authorization"));
    span scheme = span_cut(&header, ' ');
    span decoded = {0};
    span key = http_request_header(call->request, S("X-ScannerAdapter-API-Key"));
    if (key.len && !scheme.len) { // Harbor's third way
        *ret = key;
        return true;
    }
    if (span_equal_nocase(scheme, S("Bearer"))) {
        *ret = span_trim(header);
        return true;
    }
    if (!span_equal_nocase(scheme, S("Basic")) ||
        !base64_decode(span_trim(header), call->mem, &decoded))
        return false;
    (void)span_cut(&decoded, ':'); // who it says it is does not matter
    *ret = decoded;
    return true;
}

bool access_check(struct call *call, struct err *err)
{
    span secret = {0};
    if (!find_secret(call, &secret))
        return err_set(err, ERR_DENIED, "a token is needed: Authorization: Bearer plim_...");
    return store_check_token(call->store, secret, call->now, call->mem, &call->token, err);
}

bool access_actor(const struct call *call, span *ret, struct err *err)
{
    struct text actor;
    text_init(&actor, call->mem, SIZE_MAX);
    if (call->token.id) {
        text_addf(&actor, "token %lld (", (long long)call->token.id);
        text_add(&actor, call->token.name);
        text_add_byte(&actor, ')');
    } else {
        text_add(&actor, S("nobody"));
    }
    if (call->request->peer.len) {
        text_add(&actor, S(" at "));
        text_add(&actor, call->request->peer);
    }
    *ret = text_span(&actor);
    return text_ok(&actor) || arena_err(call->mem, err, "audit log");
}

// ---------------------------------------------------------------- refusals

struct refusal {
    struct store *store;
    struct audit audit;
};

static bool add_refusal(void *self, struct err *err)
{
    struct refusal *refusal = self;
    return store_add_audit(refusal->store, &refusal->audit, err);
}

bool access_may_tell(const struct call *call, const char *log)
{
    enum { BURST = 10 };
    uint64_t wait = 0;
    struct text who;
    text_init(&who, call->mem, SIZE_MAX);
    text_add(&who, span_of_text(log));
    text_add_byte(&who, ' ');
    text_add(&who, call->request->network);
    return text_ok(&who) && rates_take(call->api->rates, text_span(&who), 1.0 / 60, BURST, &wait);
}

void access_refused(struct call *call, unsigned status)
{
    struct refusal refusal = {.store = call->store, .audit.at = call->now};
    struct text action;
    struct text detail;
    if (!call->store || !access_may_tell(call, "audit") ||
        !access_actor(call, &refusal.audit.actor, NULL))
        return;
    text_init(&action, call->mem, SIZE_MAX);
    text_init(&detail, call->mem, SIZE_MAX);
    text_addf(&action, "%s %s refused", call->route->method, call->route->pattern);
    text_addf(&detail, "status %u", status);
    refusal.audit.action = text_span(&action);
    refusal.audit.object = span_first(call->request->path, 1000);
    refusal.audit.detail = text_span(&detail);
    // Whoever is refused is refused, whether there is room to say so or not.
    (void)store_transact(call->store, add_refusal, &refusal, NULL);
}

// ---------------------------------------------------------------- changes

static bool run_edit(void *self, struct err *err)
{
    struct edit *edit = self;
    struct call *call = edit->call;
    struct audit audit = {.at = call->now, .action = span_of_text(edit->action)};
    if (!edit->work(edit, err) || !access_actor(call, &audit.actor, err))
        return false;
    audit.object = edit->object;
    audit.detail = edit->detail;
    return store_add_audit(call->store, &audit, err);
}

bool call_edit(struct edit *edit, struct err *err)
{
    return store_transact(edit->call->store, run_edit, edit, err);
}
