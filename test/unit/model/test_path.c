#include "testing.h"

static void paths_become_relative_without_dots(void **state)
{
    (void)state;
    const struct {
        const char *path;
        const char *normal;
        bool escapes;
    } cases[] = {
        {"", "", false},
        {"/", "", false},
        {"///", "", false},
        {".", "", false},
        {"./", "", false},
        {"a", "a", false},
        {"/a", "a", false},
        {"a/", "a", false},
        {"./a//b/./c/", "a/b/c", false},
        {"a/..", "", false},
        {"a/../b", "b", false},
        {"a/b/../../c", "c", false},
        {"..", "", true},
        {"../../etc/passwd", "etc/passwd", true},
        {"a/../../b", "b", true},
        {"/../a", "a", true},
        {"...", "...", false},
        {"..a/.b", "..a/.b", false},
        {".wh..wh..opq", ".wh..wh..opq", false},
    };
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        span normal = {0};
        bool escapes = !cases[i].escapes;
        assert_true(path_normalise(span_of_text(cases[i].path), &limits, mem, &normal, &escapes));
        assert_span(normal, span_of_text(cases[i].normal));
        assert_int_equal(escapes, cases[i].escapes);
    }
}

static void links_are_resolved_inside_the_root(void **state)
{
    (void)state;
    const struct {
        const char *path;
        const char *link;
        const char *target;
    } cases[] = {
        {"etc/os-release", "../usr/lib/os-release", "usr/lib/os-release"},
        {"bin", "usr/bin", "usr/bin"},
        {"a/b/c", "d", "a/b/d"},
        {"a/b/c", "/d", "d"},
        {"a/b/c", "", "a/b"},
        {"a/b/c", ".", "a/b"},
        {"a", "../../..", ""},
        {"a/b", "../../../x", "x"},
        {"a/b", "/../x", "x"},
        {"", "x", "x"},
    };
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        span target = {0};
        assert_true(path_resolve(span_of_text(cases[i].path), span_of_text(cases[i].link), &limits,
                                 mem, &target));
        assert_span(target, span_of_text(cases[i].target));
    }
}

static void the_longest_path_is_exact(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.path_bytes = 5;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span ret = S("untouched");
    bool escapes = false;
    assert_true(path_normalise(S("ab/c"), &limits, mem, &ret, &escapes));
    assert_true(path_normalise(S("ab/cd"), &limits, mem, &ret, &escapes));
    assert_span(ret, S("ab/cd"));
    assert_false(path_normalise(S("ab/cde"), &limits, mem, &ret, &escapes));
    assert_span(ret, S("ab/cd"));
    assert_true(path_resolve(S("ab/x"), S("cd"), &limits, mem, &ret));
    assert_false(path_resolve(S("ab/x"), S("cde"), &limits, mem, &ret));
    assert_false(path_resolve(S("ab/x"), S("/abcde"), &limits, mem, &ret));
    assert_span(ret, S("ab/cd"));
}

static void a_full_arena_is_no_path(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(0);
    span ret = {0};
    bool escapes = false;
    assert_false(path_normalise(S("a"), &limits, mem, &ret, &escapes));
    assert_false(path_resolve(S("a"), S("b"), &limits, mem, &ret));
}

static void normal_paths_stay_as_they_are(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    uint64_t seed = 1;
    for (size_t i = 0; i < 100000; i++) {
        arena_reset(mem);
        span path = random_text(&seed, S("a./"), 12, mem);
        span once = {0};
        span twice = {0};
        bool escapes = false;
        assert_true(path_normalise(path, &limits, mem, &once, &escapes));
        assert_true(path_is_normal(once));
        assert_int_equal(path_is_normal(path), span_equal(path, once));
        assert_true(path_normalise(once, &limits, mem, &twice, &escapes));
        assert_false(escapes);
        assert_span(twice, once);
    }
}

static void a_path_has_a_parent_and_a_name(void **state)
{
    (void)state;
    assert_span(path_parent(S("a/b/c")), S("a/b"));
    assert_span(path_parent(S("a")), S(""));
    assert_span(path_parent(S("")), S(""));
    assert_span(path_name(S("a/b/c")), S("c"));
    assert_span(path_name(S("a")), S("a"));
    assert_span(path_name(S("")), S(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_become_relative_without_dots),
        cmocka_unit_test(links_are_resolved_inside_the_root),
        cmocka_unit_test(the_longest_path_is_exact),
        cmocka_unit_test(a_full_arena_is_no_path),
        cmocka_unit_test(normal_paths_stay_as_they_are),
        cmocka_unit_test(a_path_has_a_parent_and_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
