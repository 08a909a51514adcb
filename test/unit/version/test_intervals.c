// Constraints as sets of versions, and what is done with such sets.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "version/version.h"

enum { BUDGET = 1 << 20 };

static int set_up(void **state)
{
    *state = arena_new(BUDGET);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static struct version_intervals read(struct arena *mem, enum scheme scheme, const char *constraint)
{
    struct version_intervals intervals = {0};
    struct err err = {0};
    if (!version_intervals(scheme, span_of_text(constraint), mem, &intervals, &err))
        fail_msg("%s", err.text);
    return intervals;
}

// "[1,2) (3,)" for intervals, "" for none.
static void assert_intervals(struct arena *mem, struct version_intervals intervals,
                             const char *expected)
{
    struct text text = {0};
    text_init(&text, mem, BUDGET);
    for (size_t i = 0; i < intervals.count; i++) {
        const struct version_interval *each = &intervals.items[i];
        text_add(&text, i ? S(" ") : S(""));
        text_add_byte(&text, each->low.is_inclusive && each->low.version.len ? '[' : '(');
        text_add(&text, each->low.version);
        text_add_byte(&text, ',');
        text_add(&text, each->high.version);
        text_add_byte(&text, each->high.is_inclusive && each->high.version.len ? ']' : ')');
    }
    text_add_byte(&text, '\0');
    assert_true(text_ok(&text));
    assert_string_equal((const char *)text.ptr, expected);
}

struct example {
    enum scheme scheme;
    const char *constraint;
    const char *intervals;
};

static const struct example examples[] = {
    {SCHEME_GEM, ">= 2.2.1", "[2.2.1,)"},
    {SCHEME_GEM, "~> 1.2.3, >= 1.2.3.4", "[1.2.3.4,1.3.A)"},
    {SCHEME_GEM, "~> 4.2", "[4.2,5.A)"},
    {SCHEME_GEM, "= 1.0", "[1.0,1.0]"},
    {SCHEME_GEM, "!= 1.0", "(,1.0) (1.0,)"},
    {SCHEME_GEM, "", "(,)"},
    {SCHEME_GEM, "> 2, < 1", ""},
    {SCHEME_GEM, "> 1, < 1", ""},
    {SCHEME_GEM, "> 1, <= 1", ""},
    {SCHEME_SEMVER, "< 1.5.0 || >= 1.2.0, < 2.0.0", "(,2.0.0)"},
    {SCHEME_SEMVER, "< 1.5.0 || >= 1.5.0, < 2.0.0", "(,2.0.0)"},
    {SCHEME_SEMVER, "< 1.5.0 || > 1.5.0, < 2.0.0", "(,1.5.0) (1.5.0,2.0.0)"},
    {SCHEME_SEMVER, "<= 1.5.0 || > 1.5.0", "(,)"},
    {SCHEME_SEMVER, ">= 3.0.0 || < 1.0.0", "(,1.0.0) [3.0.0,)"},
    {SCHEME_NPM, "^8.1.4 || ^7.10.1", "[7.10.1,8.0.0-0) [8.1.4,9.0.0-0)"},
    {SCHEME_NPM, "6.x", "[6.0.0,7.0.0-0)"},
    {SCHEME_NPM, "*", "(,)"},
    {SCHEME_COMPOSER, ">=2.0.0,<2.0.99", "[2.0.0-dev,2.0.99-dev)"},
    {SCHEME_CONAN, ">=1.0.0 <1.2.3||=1.3", "[1.0.0,1.2.3) [1.3,1.3]"},
    {SCHEME_MAVEN, "[1.0,2.0),(3.0,]", "[1.0,2.0) (3.0,)"},
    {SCHEME_PEP440, "==1.2.*", "[1.2.dev0,1.3.dev0)"},
    {SCHEME_DEB, "<< 1.0-1", "(,1.0-1)"},
};

static void a_constraint_is_a_set_of_intervals(void **state)
{
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const struct example *example = &examples[i];
        assert_intervals(*state, read(*state, example->scheme, example->constraint),
                         example->intervals);
    }
}

