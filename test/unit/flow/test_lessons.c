#include "flow/service_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct stored_unit unit = {
    .id = 7,
    .unit = {.type = {(const uint8_t *)"deb", 3}, .name = {(const uint8_t *)"openssl", 7}},
};

static struct finding finding_of(const char *id, enum severity severity)
{
    return (struct finding){
        .id = span_of_text(id),
        .severity = severity,
        .status = STATUS_FIXED,
        .fixed_version = S("2"),
    };
}

// What is learned from `before` to `after`, of at most one finding each.
static struct list learn(const struct finding *before, const struct finding *after,
                         struct arena *mem)
{
    struct finding then = before ? *before : (struct finding){0};
    struct finding now = after ? *after : (struct finding){0};
    const struct findings old = {.items = &then, .count = before != NULL};
    const struct findings new = {.items = &now, .count = after != NULL};
    struct list lessons;
    list_init(&lessons, mem, sizeof(struct lesson), 8);
    assert_true(lessons_compare(&unit, &old, &new, &lessons, NULL));
    return lessons;
}

static void assert_learned(const struct finding *before, const struct finding *after,
                           enum learned_kind kind)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct list lessons = learn(before, after, mem);
    assert_int_equal(lessons.count, 1);
    const struct lesson *lesson = LIST_AT(&lessons, struct lesson, 0);
    assert_int_equal(lesson->unit, 7);
    assert_int_equal(lesson->learned.kind, kind);
    assert_true(span_equal(lesson->learned.package, S("openssl")));
}

static void assert_nothing(const struct finding *before, const struct finding *after)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    assert_int_equal(learn(before, after, mem).count, 0);
}

static void findings_come_and_go(void **state)
{
    (void)state;
    struct finding a = finding_of("CVE-1", SEVERITY_HIGH);
    struct finding b = finding_of("CVE-2", SEVERITY_HIGH);
    assert_learned(NULL, &a, LEARNED_NEW);
    assert_learned(&a, NULL, LEARNED_GONE);
    assert_nothing(&a, &a);
    assert_nothing(NULL, NULL);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    assert_int_equal(learn(&a, &b, mem).count, 2);
}

static void a_change_is_what_an_owner_would_act_upon(void **state)
{
    (void)state;
    const struct finding before = finding_of("CVE-1", SEVERITY_LOW);
    struct finding severity = before;
    struct finding fix = before;
    struct finding exploited = before;
    struct finding status = before;
    struct finding chance = before;
    severity.severity = SEVERITY_CRITICAL;
    fix.fixed_version = S("3");
    exploited.exploited = true;
    status.status = STATUS_WONT_FIX;
    chance.epss = 0.9;
    assert_learned(&before, &severity, LEARNED_CHANGED);
    assert_learned(&before, &fix, LEARNED_CHANGED);
    assert_learned(&before, &exploited, LEARNED_CHANGED);
    assert_learned(&before, &status, LEARNED_CHANGED);
    assert_nothing(&before, &chance);
}

static void what_does_not_count_is_as_if_it_were_not_there(void **state)
{
    (void)state;
    const struct finding counts = finding_of("CVE-1", SEVERITY_HIGH);
    struct finding silent = counts;
    silent.suppressed = S("no code");
    assert_nothing(NULL, &silent);
    assert_nothing(&silent, NULL);
    assert_learned(&silent, &counts, LEARNED_NEW);
    assert_learned(&counts, &silent, LEARNED_GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_come_and_go),
        cmocka_unit_test(a_change_is_what_an_owner_would_act_upon),
        cmocka_unit_test(what_does_not_count_is_as_if_it_were_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
