// The message for a webhook of Teams' Workflows: one Adaptive Card in a message, of at most 28 KB.
// Text is in runs (RichTextBlock), which know no Markdown, so nothing in it is formatting or a
// link.
#include "format/json/json.h"
#include "service/notify/notify_inner.h"

enum {
    CARD_BYTES = 27 << 10,  // of 28: nobody says what else is counted
    FOOTER_BYTES = 3 << 10, // kept for what stands behind the findings
    ITEM_BYTES = 32 << 10,
    IMAGES_SHOWN = 5,
};

static void begin_block(struct json_out *out, bool separate)
{
    json_begin_object(out);
    json_field_text(out, "type", S("RichTextBlock"));
    if (separate) {
        json_field_bool(out, "separator", true);
        json_field_text(out, "spacing", S("Medium"));
    } else {
        json_field_text(out, "spacing", S("None"));
    }
    json_key(out, "inlines");
    json_begin_array(out);
}

static void end_block(struct json_out *out)
{
    json_end_array(out);
    json_end_object(out);
}

enum look {
    LOOK_PLAIN,
    LOOK_STRONG,
    LOOK_CODE,
};

static void write_run(struct json_out *out, enum look look, span text)
{
    json_begin_object(out);
    json_field_text(out, "type", S("TextRun"));
    json_field_text(out, "text", text);
    if (look == LOOK_STRONG)
        json_field_text(out, "weight", S("Bolder"));
    if (look == LOOK_CODE)
        json_field_text(out, "fontType", S("Monospace"));
    json_end_object(out);
}

static void write_link(struct json_out *out, span text, span url)
{
    json_begin_object(out);
    json_field_text(out, "type", S("TextRun"));
    json_field_text(out, "text", text);
    json_field_text(out, "weight", S("Bolder"));
    json_key(out, "selectAction");
    json_begin_object(out);
    json_field_text(out, "type", S("Action.OpenUrl"));
    json_field_text(out, "url", url);
    json_end_object(out);
    json_end_object(out);
}

// ---------------------------------------------------------------- one finding

static void write_title(struct json_out *out, const struct learned *learned)
{
    struct text url;
    struct text rating;
    text_init(&url, out->text->mem, 500);
    text_init(&rating, out->text->mem, 500);
    text_add_byte(&rating, ' ');
    say_rating(&rating, learned);
    begin_block(out, true);
    if (advisory_url(learned->id, &url) && text_ok(&url))
        write_link(out, learned->id, text_span(&url));
    else
        write_run(out, LOOK_STRONG, learned->id);
    write_run(out, LOOK_PLAIN, text_span(&rating));
    end_block(out);
}

static void write_package(struct json_out *out, const struct learned *learned)
{
    begin_block(out, false);
    write_run(out, LOOK_CODE, learned->package);
    write_run(out, LOOK_PLAIN, S(" "));
    if (learned->version.len) {
        write_run(out, LOOK_CODE, learned->version);
        write_run(out, LOOK_PLAIN, S(": "));
    }
    write_run(out, LOOK_PLAIN, say_fix(learned));
    if (learned->kind != LEARNED_GONE && learned->fixed_version.len) {
        write_run(out, LOOK_PLAIN, S(" "));
        write_run(out, LOOK_CODE, learned->fixed_version);
    }
    end_block(out);
    if (learned->why.len) {
        begin_block(out, false);
        write_run(out, LOOK_CODE, learned->why);
        end_block(out);
    }
}

static void write_held_by(struct json_out *out, const struct held_by *held_by)
{
    struct text layer;
    text_init(&layer, out->text->mem, 100);
    text_addf(&layer, " layer %u: ", held_by->layer_index + 1);
    begin_block(out, false);
    write_run(out, LOOK_CODE, held_by->name.len ? held_by->name : held_by->image);
    write_run(out, LOOK_PLAIN, text_span(&layer));
    write_run(out, LOOK_CODE, held_by->created_by);
    end_block(out);
}

