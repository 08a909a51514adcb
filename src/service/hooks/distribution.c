// CNCF Distribution ("Notifications": an envelope of events), and those who run it: GitLab's
// container registry.
#include "service/hooks/hooks_inner.h"

// Layers and configurations are pushed, too.
static bool is_manifest(span media_type)
{
    static const char *const types[] = {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.docker.distribution.manifest.v1+json",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(media_type, span_of_text(types[i])))
            return true;
    return false;
}

bool read_distribution_event(struct reading *reading, const struct json *json, struct err *err)
{
    const struct json *target = json_get(json, "target");
    span action = json_get_text(json, "action");
    struct event event = {
        .repository = json_get_text(target, "repository"),
        .tag = json_get_text(target, "tag"),
        .digest = json_get_text(target, "digest"),
        .name = json_get_text(json, "id"),
        .time = json_get_text(json, "timestamp"),
    };
    if (action.len == 0)
        return err_set(err, ERR_INPUT, "an event without an action");
    bool push = span_equal(action, S("push")) && is_manifest(json_get_text(target, "mediaType"));
    if (!push && !span_equal(action, S("delete"))) {
        reading_ignore(reading);
        return true;
    }
    event.kind = push ? PUSH_IMAGE : PUSH_DELETE;
    return reading_add(reading, &event, err);
}

bool read_distribution(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *events = json_get(body, "events");
    if (!json_is_array(events))
        return err_set(err, ERR_INPUT, "there is no list of events");
    for (size_t i = 0; i < json_count(events); i++)
        if (!read_distribution_event(reading, json_at(events, i), err))
            return err_add(err, "event %zu", i);
    return true;
}

// Hooks of projects and of the instance tell of commits, users and pipelines, never of images.
bool read_gitlab(struct reading *reading, const struct json *body, struct err *err)
{
    if (json_is_string(json_get(body, "object_kind")) ||
        json_is_string(json_get(body, "event_name"))) {
        reading_ignore(reading);
        return true;
    }
    return read_distribution(reading, body, err);
}
