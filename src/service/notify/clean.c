// Texts from outside, made fit for every channel: the channels escape what they must besides.
#include "service/notify/notify_inner.h"

enum {
    REDACT_BYTES = 16 << 10,   // of one line that are looked at; far fewer are shown
    REDACTED_BYTES = 64 << 10, // what replaces nothing makes it longer
};

static bool is_clean(span text, size_t most)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    return text.len <= most;
}

// Through glyphs, at most `most` bytes; an ellipsis for the rest.
static bool clean(span text, size_t most, struct arena *mem, span *ret)
{
    if (is_clean(text, most))
        return arena_span(mem, text, ret);
    const span ellipsis = S("\xe2\x80\xa6");
    struct text out;
    bool was_cut = span_ends_with(text, ellipsis);
    span rest = was_cut ? span_first(text, text.len - ellipsis.len) : text;
    text_init(&out, mem, most + ellipsis.len);
    while (rest.len) {
        struct glyph glyph = glyph_next(&rest);
        was_cut = was_cut || out.len + glyph.len > most;
        if (out.len + glyph.len > most)
            break;
        text_add(&out, span_of(glyph.bytes, glyph.len));
    }
    text_add(&out, was_cut ? ellipsis : (span){0});
    *ret = text_span(&out);
    return text_ok(&out);
}

// A word that is cut may be the start of a secret that is not known by it.
static span whole_words(span line)
{
    if (line.len <= REDACT_BYTES)
        return line;
    line = span_first(line, REDACT_BYTES);
    while (line.len && !ascii_is_space(line.ptr[line.len - 1]))
        line = span_first(line, line.len - 1);
    return line;
}

static bool clean_line(span line, struct arena *mem, span *ret)
{
    struct text out;
    text_init(&out, mem, REDACTED_BYTES);
    notify_redact(&out, whole_words(line));
    return text_ok(&out) && clean(text_span(&out), LINE_COLUMNS, mem, ret);
}

bool clean_held_by(const struct held_by *held_by, struct arena *mem, struct held_by *ret)
{
    struct held_by out = {.layer_index = held_by->layer_index};
    bool fits = clean(held_by->image, NAME_COLUMNS, mem, &out.image) &&
                clean(held_by->name, NAME_COLUMNS, mem, &out.name) &&
                clean(held_by->layer, NAME_COLUMNS, mem, &out.layer) &&
                clean_line(held_by->created_by, mem, &out.created_by);
    *ret = out;
    return fits;
}

bool clean_learned(const struct learned *learned, struct arena *mem, struct learned *ret)
{
    struct learned out = *learned;
    out.held_by = NULL;
    out.held_by_count = 0;
    bool fits = clean(learned->id, NAME_COLUMNS, mem, &out.id) &&
                clean(learned->package_type, NAME_COLUMNS, mem, &out.package_type) &&
                clean(learned->package, NAME_COLUMNS, mem, &out.package) &&
                clean(learned->version, NAME_COLUMNS, mem, &out.version) &&
                clean(learned->fixed_version, NAME_COLUMNS, mem, &out.fixed_version) &&
                clean_line(learned->why, mem, &out.why);
    *ret = out;
    return fits;
}

// ---------------------------------------------------------------- the whole

static bool clean_all_held_by(const struct learned *learned, struct arena *mem, struct learned *ret)
{
    struct held_by *items = arena_array(mem, learned->held_by_count, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < learned->held_by_count; i++)
        if (!clean_held_by(&learned->held_by[i], mem, &items[i]))
            return false;
    ret->held_by = items;
    ret->held_by_count = learned->held_by_count;
    return true;
}

// What would need an escape anywhere is none of the service's own URLs.
static bool is_plain_url(span url)
{
    for (size_t i = 0; i < url.len; i++) {
        uint8_t c = url.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) &&
            span_find(S("-._~:/?#[]@!$+,;=%"), c) == SPAN_NONE)
            return false;
    }
    return web_is_url(url) && url.len <= 1000;
}

bool clean_message(const struct message *message, struct arena *mem, struct message *ret,
                   struct err *err)
{
    struct message out = *message;
    struct learned *items = arena_array(mem, message->count, sizeof *items);
    if (!items || !clean(message->owner, NAME_COLUMNS, mem, &out.owner) ||
        !clean(message->database, NAME_COLUMNS, mem, &out.database))
        return arena_err(mem, err, "message");
    for (size_t i = 0; i < message->count; i++)
        if (!clean_learned(&message->learned[i], mem, &items[i]) ||
            !clean_all_held_by(&message->learned[i], mem, &items[i]))
            return arena_err(mem, err, "message");
    out.learned = items;
    if (!is_plain_url(out.more))
        out.more = (span){0};
    *ret = out;
    return true;
}
