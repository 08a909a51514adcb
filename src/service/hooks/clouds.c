// Amazon ECR, Google Artifact Registry, Azure Container Registry.
#include "service/hooks/hooks_inner.h"

// ---------------------------------------------------------------- Amazon

// "ACCOUNT.dkr.ecr.REGION.amazonaws.com": is it what the event is about?
static bool is_of_host(const struct json *body, span host)
{
    span account = span_cut(&host, '.');
    span dkr = span_cut(&host, '.');
    (void)span_cut(&host, '.'); // "ecr", "ecr-fips"
    span region = span_cut(&host, '.');
    return !span_equal(dkr, S("dkr")) || (span_equal(account, json_get_text(body, "account")) &&
                                          span_equal(region, json_get_text(body, "region")));
}

// EventBridge, detail-type "ECR Image Action".
bool read_ecr(struct reading *reading, const struct json *body, struct err *err)
{
    const struct json *detail = json_get(body, "detail");
    span action = json_get_text(detail, "action-type");
    bool push = span_equal(action, S("PUSH"));
    struct event event = {
        .kind = push ? PUSH_IMAGE : PUSH_DELETE,
        .repository = json_get_text(detail, "repository-name"),
        .tag = json_get_text(detail, "image-tag"),
        .digest = json_get_text(detail, "image-digest"),
        .name = json_get_text(body, "id"),
        .time = json_get_text(body, "time"),
    };
    if (json_get_text(body, "detail-type").len == 0)
        return err_set(err, ERR_INPUT, "there is no detail-type");
    if (!span_equal(json_get_text(body, "detail-type"), S("ECR Image Action")) ||
        !span_equal(json_get_text(detail, "result"), S("SUCCESS")) ||
        (!push && !span_equal(action, S("DELETE"))) || !is_of_host(body, reading->registry->host)) {
        reading_ignore(reading);
        return true;
    }
    return reading_add(reading, &event, err);
}

// ---------------------------------------------------------------- Google

// Cuts "HOST/" off. False if it is of another host: only that is compared, nothing is asked there.
static bool cut_host(span *name, span host)
{
    span rest = *name;
    if (!span_equal_nocase(span_cut(&rest, '/'), host))
        return false;
    *name = rest;
    return true;
}

// `digest` is "HOST/REPOSITORY@sha256:…", `tag` "HOST/REPOSITORY:TAG".
static bool split_names(span digest, span tag, span host, struct event *event)
{
    if ((digest.len && !cut_host(&digest, host)) || (tag.len && !cut_host(&tag, host)))
        return false;
    span of_tag = span_cut(&tag, ':');
    event->repository = span_cut(&digest, '@');
    event->digest = digest;
    event->tag = tag;
    if (event->repository.len == 0)
        event->repository = of_tag;
    return of_tag.len == 0 || span_equal(of_tag, event->repository);
}

static bool read_google_data(struct reading *reading, const struct json *message,
                             const struct json *data, struct err *err)
{
    span action = json_get_text(data, "action");
    bool push = span_equal(action, S("INSERT"));
    struct event event = {
        .kind = push ? PUSH_IMAGE : PUSH_DELETE,
        .name = json_get_text(message, "messageId"),
        .time = json_get_text(message, "publishTime"),
    };
    if (action.len == 0)
        return err_set(err, ERR_INPUT, "there is no action");
    if ((!push && !span_equal(action, S("DELETE"))) ||
        !split_names(json_get_text(data, "digest"), json_get_text(data, "tag"),
                     reading->registry->host, &event)) {
        reading_ignore(reading);
        return true;
    }
    return reading_add(reading, &event, err);
}

// A push of Pub/Sub, around what the registry says ("Pub/Sub notifications").
bool read_google(struct reading *reading, const struct json *body, struct err *err)
{
    CLEANUP(json_cleanup) struct json *data = NULL;
    const struct json *message = json_get(body, "message");
    span bytes = {0};
    if (!json_is_object(message) ||
        !base64_decode(json_get_text(message, "data"), reading->mem, &bytes))
        return err_set(err, ERR_INPUT, "there is no message with data");
    return json_parse(bytes, reading->limits->document_bytes, &data, err) &&
           read_google_data(reading, message, data, err);
}

// ---------------------------------------------------------------- Azure

// Event Grid asks whether its events are wanted: the code goes back.
static bool answer_validation(struct reading *reading, const struct json *json, struct err *err)
{
    span code = json_get_text(json_get(json, "data"), "validationCode");
    struct text reply = {0};
    struct json_out out = {.text = &reply};
    if (code.len == 0)
        return err_set(err, ERR_INPUT, "there is no validationCode");
    text_init(&reply, reading->mem, 4096);
    json_begin_object(&out);
    json_field_text(&out, "validationResponse", code);
    json_end_object(&out);
    reading->reply = text_span(&reply);
    return text_ok(&reply) || err_set(err, ERR_INPUT, "the validationCode is too long");
}

// The registry has put its event into Event Grid's as an object, and as the text of one.
static bool read_azure_data(struct reading *reading, const struct json *data, struct err *err)
{
    CLEANUP(json_cleanup) struct json *parsed = NULL;
    if (!json_is_string(data))
        return read_distribution_event(reading, data, err);
    return json_parse(json_text(data), reading->limits->document_bytes, &parsed, err) &&
           read_distribution_event(reading, parsed, err);
}

// An event of Event Grid (its own form, or CloudEvents), or what the registry's own webhooks send.
static bool read_azure_event(struct reading *reading, const struct json *json, struct err *err)
{
    span own = json_get_text(json, "eventType");
    span type = own.len ? own : json_get_text(json, "type");
    if (!json_is_object(json))
        return err_set(err, ERR_INPUT, "an event is no object");
    if (type.len == 0)
        return read_distribution_event(reading, json, err);
    if (span_equal(type, S("Microsoft.EventGrid.SubscriptionValidationEvent")))
        return answer_validation(reading, json, err);
    if (!span_starts_with(type, S("Microsoft.ContainerRegistry.Image"))) {
        reading_ignore(reading);
        return true;
    }
    return read_azure_data(reading, json_get(json, "data"), err);
}

bool read_azure(struct reading *reading, const struct json *body, struct err *err)
{
    if (!json_is_array(body))
        return read_azure_event(reading, body, err);
    for (size_t i = 0; i < json_count(body); i++)
        if (!read_azure_event(reading, json_at(body, i), err))
            return err_add(err, "event %zu", i);
    return true;
}
