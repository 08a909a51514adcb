// The message as a CloudEvent (CloudEvents 1.0, JSON format 1.0): doc/formats/notification.md.
#include "format/json/json.h"
#include "service/notify/notify_inner.h"

static void write_held_by(struct json_out *out, const struct held_by *held_by)
{
    json_begin_object(out);
    json_field_text(out, "image", held_by->image);
    json_field_text(out, "name", held_by->name);
    json_field_text(out, "layer", held_by->layer);
    json_field_u64(out, "layer_index", held_by->layer_index);
    json_field_text(out, "created_by", held_by->created_by);
    json_end_object(out);
}

static void write_package(struct json_out *out, const struct learned *learned)
{
    json_key(out, "package");
    json_begin_object(out);
    json_field_text(out, "type", learned->package_type);
    json_field_text(out, "name", learned->package);
    json_field_text(out, "version", learned->version);
    json_end_object(out);
}

// What is not known is left out.
static void write_numbers(struct json_out *out, const struct learned *learned)
{
    if (learned->score >= 0) {
        json_key(out, "cvss");
        json_write_number(out, learned->score, 1);
    }
    if (learned->epss >= 0) {
        json_key(out, "epss");
        json_write_number(out, learned->epss, 5);
    }
}

static void write_learned(struct json_out *out, const struct learned *learned)
{
    json_begin_object(out);
    json_field_text(out, "kind", span_of_text(learned_kind_name(learned->kind)));
    json_field_text(out, "id", learned->id);
    json_field_text(out, "severity", span_of_text(severity_name(learned->severity)));
    if (learned->kind == LEARNED_CHANGED)
        json_field_text(out, "severity_before",
                        span_of_text(severity_name(learned->severity_before)));
    json_field_bool(out, "exploited", learned->exploited);
    write_numbers(out, learned);
    write_package(out, learned);
    if (learned->fixed_version.len)
        json_field_text(out, "fixed_version", learned->fixed_version);
    json_field_text(out, "why", learned->why);
    json_field_u64(out, "images", learned->images);
    json_key(out, "held_by");
    json_begin_array(out);
    for (size_t i = 0; i < learned->held_by_count; i++)
        write_held_by(out, &learned->held_by[i]);
    json_end_array(out);
    json_end_object(out);
}

static void write_data(struct json_out *out, const struct message *message)
{
    json_key(out, "data");
    json_begin_object(out);
    json_field_text(out, "schema", S("plimsoll.notification/1"));
    json_field_text(out, "owner", message->owner);
    json_field_text(out, "database", message->database);
    if (message->more.len)
        json_field_text(out, "more", message->more);
    json_field_u64(out, "images", message->images);
    json_field_u64(out, "omitted", message->omitted);
    json_key(out, "learned");
    json_begin_array(out);
    for (size_t i = 0; i < message->count; i++)
        write_learned(out, &message->learned[i]);
    json_end_array(out);
    json_end_object(out);
}

bool render_event(const struct message *message, span source, struct arena *mem, span *ret,
                  struct err *err)
{
    struct text text;
    char time[21] = {0};
    text_init(&text, mem, BODY_BYTES);
    struct json_out out = {.text = &text};
    time_format(message->at, time);
    json_begin_object(&out);
    json_field_text(&out, "specversion", S("1.0"));
    json_field_text(&out, "id", message->key);
    json_field_text(&out, "source", source.len ? source : S("/plimsoll"));
    json_field_text(&out, "type", S("io.plimsoll.findings.v1"));
    json_field_text(&out, "time", span_of_text(time));
    json_field_text(&out, "datacontenttype", S("application/json"));
    write_data(&out, message);
    json_end_object(&out);
    if (!text_ok(&text))
        return arena_err(mem, err, "event");
    *ret = text_span(&text);
    return true;
}
