#include "os/os.h"
#include "pattern/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const expressions[] = {"needle", "v[0-9]", "\\x00end"};
enum { EXPRESSIONS = sizeof expressions / sizeof *expressions };

static struct patterns *open_patterns(void)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct patterns *patterns = NULL;
    span compiled = {0};
    assert_true(pattern_compile(expressions, EXPRESSIONS, mem, &compiled, NULL));
    assert_true(pattern_open(compiled, &patterns, NULL));
    return patterns;
}

struct matches {
    size_t count;
    size_t most;
    size_t pattern[16];
    size_t end[16];
};

static bool collect(void *self, size_t pattern, size_t end)
{
    struct matches *matches = self;
    matches->pattern[matches->count] = pattern;
    matches->end[matches->count++] = end;
    return matches->count < matches->most;
}

static void all_patterns_are_found_in_one_pass(void **state)
{
    (void)state;
    struct patterns *patterns = open_patterns();
    struct matches matches = {.most = 16};
    assert_true(pattern_scan(patterns, S("v1 needle \0end v2"), collect, &matches, NULL));
    const size_t pattern[] = {1, 0, 2, 1};
    const size_t end[] = {2, 9, 14, 17};
    assert_int_equal(matches.count, 4);
    assert_memory_equal(matches.pattern, pattern, sizeof pattern);
    assert_memory_equal(matches.end, end, sizeof end);
    pattern_free(patterns);
}

static void nothing_is_found_in_nothing(void **state)
{
    (void)state;
    struct patterns *patterns = open_patterns();
    struct matches matches = {.most = 16};
    assert_true(pattern_scan(patterns, (span){0}, collect, &matches, NULL));
    assert_true(pattern_scan(patterns, S("needl"), collect, &matches, NULL));
    assert_int_equal(matches.count, 0);
    assert_true(pattern_scan(patterns, S("needle"), collect, &matches, NULL));
    assert_int_equal(matches.count, 1);
    pattern_free(patterns);
}

static void the_pass_ends_when_it_is_told_to(void **state)
{
    (void)state;
    struct patterns *patterns = open_patterns();
    struct matches matches = {.most = 2};
    assert_true(pattern_scan(patterns, S("v1 v2 v3 v4"), collect, &matches, NULL));
    assert_int_equal(matches.count, 2);
    pattern_free(patterns);
}

static void a_broken_expression_is_named(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    const char *const broken[] = {"fine", "br(oken"};
    struct err err = {0};
    span compiled = {0};
    assert_false(pattern_compile(broken, 2, mem, &compiled, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "br(oken"));
}

static void other_bytes_are_no_patterns(void **state)
{
    (void)state;
    struct patterns *patterns = NULL;
    struct err err = {0};
    assert_false(pattern_open(S("these are no compiled patterns at all, however long they may be"),
                              &patterns, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
    assert_null(patterns);
    pattern_free(NULL);
}

enum { PASSES = 200 };

struct crowd {
    struct patterns *patterns;
    struct matches matches[PASSES];
};

static void pass_once(void *self, size_t index)
{
    struct crowd *crowd = self;
    crowd->matches[index].most = 16;
    bool ok =
        pattern_scan(crowd->patterns, S("a needle in a v8"), collect, &crowd->matches[index], NULL);
    crowd->matches[index].most = ok;
}

static void many_threads_may_look_at_once(void **state)
{
    (void)state;
    static struct crowd crowd;
    crowd.patterns = open_patterns();
    os_parallel(4, PASSES, pass_once, &crowd);
    for (size_t i = 0; i < PASSES; i++) {
        assert_int_equal(crowd.matches[i].count, 2);
        assert_int_equal(crowd.matches[i].most, true);
    }
    pattern_free(crowd.patterns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_patterns_are_found_in_one_pass),
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(the_pass_ends_when_it_is_told_to),
        cmocka_unit_test(a_broken_expression_is_named),
        cmocka_unit_test(other_bytes_are_no_patterns),
        cmocka_unit_test(many_threads_may_look_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
