#include "version/version.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void schemes_have_names(void **state)
{
    (void)state;
    enum scheme scheme = SCHEME_DEB;
    assert_true(scheme_parse(S("apk"), &scheme));
    assert_int_equal(scheme, SCHEME_APK);
    assert_true(scheme_parse(S("alpm"), &scheme)); // the purl type
    assert_int_equal(scheme, SCHEME_PACMAN);
    assert_string_equal(scheme_name(scheme), "pacman");
    assert_false(scheme_parse(S(""), &scheme));
    assert_false(scheme_parse(S("debian"), &scheme));
}

struct validity {
    enum scheme scheme;
    span version;
    bool valid;
};

static void validity_follows_each_scheme(void **state)
{
    (void)state;
    static const struct validity rows[] = {
        {SCHEME_DEB, S("0"), true},
        {SCHEME_DEB, S("1:2:3-4"), true}, // a colon is legal behind an epoch
        {SCHEME_DEB, S("1-2-3"), true},
        {SCHEME_DEB, S("2147483647:1"), true},
        {SCHEME_DEB, S("2147483648:1"), false},
        {SCHEME_DEB, S(""), false},
        {SCHEME_DEB, S(":1"), false},
        {SCHEME_DEB, S("1:"), false},
        {SCHEME_DEB, S("-1"), false},
        {SCHEME_DEB, S("1-"), false},
        {SCHEME_DEB, S("a1"), false}, // starts with a digit
        {SCHEME_DEB, S("1 2"), false},
        {SCHEME_DEB, S("1\0"), false},
        {SCHEME_RPM, S("1"), true},
        {SCHEME_RPM, S("1:2-3.el9"), true},
        {SCHEME_RPM, S("a:1"), true}, // no epoch: all of it is the version
        {SCHEME_RPM, S(""), false},
        {SCHEME_RPM, S("1:"), false},
        {SCHEME_RPM, S("-1"), false},
        {SCHEME_RPM, S("1\t"), false},
        {SCHEME_APK, S("1.2.3a_rc1_git20200101~0a1f-r4"), true},
        {SCHEME_APK, S("1.9.5p2-r0"), true}, // sudo 1.9.5p2
        {SCHEME_APK, S("1.2A"), false},
        {SCHEME_APK, S("1..2"), false},
        {SCHEME_APK, S("1."), false},
        {SCHEME_APK, S("1_rc~"), false},
        {SCHEME_APK, S("1-r1_p1"), false},
        {SCHEME_APK, S(""), false},
        {SCHEME_PACMAN, S("1:1.2.r3.gabc-1"), true},
        {SCHEME_PACMAN, S(""), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (version_valid(rows[i].scheme, rows[i].version) != rows[i].valid)
            fail_msg("%s %s", scheme_name(rows[i].scheme), quote(rows[i].version).text);
}

static void invalid_versions_have_no_order(void **state)
{
    (void)state;
    int order = 42;
    assert_false(version_compare(SCHEME_DEB, S("1"), S("x"), &order));
    assert_false(version_compare(SCHEME_DEB, S("x"), S("1"), &order));
    assert_int_equal(order, 42);
}

struct pair {
    enum scheme scheme;
    span older;
    span newer;
};

static void orders_are_right_where_it_is_easy_to_be_wrong(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {SCHEME_DEB, S("1.0~rc1-1"), S("1.0-1")},
        {SCHEME_DEB, S("1.0-1"), S("1.0-1+b1")}, // binary rebuild
        {SCHEME_DEB, S("9.9-1"), S("1:0.1-1")},
        {SCHEME_DEB, S("1.1.1n-0+deb11u1"), S("1.1.1n-0+deb11u10")},
        {SCHEME_DEB, S("1.99999999999999999999"), S("1.100000000000000000000")}, // over 64 bits
        {SCHEME_RPM, S("1.0"), S("1.0-1")}, // as librpm: no release is before any
        {SCHEME_RPM, S("5.26.3-416.el8"), S("4:5.26.3-416.el8")},
        {SCHEME_RPM, S("1.0^git1-1"), S("1.0.1-1")},
        {SCHEME_RPM, S("1.0~rc1-1"), S("1.0-1")},
        {SCHEME_APK, S("1.1.1_alpha"), S("1.1.1")},
        {SCHEME_APK, S("1.1.1"), S("1.1.1_p1")},
        {SCHEME_APK, S("1.9.5p1-r9"), S("1.9.5p2-r0")},
        {SCHEME_APK, S("1.02"), S("1.1")},
        {SCHEME_PACMAN, S("1.0rc1-1"), S("1.0-1")},
        {SCHEME_PACMAN, S("1.0-9"), S("1:0.1-1")},
        {SCHEME_JVM, S("1.8.0_131-ea"), S("8u131")},
        {SCHEME_JVM, S("1.8.0_131-b11"), S("1.8.0_132")},
        {SCHEME_JVM, S("1.8.0:update_99"), S("11.0.4+11")},
        {SCHEME_JVM, S("17"), S("17.0.1")},
        {SCHEME_GEM, S("1.a.b"), S("1.a.0.b")},
        {SCHEME_GEM, S("1.a.0.b"), S("1.a")},
        {SCHEME_COMPOSER, S("1.0-dev"), S("1.0betadev")},
        {SCHEME_COMPOSER, S("20240131"), S("20240131.0")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int order = 0;
        assert_true(version_compare(rows[i].scheme, rows[i].older, rows[i].newer, &order));
        if (order != -1)
            fail_msg("%s %s", scheme_name(rows[i].scheme), quote(rows[i].older).text);
    }
    int order = 1;
    assert_true(version_compare(SCHEME_PACMAN, S("1.0"), S("1.0-3"), &order));
    assert_int_equal(order, 0); // a pkgrel on one side does not count
}

static void a_build_of_a_runtime_does_not_count(void **state)
{
    (void)state;
    int order = 1;
    assert_true(version_compare(SCHEME_JVM, S("8_131"), S("1.8.0_131"), &order));
    assert_int_equal(order, 0);
    assert_true(version_compare(SCHEME_JVM, S("1.8.0u131"), S("8u131"), &order));
    assert_int_equal(order, 0);
    assert_true(version_compare(SCHEME_JVM, S("1.8.0_131-b11"), S("8.0.131+2"), &order));
    assert_int_equal(order, 0);
    assert_false(version_valid(SCHEME_JVM, S("")));
    assert_false(version_valid(SCHEME_JVM, S("u131")));
    assert_false(version_valid(SCHEME_JVM, S("8_")));
}

static bool holds(enum scheme scheme, span constraint, span version)
{
    bool result = false;
    struct err err = {0};
    if (!version_satisfies(scheme, constraint, version, &result, &err))
        fail_msg("%s", err.text);
    return result;
}

static void constraints_join_terms(void **state)
{
    (void)state;
    assert_true(holds(SCHEME_DEB, S(">= 1.0, << 1.4-2 || > 2.0"), S("1.0")));
    assert_false(holds(SCHEME_DEB, S(">= 1.0, << 1.4-2 || > 2.0"), S("1.4-2")));
    assert_true(holds(SCHEME_DEB, S(">=1.0,<<1.4-2||>>2.0"), S("2.1")));
    assert_true(holds(SCHEME_PEP440, S("==2.0"), S("2.0+1")));
    assert_false(holds(SCHEME_PEP440, S(">2.post1"), S("2.post1+9")));
    assert_false(holds(SCHEME_PEP440, S("!=2.0.post1.*"), S("2.0.post1.dev1")));
    assert_true(holds(SCHEME_PEP440, S("==2.0a1.*"), S("2.0a1.post3")));
    assert_false(holds(SCHEME_PEP440, S("==2.0a1.*"), S("2.0a2.dev1")));
    assert_true(holds(SCHEME_RPM, S("!= 1"), S("2")));
    assert_true(holds(SCHEME_RPM, S("1"), S("1")));
    assert_true(holds(SCHEME_RPM, S(""), S("1")));
    assert_true(holds(SCHEME_RPM, S(" * "), S("1")));
    assert_true(holds(SCHEME_APK, S("~1.2"), S("1.2.3-r4")));
    assert_false(holds(SCHEME_APK, S("~ 1.2"), S("1.20")));
}

static void bad_constraints_are_errors(void **state)
{
    (void)state;
    static const span bad[] = {S("<"),   S("< x"),  S("1,"),  S(",1"), S("1||"), S("||1"),
                               S("1 2"), S("=> 1"), S("~ 1"), S(","),  S("||"),  S("< 1 || < x")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bool result = true;
        struct err err = {0};
        assert_false(version_satisfies(SCHEME_DEB, bad[i], S("1"), &result, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_true(result); // untouched
    }
    bool result = true;
    assert_false(version_satisfies(SCHEME_DEB, S("*"), S("x"), &result, NULL));
}

static void lines_get_one_answer_each(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct text out = {0};
    text_init(&out, mem, 1 << 12);
    version_answer_compare(SCHEME_DEB, S("1\t2"), &out);
    version_answer_compare(SCHEME_DEB, S("2\t1"), &out);
    version_answer_compare(SCHEME_DEB, S("1\t1-0"), &out);
    version_answer_compare(SCHEME_DEB, S("1\tx"), &out);
    version_answer_compare(SCHEME_DEB, S("1"), &out);
    version_answer_compare(SCHEME_DEB, S("1\t2\t3"), &out);
    version_answer_compare(SCHEME_DEB, S(""), &out);
    version_answer_satisfies(SCHEME_DEB, S("< 2\t1"), &out);
    version_answer_satisfies(SCHEME_DEB, S("< 2\t2"), &out);
    version_answer_satisfies(SCHEME_DEB, S("< 2\t"), &out);
    assert_true(text_ok(&out));
    assert_true(span_equal(text_span(&out), S("-1\n1\n0\ninvalid\ninvalid\ninvalid\ninvalid\n"
                                              "true\nfalse\ninvalid\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemes_have_names),
        cmocka_unit_test(validity_follows_each_scheme),
        cmocka_unit_test(invalid_versions_have_no_order),
        cmocka_unit_test(orders_are_right_where_it_is_easy_to_be_wrong),
        cmocka_unit_test(a_build_of_a_runtime_does_not_count),
        cmocka_unit_test(constraints_join_terms),
        cmocka_unit_test(bad_constraints_are_errors),
        cmocka_unit_test(lines_get_one_answer_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
