#include "format/stanza/stanza.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const span keys[] = {S("Package"), S("Version")};
static const struct stanza_syntax exact = {.keys = keys, .count = 2};
static const struct stanza_syntax any_case = {.keys = keys, .count = 2, .any_case = true};

static void assert_entry(struct stanzas *stanzas, const struct stanza_syntax *syntax, span name,
                         span version, size_t line)
{
    span values[2] = {{0}};
    size_t at = 0;
    assert_true(stanza_next(stanzas, syntax, values, &at));
    assert_true(span_equal(values[0], name));
    assert_true(span_equal(values[1], version));
    assert_int_equal(at, line);
}

static void entries_are_parted_by_empty_lines(void **state)
{
    (void)state;
    struct stanzas stanzas = {.rest = S("\nPackage: a\nVersion:  1 \n\n\nPackage: b\r\n")};
    assert_entry(&stanzas, &exact, S("a"), S("1"), 2);
    assert_entry(&stanzas, &exact, S("b"), (span){0}, 6);
    span values[2] = {{0}};
    size_t line = 0;
    assert_false(stanza_next(&stanzas, &exact, values, &line));
}

static void continued_lines_are_passed_over(void **state)
{
    (void)state;
    struct stanzas stanzas = {.rest = S("Package: a\n Version: 2\n\tx\nVersion: 3")};
    assert_entry(&stanzas, &exact, S("a"), S("3"), 1);
    assert_int_equal(stanzas.bad, 0);
}

static void the_case_of_keys_counts_unless_told_otherwise(void **state)
{
    (void)state;
    struct stanzas stanzas = {.rest = S("package: a")};
    assert_entry(&stanzas, &exact, (span){0}, (span){0}, 1);
    stanzas = (struct stanzas){.rest = S("package: a")};
    assert_entry(&stanzas, &any_case, S("a"), (span){0}, 1);
}

static void lines_without_a_colon_are_counted(void **state)
{
    (void)state;
    struct stanzas stanzas = {.rest = S("Package: a\nnonsense\nmore\n")};
    assert_entry(&stanzas, &exact, S("a"), (span){0}, 1);
    assert_int_equal(stanzas.bad, 2);
    assert_int_equal(stanzas.bad_line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_parted_by_empty_lines),
        cmocka_unit_test(continued_lines_are_passed_over),
        cmocka_unit_test(the_case_of_keys_counts_unless_told_otherwise),
        cmocka_unit_test(lines_without_a_colon_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
