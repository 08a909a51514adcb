#include "testing.h"

// ---------------------------------------------------------------- an oracle, slow and obvious

static bool any_depth(span component)
{
    return span_equal(component, S("**"));
}

static bool oracle_component(span pattern, span name)
{
    if (pattern.len == 0)
        return name.len == 0;
    if (pattern.ptr[0] == '*')
        return oracle_component(span_from(pattern, 1), name) ||
               (name.len && oracle_component(pattern, span_from(name, 1)));
    return name.len && pattern.ptr[0] == name.ptr[0] &&
           oracle_component(span_from(pattern, 1), span_from(name, 1));
}

static bool oracle_match(span pattern, span path)
{
    if (pattern.len == 0)
        return path.len == 0;
    span pattern_rest = pattern;
    span path_rest = path;
    span component = span_cut(&pattern_rest, '/');
    span name = span_cut(&path_rest, '/');
    if (any_depth(component))
        return oracle_match(pattern_rest, path) || (path.len && oracle_match(pattern, path_rest));
    return path.len && oracle_component(component, name) && oracle_match(pattern_rest, path_rest);
}

static bool oracle_cover(span pattern, span path)
{
    if (path.len == 0)
        return true;
    if (pattern.len == 0)
        return false;
    span component = span_cut(&pattern, '/');
    return any_depth(component) ||
           (oracle_component(component, span_cut(&path, '/')) && oracle_cover(pattern, path));
}

// ---------------------------------------------------------------- tests

static bool matches(span pattern, span path)
{
    return wants_match(&(struct wants){.patterns = &pattern, .count = 1}, path);
}

static bool may_cover(span pattern, span path)
{
    return wants_may_cover(&(struct wants){.patterns = &pattern, .count = 1}, path);
}

static void patterns_match_by_component(void **state)
{
    (void)state;
    const struct {
        const char *pattern;
        const char *path;
        bool match;
    } cases[] = {
        {"etc/os-release", "etc/os-release", true},
        {"etc/os-release", "etc/os-releas", false},
        {"etc/os-release", "etc/os-release/x", false},
        {"etc/os-release", "xtc/os-release", false},
        {"etc/*", "etc/a", true},
        {"etc/*", "etc", false},
        {"etc/*", "etc/a/b", false},
        {"etc/*-release", "etc/redhat-release", true},
        {"etc/*-release", "etc/-release", true},
        {"etc/*-release", "etc/release", false},
        {"a*b*c", "abc", true},
        {"a*b*c", "axbxbxc", true},
        {"a*b*c", "axbx", false},
        {"**/METADATA", "METADATA", true},
        {"**/METADATA", "usr/lib/x/METADATA", true},
        {"**/METADATA", "usr/lib/x/METADATA/y", false},
        {"**/*.dist-info/METADATA", "a/b.dist-info/c/d.dist-info/METADATA", true},
        {"usr/**", "usr", true},
        {"usr/**", "usr/a/b", true},
        {"usr/**", "usrx", false},
        {"usr/**/lib/**/x", "usr/lib/x", true},
        {"usr/**/lib/**/x", "usr/a/lib/b/c/x", true},
        {"usr/**/lib/**/x", "usr/a/b/c/x", false},
        {"**", "", true},
        {"**", "a/b/c", true},
        {"*", "", false},
        {"", "", true},
        {"", "a", false},
        {"a**b", "axyb", true}, // within a component it is no more than '*'
        {"a**b", "ax/yb", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (matches(span_of_text(cases[i].pattern), span_of_text(cases[i].path)) != cases[i].match)
            fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].path);
}

static void what_lies_above_a_wanted_path_is_covered(void **state)
{
    (void)state;
    assert_true(may_cover(S("var/lib/dpkg/status"), S("")));
    assert_true(may_cover(S("var/lib/dpkg/status"), S("var")));
    assert_true(may_cover(S("var/lib/dpkg/status"), S("var/lib/dpkg/status")));
    assert_false(may_cover(S("var/lib/dpkg/status"), S("var/lib/dpkg/status/x")));
    assert_false(may_cover(S("var/lib/dpkg/status"), S("var/cache")));
    assert_true(may_cover(S("var/*/dpkg"), S("var/x")));
    assert_true(may_cover(S("usr/**/x"), S("usr/a/b/c")));
    assert_false(may_cover(S("usr/**/x"), S("etc")));
}

static void no_pattern_wants_nothing(void **state)
{
    (void)state;
    const struct wants none = {0};
    assert_false(wants_match(&none, S("")));
    assert_false(wants_may_cover(&none, S("")));
}

static void random_patterns_agree_with_the_oracle(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct limits limits = limits_default();
    uint64_t seed = 2;
    size_t hits = 0;
    for (size_t i = 0; i < 300000; i++) {
        arena_reset(mem);
        bool escapes = false;
        span pattern = {0};
        span path = {0};
        assert_true(path_normalise(random_text(&seed, S("ab**//"), 9, mem), &limits, mem, &pattern,
                                   &escapes));
        assert_true(
            path_normalise(random_text(&seed, S("ab/"), 9, mem), &limits, mem, &path, &escapes));
        bool match = matches(pattern, path);
        bool cover = may_cover(pattern, path);
        if (match != oracle_match(pattern, path) || cover != oracle_cover(pattern, path))
            fail_msg("'%s' and '%s'", quote(pattern).text, quote(path).text);
        assert_true(cover || !match);
        hits += match;
    }
    assert_true(hits > 1000); // the generator must not miss the point
}

// What a recursive matcher would take longer than the age of the universe for.
static void hostile_paths_take_no_time(void **state)
{
    (void)state;
    enum { LEN = 8192 };
    static uint8_t bytes[LEN];
    memset(bytes, 'a', LEN);
    assert_false(matches(S("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b*"), span_of(bytes, LEN)));
    for (size_t i = 1; i < LEN; i += 2)
        bytes[i] = '/';
    assert_false(matches(S("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b*"), span_of(bytes, LEN - 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_by_component),
        cmocka_unit_test(what_lies_above_a_wanted_path_is_covered),
        cmocka_unit_test(no_pattern_wants_nothing),
        cmocka_unit_test(random_patterns_agree_with_the_oracle),
        cmocka_unit_test(hostile_paths_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
