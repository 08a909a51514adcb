// Notices of registries: checked, kept, answered. Nothing is fetched here, and no host or URL that
// a notice names is used anywhere.
#include "api/api_inner.h"

#include "service/hooks/hooks.h"

#include <stdio.h>

// Whoever runs the service looks here first when pushes are not scanned: most often two sides of
// a secret differ. The error holds none.
static void log_refusal(const struct call *call, const struct err *why)
{
    const struct api_options *options = &call->api->options;
    char line[400] = "";
    if (!options->log || !access_may_tell(call, "hook"))
        return;
    int len = snprintf(line, sizeof line, "hook of %s refused: %s", quote(call->values[0]).text,
                       why->text);
    if (len > 0 && (size_t)len < sizeof line)
        (void)snprintf(line + len, sizeof line - (size_t)len, "; it came from %s",
                       quote(call->request->peer).text); // cut short is good enough
    options->log(options->self, line);
}

// Refused ones are in the audit log: that needs the store.
static bool refuse_notice(struct call *call, const struct err *why, struct err *err)
{
    log_refusal(call, why);
    if (why->kind == ERR_DENIED && !call->store)
        (void)pool_take(call->api->pool, &call->store, NULL); // without it, it is refused as well
    return err_set(err, why->kind == ERR_INPUT ? ERR_USAGE : why->kind, "%s", why->text);
}

static bool answer_taken(struct call *call, const struct hook_notice *notice, size_t taken,
                         struct err *err)
{
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_field_u64(&out, "accepted", taken);
    json_field_u64(&out, "known", notice->count - taken);
    json_field_u64(&out, "ignored", notice->ignored);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

static bool answer_reply(struct call *call, span reply, struct err *err)
{
    struct text *body = &call->response->body;
    text_init(body, call->mem, SIZE_MAX);
    text_add(body, reply);
    call->response->status = 200;
    return text_ok(body) || arena_err(call->mem, err, "answer");
}

bool answer_hook(struct call *call, struct err *err)
{
    const struct api_options *options = &call->api->options;
    struct hook_notice notice = {0};
    struct err why = {0};
    size_t taken = 0;
    const struct registry_settings *registry =
        options->settings ? service_registry(options->settings, call->values[0]) : NULL;
    if (!registry) {
        err_set(&why, ERR_MISSING, "there is no registry of this name");
        return refuse_notice(call, &why, err);
    }
    if (!hook_read(registry, call->request, call->now, options->limits, call->mem, &notice, &why))
        return refuse_notice(call, &why, err);
    if (notice.reply.len)
        return answer_reply(call, notice.reply, err);
    if (notice.count && !intake_pushes(call->api->intake, notice.pushes, notice.count, &taken, err))
        return false;
    return answer_taken(call, &notice, taken, err);
}
