#include "pattern/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_captures(const char *text, span bytes, size_t end, span expected)
{
    struct expression *expression = NULL;
    assert_true(expression_new(text, &expression, NULL));
    assert_true(span_equal(expression_capture(expression, bytes, end), expected));
    expression_free(expression);
}

static void the_first_group_is_captured(void **state)
{
    (void)state;
    assert_captures("v([0-9.]+)-([a-z]+)", S("v1.2-rc"), 1, S("1.2"));
    assert_captures("v([0-9.]+)", S("v1.2.3 "), 5, S("1.2.3"));
    assert_captures("\\x00([0-9]+)\\x00",
                    S("\0"
                      "17\0"),
                    1, S("17"));
}

static void only_a_match_across_the_place_counts(void **state)
{
    (void)state;
    const span bytes = S("v1 v22 v333");
    assert_captures("v([0-9]+)", bytes, 1, S("1"));
    assert_captures("v([0-9]+)", bytes, 2, S("1"));
    assert_captures("v([0-9]+)", bytes, 3, (span){0}); // the blank
    assert_captures("v([0-9]+)", bytes, 4, S("22"));
    assert_captures("v([0-9]+)", bytes, 11, S("333"));
    assert_captures("v([0-9]+)", bytes, 12, (span){0});
    assert_captures("v([0-9]+)", bytes, 0, (span){0});
    assert_captures("v([0-9]+)", (span){0}, 0, (span){0});
}

static void a_group_that_takes_no_part_captures_nothing(void **state)
{
    (void)state;
    assert_captures("a(b)?", S("a"), 1, (span){0});
    assert_captures("a", S("a"), 1, (span){0});
}

static void a_broken_expression_is_refused(void **state)
{
    (void)state;
    struct expression *expression = NULL;
    struct err err = {0};
    assert_false(expression_new("(", &expression, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_null(expression);
    expression_free(NULL);
}

static void too_much_work_matches_nothing(void **state)
{
    (void)state;
    char bytes[512];
    memset(bytes, 'a', sizeof bytes);
    assert_captures("((?:a+)+)b", span_of(bytes, sizeof bytes), 10, (span){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_group_is_captured),
        cmocka_unit_test(only_a_match_across_the_place_counts),
        cmocka_unit_test(a_group_that_takes_no_part_captures_nothing),
        cmocka_unit_test(a_broken_expression_is_refused),
        cmocka_unit_test(too_much_work_matches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
