// The two forms of a mail's body.
#include "service/notify/notify_inner.h"

enum { IMAGES_SHOWN = 10 };

static size_t images_shown(const struct learned *learned)
{
    return learned->held_by_count < IMAGES_SHOWN ? learned->held_by_count : IMAGES_SHOWN;
}

static span name_of(const struct held_by *held_by)
{
    return held_by->name.len ? held_by->name : held_by->image;
}

// ---------------------------------------------------------------- text

static void text_learned(struct text *out, const struct learned *learned)
{
    text_add(out, S("\n"));
    text_add(out, learned->id);
    text_add(out, S("  "));
    say_rating(out, learned);
    text_add(out, S("\n  "));
    text_add(out, learned->package_type);
    text_add(out, S(" "));
    text_add(out, learned->package);
    text_add(out, S(" "));
    text_add(out, learned->version);
    text_add(out, S(", "));
    text_add(out, say_fix(learned));
    if (learned->kind != LEARNED_GONE && learned->fixed_version.len) {
        text_add(out, S(" "));
        text_add(out, learned->fixed_version);
    }
    if (learned->why.len) {
        text_add(out, S("\n  "));
        text_add(out, learned->why);
    }
    text_add(out, S("\n  "));
    if (advisory_url(learned->id, out))
        text_add(out, S("\n  "));
    say_images(out, learned, images_shown(learned));
    for (size_t i = 0; i < images_shown(learned); i++) {
        const struct held_by *held_by = &learned->held_by[i];
        text_add(out, S("\n    "));
        text_add(out, name_of(held_by));
        text_addf(out, "\n      layer %u: ", held_by->layer_index + 1);
        text_add(out, held_by->created_by);
    }
    text_add(out, S("\n"));
}

void mail_text(struct text *out, const struct message *message)
{
    say_headline(out, message);
    text_add(out, S("\n"));
    for (size_t i = 0; i < message->count; i++)
        text_learned(out, &message->learned[i]);
    text_add(out, S("\n"));
    say_more(out, message, message->count);
    text_add(out, message->omitted ? S("\n") : (span){0});
    if (message->more.len) {
        text_add(out, S("All of it: "));
        text_add(out, message->more);
        text_add(out, S("\n"));
    }
    text_add(out, S("-- \nFor "));
    text_add(out, message->owner);
    text_add(out, S(", by advisories up to "));
    text_add(out, message->database);
    text_add(out, S("\n"));
}

// ---------------------------------------------------------------- page

// Between tags that have no attributes but those written here. A newline in front of each element
// keeps lines short.
static void element(struct text *out, const char *tag, span text)
{
    text_add(out, S("<"));
    text_add(out, span_of_text(tag));
    text_add(out, S(">"));
    text_add_html(out, text);
    text_add(out, S("</"));
    text_add(out, span_of_text(tag));
    text_add(out, S(">"));
}

static void link_to(struct text *out, span url, span text)
{
    text_add(out, S("<a href=\""));
    text_add_html(out, url);
    text_add(out, S("\">"));
    text_add_html(out, text);
    text_add(out, S("</a>"));
}

static void html_title(struct text *out, const struct learned *learned)
{
    struct text url;
    text_init(&url, out->mem, 500);
    text_add(out, S("<h3>"));
    if (advisory_url(learned->id, &url) && text_ok(&url))
        link_to(out, text_span(&url), learned->id);
    else
        text_add_html(out, learned->id);
    text_add(out, S(" "));
    say_rating(out, learned);
    text_add(out, S("</h3>\n"));
}

static void html_package(struct text *out, const struct learned *learned)
{
    text_add(out, S("<p>"));
    text_add_html(out, learned->package_type);
    text_add(out, S(" "));
    element(out, "strong", learned->package);
    text_add(out, S(" "));
    element(out, "code", learned->version);
    text_add(out, S(", "));
    text_add(out, say_fix(learned));
    if (learned->kind != LEARNED_GONE && learned->fixed_version.len) {
        text_add(out, S(" "));
        element(out, "strong", learned->fixed_version);
    }
    text_add(out, S("<br>\n"));
    text_add_html(out, learned->why);
    text_add(out, S("</p>\n"));
}

static void html_learned(struct text *out, const struct learned *learned)
{
    html_title(out, learned);
    html_package(out, learned);
    text_add(out, S("<p>"));
    say_images(out, learned, images_shown(learned));
    text_add(out, S("</p>\n<ul>\n"));
    for (size_t i = 0; i < images_shown(learned); i++) {
        const struct held_by *held_by = &learned->held_by[i];
        text_add(out, S("<li>"));
        element(out, "code", name_of(held_by));
        text_addf(out, "<br>\nlayer %u: ", held_by->layer_index + 1);
        element(out, "code", held_by->created_by);
        text_add(out, S("</li>\n"));
    }
    text_add(out, S("</ul>\n"));
}

void mail_html(struct text *out, const struct message *message)
{
    text_add(out, S("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<title>Plimsoll</title></head>\n"
                    "<body style=\"font-family:sans-serif\">\n<h2>"));
    say_headline(out, message);
    text_add(out, S("</h2>\n"));
    for (size_t i = 0; i < message->count; i++)
        html_learned(out, &message->learned[i]);
    text_add(out, S("<p>"));
    say_more(out, message, message->count);
    text_add(out, S(" "));
    if (message->more.len)
        link_to(out, message->more, S("All of it"));
    text_add(out, S("</p>\n<p><small>For "));
    text_add_html(out, message->owner);
    text_add(out, S(", by advisories up to "));
    text_add_html(out, message->database);
    text_add(out, S("</small></p>\n</body></html>\n"));
}
