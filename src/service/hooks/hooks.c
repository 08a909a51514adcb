#include "service/hooks/hooks_inner.h"

enum {
    MOST_EVENTS = 1000,
    MOST_NAME_BYTES = 256, // of an event
};

static read_function *sender_reader(enum registry_kind kind)
{
    switch (kind) {
    case REGISTRY_DISTRIBUTION:
        return read_distribution;
    case REGISTRY_DOCKER_HUB:
        return read_docker_hub;
    case REGISTRY_MIRANTIS:
        return read_mirantis;
    case REGISTRY_HARBOR:
        return read_harbor;
    case REGISTRY_QUAY:
        return read_quay;
    case REGISTRY_GITLAB:
        return read_gitlab;
    case REGISTRY_ARTIFACTORY:
        return read_artifactory;
    case REGISTRY_NEXUS:
        return read_nexus;
    case REGISTRY_ECR:
        return read_ecr;
    case REGISTRY_GOOGLE:
        return read_google;
    case REGISTRY_AZURE:
        return read_azure;
    case REGISTRY_GITHUB:
        return read_github;
    }
    return NULL;
}

// ---------------------------------------------------------------- events

void reading_ignore(struct reading *reading)
{
    reading->ignored++;
}

// "sha256:" goes in front of bare digits.
static bool full_digest(struct arena *mem, span said, span *ret)
{
    struct text digest = {0};
    text_init(&digest, mem, MOST_NAME_BYTES);
    if (said.len && span_find(said, ':') == SPAN_NONE)
        text_add(&digest, S("sha256:"));
    text_add(&digest, said);
    *ret = text_span(&digest);
    return text_ok(&digest);
}

// A repeated event has the same name; two images of one notice have different ones.
static bool name_delivery(const struct event *event, const struct push *push, struct arena *mem,
                          span *ret)
{
    struct text delivery = {0};
    span key = {0};
    if (event->name.len == 0)
        return true;
    if (!push_key(push, mem, &key))
        return false;
    text_init(&delivery, mem, 2048);
    text_add(&delivery, event->name);
    text_add_byte(&delivery, ' ');
    text_add(&delivery, key);
    *ret = text_span(&delivery);
    return text_ok(&delivery);
}

static bool make_push(const struct reading *reading, const struct event *event, struct push *ret,
                      struct err *err)
{
    bool tag_is_digest = span_find(event->tag, ':') != SPAN_NONE;
    struct push push = {.kind = event->kind, .registry = reading->registry->name, .at = event->at};
    if (push.at == 0 && event->time.len && !time_parse(event->time, &push.at))
        return err_set(err, ERR_INPUT, "'%s' is no time", quote(event->time).text);
    if (event->name.len > MOST_NAME_BYTES || event->digest.len > MOST_NAME_BYTES)
        return err_set(err, ERR_INPUT, "the name of an event is too long");
    span digest = tag_is_digest && event->digest.len == 0 ? event->tag : event->digest;
    if (!arena_span(reading->mem, event->repository, &push.repository) ||
        !arena_span(reading->mem, tag_is_digest ? (span){0} : event->tag, &push.tag) ||
        !full_digest(reading->mem, digest, &push.digest) ||
        !name_delivery(event, &push, reading->mem, &push.delivery))
        return arena_err(reading->mem, err, "event");
    *ret = push;
    return push_check(&push, err);
}

bool reading_add(struct reading *reading, const struct event *event, struct err *err)
{
    struct push push = {0};
    if (!make_push(reading, event, &push, err))
        return false;
    uint64_t age = reading->registry->hook.age;
    bool old = push.at && age && push.at < reading->now && reading->now - push.at > age;
    if (old || !registry_takes(reading->registry, push.repository)) {
        reading_ignore(reading);
        return true;
    }
    struct push *added = LIST_ADD(&reading->pushes, struct push);
    if (!added)
        return err_set(err, ERR_LIMIT, "more than %d events", MOST_EVENTS);
    *added = push;
    return true;
}

// ---------------------------------------------------------------- notices

bool hook_read(const struct registry_settings *registry, const struct http_request *request,
               uint64_t now, const struct limits *limits, struct arena *mem,
               struct hook_notice *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct reading reading = {
        .registry = registry,
        .request = request,
        .limits = limits,
        .now = now,
        .mem = mem,
    };
    list_init(&reading.pushes, mem, sizeof(struct push), MOST_EVENTS);
    if (!check_sender(registry, request, now, limits, mem, err))
        return false;
    if (!json_parse(request->body, limits->document_bytes, &body, err) ||
        !sender_reader(registry->kind)(&reading, body, err))
        return err_add(err, "notice of %s", registry_kind_name(registry->kind));
    *ret = (struct hook_notice){
        .pushes = reading.pushes.items,
        .count = reading.pushes.count,
        .ignored = reading.ignored,
        .reply = reading.reply,
    };
    return true;
}
