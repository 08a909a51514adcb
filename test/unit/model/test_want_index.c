#include "testing.h"

enum { MOST_PATTERNS = 40 };

static size_t first_match(const struct wants *wants, span path)
{
    for (size_t i = 0; i < wants->count; i++)
        if (wants_match(&(struct wants){.patterns = &wants->patterns[i], .count = 1}, path))
            return i;
    return WANT_NONE;
}

static size_t ask(const struct wants *wants, span path, struct arena *mem)
{
    const struct want_index *index = NULL;
    assert_true(want_index_new(wants, mem, &index, NULL));
    return want_index_match(index, path);
}

static void patterns_of_every_kind_are_found(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    static const span patterns[] = {
        S("etc/os-release"), S("**/METADATA"), S("**/*.jar"),    S("usr/**"), S("**/*.x"),
        S("**/*a"),          S("lib*/so"),     S("a/trailing/"), S(""),
    };
    const struct wants wants = {patterns, COUNT_OF(patterns)};
    static const struct {
        span path;
        size_t number;
    } rows[] = {
        {S("etc/os-release"), 0},
        {S("METADATA"), 1},
        {S("usr/x/METADATA"), 1},
        {S("opt/app.jar"), 2},
        {S(".jar"), 2},
        {S("usr/bin/env"), 3},
        {S("usr"), 3},
        {S("a/b.x"), 4},
        {S("a"), 5},
        {S("ba"), 5},
        {S("lib64/so"), 6},
        {S("a/trailing"), 7},
        {S(""), 8},
        {S("jar"), WANT_NONE},
        {S("b"), WANT_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (ask(&wants, rows[i].path, mem) != rows[i].number)
            fail_msg("'%s'", quote(rows[i].path).text);
}

static void no_pattern_matches_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    assert_true(ask(&(struct wants){0}, S(""), mem) == WANT_NONE);
    assert_true(ask(&(struct wants){0}, S("a/b"), mem) == WANT_NONE);
}

static void it_says_what_the_list_says(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct limits limits = limits_default();
    uint64_t seed = 7;
    size_t hits = 0;
    for (size_t i = 0; i < 20000; i++) {
        arena_reset(mem);
        span patterns[MOST_PATTERNS];
        struct wants wants = {patterns, random_below(&seed, MOST_PATTERNS)};
        for (size_t j = 0; j < wants.count; j++)
            patterns[j] = random_text(&seed, S("abc.**//"), 9, mem);
        const struct want_index *index = NULL;
        assert_true(want_index_new(&wants, mem, &index, NULL));
        for (size_t j = 0; j < 10; j++) {
            bool escapes = false;
            span path = {0};
            assert_true(path_normalise(random_text(&seed, S("abc./"), 9, mem), &limits, mem, &path,
                                       &escapes));
            size_t expected = first_match(&wants, path);
            hits += expected != WANT_NONE;
            if (want_index_match(index, path) != expected)
                fail_msg("'%s'", quote(path).text);
        }
    }
    assert_true(hits > 1000);
}

static void too_little_memory_is_told(void **state)
{
    (void)state;
    static const span patterns[] = {S("a"), S("**/*.b"), S("c/**")};
    const struct wants wants = {patterns, COUNT_OF(patterns)};
    bool ok = false;
    for (uint64_t budget = 0; budget < 16384; budget += 64) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        const struct want_index *index = NULL;
        struct err err = {0};
        ok = want_index_new(&wants, mem, &index, &err);
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_LIMIT);
    }
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_of_every_kind_are_found),
        cmocka_unit_test(no_pattern_matches_nothing),
        cmocka_unit_test(it_says_what_the_list_says),
        cmocka_unit_test(too_little_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
