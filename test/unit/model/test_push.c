#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/model.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct push full = {
    .kind = PUSH_DELETE,
    .registry = {(const uint8_t *)"main", 4},
    .repository = {(const uint8_t *)"team/app", 8},
    .tag = {(const uint8_t *)"v1", 2},
    .digest = {(const uint8_t *)DIGEST, sizeof DIGEST - 1},
    .delivery = {(const uint8_t *)"id-1", 4},
    .at = 1700000000,
};

static span written(const struct push *push, struct arena *mem)
{
    struct text out = {0};
    text_init(&out, mem, 1 << 16);
    push_write(push, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void goes_there_and_back(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct push got = {0};
    assert_true(push_read(written(&full, mem), &limits, mem, &got, NULL));
    assert_int_equal(got.kind, PUSH_DELETE);
    assert_true(span_equal(got.registry, full.registry));
    assert_true(span_equal(got.repository, full.repository));
    assert_true(span_equal(got.tag, full.tag));
    assert_true(span_equal(got.digest, full.digest));
    assert_true(span_equal(got.delivery, full.delivery));
    assert_int_equal(got.at, full.at);
}

static void what_is_cut_or_changed_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    span bytes = written(&full, mem);
    struct push got = {0};
    struct err err = {0};
    for (size_t len = 0; len < bytes.len; len++) {
        assert_false(push_read(span_first(bytes, len), &limits, mem, &got, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    struct text longer = {0};
    text_init(&longer, mem, 4096);
    text_add(&longer, bytes);
    text_add_byte(&longer, 0);
    assert_false(push_read(text_span(&longer), &limits, mem, &got, NULL));
    longer.ptr[1] = 2; // no such kind
    assert_false(push_read(span_first(text_span(&longer), bytes.len), &limits, mem, &got, NULL));
    longer.ptr[1] = 1;
    longer.ptr[0] = 2; // no such version
    assert_false(push_read(span_first(text_span(&longer), bytes.len), &limits, mem, &got, NULL));
}

static void names_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *registry;
        const char *repository;
        const char *tag;
        const char *digest;
        bool valid;
    } rows[] = {
        {"main", "team/app", "v1", "", true},
        {"main", "team/app", "", DIGEST, true},
        {"main", "team/app", "", "", false},
        {"", "team/app", "v1", "", false},
        {"a/b", "team/app", "v1", "", false},
        {"main", "", "v1", "", false},
        {"main", "../app", "v1", "", false},
        {"main", "Team/app", "v1", "", false},
        {"main", "team//app", "v1", "", false},
        {"main", "team/app'--", "v1", "", false},
        {"main", "team/app", "v1/..", "", false},
        {"main", "team/app", "-v1", "", false},
        {"main", "team/app", "v1", "sha256:0123", false},
        {"main", "team/app", "v1", "md5:0123", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct push push = {
            .registry = span_of_text(rows[i].registry),
            .repository = span_of_text(rows[i].repository),
            .tag = span_of_text(rows[i].tag),
            .digest = span_of_text(rows[i].digest),
        };
        if (push_check(&push, NULL) != rows[i].valid)
            fail_msg("row %zu", i);
    }
}

static void a_key_says_what_there_is(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct push push = full;
    span key = {0};
    assert_true(push_key(&push, mem, &key));
    assert_true(span_equal(key, S("delete main/team/app:v1@" DIGEST)));
    push.kind = PUSH_IMAGE;
    push.digest = (span){0};
    assert_true(push_key(&push, mem, &key));
    assert_true(span_equal(key, S("push main/team/app:v1")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(what_is_cut_or_changed_is_refused),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(a_key_says_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
