// Docker Hub, Mirantis Secure Registry, Quay.
#include "service/hooks/hooks_inner.h"

// "Webhooks": a push is all that is ever told of, by a time in seconds. That is too coarse to tell
// a repeated notice from a second push, so none is taken for a repeated one.
bool read_docker_hub(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *push = json_get(body, "push_data");
    struct event event = {
        .kind = PUSH_IMAGE,
        .repository = json_get_text(json_get(body, "repository"), "repo_name"),
        .tag = json_get_text(push, "tag"),
    };
    double at = 0;
    if (!json_is_object(push))
        return err_set(err, ERR_INPUT, "there is no push_data");
    // Some senders write the seconds with a fraction.
    if (json_number(json_get(push, "pushed_at"), &at) && at > 0 && at < 1e11)
        event.at = (uint64_t)at;
    return reading_add(reading, &event, err);
}

// ---------------------------------------------------------------- Mirantis

static bool join_names(struct arena *mem, span namespace, span name, span *ret)
{
    struct text repository = {0};
    text_init(&repository, mem, 1024);
    text_add(&repository, namespace);
    text_add_byte(&repository, '/');
    text_add(&repository, name);
    *ret = text_span(&repository);
    return text_ok(&repository);
}

// "Manage webhooks": one event, whose contents depend on its type.
bool read_mirantis(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *contents = json_get(body, "contents");
    span type = json_get_text(body, "type");
    struct event event = {
        .tag = json_get_text(contents, "tag"),
        .digest = json_get_text(contents, "digest"),
        .name = json_get_text(body, "createdAt"),
        .time = json_get_text(body, "createdAt"),
    };
    bool push = span_equal(type, S("TAG_PUSH")) || span_equal(type, S("MANIFEST_PUSH"));
    bool gone = span_equal(type, S("TAG_DELETE")) || span_equal(type, S("MANIFEST_DELETE"));
    if (type.len == 0)
        return err_set(err, ERR_INPUT, "there is no type");
    if (!push && !gone) {
        reading_ignore(reading);
        return true;
    }
    event.kind = push ? PUSH_IMAGE : PUSH_DELETE;
    if (!join_names(reading->mem, json_get_text(contents, "namespace"),
                    json_get_text(contents, "repository"), &event.repository))
        return err_set(err, ERR_INPUT, "the name of a repository is too long");
    return reading_add(reading, &event, err);
}

// ---------------------------------------------------------------- Quay

// "Repository notifications": a push names the tags that it moved; neither time nor id.
bool read_quay(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *tags = json_get(body, "updated_tags");
    span repository = json_get_text(body, "repository");
    if (repository.len == 0)
        return err_set(err, ERR_INPUT, "there is no repository");
    if (!json_is_array(tags))
        reading_ignore(reading); // builds, scans, tags that expire
    for (size_t i = 0; i < json_count(tags); i++) {
        struct event event = {
            .kind = PUSH_IMAGE,
            .repository = repository,
            .tag = json_text(json_at(tags, i)),
        };
        if (!reading_add(reading, &event, err))
            return false;
    }
    return true;
}
