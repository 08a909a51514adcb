#include "build.h"
#include "seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BUDGET = 1 << 20 };

static struct arena *new_arena(void)
{
    struct arena *mem = arena_new(BUDGET);
    assert_non_null(mem);
    return mem;
}

enum { SLOTS = 32, SLOT = 16, BLOBS = 4096 };

static void reads_taken_slots(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_ndb(mem);
    assert_int_equal(rpmdb_detect(text_span(&database)), RPMDB_NDB);
    struct seen seen = seen_of(text_span(&database), (span){0}, BUDGET);
    assert_true(seen.ok);
    assert_string_equal(seen.names, "small large ");
    assert_int_equal(seen.damages, 0);
}

static void expect_damage(size_t at, uint8_t value, const char *names, const char *damage)
{
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_ndb(mem);
    database.ptr[at] = value;
    struct seen seen = seen_of(text_span(&database), (span){0}, BUDGET);
    assert_true(seen.ok);
    assert_string_equal(seen.damage.text, damage);
    assert_string_equal(seen.names, names);
    assert_int_equal(seen.damages, 1);
}

static void reads_past_damage(void **state)
{
    (void)state;
    expect_damage(SLOTS, 'X', "large ", "ndb: 1 slots lack their magic number");
    expect_damage(SLOTS + 4, 9, "large ", "ndb: package 9 has no head");
    expect_damage(SLOTS + 11, 9, "large ", "ndb: package 1 lies behind the end");
    expect_damage(SLOTS + 12, 1, "large ", "ndb: package 1 has no room for a header");
    expect_damage(BLOBS, 'X', "large ", "ndb: package 1 has no head");
    expect_damage(BLOBS + 13, 9, "large ", "ndb: package 1 is longer than its slot says");
}

static void reads_slots_of_a_cut_file(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_ndb(mem);
    database.ptr[12] = 2; // pages of slots: more than the file has
    struct seen seen = seen_of(text_span(&database), (span){0}, BUDGET);
    assert_true(seen.ok);
    assert_string_equal(seen.names, "small large ");
    assert_int_equal(seen.damages, 2); // and what is taken for slots has no magic number
    assert_string_equal(seen.damage.text, "ndb: cut off within its slots");
    for (size_t len = 0; len < database.len; len++) {
        seen = seen_of(span_first(text_span(&database), len), (span){0}, BUDGET);
        assert_true(!seen.ok || seen.damages > 0);
    }
}

// A package whose checksum is wrong is told of, and is there nevertheless.
static void keeps_doubtful_packages(void **state)
{
    (void)state;
    expect_damage(BLOBS + 8, 9, "small large ", "ndb: the checksum of package 1 is wrong");
    expect_damage(SLOTS + 12, 10, "small large ", "ndb: package 1 has no tail");
}

static void refuses_other_versions(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_ndb(mem);
    database.ptr[4] = 1;
    struct seen seen = seen_of(text_span(&database), (span){0}, BUDGET);
    assert_false(seen.ok);
    assert_int_equal(seen.err.kind, ERR_UNSUPPORTED);
    seen = seen_of(S("RpmP\0\0\0\0\0\0\0\0\0\0\0"), (span){0}, BUDGET);
    assert_false(seen.ok);
    assert_string_equal(seen.err.text, "ndb: shorter than its header");
}

// 254 slots that name one blob.
static void ends_where_blobs_are_shared(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_ndb(mem);
    for (size_t i = SLOTS + 2 * SLOT; i < BLOBS; i++)
        database.ptr[i] = database.ptr[i - SLOT];
    struct seen seen = seen_of(text_span(&database), (span){0}, BUDGET);
    assert_false(seen.ok);
    assert_string_equal(seen.err.text, "ndb: its parts overlap or run in circles");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_taken_slots),         cmocka_unit_test(reads_past_damage),
        cmocka_unit_test(reads_slots_of_a_cut_file), cmocka_unit_test(keeps_doubtful_packages),
        cmocka_unit_test(refuses_other_versions),    cmocka_unit_test(ends_where_blobs_are_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
