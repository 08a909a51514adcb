#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scan/source/platform_inner.h"

static struct platform of(const char *text)
{
    span rest = span_of_text(text);
    struct platform platform = {0};
    platform.os = span_cut(&rest, '/');
    platform.architecture = span_cut(&rest, '/');
    platform.variant = rest;
    return platform_normalise(platform);
}

// Each row: what is asked for, then what suits it, best first.
static const char *const orders[][6] = {
    {"linux/amd64", "linux/amd64", "linux/386"},
    {"linux/x86_64/v1", "linux/amd64/v1", "linux/386"},
    {"linux/amd64/v3", "linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386"},
    {"linux/arm64", "linux/arm64/v8", "linux/arm/v8", "linux/arm/v7", "linux/arm/v6"},
    {"linux/arm", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"},
    {"linux/armhf", "linux/arm", "linux/armel", "linux/arm/v5"},
    {"linux/arm/v6", "linux/arm/v6", "linux/arm/v5"},
};

static const char *const strangers[][2] = {
    {"linux/amd64", "linux/arm64"},     {"linux/amd64", "windows/amd64"},
    {"linux/amd64", "linux/amd64/v2"},  {"linux/386", "linux/amd64"},
    {"linux/arm/v6", "linux/arm/v7"},   {"linux/arm", "linux/arm64"},
    {"linux/s390x", "linux/ppc64le"},   {"linux/arm/v7", "linux/arm/v"},
    {"linux/arm/v7", "linux/arm/v99"},  {"linux/arm/v7", "linux/arm/x6"},
    {"linux/amd64", "unknown/unknown"}, {"linux/amd64", "linux/"},
};

static void prefers_the_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        unsigned before = UINT32_MAX;
        for (size_t k = 1; k < 6 && orders[i][k]; k++) {
            unsigned rank = platform_rank(of(orders[i][0]), of(orders[i][k]));
            if (rank >= before || rank == 0)
                fail_msg("%s for %s ranks %u", orders[i][k], orders[i][0], rank);
            before = rank;
        }
        // One that names nothing comes after all that fit.
        assert_true(platform_rank(of(orders[i][0]), (struct platform){0}) < before);
        assert_true(platform_rank(of(orders[i][0]), (struct platform){0}) > 0);
    }
}

static void refuses_what_does_not_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (platform_rank(of(strangers[i][0]), of(strangers[i][1])) != 0)
            fail_msg("%s for %s", strangers[i][1], strangers[i][0]);
}

static void asks_for_this_machine_by_default(void **state)
{
    (void)state;
    struct platform here = platform_complete((struct platform){0});
    assert_true(span_equal(here.os, S("linux")));
    assert_true(here.architecture.len > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefers_the_nearest),
        cmocka_unit_test(refuses_what_does_not_run),
        cmocka_unit_test(asks_for_this_machine_by_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
