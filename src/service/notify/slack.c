// The message for an incoming webhook of Slack: blocks (Block Kit), of which there may be 50, with
// at most 3000 characters in a section and 150 in a header.
#include "format/json/json.h"
#include "service/notify/notify_inner.h"

enum {
    MOST_LEARNED = 40, // with the header, what is known, what is left out and the link: below 50
    SECTION_CHARACTERS = 3000,
    HEADER_CHARACTERS = 150,
    IMAGES_SHOWN = 5,
};

// Text from outside, as code: nothing in it is formatting, a link or a mention. In code only these
// mean anything ("Formatting text for app surfaces").
static void add_code(struct text *out, span text)
{
    if (text.len == 0)
        return;
    text_add_byte(out, '`');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '&')
            text_add(out, S("&amp;"));
        else if (c == '<')
            text_add(out, S("&lt;"));
        else if (c == '>')
            text_add(out, S("&gt;"));
        else
            text_add_byte(out, c == '`' ? '\'' : c);
    }
    text_add_byte(out, '`');
}

// A page of a flaw has an id that needs no escape.
static void add_id(struct text *out, span id)
{
    struct text url;
    text_init(&url, out->mem, 500);
    if (!advisory_url(id, &url) || !text_ok(&url)) {
        add_code(out, id);
        return;
    }
    text_add(out, S("*<"));
    text_add(out, text_span(&url));
    text_add_byte(out, '|');
    text_add(out, id);
    text_add(out, S(">*"));
}

static void add_package(struct text *out, const struct learned *learned)
{
    text_add(out, S("\n"));
    add_code(out, learned->package);
    if (learned->version.len) {
        text_add_byte(out, ' ');
        add_code(out, learned->version);
    }
    text_add(out, S(": "));
    text_add(out, say_fix(learned));
    if (learned->kind != LEARNED_GONE && learned->fixed_version.len) {
        text_add_byte(out, ' ');
        add_code(out, learned->fixed_version);
    }
    if (learned->why.len) {
        text_add(out, S("\n"));
        add_code(out, learned->why);
    }
}

static void add_held_by(struct text *out, const struct held_by *held_by)
{
    text_add(out, S("\n\xe2\x80\xa2 "));
    add_code(out, held_by->name.len ? held_by->name : held_by->image);
    text_addf(out, " layer %u", held_by->layer_index + 1);
    if (held_by->created_by.len) {
        text_add(out, S(": "));
        add_code(out, held_by->created_by);
    }
}

static void say_briefly(struct text *out, const struct learned *learned)
{
    add_id(out, learned->id);
    text_add_byte(out, ' ');
    say_rating(out, learned);
}

// One finding with so many of its images.
static void say_learned(struct text *out, const struct learned *learned, size_t images)
{
    say_briefly(out, learned);
    add_package(out, learned);
    text_add(out, S("\n"));
    say_images(out, learned, images);
    for (size_t i = 0; i < images; i++)
        add_held_by(out, &learned->held_by[i]);
}

// Fewer images rather than a section that is too long, and of the finding the least if it must be.
// Bytes are no fewer than characters.
static span learned_text(const struct learned *learned, struct arena *mem)
{
    struct text out;
    size_t images = learned->held_by_count < IMAGES_SHOWN ? learned->held_by_count : IMAGES_SHOWN;
    for (size_t left = images + 1; left > 0; left--) {
        text_init(&out, mem, SECTION_CHARACTERS);
        say_learned(&out, learned, left - 1);
        if (text_ok(&out))
            return text_span(&out);
    }
    text_init(&out, mem, SECTION_CHARACTERS);
    say_briefly(&out, learned);
    return text_span(&out);
}

static void write_text(struct json_out *out, const char *type, span text)
{
    json_key(out, "text");
    json_begin_object(out);
    json_field_text(out, "type", span_of_text(type));
    json_field_text(out, "text", text);
    if (span_equal(span_of_text(type), S("mrkdwn")))
        json_field_bool(out, "verbatim", true); // no names of people or channels are looked for
    json_end_object(out);
}

static void write_block(struct json_out *out, const char *type, const char *text_type, span text)
{
    json_begin_object(out);
    json_field_text(out, "type", span_of_text(type));
    write_text(out, text_type, text);
    json_end_object(out);
}

static void write_footer(struct json_out *out, const struct message *message, size_t shown)
{
    struct text text;
    text_init(&text, out->text->mem, SECTION_CHARACTERS);
    say_more(&text, message, shown);
    if (message->more.len) {
        text_add(&text, text.len ? S("\n<") : S("<"));
        text_add(&text, message->more);
        text_add(&text, S("|All of it>"));
    }
    text_add(&text, text.len ? S("\nFor ") : S("For "));
    add_code(&text, message->owner);
    text_add(&text, S(", by advisories up to "));
    add_code(&text, message->database);
    text_add(&text, S(", message "));
    add_code(&text, message->key);
    write_block(out, "section", "mrkdwn", text_span(&text));
}

bool render_slack(const struct message *message, struct arena *mem, span *ret, struct err *err)
{
    struct text body;
    struct text headline;
    size_t shown = message->count < MOST_LEARNED ? message->count : MOST_LEARNED;
    text_init(&body, mem, BODY_BYTES);
    text_init(&headline, mem, HEADER_CHARACTERS);
    say_headline(&headline, message);
    struct json_out out = {.text = &body};
    json_begin_object(&out);
    json_field_text(&out, "text", text_span(&headline)); // where blocks are not shown
    json_key(&out, "blocks");
    json_begin_array(&out);
    write_block(&out, "header", "plain_text", text_span(&headline));
    for (size_t i = 0; i < shown; i++)
        write_block(&out, "section", "mrkdwn", learned_text(&message->learned[i], mem));
    write_footer(&out, message, shown);
    json_end_array(&out);
    json_end_object(&out);
    if (!text_ok(&body) || !text_ok(&headline))
        return arena_err(mem, err, "message for Slack");
    *ret = text_span(&body);
    return true;
}
