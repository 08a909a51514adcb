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

// ---------------------------------------------------------------- what is not given

// What a database says of packages, a line each.
struct lines {
    struct arena *mem;
    struct list all;    // of span: walked through
    struct list before; // of span: given by the comparer
    struct list after;
};

static void add_lines(struct lines *lines, struct list *to, const struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *one = &statements->items[i];
        span *item = LIST_ADD(to, span);
        assert_non_null(item);
        *item = facts_line(lines->mem, &one->advisory, &one->affected);
    }
}

static bool add_walked(void *self, span ecosystem, span name, const struct statements *statements,
                       struct err *err)
{
    struct lines *lines = self;
    (void)ecosystem;
    (void)name;
    (void)err;
    add_lines(lines, &lines->all, statements);
    return true;
}

static bool add_given(void *self, span ecosystem, span name, const struct statements *before,
                      const struct statements *after, struct err *err)
{
    struct lines *lines = self;
    (void)ecosystem;
    (void)name;
    (void)err;
    add_lines(lines, &lines->before, before);
    add_lines(lines, &lines->after, after);
    return true;
}

static bool pass_source(void *self, span name, bool in_before, bool in_after, struct err *err)
{
    (void)self;
    (void)name;
    (void)in_before;
    (void)in_after;
    (void)err;
    return true;
}

static bool pass_flaw(void *self, const struct flaw *before, const struct flaw *after,
                      struct err *err)
{
    (void)self;
    (void)before;
    (void)after;
    (void)err;
    return true;
}

// Takes those of `some` out of `all`; both are sorted.
static void take_out(struct list *all, const struct list *some)
{
    size_t kept = 0;
    for (size_t i = 0, j = 0; i < all->count; i++) {
        span line = *LIST_AT(all, span, i);
        while (j < some->count && span_compare(*LIST_AT(some, span, j), line) < 0)
            j++;
        if (j == some->count || !span_equal(*LIST_AT(some, span, j), line))
            *LIST_AT(all, span, kept++) = line;
    }
    all->count = kept;
}

// Walks a database and leaves of it what the comparer did not give.
static void passed_over(struct lines *lines, const struct database *database, struct list *given)
{
    const struct limits limits = limits_default();
    const struct database_visitor visitor = {.self = lines, .visit_package = add_walked};
    list_init(&lines->all, lines->mem, sizeof(span), SIZE_MAX);
    assert_true(database_walk(database, &limits, &visitor, NULL));
    facts_sort_lines(&lines->all);
    facts_sort_lines(given);
    take_out(&lines->all, given);
}

// What is passed over is the same on both sides, and is most of it.
static void check_passed_over(size_t most_given)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(256 << 20);
    CLEANUP(database_cleanup) struct database *old = NULL;
    CLEANUP(database_cleanup) struct database *new = NULL;
    const struct limits limits = limits_default();
    struct lines lines = {.mem = mem};
    const struct database_comparer comparer = {
        .self = &lines,
        .source = pass_source,
        .packages = add_given,
        .flaws = pass_flaw,
        .releases = pass_release,
    };
    list_init(&lines.before, mem, sizeof(span), SIZE_MAX);
    list_init(&lines.after, mem, sizeof(span), SIZE_MAX);
    assert_true(database_open(OLD, &old, NULL));
    assert_true(database_open(NEW, &new, NULL));
    assert_true(database_compare(old, new, &limits, &comparer, NULL));
    passed_over(&lines, old, &lines.before);
    struct list before = lines.all;
    passed_over(&lines, new, &lines.after);
    assert_true(before.count > 0 && lines.before.count + lines.after.count > 0);
    assert_true(lines.after.count <= most_given);
    assert_int_equal(before.count, lines.all.count);
    for (size_t i = 0; i < before.count; i++)
        assert_true(span_equal(*LIST_AT(&before, span, i), *LIST_AT(&lines.all, span, i)));
}

// An advisory with packages, and how it is changed.
static void make_changed(void (*change)(struct advisory *advisory, struct affected *affected))
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    struct facts facts = {0};
    facts_make(&facts, mem, 7, 2000);
    for (size_t i = 100; i < facts.advisories.count; i++) {
        struct advisory *advisory = LIST_AT(&facts.advisories, struct advisory, i);
        if (advisory->affected_count == 0)
            continue;
        change(advisory, (struct affected *)(uintptr_t)advisory->affected); // ours
        break;
    }
    facts_write(&facts, NEW, 1, 1);
}

static void change_rating(struct advisory *advisory, struct affected *affected)
{
    (void)affected;
    advisory->severity = advisory->severity == SEVERITY_LOW ? SEVERITY_HIGH : SEVERITY_LOW;
}

static void change_flaws(struct advisory *advisory, struct affected *affected)
{
    static const span flaw = {(const uint8_t *)"CVE-2031-31313", 14};
    (void)affected;
    advisory->flaws = (struct spans){.items = &flaw, .count = 1};
}

static void change_version(struct advisory *advisory, struct affected *affected)
{
    (void)advisory;
    affected->fixed = S("31.31.31");
}

// The numbers of all words behind it change.
static void change_module(struct advisory *advisory, struct affected *affected)
{
    (void)advisory;
    affected->module = S("!first");
}

static void what_is_passed_over_is_the_same(void **state)
{
    static void (*const changes[])(struct advisory * advisory, struct affected * affected) = {
        change_rating, change_flaws, change_version};
    (void)state;
    make(OLD, 7, 2000);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        make_changed(changes[i]);
        check_passed_over(2000);
    }
    make_changed(change_module);
    check_passed_over(SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same_is_passed_over),
        cmocka_unit_test(both_sides_come_by_whole),
        cmocka_unit_test(what_is_passed_over_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
