#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/retry_inner.h"

static void only_what_may_pass_is_tried_again(void **state)
{
    (void)state;
    const enum err_kind final[] = {ERR_NONE,   ERR_INPUT,     ERR_LIMIT,  ERR_UNSUPPORTED,
                                   ERR_DENIED, ERR_UNTRUSTED, ERR_MISSING};
    for (size_t i = 0; i < sizeof final / sizeof *final; i++) {
        struct retry retry = {0};
        assert_false(retry_again(&retry, &(struct err){.kind = final[i]}, 0));
    }
}

static void waits_only_so_long(void **state)
{
    (void)state;
    struct retry retry = {0};
    assert_false(retry_again(&retry, &(struct err){.kind = ERR_IO}, 61));
}

static void gives_up_without_progress(void **state)
{
    (void)state;
    struct err failed = {.kind = ERR_IO};
    struct retry stuck = {.failures = 4};
    assert_false(retry_again(&stuck, &failed, 0));
    struct retry moving = {.failures = 4};
    retry_progress(&moving, 65535);
    assert_int_equal(moving.failures, 4);
    retry_progress(&moving, 65536);
    assert_int_equal(moving.failures, 0);
    assert_true(retry_again(&moving, &failed, 0));
    struct retry endless = {.total = 49};
    assert_false(retry_again(&endless, &failed, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_may_pass_is_tried_again),
        cmocka_unit_test(waits_only_so_long),
        cmocka_unit_test(gives_up_without_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
