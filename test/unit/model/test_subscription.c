// What a subscription may say.
#include "model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct subscription fine = {
    .project = 1, .owner = S("o"), .channel = CHANNEL_FILE, .address = S("out.jsonl")};

static void refused(const struct subscription *subscription, const char *field)
{
    struct err err = {0};
    if (subscription_check(subscription, &err))
        fail_msg("%s: is accepted", field);
    assert_int_equal(err.kind, ERR_USAGE);
    if (!span_starts_with(span_of_text(err.text), span_of_text(field)))
        fail_msg("%s: %s", field, err.text);
}

static bool takes(enum channel_kind channel, const char *address)
{
    struct subscription subscription = fine;
    subscription.channel = channel;
    subscription.address = span_of_text(address);
    subscription.secret = channel == CHANNEL_WEBHOOK ? S("0123456789abcdef") : (span){0};
    return subscription_check(&subscription, NULL);
}

static void test_urls(void **state)
{
    static const char *const good[] = {
        "https://example.org",      "http://example.org/",       "https://example.org:8443/a?b=c&d",
        "https://[2001:db8::1]/x",  "https://[::1]:80",          "https://192.0.2.1/",
        "https://a-b.example.org/", "https://example.org/a%20b", "http://localhost",
    };
    static const char *const bad[] = {
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "HTTPS://example.org/",
        "https://",
        "https:///x",
        "https://user@example.org/",
        "https://user:pw@example.org/",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://example.org:/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://example.org\\@other/",
        "https://exa_mple.org/",
        "https://-a.org/",
        "https://a..org/",
        "https://example.org./",
        "https://[::1/",
        "https://[]/",
        "https://[::1]x/",
        "https://ex\xc3\xa4mple.org/",
        "javascript:alert(1)",
    };
    (void)state;
    for (int channel = 0; channel <= CHANNEL_TEAMS; channel++) {
        if (channel == CHANNEL_MAIL)
            continue;
        for (size_t i = 0; i < sizeof good / sizeof *good; i++)
            if (!takes((enum channel_kind)channel, good[i]))
                fail_msg("%s is refused", good[i]);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
            if (takes((enum channel_kind)channel, bad[i]))
                fail_msg("%s is accepted", bad[i]);
    }
}

static void test_mail(void **state)
{
    static const char *const good[] = {"a@b", "first.last+tag@mail.example.org",
                                       "o'neil@example.org", "x_y=z@example.org"};
    static const char *const bad[] = {"",
                                      "a",
                                      "@b",
                                      "a@",
                                      "a@b@c",
                                      "a b@c",
                                      ".a@b",
                                      "a.@b",
                                      "a..b@c",
                                      "a@b..c",
                                      "a@-b",
                                      "\"a b\"@c",
                                      "a@[127.0.0.1]",
                                      "a@b\r\nRCPT TO:<c@d>",
                                      "<a@b>",
                                      "a@b,c@d",
                                      "a@b c@d",
                                      "\xc3\xa4@b"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!takes(CHANNEL_MAIL, good[i]))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (takes(CHANNEL_MAIL, bad[i]))
            fail_msg("%s is accepted", bad[i]);
}

static void test_names(void **state)
{
    static const char *const bad_files[] = {"",     ".",   "..", ".hidden", "a/b", "/etc/passwd",
                                            "../x", "a b", "a\n"};
    static const char *const bad_commands[] = {"", "a/b", "a;b", "$(x)", "a.b", "-x y"};
    (void)state;
    assert_true(takes(CHANNEL_FILE, "a.jsonl"));
    assert_true(takes(CHANNEL_COMMAND, "page-us_1"));
    for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++)
        assert_false(takes(CHANNEL_FILE, bad_files[i]));
    for (size_t i = 0; i < sizeof bad_commands / sizeof *bad_commands; i++)
        assert_false(takes(CHANNEL_COMMAND, bad_commands[i]));
}

static void test_fields(void **state)
{
    static uint8_t long_text[501];
    struct subscription one = fine;
    (void)state;
    memset(long_text, 'x', sizeof long_text);
    assert_true(subscription_check(&one, NULL));
    one.project = 0;
    refused(&one, "project");
    one = fine;
    one.owner = (span){0};
    refused(&one, "owner");
    one.owner = S("\xff");
    refused(&one, "owner");
    one.owner = span_of(long_text, 201);
    refused(&one, "owner");
    one = fine;
    one.image = S("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    assert_true(subscription_check(&one, NULL));
    one.image.len--;
    refused(&one, "image");
    one.image = S("sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    refused(&one, "image");
    one = fine;
    one.repository = span_of(long_text, 500);
    assert_true(subscription_check(&one, NULL));
    one.repository = span_of(long_text, 501);
    refused(&one, "repository");
    one.repository = S("a b");
    refused(&one, "repository");
    one = fine;
    one.label_value = S("x");
    refused(&one, "label");
    one = fine;
    one.digest = DIGEST_MOST;
    assert_true(subscription_check(&one, NULL));
    one.digest++;
    refused(&one, "digest");
    one = fine;
    one.severity = (enum severity)(SEVERITY_CRITICAL + 1);
    refused(&one, "severity");
    one = fine;
    one.secret = S("0123456789abcdef");
    refused(&one, "secret");
    one.channel = CHANNEL_WEBHOOK;
    one.address = S("https://example.org/");
    assert_true(subscription_check(&one, NULL));
    one.secret.len--;
    refused(&one, "secret");
    one.secret = span_of(long_text, 257);
    refused(&one, "secret");
    one.channel = (enum channel_kind)17;
    refused(&one, "channel");
}

static void test_shown(void **state)
{
    static const struct {
        enum channel_kind channel;
        span address;
        span shown;
    } cases[] = {
        {CHANNEL_SLACK, S("https://hooks.example/services/T/B/secret"), S("https://hooks.example")},
        {CHANNEL_TEAMS, S("https://x.example:443?sig=secret"), S("https://x.example:443")},
        {CHANNEL_WEBHOOK, S("http://[::1]:80/secret"), S("http://[::1]:80")},
        {CHANNEL_MAIL, S("a@example.org"), S("a@example.org")},
    };
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct subscription one = {.channel = cases[i].channel, .address = cases[i].address};
        span shown = {0};
        assert_true(subscription_shown_address(&one, mem, &shown));
        assert_true(span_equal(shown, cases[i].shown));
    }
}

static void test_channels(void **state)
{
    enum channel_kind kind = CHANNEL_FILE;
    (void)state;
    for (int i = CHANNEL_WEBHOOK; i <= CHANNEL_COMMAND; i++) {
        const char *name = channel_kind_name((enum channel_kind)i);
        assert_true(channel_kind_parse(span_of_text(name), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(channel_kind_parse(S("Mail"), &kind));
    assert_false(channel_kind_parse(S(""), &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),  cmocka_unit_test(test_mail),
        cmocka_unit_test(test_names), cmocka_unit_test(test_fields),
        cmocka_unit_test(test_shown), cmocka_unit_test(test_channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
