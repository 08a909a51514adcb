// Whatever stands in a message: JSON is one document within its limits, a page has tags of ours
// alone, no header but ours begins a line of a mail's head, nothing controls a terminal, and what
// is redacted once stays as it is.
#include "format/json/json.h"
#include "service/notify/notify.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4 };

// Texts are separated by 0xfe, so that an editor can write seeds.
static span next_text(span *rest)
{
    return span_cut(rest, 0xfe);
}

static void fill(span *rest, struct learned *learned, struct held_by *held_by)
{
    *held_by = (struct held_by){next_text(rest), next_text(rest), next_text(rest), next_text(rest),
                                (uint32_t)rest->len};
    *learned = (struct learned){
        .kind = (enum learned_kind)(rest->len % (LEARNED_PUSHED + 1)),
        .id = next_text(rest),
        .severity = (enum severity)(rest->len % (SEVERITY_CRITICAL + 1)),
        .severity_before = (enum severity)(rest->len % 3),
        .exploited = rest->len % 2,
        .score = (double)rest->len - 2,
        .epss = (double)rest->len / 100 - 0.1,
        .package_type = next_text(rest),
        .package = next_text(rest),
        .version = next_text(rest),
        .fixed_version = next_text(rest),
        .why = next_text(rest),
        .images = rest->len,
        .held_by = held_by,
        .held_by_count = 1,
    };
}

static void check_plain(span body)
{
    for (size_t i = 0; i < body.len; i++)
        if ((body.ptr[i] < ' ' && body.ptr[i] != '\n' && body.ptr[i] != '\r') ||
            body.ptr[i] == 0x7f)
            abort();
}

static void check_json(span body)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse_strict(body, SIZE_MAX, &document, NULL))
        abort();
}

// Block Kit: 50 blocks, 3000 characters in a section, 150 in a header. Without escapes no '<' is
// there but that of our links.
static void check_slack(span body)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse_strict(body, SIZE_MAX, &document, NULL))
        abort();
    const struct json *blocks = json_get(document, "blocks");
    if (json_count(blocks) == 0 || json_count(blocks) > 50)
        abort();
    for (size_t i = 0; i < json_count(blocks); i++) {
        span text = json_get_text(json_get(json_at(blocks, i), "text"), "text");
        if (text.len == 0 || text.len > (i ? 3000 : 150))
            abort();
        for (size_t at = span_find(text, '<'); at != SPAN_NONE; at = span_find(text, '<')) {
            text = span_from(text, at + 1);
            if (!span_starts_with(text, S("https://")))
                abort();
        }
    }
}

// Each line of the head is one of these, or goes on from the one before.
static void check_mail(span body)
{
    static const span names[] = {S("From: "),         S("To: "),           S("Date: "),
                                 S("Subject: "),      S("Message-ID: "),   S("Auto-Submitted: "),
                                 S("MIME-Version: "), S("Content-Type: "), S(" =?utf-8?B?")};
    for (span line = span_cut_line(&body); line.len; line = span_cut_line(&body)) {
        bool known = false;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            known = known || span_starts_with(line, names[i]);
        if (!known || line.len > 200)
            abort();
    }
    while (body.len)
        if (span_cut_line(&body).len > 76)
            abort();
}

static void check(enum channel_kind channel, span body)
{
    check_plain(body);
    switch (channel) {
    case CHANNEL_WEBHOOK:
    case CHANNEL_FILE:
    case CHANNEL_COMMAND:
        check_json(body);
        if (span_find(body, '\n') != SPAN_NONE)
            abort();
        return;
    case CHANNEL_TEAMS:
        check_json(body);
        if (body.len > 28 << 10)
            abort();
        return;
    case CHANNEL_SLACK:
        check_slack(body);
        return;
    case CHANNEL_MAIL:
        check_mail(body);
        return;
    }
}

static void check_redacted(span line, struct arena *mem)
{
    struct text once;
    struct text twice;
    text_init(&once, mem, SIZE_MAX);
    text_init(&twice, mem, SIZE_MAX);
    notify_redact(&once, line);
    notify_redact(&twice, text_span(&once));
    if (text_ok(&once) && text_ok(&twice) && !span_equal(text_span(&once), text_span(&twice)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct learned learned[MOST];
    struct held_by held_by[MOST];
    span rest = span_of(data, size);
    struct message message = {.key = S("key"), .learned = learned};
    struct service_settings settings = {.mail = {.from = S("p@example.org")}};
    struct notify_options options = {.settings = &settings};
    if (!mem)
        return 0;
    check_redacted(span_of(data, size), mem);
    message.owner = next_text(&rest);
    message.database = next_text(&rest);
    message.more = next_text(&rest);
    for (; message.count < MOST && rest.len; message.count++)
        fill(&rest, &learned[message.count], &held_by[message.count]);
    for (int channel = CHANNEL_WEBHOOK; channel <= CHANNEL_COMMAND; channel++) {
        struct subscription subscription = {.channel = (enum channel_kind)channel,
                                            .address = S("a@example.org")};
        struct rendering rendering = {0};
        if (notify_render(&subscription, &message, &options, mem, &rendering, NULL))
            check((enum channel_kind)channel, rendering.body);
    }
    return 0;
}
