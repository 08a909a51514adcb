#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void items_keep_their_order_while_it_grows(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 20);
    struct list list = {0};
    list_init(&list, arena, sizeof(uint32_t), 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t *item = LIST_ADD(&list, uint32_t);
        assert_non_null(item);
        assert_int_equal(*item, 0);
        *item = i + 1;
    }
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(*LIST_AT(&list, uint32_t, i), i + 1);
    assert_true(list_ok(&list));
}

static void the_most_is_exact_and_failure_sticks(void **state)
{
    (void)state;
    const size_t most[] = {0, 1, 7, 8, 9};
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
        struct list list = {0};
        list_init(&list, arena, 1, most[i]);
        while (list_add(&list))
            assert_true(list_ok(&list));
        assert_int_equal(list.count, most[i]);
        assert_false(list_ok(&list));
        list.max = SIZE_MAX;
        assert_null(list_add(&list));
        assert_int_equal(list.count, most[i]);
    }
}

static void a_full_arena_fails_it(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 12);
    struct list list = {0};
    list_init(&list, arena, 100, SIZE_MAX);
    while (list_add(&list))
        ;
    assert_false(list_ok(&list));
    assert_true(list.count >= 8);
    assert_non_null(list_at(&list, list.count - 1));
}

static void reserved_room_is_used_and_never_past_the_most(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    struct list list = {0};
    list_init(&list, arena, sizeof(uint64_t), 10);
    assert_true(list_reserve(&list, 0));
    *LIST_ADD(&list, uint64_t) = 7;
    assert_true(list_reserve(&list, 9));
    assert_int_equal(*LIST_AT(&list, uint64_t, 0), 7);
    uint64_t used = arena_used(arena);
    for (size_t i = 1; i < 10; i++)
        assert_non_null(LIST_ADD(&list, uint64_t));
    assert_int_equal(arena_used(arena), used);
    assert_true(list_reserve(&list, 0));
    assert_false(list_reserve(&list, 1));
    assert_false(list_reserve(&list, SIZE_MAX));
    assert_true(list_ok(&list)); // a refusal is no failure

    list.max = SIZE_MAX;
    assert_false(list_reserve(&list, 1 << 20)); // more than the arena's budget
    assert_true(list_ok(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_keep_their_order_while_it_grows),
        cmocka_unit_test(the_most_is_exact_and_failure_sticks),
        cmocka_unit_test(a_full_arena_fails_it),
        cmocka_unit_test(reserved_room_is_used_and_never_past_the_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
