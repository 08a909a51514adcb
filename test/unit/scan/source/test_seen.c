#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scan/source/walk_inner.h"

static void remembers_every_key_once(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct seen seen = {0};
    bool fresh = false;
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 1000; i++) {
            assert_true(seen_add(&seen, span_of(&i, sizeof i), mem, &fresh));
            assert_int_equal(fresh, round == 0);
        }
    }
    assert_int_equal(seen.count, 1000);
}

static void says_when_memory_is_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64);
    struct seen seen = {0};
    bool fresh = false;
    assert_false(seen_add(&seen, S("a"), mem, &fresh));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remembers_every_key_once),
        cmocka_unit_test(says_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
