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

enum { PAGE = 512, SCHEMA = 0, ROOT = PAGE, SMALL = 2 * PAGE, LARGE = 3 * PAGE, CHAIN = 4 * PAGE };

static struct seen read_with(const struct text *database, span log)
{
    return seen_of(text_span(database), log, BUDGET);
}

static void reads_rows_and_chains(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    assert_int_equal(rpmdb_detect(text_span(&database)), RPMDB_SQLITE);
    struct seen seen = read_with(&database, (span){0});
    assert_true(seen.ok);
    assert_string_equal(seen.names, "small large ");
    assert_int_equal(seen.damages, 0);
}

static void expect_refusal(size_t at, uint8_t value, enum err_kind kind, const char *text)
{
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    database.ptr[at] = value;
    struct seen seen = read_with(&database, (span){0});
    assert_false(seen.ok);
    assert_string_equal(seen.err.text, text);
    assert_int_equal(seen.err.kind, kind);
}

static void refuses_what_it_cannot_read(void **state)
{
    (void)state;
    expect_refusal(16, 1, ERR_INPUT, "sqlite: pages of 256 bytes");
    expect_refusal(16, 3, ERR_INPUT, "sqlite: pages of 768 bytes");
    expect_refusal(16, 0, ERR_INPUT, "sqlite: pages of 0 bytes");
    expect_refusal(20, 33, ERR_INPUT, "sqlite: 33 bytes of each page reserved");
    expect_refusal(59, 2, ERR_UNSUPPORTED, "sqlite: text encoding 2");
    expect_refusal(100, 2, ERR_INPUT, "sqlite: page 1 is of type 2, no table's");
    expect_refusal(104, 0, ERR_INPUT, "sqlite: no table Packages");
    expect_refusal(PAGE, 0x0a, ERR_INPUT, "sqlite: page 2 is of type 10, no table's");
}

static void expect_damage(size_t at, uint8_t value, const char *names, const char *damage)
{
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    database.ptr[at] = value;
    struct seen seen = read_with(&database, (span){0});
    assert_true(seen.ok);
    assert_string_equal(seen.damage.text, damage);
    assert_string_equal(seen.names, names);
    assert_int_equal(seen.damages, 1);
}

static void reads_past_damage(void **state)
{
    (void)state;
    enum { LEFT_CHILD = ROOT + PAGE - 2, RIGHT_CHILD = ROOT + 11 };
    expect_damage(LEFT_CHILD, 99, "large ", "sqlite: page 99 lies behind the end");
    expect_damage(RIGHT_CHILD, 0, "small ", "sqlite: page 0 lies behind the end");
    expect_damage(RIGHT_CHILD, 5, "small ", "sqlite: page 5 is of type 0, no table's");
    expect_damage(SMALL + 3, 3, "large ", "sqlite: page 3 has 769 cells");
    expect_damage(SMALL + 9, 0xfe, "large ",
                  "sqlite: page 3: row 0: it reaches over the end of its page");
    expect_damage(CHAIN + 3, 99, "small ", "sqlite: page 4: row 0: page 99 lies behind the end");
}

// A root that is its own child, on both sides: twenty levels would be a million visits.
static void ends_where_the_tree_is_a_circle(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    build_put_be(&database, ROOT + 8, 2, 4);
    build_put_be(&database, ROOT + PAGE - 5, 2, 4);
    struct seen seen = read_with(&database, (span){0});
    assert_false(seen.ok);
    assert_int_equal(seen.headers, 0);
    assert_true(seen.damages < 10);
}

static void every_truncation_is_told(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    for (size_t len = 0; len < database.len; len++) {
        struct seen seen = seen_of(span_first(text_span(&database), len), (span){0}, BUDGET);
        assert_true(!seen.ok || seen.damages > 0);
    }
}

// ---------------------------------------------------------------- log

static void applies_what_was_committed(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    for (int big_endian = 0; big_endian < 2; big_endian++) {
        struct text log = build_sqlite_log(mem, big_endian);
        struct seen seen = read_with(&database, text_span(&log));
        assert_true(seen.ok);
        assert_string_equal(seen.names, "newer large ");
        assert_int_equal(seen.damages, 0);
    }
}

// The first frame counts when it is whole and unspoilt; the second never does.
static void stops_at_the_first_wrong_frame(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    struct text log = build_sqlite_log(mem, true);
    const size_t first_end = 32 + 24 + PAGE;
    for (size_t len = 32; len < log.len; len++) {
        struct seen seen = read_with(&database, span_first(text_span(&log), len));
        assert_string_equal(seen.names, len < first_end ? "small large " : "newer large ");
    }
    for (size_t at = 32; at < log.len; at++) {
        log.ptr[at] ^= 0x10;
        struct seen seen = read_with(&database, text_span(&log));
        assert_string_equal(seen.names, at < first_end ? "small large " : "newer large ");
        log.ptr[at] ^= 0x10;
    }
}

static void reads_without_a_damaged_log(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    struct text log = build_sqlite_log(mem, true);
    for (size_t at = 0; at < 32; at++) {
        log.ptr[at] ^= 0x10;
        struct seen seen = read_with(&database, text_span(&log));
        assert_true(seen.ok);
        assert_string_equal(seen.names, "small large ");
        assert_int_equal(seen.damages, 1);
        log.ptr[at] ^= 0x10;
        seen = read_with(&database, span_first(text_span(&log), at));
        assert_string_equal(seen.names, "small large ");
        assert_int_equal(seen.damages, at > 0);
    }
}

// Too little memory for the log's index, or for a header, is told of and read past.
static void respects_every_budget(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = new_arena();
    struct text database = build_sqlite(mem);
    struct text log = build_sqlite_log(mem, false);
    for (uint64_t budget = 0; budget < 12000; budget += 31) {
        struct seen seen = seen_of(text_span(&database), text_span(&log), budget);
        assert_true(seen.ok);
        assert_true(seen.damages == 0 || seen.damage.kind == ERR_LIMIT);
        assert_true(seen.damages > 0 || seen.headers == 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rows_and_chains),
        cmocka_unit_test(refuses_what_it_cannot_read),
        cmocka_unit_test(reads_past_damage),
        cmocka_unit_test(ends_where_the_tree_is_a_circle),
        cmocka_unit_test(every_truncation_is_told),
        cmocka_unit_test(applies_what_was_committed),
        cmocka_unit_test(stops_at_the_first_wrong_frame),
        cmocka_unit_test(reads_without_a_damaged_log),
        cmocka_unit_test(respects_every_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
