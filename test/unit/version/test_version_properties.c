// Every order must be an order: reflexive, antisymmetric, transitive.
#include "random_version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
    TRIPLES = 20000,
};

static int order_of(enum scheme scheme, span a, span b)
{
    int order = 99;
    assert_true(version_compare(scheme, a, b, &order));
    assert_in_range(order + 1, 0, 2);
    return order;
}

static bool is_transitive(int ab, int bc, int ac)
{
    if (ab == 0)
        return ac == bc;
    if (bc == 0 || ab == bc)
        return ac == ab;
    return true; // a < b > c says nothing of a and c
}

static void check_triple(enum scheme scheme, span a, span b, span c)
{
    assert_int_equal(order_of(scheme, a, a), 0);
    int ab = order_of(scheme, a, b);
    assert_int_equal(order_of(scheme, b, a), -ab);
    int bc = order_of(scheme, b, c);
    int ac = order_of(scheme, a, c);
    if (!is_transitive(ab, bc, ac))
        fail_msg("%s: %.*s, %.*s, %.*s: %d %d %d", scheme_name(scheme), (int)a.len, a.ptr,
                 (int)b.len, b.ptr, (int)c.len, c.ptr, ab, bc, ac);
}

static void check_order(enum scheme scheme)
{
    struct random_source random = {.state = 7, .scheme = scheme};
    for (int i = 0; i < TRIPLES; i++) {
        char buffers[3][RANDOM_VERSION_MAX];
        span a = random_version(&random, (span){0}, buffers[0]);
        span b = random_version(&random, a, buffers[1]);
        span c = random_version(&random, b, buffers[2]);
        check_triple(scheme, a, b, c);
    }
}

static void orders_are_orders(void **state)
{
    (void)state;
    for (enum scheme scheme = SCHEME_DEB; scheme < SCHEME_COUNT; scheme++)
        if (scheme != SCHEME_PACMAN)
            check_order(scheme);
}

// A pkgrel that only one of two versions has is ignored, so alpm's rule is no order; what can be
// asked of it is that both directions agree.
static void pacman_is_antisymmetric(void **state)
{
    (void)state;
    struct random_source random = {.state = 7, .scheme = SCHEME_PACMAN};
    for (int i = 0; i < TRIPLES; i++) {
        char buffers[2][RANDOM_VERSION_MAX];
        span a = random_version(&random, (span){0}, buffers[0]);
        span b = random_version(&random, a, buffers[1]);
        assert_int_equal(order_of(SCHEME_PACMAN, a, a), 0);
        assert_int_equal(order_of(SCHEME_PACMAN, a, b), -order_of(SCHEME_PACMAN, b, a));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_orders),
        cmocka_unit_test(pacman_is_antisymmetric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
