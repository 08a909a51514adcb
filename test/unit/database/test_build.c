// Compiling: the bytes depend on the facts alone, and a file is there whole or not at all.
#include "facts.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PATH "test_database_build.db"

static span read_back(struct arena *mem)
{
    struct err err = {0};
    span bytes = {0};
    assert_true(os_read_file(PATH, 1 << 24, mem, &bytes, &err));
    return bytes;
}

static void same_facts_give_same_bytes(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct facts facts = {0};
    facts_make(&facts, mem, 7, 300);
    facts_write(&facts, PATH, 0, 1);
    span first = read_back(mem);
    for (unsigned round = 1; round < 8; round++) {
        facts_write(&facts, PATH, round * 7919, 1 + round % 3);
        assert_true(span_equal(first, read_back(mem)));
    }
}

static void facts_taken_twice_count_once(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct facts facts = {0};
    facts_make(&facts, mem, 7, 30);
    facts_write(&facts, PATH, 0, 1);
    span once = read_back(mem);

    struct limits limits = limits_default();
    struct err err = {0};
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    assert_true(database_builder_new(&limits, &builder, &err));
    struct advisory_sink sink = database_builder_sink(builder);
    facts_give(&facts, &sink, 0, 0, 1);
    facts_give(&facts, &sink, 3, 0, 1);
    assert_true(database_write(&builder, 1, &limits, PATH, &err));
    assert_true(span_equal(once, read_back(mem)));
}

static void nothing_is_a_database_too(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct err err = {0};
    assert_true(database_write(NULL, 0, &limits, PATH, &err));
    CLEANUP(database_cleanup) struct database *database = NULL;
    assert_true(database_open(PATH, &database, &err));
    assert_int_equal(database_segment_count(database), 0);
    assert_true(database_verify(database, &limits, &err));
    struct database_info info = {0};
    assert_true(database_describe(database, mem, &info, &err));
    assert_int_equal(info.sources.count, 0);
    assert_int_equal(info.built.len, 0);
}

static void two_builders_with_one_database_conflict(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    struct err err = {0};
    struct database_builder *builders[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        assert_true(database_builder_new(&limits, &builders[i], &err));
        struct advisory_sink sink = database_builder_sink(builders[i]);
        assert_true(sink.take_source(sink.self, S("same"), 1, S("MIT"), &err));
    }
    assert_false(database_write(builders, 2, &limits, PATH, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_non_null(strstr(err.text, "same"));
    for (size_t i = 0; i < 2; i++)
        database_builder_free(builders[i]);
}

// Gives facts until the builder is full; true if that happened.
static bool fill(struct database_builder *builder, const struct facts *facts, struct err *err)
{
    struct advisory_sink sink = database_builder_sink(builder);
    for (size_t i = 0; i < facts->advisories.count; i++)
        if (!sink.take_advisory(sink.self, LIST_AT(&facts->advisories, struct advisory, i), err))
            return true;
    return false;
}

static void a_full_builder_refuses_and_the_old_file_stays(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct facts facts = {0};
    facts_make(&facts, mem, 7, 400);
    facts_write(&facts, PATH, 0, 1);
    span before = read_back(mem);

    // Every budget that is too small, whichever allocation it hits.
    for (uint64_t budget = 1024; budget < 120000; budget += 3001) {
        struct limits limits = limits_default();
        limits.build_bytes = budget;
        struct err err = {0};
        CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
        assert_true(database_builder_new(&limits, &builder, &err));
        assert_true(fill(builder, &facts, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
        assert_true(fill(builder, &facts, &err));
        assert_false(database_write(&builder, 1, &limits, PATH, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
    assert_true(span_equal(before, read_back(mem)));
}

// Fills and writes with so little memory; false if that was too little.
static bool write_within(uint64_t budget, const struct facts *facts, struct err *err)
{
    struct limits limits = limits_default();
    limits.build_bytes = budget;
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    assert_true(database_builder_new(&limits, &builder, err));
    return !fill(builder, facts, err) && database_write(&builder, 1, &limits, PATH, err);
}

static void writing_without_memory_leaves_the_old_file(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct facts facts = {0};
    struct facts others = {0};
    struct err err = {0};
    facts_make(&facts, mem, 7, 400);
    facts_make(&others, mem, 8, 10);
    facts_write(&others, PATH, 0, 1);
    span before = read_back(mem);
    size_t refusals = 0;
    for (uint64_t budget = 100000; !write_within(budget, &facts, &err); budget += 49999) {
        assert_int_equal(err.kind, ERR_LIMIT);
        assert_true(span_equal(before, read_back(mem)));
        refusals++;
    }
    assert_true(refusals > 3);
    assert_false(span_equal(before, read_back(mem)));

    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    struct limits limits = limits_default();
    assert_true(database_builder_new(&limits, &builder, &err));
    assert_false(database_write(&builder, 1, &limits, "absent-directory/x.db", &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static void segments_are_joined_from_what_they_say(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct facts facts = {0};
    struct err err = {0};
    struct limits limits = limits_default();
    facts_make(&facts, mem, 7, 100);
    facts_write(&facts, PATH, 0, 1);
    span whole = read_back(mem);
    CLEANUP(database_cleanup) struct database *database = NULL;
    assert_true(database_open(PATH, &database, &err));
    size_t count = database_segment_count(database);
    span *segments = arena_array(mem, count, sizeof *segments);
    assert_non_null(segments);
    for (size_t i = 0; i < count; i++) {
        span core = {0};
        assert_true(database_segment_core(database, i, mem, &core, &err));
        assert_true(core.len < database_segment_bytes(database, i).len);
        // Any order will do.
        assert_true(database_segment_of_core(core, mem, &segments[count - 1 - i], &err));
        assert_true(span_equal(segments[count - 1 - i], database_segment_bytes(database, i)));
        for (size_t len = 0; len < core.len; len += 1 + len / 8) {
            span none = {0};
            assert_false(database_segment_of_core(span_first(core, len), mem, &none, &err));
            assert_int_equal(err.kind, ERR_INPUT);
        }
    }
    struct spans all = {.items = segments, .count = count};
    assert_true(database_join(&all, &limits, PATH, &err));
    assert_true(span_equal(whole, read_back(mem)));

    segments[0] = segments[1];
    assert_false(database_join(&all, &limits, PATH, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    segments[0] = S("no segment");
    assert_false(database_join(&all, &limits, PATH, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_true(span_equal(whole, read_back(mem)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_facts_give_same_bytes),
        cmocka_unit_test(facts_taken_twice_count_once),
        cmocka_unit_test(nothing_is_a_database_too),
        cmocka_unit_test(two_builders_with_one_database_conflict),
        cmocka_unit_test(a_full_builder_refuses_and_the_old_file_stays),
        cmocka_unit_test(writing_without_memory_leaves_the_old_file),
        cmocka_unit_test(segments_are_joined_from_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
