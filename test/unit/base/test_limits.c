#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint64_t layers_after(const char *value)
{
    struct limits limits = limits_default();
    struct err err = {0};
    assert_true(limits_set(&limits, S("layers"), span_of_text(value), &err));
    return limits.layers;
}

static void values_have_units(void **state)
{
    (void)state;
    assert_int_equal(layers_after("0"), 0);
    assert_int_equal(layers_after("17"), 17);
    assert_int_equal(layers_after("2K"), 2048);
    assert_int_equal(layers_after("3M"), 3 << 20);
    assert_int_equal(layers_after("4G"), UINT64_C(4) << 30);
    assert_int_equal(layers_after("72057594037927936"), UINT64_C(1) << 56);
    assert_int_equal(layers_after("67108864G"), UINT64_C(1) << 56);
}

static void bad_values_change_nothing(void **state)
{
    (void)state;
    const char *bad[] = {"",
                         "K",
                         "-1",
                         "+1",
                         " 1",
                         "1 ",
                         "1k",
                         "1KB",
                         "0x10",
                         "1.5G",
                         "18446744073709551616",
                         "72057594037927937",
                         "67108865G",
                         "17179869184G",
                         "18446744073709551615K"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct limits limits = limits_default();
        struct err err = {0};
        assert_false(limits_set(&limits, S("layers"), span_of_text(bad[i]), &err));
        assert_int_equal(err.kind, ERR_USAGE);
        assert_non_null(strstr(err.text, "limit layers"));
        struct limits untouched = limits_default();
        assert_memory_equal(&limits, &untouched, sizeof limits);
    }
}

static void unknown_names_are_wrong_usage(void **state)
{
    (void)state;
    const char *bad[] = {"", "layer", "layerss", "LAYERS", "layers "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct limits limits = limits_default();
        struct err err = {0};
        assert_false(limits_set(&limits, span_of_text(bad[i]), S("1"), &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

// A field that is missing from the table could neither be set nor have a standard value.
static void every_field_is_listed_set_and_not_zero(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    const char *name = NULL;
    uint64_t value = 0;
    size_t count = 0;
    for (; limits_field(&limits, count, &name, &value); count++) {
        assert_true(value > 0);
        struct err err = {0};
        assert_true(limits_set(&limits, span_of_text(name), S("7"), &err));
        assert_true(limits_field(&limits, count, &name, &value));
        assert_int_equal(value, 7);
    }
    assert_int_equal(count, sizeof limits / sizeof(uint64_t));
    const uint64_t *fields = &limits.layers;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(fields[i], 7);
    assert_false(limits_field(&limits, SIZE_MAX, &name, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_units),
        cmocka_unit_test(bad_values_change_nothing),
        cmocka_unit_test(unknown_names_are_wrong_usage),
        cmocka_unit_test(every_field_is_listed_set_and_not_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
