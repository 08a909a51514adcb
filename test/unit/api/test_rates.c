#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "api/api_inner.h"

#include <stdio.h>

static void rates_cleanup(struct rates **rates)
{
    rates_free(*rates);
}

static struct rates *make(void)
{
    struct rates *rates = NULL;
    assert_true(rates_new(&rates, NULL));
    return rates;
}

static void a_burst_is_let_through_and_no_more(void **state)
{
    (void)state;
    CLEANUP(rates_cleanup) struct rates *rates = make();
    uint64_t wait = 0;
    for (size_t i = 0; i < 5; i++)
        assert_true(rates_take(rates, S("a"), 0.001, 5, &wait));
    assert_false(rates_take(rates, S("a"), 0.001, 5, &wait));
    assert_in_range(wait, 900, 1001);
    assert_true(rates_take(rates, S("b"), 0.001, 5, &wait));
}

static void a_bucket_fills_again(void **state)
{
    (void)state;
    CLEANUP(rates_cleanup) struct rates *rates = make();
    uint64_t wait = 0;
    assert_true(rates_take(rates, S("a"), 1000, 1, &wait));
    os_sleep_ms(10);
    assert_true(rates_take(rates, S("a"), 1000, 1, &wait));
}

// A table of a fixed size takes everybody in; who is forgotten may begin anew.
static void anybody_may_come(void **state)
{
    (void)state;
    CLEANUP(rates_cleanup) struct rates *rates = make();
    uint64_t wait = 0;
    for (unsigned i = 0; i < 100000; i++) {
        char name[20] = "";
        (void)snprintf(name, sizeof name, "%u", i);
        assert_true(rates_take(rates, span_of_text(name), 1, 1, &wait));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_let_through_and_no_more),
        cmocka_unit_test(a_bucket_fills_again),
        cmocka_unit_test(anybody_may_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
