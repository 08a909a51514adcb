// Databases that SQLite itself wrote (test/fixtures/make-sqlite); what becomes of damaged ones and
// of the log is shown by the tests of rpmdb.
#include "format/sqlite/sqlite.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const char *corpus;

struct seen {
    struct text rows; // "id name number|"
    unsigned damages;
    bool refuse; // the rows
};

static bool on_row(void *self, uint64_t id, span record, struct err *err)
{
    struct seen *seen = self;
    uint64_t number = 0;
    span name = sqlite_text(record, 1);
    if (seen->refuse)
        return err_set(err, ERR_LIMIT, "enough");
    text_addf(&seen->rows, "%llu %.*s ", (unsigned long long)id, name.len < 20 ? (int)name.len : 5,
              (const char *)name.ptr);
    if (sqlite_number(record, 2, &number))
        text_add_u64(&seen->rows, number);
    text_addf(&seen->rows, "|");
    return true;
}

static void on_damage(void *self, const struct err *damage)
{
    struct seen *seen = self;
    assert_int_not_equal(damage->kind, ERR_NONE);
    seen->damages++;
}

static bool read_seed(struct seen *seen, struct arena *mem, const char *seed, span table,
                      struct err *err)
{
    char file[4096];
    span bytes = {0};
    const struct sqlite_visitor visitor = {.self = seen, .row = on_row, .damage = on_damage};
    (void)snprintf(file, sizeof file, "%s/%s", corpus, seed);
    assert_true(os_read_file(file, 1 << 20, mem, &bytes, NULL));
    text_init(&seen->rows, mem, SIZE_MAX);
    return sqlite_read(bytes, (span){0}, table, mem, &visitor, err);
}

static void rows_have_texts_and_numbers(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(1 << 20);
    struct seen seen = {0};
    assert_true(read_seed(&seen, mem, "sound", S("names"), NULL));
    span rows = text_span(&seen.rows);
    assert_int_equal(seen.damages, 0);
    assert_true(span_equal(rows, S("1 zero 0|2 one 1|3 small 200|4 minus |5 wide 1099511627776|"
                                   "6 null |7 text |8  7|9 long  9|300 late 70000|")));
}

static void a_tree_is_walked_in_order(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(1 << 20);
    struct seen seen = {0};
    assert_true(read_seed(&seen, mem, "sound", S("Many"), NULL));
    span rest = text_span(&seen.rows);
    for (unsigned i = 1; i <= 200; i++) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, "%u row %u", i, i * i);
        assert_true(span_equal(span_cut(&rest, '|'), span_of_text(expected)));
    }
    assert_int_equal(rest.len, 0);
}

static void what_is_not_there_is_refused(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(1 << 20);
    const struct sqlite_visitor visitor = {.row = on_row, .damage = on_damage};
    struct seen seen = {0};
    struct err err = {0};
    assert_false(read_seed(&seen, mem, "sound", S("Nowhere"), &err));
    assert_string_equal(err.text, "sqlite: no table Nowhere");
    // An index has a name and a root too.
    assert_false(read_seed(&seen, mem, "sound", S("by_number"), &err));
    assert_false(sqlite_read(S("SQLite format 2"), (span){0}, S("x"), mem, &visitor, &err));
    assert_false(sqlite_read((span){0}, (span){0}, S("x"), mem, &visitor, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void the_visitor_may_end_it(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(1 << 20);
    struct seen seen = {.refuse = true};
    struct err err = {0};
    assert_false(read_seed(&seen, mem, "sound", S("Names"), &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

// Each root is its own child.
static void circles_end(void **state)
{
    (void)state;
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(1 << 20);
    struct seen seen = {0};
    struct err err = {0};
    assert_false(read_seed(&seen, mem, "circle", S("Many"), &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_true(seen.damages < 100);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_texts_and_numbers),
        cmocka_unit_test(a_tree_is_walked_in_order),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(the_visitor_may_end_it),
        cmocka_unit_test(circles_end),
    };
    if (argc < 2)
        return 1;
    corpus = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
