// Two databases side by side.
#include "facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define OLD "test_database_compare_old.db"
#define NEW "test_database_compare_new.db"

// How many statements and flaws there are on each side, as they come by.
struct counts {
    size_t sources;
    size_t before;
    size_t after;
    size_t flaws_before;
    size_t flaws_after;
};

static bool count_source(void *self, span name, bool in_before, bool in_after, struct err *err)
{
    (void)name;
    (void)err;
    assert_true(in_before || in_after);
    ((struct counts *)self)->sources++;
    return true;
}

static bool count_package(void *self, span ecosystem, span name, const struct statements *before,
                          const struct statements *after, struct err *err)
{
    struct counts *counts = self;
    const struct statements *sides[] = {before, after};
    (void)err;
    assert_true(before->count || after->count);
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < sides[side]->count; i++) {
            assert_true(span_equal(sides[side]->items[i].affected.ecosystem, ecosystem));
            assert_true(span_equal(sides[side]->items[i].affected.name, name));
        }
    counts->before += before->count;
    counts->after += after->count;
    return true;
}

static bool count_flaw(void *self, const struct flaw *before, const struct flaw *after,
                       struct err *err)
{
    struct counts *counts = self;
    (void)err;
    assert_true(before || after);
    if (before && after)
        assert_true(span_equal(before->id, after->id));
    counts->flaws_before += before != NULL;
    counts->flaws_after += after != NULL;
    return true;
}

static bool pass_release(void *self, const struct release *before, const struct release *after,
                         struct err *err)
{
    (void)self;
    (void)err;
    assert_true(before || after);
    return true;
}

static void make(const char *path, uint64_t seed, size_t advisories)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    struct facts facts = {0};
    facts_make(&facts, mem, seed, advisories);
    facts_write(&facts, path, 1, 1);
}

static struct counts compare(const char *old, const char *new)
{
    CLEANUP(database_cleanup) struct database *before = NULL;
    CLEANUP(database_cleanup) struct database *after = NULL;
    struct limits limits = limits_default();
    struct counts counts = {0};
    struct database_comparer comparer = {
        .self = &counts,
        .source = count_source,
        .packages = count_package,
        .flaws = count_flaw,
        .releases = pass_release,
    };
    assert_true(database_open(old, &before, NULL));
    assert_true(database_open(new, &after, NULL));
    assert_true(database_compare(before, after, &limits, &comparer, NULL));
    return counts;
}

static void what_is_the_same_is_passed_over(void **state)
{
    (void)state;
    make(OLD, 1, 300);
    struct counts counts = compare(OLD, OLD);
    assert_int_equal(counts.sources, 0);
    assert_int_equal(counts.before + counts.after, 0);
}

// Each side comes by whole, whichever stands first.
static void both_sides_come_by_whole(void **state)
{
    (void)state;
    make(OLD, 1, 300);
    make(NEW, 2, 500);
    struct counts there = compare(OLD, NEW);
    struct counts back = compare(NEW, OLD);
    assert_true(there.sources > 0 && there.before > 0 && there.after > there.before);
    assert_int_equal(there.sources, back.sources);
    assert_int_equal(there.before, back.after);
    assert_int_equal(there.after, back.before);
    assert_int_equal(there.flaws_before, back.flaws_after);
    assert_int_equal(there.flaws_after, back.flaws_before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same_is_passed_over),
        cmocka_unit_test(both_sides_come_by_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
