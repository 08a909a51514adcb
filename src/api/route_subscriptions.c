// Who is told what, and what became of what they were told.
#include "api/api_inner.h"

#include <stdio.h>

struct subscription_edit {
    struct edit edit;
    struct subscription subscription;
    span project; // its name
};

// ---------------------------------------------------------------- reading one

static bool read_text(const struct json *body, const char *key, span *ret, struct err *err)
{
    const struct json *value = json_get(body, key);
    if (value && !json_is_string(value))
        return err_set(err, ERR_USAGE, "body: %s: a text is wanted", key);
    *ret = json_text(value);
    return true;
}

static bool read_switch(const struct json *body, const char *key, bool *ret, struct err *err)
{
    const struct json *value = json_get(body, key);
    if (value && !json_is_true(value) && !json_is_false(value))
        return err_set(err, ERR_USAGE, "body: %s: true or false is wanted", key);
    *ret = json_is_true(value);
    return true;
}

static bool read_words(const struct json *body, struct subscription *ret, struct err *err)
{
    span severity = {0};
    span channel = {0};
    if (!read_text(body, "severity", &severity, err) || !read_text(body, "channel", &channel, err))
        return false;
    if (severity.len && !severity_parse(severity, &ret->severity))
        return err_set(err, ERR_USAGE, "body: '%s' is no severity", quote(severity).text);
    return channel_kind_parse(channel, &ret->channel) ||
           err_set(err, ERR_USAGE,
                   "body: channel: webhook, mail, slack, teams, file or command is wanted");
}

static bool read_digest(const struct json *body, uint32_t *ret, struct err *err)
{
    const struct json *value = json_get(body, "digest");
    uint64_t seconds = 0;
    if (value && (!json_u64(value, &seconds) || seconds > DIGEST_MOST))
        return err_set(err, ERR_USAGE, "body: digest: seconds up to %d are wanted", DIGEST_MOST);
    *ret = (uint32_t)seconds;
    return true;
}

// What the fields mean together subscription_check says, inside of the store.
static bool read_fields(const struct json *body, struct subscription *ret, struct err *err)
{
    const struct {
        const char *key;
        span *to;
    } texts[] = {
        {"owner", &ret->owner},
        {"image", &ret->image},
        {"repository", &ret->repository},
        {"label_key", &ret->label_key},
        {"label_value", &ret->label_value},
        {"address", &ret->address},
        {"secret", &ret->secret},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!read_text(body, texts[i].key, texts[i].to, err))
            return false;
    return read_words(body, ret, err) && read_digest(body, &ret->digest, err) &&
           read_switch(body, "only_fixed", &ret->only_fixed, err) &&
           read_switch(body, "only_exploited", &ret->only_exploited, err) &&
           read_switch(body, "disabled", &ret->disabled, err);
}

static bool read_subscription(struct call *call, struct json **ret_body,
                              struct subscription_edit *work, struct err *err)
{
    static const char *const keys[] = {
        "project",     "owner",    "image",      "repository",     "label_key",
        "label_value", "severity", "only_fixed", "only_exploited", "channel",
        "address",     "secret",   "digest",     "disabled",       NULL,
    };
    return call_body(call, keys, ret_body, err) &&
           read_text(*ret_body, "project", &work->project, err) &&
           read_fields(*ret_body, &work->subscription, err);
}

// ---------------------------------------------------------------- whose it is

// A token of one project speaks for that one, whatever the body says; others must say.
static bool find_project(struct subscription_edit *work, struct err *err)
{
    struct call *call = work->edit.call;
    struct project project = {0};
    if (work->project.len == 0 && call_project(call)) {
        work->subscription.project = call_project(call);
        return true;
    }
    if (work->project.len == 0)
        return err_set(err, ERR_USAGE, "body: project: a name is wanted");
    if (!store_find_project(call->store, work->project, call->mem, &project, err))
        return false;
    if (call_project(call) && call_project(call) != project.id)
        return err_set(err, ERR_MISSING, "there is no project '%s'", quote(work->project).text);
    work->subscription.project = project.id;
    return true;
}

