#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void pieces_join(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    struct text text = {0};
    text_init(&text, arena, 1000);
    assert_int_equal(text_span(&text).len, 0);
    text_add(&text, S("a"));
    text_add(&text, (span){0});
    text_add_byte(&text, '-');
    text_add_u64(&text, 0);
    text_add_u64(&text, UINT64_MAX);
    text_add_hex(&text, S("\x00\xaf"));
    text_addf(&text, "<%s>", "x");
    assert_true(text_ok(&text));
    assert_true(span_equal(text_span(&text), S("a-01844674407370955161500af<x>")));
}

static void bytes_round_trip_through_a_reader(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    const uint64_t values[] = {0, 1, 0x7f, 0x80, UINT32_MAX, UINT64_MAX, 0x0123456789abcdef};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct text text = {0};
        text_init(&text, arena, 1000);
        text_add_u8(&text, (uint8_t)values[i]);
        text_add_u16le(&text, (uint16_t)values[i]);
        text_add_u32le(&text, (uint32_t)values[i]);
        text_add_u64le(&text, values[i]);
        text_add_field(&text, S("field"));
        text_add_field(&text, (span){0});
        reader r = reader_of(text_span(&text));
        assert_int_equal(read_u8(&r), (uint8_t)values[i]);
        assert_int_equal(read_u16le(&r), (uint16_t)values[i]);
        assert_int_equal(read_u32le(&r), (uint32_t)values[i]);
        assert_int_equal(read_u64le(&r), values[i]);
        assert_true(span_equal(read_field(&r), S("field")));
        assert_int_equal(read_field(&r).len, 0);
        assert_true(read_end(&r));
    }
}

static void the_most_is_exact_and_failure_sticks(void **state)
{
    (void)state;
    for (size_t most = 0; most < 70; most++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 12);
        struct text text = {0};
        text_init(&text, arena, most);
        for (size_t i = 0; i < most; i++)
            text_add_byte(&text, 'x');
        assert_true(text_ok(&text));
        assert_int_equal(text_span(&text).len, most);
        text_add_byte(&text, 'x');
        assert_false(text_ok(&text));
        assert_int_equal(text_span(&text).len, 0);
        text.max = 1000;
        text_add_byte(&text, 'x');
        assert_false(text_ok(&text));
    }
}

static void a_full_arena_fails_it(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 12);
    struct text text = {0};
    text_init(&text, arena, SIZE_MAX);
    for (int i = 0; i < 10000 && text_ok(&text); i++)
        text_add(&text, S("0123456789abcdef"));
    assert_false(text_ok(&text));
    text_add_u64le(&text, 1);
    assert_int_equal(text_span(&text).len, 0);
}

static void hostile_lengths_fail_it(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 12);
    struct text text = {0};
    text_init(&text, arena, SIZE_MAX);
    text_add_byte(&text, 'x');
    text_add(&text, (span){.ptr = (const uint8_t *)"", .len = SIZE_MAX});
    assert_false(text_ok(&text));

    text_init(&text, arena, SIZE_MAX);
    text_add_field(&text, (span){.ptr = (const uint8_t *)"", .len = (size_t)UINT32_MAX + 1});
    assert_false(text_ok(&text));
}

static void a_formatted_piece_has_a_bound(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 14);
    struct text text = {0};
    text_init(&text, arena, SIZE_MAX);
    text_addf(&text, "%0511d", 1);
    assert_true(text_ok(&text));
    assert_int_equal(text_span(&text).len, 511);
    text_addf(&text, "%0512d", 1);
    assert_false(text_ok(&text));
}

static void a_text_can_be_added_to_itself(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 14);
    struct text text = {0};
    text_init(&text, arena, 1000);
    text_add(&text, S("abc"));
    for (int i = 0; i < 6; i++)
        text_add(&text, text_span(&text));
    assert_int_equal(text_span(&text).len, 3 * 64);
    for (size_t i = 0; i < text.len; i++)
        assert_int_equal(text.ptr[i], "abc"[i % 3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_join),
        cmocka_unit_test(bytes_round_trip_through_a_reader),
        cmocka_unit_test(the_most_is_exact_and_failure_sticks),
        cmocka_unit_test(a_full_arena_fails_it),
        cmocka_unit_test(hostile_lengths_fail_it),
        cmocka_unit_test(a_formatted_piece_has_a_bound),
        cmocka_unit_test(a_text_can_be_added_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