static void write_learned(struct json_out *out, const struct learned *learned)
{
    struct text images;
    size_t shown = learned->held_by_count < IMAGES_SHOWN ? learned->held_by_count : IMAGES_SHOWN;
    text_init(&images, out->text->mem, 200);
    say_images(&images, learned, shown);
    write_title(out, learned);
    write_package(out, learned);
    begin_block(out, false);
    write_run(out, LOOK_PLAIN, text_span(&images));
    end_block(out);
    for (size_t i = 0; i < shown; i++)
        write_held_by(out, &learned->held_by[i]);
}

// As many as there is room for; how many those are.
static size_t write_all_learned(struct json_out *out, const struct message *message)
{
    for (size_t i = 0; i < message->count; i++) {
        struct text item;
        text_init(&item, out->text->mem, ITEM_BYTES);
        struct json_out part = {.text = &item, .depth = out->depth, .comma = true};
        write_learned(&part, &message->learned[i]);
        if (!text_ok(&item) || out->text->len + item.len + FOOTER_BYTES > CARD_BYTES)
            return i;
        text_add(out->text, text_span(&item));
        out->comma = true;
    }
    return message->count;
}

// ---------------------------------------------------------------- the card

static void write_headline(struct json_out *out, const struct message *message)
{
    struct text headline;
    text_init(&headline, out->text->mem, 500);
    say_headline(&headline, message);
    json_begin_object(out);
    json_field_text(out, "type", S("TextBlock"));
    json_field_text(out, "text", text_span(&headline));
    json_field_text(out, "weight", S("Bolder"));
    json_field_text(out, "size", S("Large"));
    json_field_bool(out, "wrap", true);
    json_end_object(out);
}

static void write_footer(struct json_out *out, const struct message *message, size_t shown)
{
    struct text more;
    text_init(&more, out->text->mem, 200);
    say_more(&more, message, shown);
    begin_block(out, true);
    if (more.len)
        write_run(out, LOOK_STRONG, text_span(&more));
    write_run(out, LOOK_PLAIN, more.len ? S(". For ") : S("For "));
    write_run(out, LOOK_CODE, message->owner);
    write_run(out, LOOK_PLAIN, S(", by advisories up to "));
    write_run(out, LOOK_CODE, message->database);
    write_run(out, LOOK_PLAIN, S(", message "));
    write_run(out, LOOK_CODE, message->key);
    if (message->more.len) {
        write_run(out, LOOK_PLAIN, S(". "));
        write_link(out, S("All of it"), message->more);
    }
    end_block(out);
}

static void write_card(struct json_out *out, const struct message *message)
{
    json_begin_object(out);
    json_field_text(out, "$schema", S("http://adaptivecards.io/schemas/adaptive-card.json"));
    json_field_text(out, "type", S("AdaptiveCard"));
    json_field_text(out, "version", S("1.4"));
    json_key(out, "msteams");
    json_begin_object(out);
    json_field_text(out, "width", S("Full"));
    json_end_object(out);
    json_key(out, "body");
    json_begin_array(out);
    write_headline(out, message);
    size_t shown = write_all_learned(out, message);
    write_footer(out, message, shown);
    json_end_array(out);
    json_end_object(out);
}

bool render_teams(const struct message *message, struct arena *mem, span *ret, struct err *err)
{
    struct text body;
    text_init(&body, mem, CARD_BYTES);
    struct json_out out = {.text = &body};
    json_begin_object(&out);
    json_field_text(&out, "type", S("message"));
    json_key(&out, "attachments");
    json_begin_array(&out);
    json_begin_object(&out);
    json_field_text(&out, "contentType", S("application/vnd.microsoft.card.adaptive"));
    json_key(&out, "contentUrl");
    json_write_null(&out);
    json_key(&out, "content");
    write_card(&out, message);
    json_end_object(&out);
    json_end_array(&out);
    json_end_object(&out);
    if (!text_ok(&body))
        return arena_err(mem, err, "message for Teams");
    *ret = text_span(&body);
    return true;
}