static bool write_object(struct subscription_edit *work, struct err *err)
{
    struct edit *edit = &work->edit;
    struct text object;
    struct text detail;
    text_init(&object, edit->call->mem, SIZE_MAX);
    text_init(&detail, edit->call->mem, SIZE_MAX);
    text_addf(&object, "subscription %lld", (long long)work->subscription.id);
    text_add(&detail, work->subscription.owner);
    edit->object = text_span(&object);
    edit->detail = text_span(&detail);
    return (text_ok(&object) && text_ok(&detail)) || arena_err(edit->call->mem, err, "audit log");
}

static bool answer_with(struct call *call, int64_t id, struct err *err)
{
    struct json_out out = call_json(call);
    char number[24] = "";
    size_t count = 0;
    (void)snprintf(number, sizeof number, "%lld", (long long)id); // has room
    if (!write_rows(call, store_view(VIEW_SUBSCRIPTIONS), "id", span_of_text(number), &out, &count,
                    err))
        return false;
    call_finish(&out);
    return count == 1 || err_set(err, ERR_MISSING, "there is none that this token may see");
}

// ---------------------------------------------------------------- edits

bool answer_subscription(struct call *call, struct err *err)
{
    int64_t id = 0;
    return call_number(call, 0, &id, err) && answer_with(call, id, err);
}

static bool create(struct edit *edit, struct err *err)
{
    struct subscription_edit *work = (struct subscription_edit *)edit;
    return find_project(work, err) &&
           store_add_subscription(edit->call->store, &work->subscription, edit->call->now,
                                  &work->subscription.id, err) &&
           write_object(work, err);
}

bool answer_subscription_create(struct call *call, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct subscription_edit work = {
        .edit = {.call = call, .action = "subscription.create", .work = create}};
    return read_subscription(call, &body, &work, err) && call_edit(&work.edit, err) &&
           answer_with(call, work.subscription.id, err);
}

// The project of a subscription does not change.
static bool find_own(struct subscription_edit *work, struct err *err)
{
    struct call *call = work->edit.call;
    struct subscription before = {0};
    if (!store_subscription(call->store, call_project(call), work->subscription.id, call->mem,
                            &before, err))
        return false;
    work->subscription.project = before.project;
    return true;
}

static bool replace(struct edit *edit, struct err *err)
{
    struct subscription_edit *work = (struct subscription_edit *)edit;
    return find_own(work, err) &&
           store_change_subscription(edit->call->store, &work->subscription, err) &&
           write_object(work, err);
}

bool answer_subscription_change(struct call *call, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct subscription_edit work = {
        .edit = {.call = call, .action = "subscription.change", .work = replace}};
    if (!call_number(call, 0, &work.subscription.id, err))
        return false;
    int64_t id = work.subscription.id;
    return read_subscription(call, &body, &work, err) && call_edit(&work.edit, err) &&
           answer_with(call, id, err);
}

static bool remove_it(struct edit *edit, struct err *err)
{
    struct subscription_edit *work = (struct subscription_edit *)edit;
    return find_own(work, err) &&
           store_remove_subscription(edit->call->store, work->subscription.project,
                                     work->subscription.id, err) &&
           write_object(work, err);
}

bool answer_subscription_remove(struct call *call, struct err *err)
{
    struct subscription_edit work = {
        .edit = {.call = call, .action = "subscription.remove", .work = remove_it}};
    return call_number(call, 0, &work.subscription.id, err) && call_edit(&work.edit, err);
}

// ---------------------------------------------------------------- notifications

bool answer_notification(struct call *call, struct err *err)
{
    int64_t id = 0;
    return call_number(call, 0, &id, err) && answer_one(call, "id", err);
}

static bool resend(struct edit *edit, struct err *err)
{
    struct subscription_edit *work = (struct subscription_edit *)edit;
    struct call *call = edit->call;
    struct text object;
    text_init(&object, call->mem, SIZE_MAX);
    text_addf(&object, "notification %lld", (long long)work->subscription.id);
    edit->object = text_span(&object);
    return store_resend_notification(call->store, call_project(call), work->subscription.id,
                                     call->now, err);
}

bool answer_notification_resend(struct call *call, struct err *err)
{
    struct subscription_edit work = {
        .edit = {.call = call, .action = "notification.resend", .work = resend}};
    return call_number(call, 0, &work.subscription.id, err) && call_edit(&work.edit, err) &&
           answer_one(call, "id", err);
}
