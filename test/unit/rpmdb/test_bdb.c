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

enum { PAGE = 512 };

static struct seen read_it(const struct text *database)
{
    return seen_of(text_span(database), (span){0}, BUDGET);
}

static void reads_both_byte_orders(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    for (int big_endian = 0; big_endian < 2; big_endian++) {
        struct text database = build_bdb(mem, big_endian);
        assert_int_equal(rpmdb_detect(text_span(&database)), RPMDB_BDB);
        struct seen seen = read_it(&database);
        assert_true(seen.ok);
        assert_string_equal(seen.names, "small large ");
        assert_int_equal(seen.damages, 0);
    }
}

static void expect_refusal(size_t at, uint8_t value, enum err_kind kind, const char *text)
{
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    database.ptr[at] = value;
    struct seen seen = read_it(&database);
    assert_false(seen.ok);
    assert_int_equal(seen.err.kind, kind);
    assert_string_equal(seen.err.text, text);
}

static void refuses_what_it_cannot_read(void **state)
{
    (void)state;
    expect_refusal(12, 0, ERR_INPUT, "rpmdb: neither Berkeley DB nor ndb nor SQLite");
    expect_refusal(16, 6, ERR_UNSUPPORTED, "bdb: hash version 6");
    expect_refusal(16, 11, ERR_UNSUPPORTED, "bdb: hash version 11");
    expect_refusal(20, 1, ERR_INPUT, "bdb: pages of 513 bytes");
    expect_refusal(21, 1, ERR_INPUT, "bdb: pages of 256 bytes");
    expect_refusal(21, 0, ERR_INPUT, "bdb: pages of 0 bytes");
    expect_refusal(22, 2, ERR_INPUT, "bdb: pages of 131584 bytes");
    expect_refusal(24, 1, ERR_UNSUPPORTED, "bdb: encrypted");
    expect_refusal(26, 1, ERR_UNSUPPORTED, "bdb: pages with checksums");
    struct seen seen = seen_of(S("\0\0\0\0\0\0\0\0\0\0\0\0\x62\x31\x05\0"), (span){0}, BUDGET);
    assert_false(seen.ok);
    assert_string_equal(seen.err.text, "bdb: not a hash");
}

// Damage that is told of once; what else there is, is read.
static void expect_damage(size_t at, uint8_t value, const char *names, const char *damage)
{
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    database.ptr[at] = value;
    struct seen seen = read_it(&database);
    assert_true(seen.ok);
    assert_string_equal(seen.damage.text, damage);
    assert_string_equal(seen.names, names);
    assert_int_equal(seen.damages, 1);
}

static void reads_past_broken_chains(void **state)
{
    (void)state;
    enum { NEXT = 2 * PAGE + 16, HELD = 2 * PAGE + 23, TYPE = 2 * PAGE + 25 };
    expect_damage(NEXT, 99, "small ", "bdb: package 2: page 99 lies behind the end");
    expect_damage(NEXT, 0, "small ", "bdb: package 2: page 0 is no overflow page");
    expect_damage(NEXT, 2, "small ", "bdb: package 2: longer than its length says"); // a circle
    expect_damage(TYPE, 8, "small ", "bdb: package 2: page 2 is no overflow page");
    expect_damage(HELD, 9, "small ", "bdb: package 2: page 2 cannot hold 2534 bytes");
    expect_damage(HELD, 0, "small ", "bdb: package 2: page 0 is no overflow page"); // too short
}

static void reads_past_broken_items(void **state)
{
    (void)state;
    enum { FIRST_OFFSET = PAGE + 26, COUNT = PAGE + 20, LAST_PAGE = 32 };
    expect_damage(FIRST_OFFSET + 2 * 5, 0xff, "small ",
                  "bdb: package 2: its place on the page is wrong");
    expect_damage(COUNT, 5, "small ", "bdb: page 1 has 5 entries");
    expect_damage(LAST_PAGE, 5, "small large ", "bdb: 6 pages in a file of 5");
}

static void counts_pages_that_the_file_has(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    for (size_t len = 0; len < database.len; len++) {
        struct seen seen = seen_of(span_first(text_span(&database), len), (span){0}, BUDGET);
        assert_true(!seen.ok || seen.damages > 0);
        assert_int_equal(seen.headers, len < 2 * PAGE ? 0 : 1);
    }
}

static void tells_of_pages_that_the_database_does_not_know(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    for (size_t i = 0; i < PAGE; i++)
        text_add_byte(&database, 0);
    struct seen seen = read_it(&database);
    assert_true(seen.ok);
    assert_string_equal(seen.names, "small large ");
    assert_string_equal(seen.damage.text, "bdb: 5 pages in a file of 6");
}

// All items point at one chain: each alone is sound, together they are more than there is.
static void ends_where_pages_are_shared(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    const size_t key = 26 + 2 * 4;
    const size_t items = 160;
    database.ptr[PAGE + 20] = items;
    for (size_t i = 6; i < items; i++)
        for (size_t byte = 0; byte < 2; byte++)
            database.ptr[PAGE + 26 + 2 * i + byte] = database.ptr[PAGE + key + i % 2 * 2 + byte];
    struct seen seen = read_it(&database);
    assert_false(seen.ok);
    assert_in_range(seen.headers, 2, 8);
}

// Memory for a header in pieces is the only memory; without it, the others are still read.
static void respects_the_budget(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    struct seen seen = seen_of(text_span(&database), (span){0}, 500);
    assert_true(seen.ok);
    assert_string_equal(seen.names, "small ");
    assert_int_equal(seen.damages, 1);
    assert_int_equal(seen.damage.kind, ERR_LIMIT);
}

static void respects_the_limit_of_packages(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_bdb(mem, false);
    for (uint64_t packages = 0; packages <= 3; packages++) {
        struct seen seen = seen_within(text_span(&database), (span){0}, BUDGET, packages);
        assert_int_equal(seen.ok, packages >= 2);
        assert_int_equal(seen.headers, packages < 2 ? packages : 2);
        assert_int_equal(seen.err.kind, packages < 2 ? ERR_LIMIT : ERR_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_byte_orders),
        cmocka_unit_test(refuses_what_it_cannot_read),
        cmocka_unit_test(reads_past_broken_chains),
        cmocka_unit_test(reads_past_broken_items),
        cmocka_unit_test(counts_pages_that_the_file_has),
        cmocka_unit_test(tells_of_pages_that_the_database_does_not_know),
        cmocka_unit_test(ends_where_pages_are_shared),
        cmocka_unit_test(respects_the_budget),
        cmocka_unit_test(respects_the_limit_of_packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
