#include "samples.h"

static const struct held_by usual_held_by[] = {
    {.image = S("sha256:1111111111111111111111111111111111111111111111111111111111111111"),
     .name = S("harbor/shop/cart:1.4"),
     .layer = S("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
     .created_by = S("/bin/sh -c apt-get update && apt-get install -y --no-install-recommends "
                     "xz-utils ca-certificates"),
     .layer_index = 2},
    {.image = S("sha256:2222222222222222222222222222222222222222222222222222222222222222"),
     .name = S("harbor/shop/pay:2.0"),
     .layer = S("sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
     .created_by = S("RUN NPM_TOKEN=npm_abcdefghijklmnopqrstuvwxyz0123456789 npm ci # "
                     "https://bob:hunter2@git.example/x"),
     .layer_index = 5},
};

static const struct learned usual_learned[] = {
    {.kind = LEARNED_NEW,
     .id = S("CVE-2024-3094"),
     .severity = SEVERITY_CRITICAL,
     .exploited = true,
     .score = 10.0,
     .epss = 0.9312,
     .package_type = S("deb"),
     .package = S("xz-utils"),
     .version = S("5.6.0-0.2"),
     .fixed_version = S("5.6.1+really5.4.5-1"),
     .why = S("debian DSA-5649-1: 5.6.0-0.2 < 5.6.1+really5.4.5-1"),
     .images = 2,
     .held_by = usual_held_by,
     .held_by_count = 2},
    {.kind = LEARNED_CHANGED,
     .id = S("CVE-2023-0001"),
     .severity = SEVERITY_HIGH,
     .severity_before = SEVERITY_LOW,
     .score = -1,
     .epss = -1,
     .package_type = S("npm"),
     .package = S("left-pad"),
     .version = S("1.0.0"),
     .why = S("github GHSA-aaaa-bbbb-cccc: < 2.0.0"),
     .images = 1,
     .held_by = usual_held_by,
     .held_by_count = 1},
    {.kind = LEARNED_GONE,
     .id = S("GHSA-1234-5678-9abc"),
     .severity = SEVERITY_MEDIUM,
     .score = 5.3,
     .epss = 0.0004,
     .package_type = S("pypi"),
     .package = S("requests"),
     .version = S("2.30.0"),
     .fixed_version = S("2.31.0"),
     .why = S("withdrawn"),
     .images = 1,
     .held_by = usual_held_by + 1,
     .held_by_count = 1},
};

static const struct held_by hostile_held_by[] = {
    {.image = S("sha256:<b>"),
     .name = S("evil/\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script>"),
     .layer = S("\x1b]0;owned\x07"),
     .created_by = S("RUN echo `id` *bold* _it_ <!channel> <@U123> [x](http://evil.example) "
                     "\x1b[2J \xe2\x80\xae reversed ]]></script>"),
     .layer_index = 4294967294},
};

static const struct learned hostile_learned[] = {
    {.kind = LEARNED_PUSHED,
     .id = S("CVE-2024-1|<!everyone>"),
     .severity = SEVERITY_HIGH,
     .score = 1000,
     .epss = -1000,
     .package_type = S("<img src=x onerror=alert(1)>"),
     .package = S("pkg\"'\\`<&>*_~\r\n\r\nSubject: spoofed"),
     .version = S("1.0\xff\xfe\x00"),
     .fixed_version = S("=?utf-8?B?ZXZpbA==?="),
     .why = S("From somebody\n.\nQUIT\n\xd8\xa7\xe2\x80\x8f"),
     .images = UINT64_MAX,
     .held_by = hostile_held_by,
     .held_by_count = 1},
};

static void make_flood(struct arena *mem, struct message *ret)
{
    enum { FLAWS = 1000, IMAGES = 100 };
    struct learned *learned = arena_array(mem, FLAWS, sizeof *learned);
    struct held_by *held_by = arena_array(mem, IMAGES, sizeof *held_by);
    struct gather *gather = NULL;
    assert(learned && held_by && gather_new(mem, &gather, NULL));
    for (unsigned i = 0; i < IMAGES; i++) {
        struct text text;
        text_init(&text, mem, 100);
        text_addf(&text, "registry/team/app-%u:1", i);
        held_by[i] = usual_held_by[i % 2];
        held_by[i].name = text_span(&text);
    }
    for (unsigned i = 0; i < FLAWS; i++) {
        struct text text;
        text_init(&text, mem, 100);
        text_addf(&text, "CVE-2026-%05u", 10000 + i);
        learned[i] = usual_learned[0];
        learned[i].id = text_span(&text);
        learned[i].severity = (enum severity)(i % (SEVERITY_CRITICAL + 1));
        learned[i].held_by = held_by;
        learned[i].held_by_count = IMAGES;
        learned[i].images = 1000;
        assert(gather_add(gather, &learned[i], NULL));
    }
    assert(gather_finish(gather, ret, NULL));
}

bool sample_message(span name, struct arena *mem, struct message *ret)
{
    struct message message = {
        .key = S("judgement-12-subscription-7"),
        .owner = S("team-shop"),
        .at = SAMPLE_TIME,
        .database = S("2026-11-22T11:30:00Z"),
        .more = S("https://plimsoll.example/v1/findings?judgement=12"),
        .images = 2,
    };
    if (span_equal(name, S("usual"))) {
        message.learned = usual_learned;
        message.count = sizeof usual_learned / sizeof *usual_learned;
    } else if (span_equal(name, S("hostile"))) {
        message.learned = hostile_learned;
        message.count = 1;
        message.owner = S("<owner>\x1b[31m`*|");
        message.database = S("yesterday`>");
        message.more = S("https://plimsoll.example/|>\" onclick=");
    } else if (span_equal(name, S("flood"))) {
        make_flood(mem, &message);
    } else if (!span_equal(name, S("empty"))) {
        return false;
    }
    *ret = message;
    return true;
}

struct service_settings sample_settings(void)
{
    return (struct service_settings){
        .public_url = S("https://plimsoll.example"),
        .mail = {.host = S("mail.example"), .port = 587, .from = S("plimsoll@example.org")},
    };
}

struct subscription sample_subscription(enum channel_kind channel)
{
    static const span addresses[] = {
        [CHANNEL_WEBHOOK] = S("https://hooks.example/in"),
        [CHANNEL_MAIL] = S("owner@example.org"),
        [CHANNEL_SLACK] = S("https://hooks.slack.example/services/T/B/x"),
        [CHANNEL_TEAMS] = S("https://teams.example/workflows/x?sig=y"),
        [CHANNEL_FILE] = S("shop.jsonl"),
        [CHANNEL_COMMAND] = S("page"),
    };
    return (struct subscription){
        .id = 7,
        .project = 1,
        .owner = S("team-shop"),
        .channel = channel,
        .address = addresses[channel],
        .secret =
            channel == CHANNEL_WEBHOOK ? S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") : (span){0},
    };
}
