// Harbor ("Configure Webhook Notifications"): its own form, and CloudEvents 1.0.
#include "service/hooks/hooks_inner.h"

enum change {
    CHANGE_OTHER,
    CHANGE_PUSH,
    CHANGE_DELETE,
};

static enum change change_of(span type)
{
    if (span_equal(type, S("PUSH_ARTIFACT")) || span_equal(type, S("harbor.artifact.pushed")))
        return CHANGE_PUSH;
    if (span_equal(type, S("DELETE_ARTIFACT")) || span_equal(type, S("harbor.artifact.deleted")))
        return CHANGE_DELETE;
    return CHANGE_OTHER;
}

// Of Harbor's own form the second in which it happened is the only name there is; together with the
// digest it is enough.
static bool name_event(const struct json *body, struct arena *mem, struct event *event)
{
    struct text name = {0};
    event->name = json_get_text(body, "id");
    event->time = json_get_text(body, "time");
    if (event->name.len || !json_get_u64(body, "occur_at", &event->at))
        return true;
    text_init(&name, mem, 32);
    text_add_u64(&name, event->at);
    event->name = text_span(&name);
    return text_ok(&name);
}

bool read_harbor(struct reading *reading, const struct json *body, struct err *err)
{
    enum change change = change_of(json_get_text(body, "type"));
    const struct json *own = json_get(body, "event_data");
    const struct json *data = own ? own : json_get(body, "data");
    const struct json *resources = json_get(data, "resources");
    struct event event = {
        .kind = change == CHANGE_PUSH ? PUSH_IMAGE : PUSH_DELETE,
        .repository = json_get_text(json_get(data, "repository"), "repo_full_name"),
    };
    if (!json_is_string(json_get(body, "type")))
        return err_set(err, ERR_INPUT, "there is no type");
    if (change == CHANGE_OTHER) {
        reading_ignore(reading);
        return true;
    }
    if (json_count(resources) == 0)
        return err_set(err, ERR_INPUT, "there are no resources");
    if (!name_event(body, reading->mem, &event))
        return arena_err(reading->mem, err, "event");
    for (size_t i = 0; i < json_count(resources); i++) {
        const struct json *resource = json_at(resources, i);
        event.tag = json_get_text(resource, "tag");
        event.digest = json_get_text(resource, "digest");
        if (!reading_add(reading, &event, err))
            return err_add(err, "resource %zu", i);
    }
    return true;
}
