#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// Sorted by key; `order` says where it stood, so that a test sees whether equal keys kept theirs.
struct item {
    uint32_t key;
    uint32_t order;
    uint8_t ballast[300]; // more than the sort swaps at once
};

static int compare_keys(const void *a, const void *b)
{
    const struct item *left = a;
    const struct item *right = b;
    return (left->key > right->key) - (left->key < right->key);
}

static void expect_sorted(struct item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i].order = (uint32_t)i;
        memset(items[i].ballast, (int)(i % 251), sizeof items[i].ballast);
    }
    sort_items(items, count, sizeof *items, compare_keys);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(items[i].ballast[0], items[i].order % 251);
        assert_int_equal(items[i].ballast[299], items[i].order % 251);
        if (i == 0)
            continue;
        assert_true(items[i - 1].key <= items[i].key);
        if (items[i - 1].key == items[i].key)
            assert_true(items[i - 1].order < items[i].order);
    }
}

static struct item *items_of(struct arena *arena, size_t count)
{
    struct item *items = arena_array(arena, count, sizeof *items);
    assert_non_null(items);
    return items;
}

static void any_number_of_items_is_sorted_and_stable(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 22);
    const uint32_t keys[] = {1, 2, 7, 1000000};
    uint32_t seed = 1;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        for (size_t count = 0; count < 150; count++) {
            arena_reset(arena);
            struct item *items = items_of(arena, count);
            for (size_t i = 0; i < count; i++) {
                seed = seed * 1664525 + 1013904223;
                items[i].key = (seed >> 8) % keys[k];
            }
            expect_sorted(items, count);
        }
    }
}

static void orders_that_are_special_are_sorted(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 20);
    struct item *items = items_of(arena, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        items[i].key = i;
    expect_sorted(items, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        items[i].key = COUNT - i;
    expect_sorted(items, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        items[i].key = i < COUNT / 2 ? i : COUNT - i;
    expect_sorted(items, COUNT);
}

static void nothing_is_sorted(void **state)
{
    (void)state;
    sort_items(NULL, 0, sizeof(struct item), compare_keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_items_is_sorted_and_stable),
        cmocka_unit_test(orders_that_are_special_are_sorted),
        cmocka_unit_test(nothing_is_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