static void what_is_no_constraint_is_refused(void **state)
{
    struct version_intervals intervals = {0};
    struct err err = {0};
    assert_false(version_intervals(SCHEME_GEM, S(">= 1.0,"), *state, &intervals, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_false(version_intervals(SCHEME_SEMVER, S(">= one"), *state, &intervals, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_false(version_intervals(SCHEME_APK, S("~1.2"), *state, &intervals, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
    assert_int_equal(intervals.count, 0);
}

static void a_full_arena_is_a_limit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *small = arena_new(64);
    struct version_intervals intervals = {0};
    struct err err = {0};
    assert_false(version_intervals(SCHEME_GEM, S(">= 1.0, < 3"), small, &intervals, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void check_without(struct arena *mem, const char *a, const char *b, const char *expected)
{
    struct version_intervals rest = {0};
    assert_true(version_intervals_without(SCHEME_SEMVER, read(mem, SCHEME_SEMVER, a),
                                          read(mem, SCHEME_SEMVER, b), mem, &rest, NULL));
    assert_intervals(mem, rest, expected);
}

static void what_is_patched_can_be_taken_away(void **state)
{
    struct arena *mem = *state;
    check_without(mem, "", ">= 2.2.1", "(,2.2.1)");
    check_without(mem, "", ">= 1.5.0, < 1.6.0 || >= 1.6.3", "(,1.5.0) [1.6.0,1.6.3)");
    check_without(mem, "", "> 1.0.0", "(,1.0.0]");
    check_without(mem, "", "1.0.0", "(,1.0.0) (1.0.0,)");
    check_without(mem, "", "", "");
    check_without(mem, "8.x || 7.x", "^8.1.4 || ^7.10.1", "[7.0.0,7.10.1) [8.0.0,8.1.4)");
    check_without(mem, "<= 2.2.13", ">= 2.3.0", "(,2.2.13]");
    check_without(mem, "< 1.0.0", "< 2.0.0", "");
    check_without(mem, "< 1.0.0", "> 2.0.0, < 1.0.0", "(,1.0.0)"); // of nothing
}

static void sets_are_joined(void **state)
{
    struct arena *mem = *state;
    struct version_intervals both = {0};
    assert_true(version_intervals_or(SCHEME_SEMVER, read(mem, SCHEME_SEMVER, "< 1.0.0 || 5.0.0"),
                                     read(mem, SCHEME_SEMVER, ">= 0.5.0, < 2.0.0 || 3.0.0"), mem,
                                     &both, NULL));
    assert_intervals(mem, both, "(,2.0.0) [3.0.0,3.0.0] [5.0.0,5.0.0]");
    assert_true(
        version_intervals_or(SCHEME_SEMVER, both, version_intervals_all(), mem, &both, NULL));
    assert_intervals(mem, both, "(,)");
}

static void a_bound_is_shown_as_what_can_be_installed(void **state)
{
    (void)state;
    static const struct {
        enum scheme scheme;
        span bound;
        span shown;
    } bounds[] = {
        {SCHEME_COMPOSER, S("6.4.40-dev"), S("6.4.40")},
        {SCHEME_NPM, S("9.0.0-0"), S("9.0.0")},
        {SCHEME_GEM, S("1.3.A"), S("1.3")},
        {SCHEME_PEP440, S("2.0.dev0"), S("2.0")},
        {SCHEME_PEP440, S("2.0"), S("2.0")},
        {SCHEME_DEB, S("1.0-0"), S("1.0-0")},
        {SCHEME_NPM, {0}, {0}},
    };
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        assert_true(
            span_equal(version_without_floor(bounds[i].scheme, bounds[i].bound), bounds[i].shown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_constraint_is_a_set_of_intervals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_constraint_is_refused, set_up, tear_down),
        cmocka_unit_test(a_full_arena_is_a_limit),
        cmocka_unit_test_setup_teardown(what_is_patched_can_be_taken_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sets_are_joined, set_up, tear_down),
        cmocka_unit_test(a_bound_is_shown_as_what_can_be_installed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
