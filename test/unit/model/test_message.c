// Messages as bytes: whole again, or refused.
#include "model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct held_by held_by[] = {
    {S("sha256:1"), S("r/a:1"), S("sha256:2"), S("RUN x"), 3},
    {.image = S("sha256:3")},
};
static const struct learned learned[] = {
    {.kind = LEARNED_CHANGED,
     .id = S("CVE-1"),
     .severity = SEVERITY_HIGH,
     .severity_before = SEVERITY_LOW,
     .exploited = true,
     .score = 9.8,
     .epss = 0.5,
     .package_type = S("deb"),
     .package = S("p"),
     .version = S("1"),
     .fixed_version = S("2"),
     .why = S("because"),
     .images = 7,
     .held_by = held_by,
     .held_by_count = 2},
    {.kind = LEARNED_GONE, .id = S("CVE-2"), .score = -1, .epss = -1},
};
static const struct message sample = {
    .key = S("judgement-1_2"),
    .owner = S("o"),
    .at = 1795348800,
    .database = S("2026-11-22"),
    .more = S("https://x"),
    .learned = learned,
    .count = 2,
    .omitted = 5,
    .images = 9,
};

static span written(const struct message *message, struct arena *mem)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    message_write(message, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void test_round_trip(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct limits limits = limits_default();
    struct message message = {0};
    struct err err = {0};
    (void)state;
    span bytes = written(&sample, mem);
    if (!message_read(bytes, &limits, mem, &message, &err))
        fail_msg("%s", err.text);
    assert_true(span_equal(written(&message, mem), bytes));
    assert_int_equal(message.count, 2);
    assert_int_equal(message.images, 9);
    const struct learned *first = &message.learned[0];
    assert_int_equal(first->kind, LEARNED_CHANGED);
    assert_true(span_equal(first->held_by[0].created_by, S("RUN x")));
    assert_int_equal(first->held_by[0].layer_index, 3);
    assert_true(first->score > 9.7 && message.learned[1].epss < 0);
}

static void test_cut(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct limits limits = limits_default();
    span bytes = written(&sample, mem);
    (void)state;
    for (size_t len = 0; len < bytes.len; len++) {
        struct message message = {0};
        struct err err = {0};
        assert_false(message_read(span_first(bytes, len), &limits, mem, &message, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

// Any byte may lie; none makes it go wrong.
static void test_damaged(void **state)
{
    const struct limits limits = limits_default();
    (void)state;
    for (size_t at = 0; at < 400; at++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        span bytes = written(&sample, mem);
        if (at >= bytes.len)
            return;
        for (unsigned value = 0; value < 256; value += 51) {
            struct message message = {0};
            uint8_t *copy = arena_alloc(mem, bytes.len);
            assert_non_null(copy);
            memcpy(copy, bytes.ptr, bytes.len);
            copy[at] = (uint8_t)value;
            if (message_read(span_of(copy, bytes.len), &limits, mem, &message, NULL))
                assert_true(span_equal(written(&message, mem), span_of(copy, bytes.len)));
        }
    }
}

static void test_refused(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct message message = sample;
    struct err err = {0};
    (void)state;
    message.key = S("a b");
    assert_false(message_read(written(&message, mem), &limits, mem, &message, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    limits.kept_entries = 1;
    assert_false(message_read(written(&sample, mem), &limits, mem, &message, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *tiny = arena_new(100);
    assert_false(message_read(written(&sample, mem), &limits, tiny, &message, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_keys(void **state)
{
    static uint8_t key[MESSAGE_KEY_MOST + 1];
    (void)state;
    memset(key, 'k', sizeof key);
    assert_true(message_key_is_valid(S("aZ09-_")));
    assert_true(message_key_is_valid(span_of(key, MESSAGE_KEY_MOST)));
    assert_false(message_key_is_valid(span_of(key, MESSAGE_KEY_MOST + 1)));
    assert_false(message_key_is_valid(S("")));
    assert_false(message_key_is_valid(S("a\nb")));
    assert_false(message_key_is_valid(S("a@b")));
    assert_false(message_key_is_valid(S("a.b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_damaged),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
