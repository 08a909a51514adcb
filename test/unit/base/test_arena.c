#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 1 << 16 };

static void budget_is_never_exceeded(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    size_t bytes = 0;
    while (arena_alloc(arena, 100))
        bytes += 100;
    assert_true(bytes > BUDGET / 2);
    assert_true(bytes < BUDGET);
    assert_true(arena_used(arena) >= bytes);
    assert_true(arena_left(arena) < BUDGET);
}

static void one_piece_must_fit_the_budget(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    assert_null(arena_alloc(arena, BUDGET));
    assert_null(arena_alloc(arena, BUDGET + 1));
    assert_int_equal(arena_left(arena), BUDGET);
    assert_non_null(arena_alloc(arena, BUDGET / 2));
}

static void a_full_arena_still_serves_what_fits(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    assert_non_null(arena_alloc(arena, 16));
    assert_null(arena_alloc(arena, BUDGET));
    assert_non_null(arena_alloc(arena, 16));
}

static void without_a_budget_there_is_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(0);
    assert_null(arena_alloc(arena, 0));
    assert_null(arena_alloc(arena, 1));
    assert_int_equal(arena_left(arena), 0);
}

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    uint8_t *last = NULL;
    for (size_t size = 0; size < 70; size++) {
        uint8_t *memory = arena_alloc(arena, size);
        assert_non_null(memory);
        assert_ptr_not_equal(memory, last);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xff, size);
        last = memory;
    }
}

static void what_was_allocated_last_grows_in_place(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    uint8_t *first = arena_alloc(arena, 10);
    uint8_t *last = arena_alloc(arena, 10);
    memset(first, 1, 10);
    memset(last, 2, 10);
    assert_false(arena_extend(arena, first, 10, 20));
    assert_false(arena_extend(arena, last, 100, 200));
    assert_false(arena_extend(arena, last, 10, 1 << 16));
    assert_false(arena_extend(arena, last, 10, SIZE_MAX));
    uint64_t used = arena_used(arena);
    assert_true(arena_extend(arena, last, 10, 100));
    assert_true(arena_used(arena) > used);
    for (size_t i = 10; i < 100; i++)
        assert_int_equal(last[i], 0);
    memset(last, 3, 100);
    uint8_t *next = arena_alloc(arena, 10);
    assert_true(next >= last + 100);
    assert_int_equal(next[0], 0);
    assert_int_equal(first[9], 1);
    assert_false(arena_extend(arena, last, 100, 200));
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(UINT64_MAX);
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, SIZE_MAX - 15));
    assert_null(arena_alloc(arena, SIZE_MAX - 100));
    assert_null(arena_array(arena, SIZE_MAX, 2));
    assert_null(arena_array(arena, SIZE_MAX / 2 + 1, 2));
    assert_non_null(arena_array(arena, 0, 8));
    assert_non_null(arena_array(arena, 3, 8));
}

static void reset_gives_the_memory_back_zeroed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    arena_reset(arena);
    for (int round = 0; round < 5; round++) {
        size_t count = 0;
        for (uint8_t *memory; (memory = arena_alloc(arena, 64)); count++) {
            for (size_t i = 0; i < 64; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xff, 64);
        }
        assert_true(count > BUDGET / 64 / 2);
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
}

static void absorbed_memory_lives_on(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    CLEANUP(arena_cleanup) struct arena *other = arena_new(BUDGET);
    arena_absorb(arena, other); // nothing into nothing
    assert_int_equal(arena_used(arena), 0);
    span texts[3] = {0};
    assert_true(arena_span(other, S("one"), &texts[0]) && arena_alloc(other, 2 * 4096));
    uint64_t used = arena_used(other);
    arena_absorb(arena, other);
    assert_int_equal(arena_used(arena), used);
    assert_int_equal(arena_used(other), 0);
    assert_int_equal(arena_left(other), BUDGET);
    assert_true(arena_span(other, S("two"), &texts[1]) && arena_span(arena, S("new"), &texts[2]));
    arena_absorb(arena, other);
    arena_free(take(&other));
    assert_true(span_equal(texts[0], S("one")) && span_equal(texts[1], S("two")) &&
                span_equal(texts[2], S("new")));
    assert_true(arena_left(arena) < BUDGET);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
}

static void a_null_arena_may_be_freed(void **state)
{
    (void)state;
    arena_free(NULL);
    struct arena *none = NULL;
    arena_cleanup(&none);
}

static void copies_are_copies(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    char original[] = "text";
    span copy = {0};
    assert_true(arena_span(arena, span_of(original, 4), &copy));
    char *text = arena_text(arena, span_of(original, 4));
    original[0] = 'n';
    assert_true(span_equal(copy, S("text")));
    assert_string_equal(text, "text");

    copy = S("old");
    assert_true(arena_span(arena, (span){0}, &copy));
    assert_int_equal(copy.len, 0);
    assert_null(copy.ptr);
    assert_string_equal(arena_text(arena, (span){0}), "");
    assert_null(arena_text(arena, S("a\0b")));
}

static void a_copy_without_room_leaves_the_result(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(16);
    span copy = S("old");
    assert_false(arena_span(arena, S("new"), &copy));
    assert_true(span_equal(copy, S("old")));
    assert_null(arena_text(arena, S("new")));
}

static void a_full_arena_is_a_limit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(16);
    struct err err = {0};
    assert_false(arena_err(arena, &err, "tar"));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_string_equal(err.text, "tar: no memory left (budget of 16 bytes)");
}

static void take_moves_a_handle(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    struct arena *moved = take(&arena);
    assert_null(arena);
    assert_non_null(moved);
    arena_free(moved);
}

static void what_was_refused_is_remembered_until_the_reset(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    assert_non_null(arena_alloc(arena, 10));
    assert_false(arena_refused(arena));
    assert_null(arena_alloc(arena, 1 << 17));
    assert_non_null(arena_alloc(arena, 10));
    assert_true(arena_refused(arena));
    arena_reset(arena);
    assert_false(arena_refused(arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_refused_is_remembered_until_the_reset),
        cmocka_unit_test(budget_is_never_exceeded),
        cmocka_unit_test(one_piece_must_fit_the_budget),
        cmocka_unit_test(a_full_arena_still_serves_what_fits),
        cmocka_unit_test(without_a_budget_there_is_nothing),
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(what_was_allocated_last_grows_in_place),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(reset_gives_the_memory_back_zeroed),
        cmocka_unit_test(absorbed_memory_lives_on),
        cmocka_unit_test(a_null_arena_may_be_freed),
        cmocka_unit_test(copies_are_copies),
        cmocka_unit_test(a_copy_without_room_leaves_the_result),
        cmocka_unit_test(a_full_arena_is_a_limit),
        cmocka_unit_test(take_moves_a_handle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
