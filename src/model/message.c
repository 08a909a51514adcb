// doc/formats/message.md describes these bytes.
#include "model/model_inner.h"

#define MAGIC S("plimmsg\x01")

static const char *const kinds[] = {
    [LEARNED_NEW] = "new",
    [LEARNED_CHANGED] = "changed",
    [LEARNED_GONE] = "gone",
    [LEARNED_PUSHED] = "pushed",
};

const char *learned_kind_name(enum learned_kind kind)
{
    return kinds[kind];
}

bool message_key_is_valid(span key)
{
    for (size_t i = 0; i < key.len; i++) {
        uint8_t c = key.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '-' && c != '_')
            return false;
    }
    return key.len > 0 && key.len <= MESSAGE_KEY_MOST;
}

// ---------------------------------------------------------------- writing

enum { TEXTS = 6 };

static void list_texts(struct learned *learned, span *ret[static TEXTS])
{
    ret[0] = &learned->id;
    ret[1] = &learned->package_type;
    ret[2] = &learned->package;
    ret[3] = &learned->version;
    ret[4] = &learned->fixed_version;
    ret[5] = &learned->why;
}

static void write_held_by(const struct held_by *held_by, struct text *out)
{
    text_add_field(out, held_by->image);
    text_add_field(out, held_by->name);
    text_add_field(out, held_by->layer);
    text_add_field(out, held_by->created_by);
    text_add_u32le(out, held_by->layer_index);
}

static void write_learned(const struct learned *learned, struct text *out)
{
    struct learned copy = *learned;
    span *texts[TEXTS] = {0};
    list_texts(&copy, texts);
    text_add_u8(out, (uint8_t)learned->kind);
    text_add_u8(out, (uint8_t)learned->severity);
    text_add_u8(out, (uint8_t)learned->severity_before);
    text_add_u8(out, learned->exploited);
    wire_write_number(out, learned->score);
    wire_write_number(out, learned->epss);
    text_add_u64le(out, learned->images);
    for (size_t i = 0; i < TEXTS; i++)
        text_add_field(out, *texts[i]);
    wire_write_count(out, learned->held_by_count);
    for (size_t i = 0; i < learned->held_by_count; i++)
        write_held_by(&learned->held_by[i], out);
}

void message_write(const struct message *message, struct text *out)
{
    text_add(out, MAGIC);
    text_add_field(out, message->key);
    text_add_field(out, message->owner);
    text_add_field(out, message->database);
    text_add_field(out, message->more);
    text_add_u64le(out, message->at);
    text_add_u64le(out, message->omitted);
    text_add_u64le(out, message->images);
    wire_write_count(out, message->count);
    for (size_t i = 0; i < message->count; i++)
        write_learned(&message->learned[i], out);
}

// ---------------------------------------------------------------- reading

static bool read_held_by(struct wire *wire, struct learned *learned, struct err *err)
{
    enum { HELD_BY_BYTES = 4 * 4 + 4 };
    uint32_t count = 0;
    if (!wire_count(wire, HELD_BY_BYTES, wire->limits->kept_entries, "images", &count, err))
        return false;
    struct held_by *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "images");
    for (uint32_t i = 0; i < count; i++) {
        items[i].image = wire_field(wire);
        items[i].name = wire_field(wire);
        items[i].layer = wire_field(wire);
        items[i].created_by = wire_field(wire);
        items[i].layer_index = read_u32le(&wire->bytes);
    }
    learned->held_by = items;
    learned->held_by_count = count;
    return wire_ok(wire, "images", err);
}

static bool read_enums(struct wire *wire, struct learned *learned, struct err *err)
{
    uint8_t kind = read_u8(&wire->bytes);
    uint8_t severity = read_u8(&wire->bytes);
    uint8_t before = read_u8(&wire->bytes);
    learned->exploited = wire_flag(wire);
    if (!wire_ok(wire, "kind", err))
        return false;
    if (kind > LEARNED_PUSHED || severity > SEVERITY_CRITICAL || before > SEVERITY_CRITICAL)
        return err_set(err, ERR_INPUT, "kind %u, severity %u, before %u", kind, severity, before);
    learned->kind = (enum learned_kind)kind;
    learned->severity = (enum severity)severity;
    learned->severity_before = (enum severity)before;
    return true;
}

static bool read_learned(struct wire *wire, struct learned *ret, struct err *err)
{
    struct learned learned = {0};
    span *texts[TEXTS] = {0};
    list_texts(&learned, texts);
    if (!read_enums(wire, &learned, err))
        return false;
    if (!wire_number(wire, &learned.score, err) || !wire_number(wire, &learned.epss, err))
        return false;
    learned.images = read_u64le(&wire->bytes);
    for (size_t i = 0; i < TEXTS; i++)
        *texts[i] = wire_field(wire);
    if (!wire_ok(wire, "texts", err) || !read_held_by(wire, &learned, err))
        return false;
    if (learned.id.len == 0)
        return err_set(err, ERR_INPUT, "has no id");
    *ret = learned;
    return true;
}

static bool read_learned_list(struct wire *wire, struct message *message, struct err *err)
{
    enum { LEARNED_BYTES = 4 + 2 * 8 + 8 + 4 * TEXTS + 4 };
    uint32_t count = 0;
    if (!wire_count(wire, LEARNED_BYTES, wire->limits->kept_entries, "learned", &count, err))
        return false;
    struct learned *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "message");
    for (uint32_t i = 0; i < count; i++)
        if (!read_learned(wire, &items[i], err))
            return err_add(err, "learned %u", i);
    message->learned = items;
    message->count = count;
    return true;
}

static bool read_message(struct wire *wire, struct message *message, struct err *err)
{
    message->key = wire_field(wire);
    message->owner = wire_field(wire);
    message->database = wire_field(wire);
    message->more = wire_field(wire);
    message->at = read_u64le(&wire->bytes);
    message->omitted = read_u64le(&wire->bytes);
    message->images = read_u64le(&wire->bytes);
    if (!wire_ok(wire, "head", err))
        return false;
    if (!message_key_is_valid(message->key))
        return err_set(err, ERR_INPUT, "'%s' is no key", quote(message->key).text);
    return read_learned_list(wire, message, err) && wire_end(wire, "learned", err);
}

bool message_read(span bytes, const struct limits *limits, struct arena *mem, struct message *ret,
                  struct err *err)
{
    struct wire wire = wire_of(bytes, limits, mem);
    struct message message = {0};
    if (!span_equal(read_bytes(&wire.bytes, MAGIC.len), MAGIC))
        return err_set(err, ERR_INPUT, "message: not of this version");
    if (!read_message(&wire, &message, err))
        return err_add(err, "message");
    *ret = message;
    return true;
}
