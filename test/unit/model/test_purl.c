#include "testing.h"

static void expect_refused(const char *text, const char *why)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct purl purl = {0};
    struct err err = {0};
    assert_false(purl_parse(span_of_text(text), mem, &purl, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
    assert_int_equal(purl.type.len, 0);
}

static void what_is_no_purl_is_refused(void **state)
{
    (void)state;
    expect_refused("", "does not begin with pkg:");
    expect_refused("pkg", "is no type");
    expect_refused("npm/a@1", "does not begin with pkg:");
    expect_refused("pkg:", "is no type");
    expect_refused("pkg:npm", "there is no name");
    expect_refused("pkg:npm/", "there is no name");
    expect_refused("pkg:npm/@1", "there is no name");
    expect_refused("pkg:n_m/a", "is no type");
    expect_refused("pkg:npm/a?b%20=1", "is no key");
    expect_refused("pkg:npm/a?b=1&B=2", "more than one qualifier 'b'");
    expect_refused("pkg:otp/a/b", "no namespaces");
    expect_refused("pkg:swift/b", "needs a namespace");
}

static void expect_canonical(span text, const char *canonical)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct purl purl = {0};
    span built = {0};
    assert_true(purl_parse(text, mem, &purl, NULL));
    assert_true(purl_build(&purl, mem, &built, NULL));
    assert_span(built, span_of_text(canonical));
}

static void what_is_odd_is_read(void **state)
{
    (void)state;
    expect_canonical(S("PKG:npm/a"), "pkg:npm/a");
    expect_canonical(S("pkg:npm/a@"), "pkg:npm/a");
    expect_canonical(S("pkg:npm//x///a"), "pkg:npm/x/a");
    expect_canonical(S("pkg:npm/a%@1%zz%4"), "pkg:npm/a%25@1%25zz%254");
    expect_canonical(S("pkg:npm/a?&b=&=&c=1"), "pkg:npm/a?c=1");
    expect_canonical(S("pkg:npm/a?c=x=y"), "pkg:npm/a?c=x%3Dy");
    expect_canonical(S("pkg:npm/a%2Fb"), "pkg:npm/a%2Fb");
    expect_canonical(S("pkg:npm/a#./../b//%2e"), "pkg:npm/a#b");
    expect_canonical(S("pkg:npm/@x/a"), "pkg:npm/%40x/a");
    expect_canonical(S("pkg:npm/@x/a@1"), "pkg:npm/%40x/a@1");
    expect_canonical(S("pkg:generic/a%00\xff@\n"), "pkg:generic/a%00%FF@%0A");
}

static void a_full_arena_is_no_damage(void **state)
{
    (void)state;
    bool ok = false;
    for (uint64_t budget = 0; budget < 4096; budget++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct purl purl = {0};
        struct err err = {0};
        span built = {0};
        ok = purl_parse(S("pkg:DEB/debian/curl@1?arch=a&distro=b#c"), mem, &purl, &err) &&
             purl_build(&purl, mem, &built, &err);
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_LIMIT);
    }
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_purl_is_refused),
        cmocka_unit_test(what_is_odd_is_read),
        cmocka_unit_test(a_full_arena_is_no_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
