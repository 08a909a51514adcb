// The contract of sql.h, the same on both kinds of database.
#include "fresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct place {
    struct arena *mem;
    span url;
    struct sql *sql;
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 24);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .url = fresh_url("sql", mem)};
    ok(sql_open(place->url, true, &place->sql, &err), &err);
    ok(sql_run(place->sql,
               "CREATE TABLE thing (id {id}, name {text} NOT NULL UNIQUE, number BIGINT,"
               " real DOUBLE PRECISION, bytes {bytes})",
               NULL, 0, &err),
       &err);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    sql_close(place->sql);
    arena_free(place->mem);
    return 0;
}

static const char insert_thing[] =
    "INSERT INTO thing (name, number, real, bytes) VALUES ($1, $2, $3, $4)";

static bool insert(struct sql *sql, span name, int64_t number, struct err *err)
{
    sql_value values[] = {sql_text(name), sql_integer(number), sql_real(0.5), sql_bytes(name)};
    return sql_run(sql, insert_thing, values, 4, err);
}

static int64_t count_things(struct sql *sql)
{
    struct err err = {0};
    int64_t count = -1;
    ok(sql_ask_integer(sql, "SELECT count(*) FROM thing", NULL, 0, &count, &err), &err);
    return count;
}

// ---------------------------------------------------------------- values

struct row_copy {
    struct arena *mem;
    sql_value values[8];
    size_t count;
    size_t rows;
};

static bool copy_row(void *self, const struct sql_row *row, struct err *err)
{
    (void)err;
    struct row_copy *copy = self;
    copy->count = row->count;
    copy->rows++;
    for (size_t i = 0; i < row->count && i < 8; i++) {
        copy->values[i] = row->values[i];
        assert_true(arena_span(copy->mem, row->values[i].bytes, &copy->values[i].bytes));
    }
    return true;
}

static void comes_back(struct place *place, sql_value name, sql_value number, sql_value real,
                       sql_value bytes, struct row_copy *ret)
{
    struct err err = {0};
    sql_value values[] = {name, number, real, bytes};
    ok(sql_run(place->sql, "DELETE FROM thing", NULL, 0, &err), &err);
    ok(sql_run(place->sql, insert_thing, values, 4, &err), &err);
    *ret = (struct row_copy){.mem = place->mem};
    struct sql_reader to = {.self = ret, .row = copy_row};
    ok(sql_ask(place->sql, "SELECT name, number, real, bytes FROM thing", NULL, 0, &to, &err),
       &err);
    assert_int_equal(ret->rows, 1);
    assert_int_equal(ret->count, 4);
}

static void values_come_back(void **state)
{
    struct place *place = *state;
    struct row_copy row = {0};
    static const int64_t integers[] = {0, 1, -1, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    static const double reals[] = {0, 0.1, -1e300, 5e-324, 1.7976931348623157e308, 3.0, 1.0 / 3};
    for (size_t i = 0; i < 7; i++) {
        comes_back(place, sql_text(S("a")), sql_integer(integers[i]), sql_real(reals[i]),
                   sql_bytes(S("\0\xff\\x'")), &row);
        assert_true(row.values[1].type == SQL_INTEGER && row.values[1].integer == integers[i]);
        assert_true(row.values[2].type == SQL_REAL && row.values[2].real == reals[i]);
        assert_true(row.values[3].type == SQL_BYTES);
        assert_true(span_equal(row.values[3].bytes, S("\0\xff\\x'")));
    }
}

static void empty_is_not_null(void **state)
{
    struct place *place = *state;
    struct row_copy row = {0};
    comes_back(place, sql_text(S("")), sql_null(), sql_null(), sql_bytes((span){0}), &row);
    struct sql_row seen = {.values = row.values, .count = row.count};
    assert_false(sql_row_is_null(&seen, 0));
    assert_true(sql_row_is_null(&seen, 1));
    assert_true(sql_row_is_null(&seen, 2));
    assert_false(sql_row_is_null(&seen, 3));
    assert_true(sql_row_is_null(&seen, 4));
    assert_int_equal(sql_row_integer(&seen, 1), 0);
    assert_int_equal(sql_row_bytes(&seen, 9).len, 0);
}

static void texts_are_made_storable(void **state)
{
    struct place *place = *state;
    static const struct {
        span given;
        span stored;
    } cases[] = {
        {{(const uint8_t *)"a\0b", 3},
         {(const uint8_t *)"a\xef\xbf\xbd"
                           "b",
          5}},
        {{(const uint8_t *)"\xff", 1}, {(const uint8_t *)"\xef\xbf\xbd", 3}},
        {{(const uint8_t *)"\xc3\xa9\xc3", 3}, {(const uint8_t *)"\xc3\xa9\xef\xbf\xbd", 5}},
        {{(const uint8_t *)"\xed\xa0\x80", 3},
         {(const uint8_t *)"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 9}},
        {{(const uint8_t *)"'; DROP TABLE thing; --", 23},
         {(const uint8_t *)"'; DROP TABLE thing; --", 23}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row_copy row = {0};
        comes_back(place, sql_text(cases[i].given), sql_null(), sql_null(), sql_null(), &row);
        assert_true(row.values[0].type == SQL_TEXT);
        assert_true(span_equal(row.values[0].bytes, cases[i].stored));
    }
}

static void large_bytes_come_back(void **state)
{
    struct place *place = *state;
    const size_t len = 3 << 20;
    uint8_t *bytes = arena_alloc(place->mem, len);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 31 >> 3);
    struct row_copy row = {0};
    comes_back(place, sql_text(S("a")), sql_null(), sql_null(), sql_bytes(span_of(bytes, len)),
               &row);
    assert_true(span_equal(row.values[3].bytes, span_of(bytes, len)));
}

// A value may be null at first and something else later.
static void nulls_do_not_decide_a_type(void **state)
{
    struct place *place = *state;
    struct row_copy row = {0};
    comes_back(place, sql_text(S("a")), sql_null(), sql_null(), sql_null(), &row);
    comes_back(place, sql_text(S("a")), sql_integer(INT64_MAX), sql_real(0.25), sql_bytes(S("x")),
               &row);
    assert_true(row.values[1].integer == INT64_MAX);
    assert_true(row.values[2].real == 0.25);
    assert_true(span_equal(row.values[3].bytes, S("x")));
}

// ---------------------------------------------------------------- language

static int64_t ask(struct sql *sql, const char *statement, const sql_value *values, size_t count)
{
    struct err err = {0};
    int64_t ret = -1;
    ok(sql_ask_integer(sql, statement, values, count, &ret, &err), &err);
    return ret;
}

static void the_language_is_one(void **state)
{
    struct place *place = *state;
    struct sql *sql = place->sql;
    struct err err = {0};
    ok(insert(sql, S("Zebra"), 1, &err) && insert(sql, S("apple"), 2, &err) &&
           insert(sql, S("\xc3\x84pfel"), 3, &err) && insert(sql, S("a_b"), 4, &err),
       &err);
    sql_value small = sql_text(S("zebra"));
    assert_int_equal(ask(sql, "SELECT number FROM thing WHERE {lower name} = $1", &small, 1), 1);
    sql_value umlaut = sql_text(S("\xc3\xa4pfel"));
    assert_int_equal(
        ask(sql, "SELECT count(*) FROM thing WHERE {lower name} = {lower $1}", &umlaut, 1), 0);
    assert_int_equal(ask(sql, "SELECT number FROM thing ORDER BY name LIMIT 1", NULL, 0), 1);
    assert_int_equal(ask(sql, "SELECT number FROM thing ORDER BY name DESC LIMIT 1", NULL, 0), 3);
    assert_int_equal(
        ask(sql, "SELECT count(*) FROM thing WHERE name LIKE 'A%' ESCAPE '\\'", NULL, 0), 0);
    assert_int_equal(
        ask(sql, "SELECT count(*) FROM thing WHERE name LIKE 'a\\_%' ESCAPE '\\'", NULL, 0), 1);
    assert_int_equal(ask(sql, "SELECT CAST(sum(number) AS BIGINT) FROM thing", NULL, 0), 10);
    assert_int_equal(ask(sql, "SELECT count(*) FROM thing WHERE '{id}$1' <> name", NULL, 0), 4);
    sql_value page[] = {sql_integer(1), sql_integer(2)};
    assert_int_equal(
        ask(sql, "SELECT number FROM thing ORDER BY number LIMIT $1 OFFSET $2", page, 2), 3);
    // Numbers, not the order of appearance, say which value is meant; one may stand twice.
    sql_value turned[] = {sql_integer(2), sql_integer(30)};
    assert_int_equal(ask(sql, "SELECT $2 - number * $1 FROM thing WHERE number = $1", turned, 2),
                     26);
}

static int64_t ask_of(struct sql *sql, const char *statement, sql_value value)
{
    return ask(sql, statement, &value, 1);
}

// Several rows come of one value.
static void values_hold_many(void **state)
{
    struct place *place = *state;
    struct sql *sql = place->sql;
    static const char sum[] =
        "SELECT CAST(coalesce(sum(numbers.value), 0) AS BIGINT) FROM {numbers $1}";
    static const char first[] = "SELECT count(*) FROM {hashes $1} WHERE place = 0";
    static const char all[] = "SELECT count(*) FROM {hashes $1}";
    static const char places[] = "SELECT CAST(sum(place) AS BIGINT) FROM {hashes $1}";
    static const char zeros[] = "SELECT count(*) FROM {hashes $1} WHERE length(hashes.value) = 32";
    uint8_t bytes[32 * 3] = {0};
    assert_int_equal(ask_of(sql, sum, sql_text(S("1,-2,9000000000"))), INT64_C(8999999999));
    assert_int_equal(ask_of(sql, sum, sql_text(S("7"))), 7);
    assert_int_equal(ask_of(sql, sum, sql_text(S(""))), 0);
    assert_int_equal(ask_of(sql, all, sql_bytes(span_of(bytes, 0))), 0);
    assert_int_equal(ask_of(sql, all, sql_bytes(span_of(bytes, 31))), 0);
    assert_int_equal(ask_of(sql, all, sql_bytes(span_of(bytes, 32))), 1);
    assert_int_equal(ask_of(sql, first, sql_bytes(span_of(bytes, sizeof bytes))), 1);
    assert_int_equal(ask_of(sql, places, sql_bytes(span_of(bytes, sizeof bytes))), 0 + 1 + 2);
    assert_int_equal(ask_of(sql, zeros, sql_bytes(span_of(bytes, sizeof bytes))), 3);
}

static void conflicts_are_told(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    ok(insert(place->sql, S("a"), 1, &err), &err);
    assert_false(insert(place->sql, S("a"), 2, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_int_equal(count_things(place->sql), 1);
    assert_false(sql_run(place->sql, "SELECT nothing FROM nowhere", NULL, 0, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(sql_run(place->sql, "SELECT {nonsense}", NULL, 0, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    int64_t none = 0;
    assert_false(sql_ask_integer(place->sql, "SELECT number FROM thing WHERE number = 7", NULL, 0,
                                 &none, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_int_equal(count_things(place->sql), 1);
}

static void changes_are_counted(void **state)
{
    struct place *place = *state;
    struct sql *sql = place->sql;
    struct err err = {0};
    ok(insert(sql, S("a"), 1, &err) && insert(sql, S("b"), 2, &err), &err);
    assert_int_equal(sql_changes(sql), 1);
    ok(sql_run(sql, "UPDATE thing SET number = 7", NULL, 0, &err), &err);
    assert_int_equal(sql_changes(sql), 2);
    assert_int_equal(count_things(sql), 2);
    assert_int_equal(sql_changes(sql), 0);
    ok(sql_run(sql, "INSERT INTO thing (name) VALUES ('a') ON CONFLICT DO NOTHING", NULL, 0, &err),
       &err);
    assert_int_equal(sql_changes(sql), 0);
    ok(sql_run(sql, "CREATE TABLE other (id {id})", NULL, 0, &err), &err);
    assert_int_equal(sql_changes(sql), 0);
    ok(sql_run(sql, "DELETE FROM thing WHERE name = 'a'", NULL, 0, &err), &err);
    assert_int_equal(sql_changes(sql), 1);
}

static void tables_are_found(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    bool there = false;
    ok(sql_has_table(place->sql, S("thing"), &there, &err), &err);
    assert_true(there);
    ok(sql_has_table(place->sql, S("nothing"), &there, &err), &err);
    assert_false(there);
}

static bool refuse_row(void *self, const struct sql_row *row, struct err *err)
{
    (void)self;
    (void)row;
    return err_set(err, ERR_LIMIT, "enough");
}

static void a_reader_can_refuse(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    for (unsigned i = 0; i < 3; i++) {
        uint8_t name = (uint8_t)('a' + i);
        ok(insert(place->sql, span_of(&name, 1), i, &err), &err);
    }
    struct sql_reader to = {.row = refuse_row};
    assert_false(sql_ask(place->sql, "SELECT name FROM thing", NULL, 0, &to, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_string_equal(err.text, "enough");
    assert_int_equal(count_things(place->sql), 3);
}

static void many_statements_are_kept_or_made_anew(void **state)
{
    struct place *place = *state;
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 1500; i++) {
            char statement[64];
            snprintf(statement, sizeof statement, "SELECT CAST(%u AS BIGINT)", i);
            assert_int_equal(ask(place->sql, statement, NULL, 0), i);
        }
}

// ---------------------------------------------------------------- places

static void what_is_no_place_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct sql *sql = NULL;
    assert_false(sql_open(S("mysql://x"), true, &sql, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(sql_open(S(""), true, &sql, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(sql_open(S("sqlite:absent/of/course"), true, &sql, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_false(sql_open(S("sqlite:absent.sqlite"), false, &sql, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_null(sql);
}

static enum err_kind kind_of_opening(span url)
{
    struct err err = {0};
    struct sql *sql = NULL;
    assert_false(sql_open(url, false, &sql, &err));
    assert_null(strstr(err.text, "secretword"));
    return err.kind;
}

static void no_error_tells_a_password(void **state)
{
    (void)state;
    assert_int_equal(kind_of_opening(S("postgresql://me:secretword@%zz/x")), ERR_USAGE);
    assert_int_equal(kind_of_opening(S("postgresql://me:secretword%zz@localhost/x")), ERR_USAGE);
    assert_int_equal(kind_of_opening(S("postgresql://localhost/x?secretword=1")), ERR_USAGE);
    assert_int_equal(kind_of_opening(S("postgresql://me:secretword@127.0.0.1:1/x")), ERR_IO);
    assert_int_equal(kind_of_opening(S("postgresql://me:secretword@127.0.0.1:99999/x")), ERR_IO);
    assert_int_equal(kind_of_opening(S("postgresql:///x?host=/absent&password=secretword")),
                     ERR_IO);
}

// The URL of the test's database with another one, or another user.
static span changed_url(struct place *place, span database, span user)
{
    span rest = place->url;
    struct text url;
    text_init(&url, place->mem, 4096);
    size_t query = span_find(rest, '?');
    span before = span_first(rest, query);
    text_add(&url, span_first(before, span_find_last(before, '/') + 1));
    text_add(&url, database);
    text_add(&url, span_first(span_from(rest, query), span_find(span_from(rest, query), '&')));
    text_add(&url, S("&user="));
    text_add(&url, user);
    return text_span(&url);
}

static void a_server_says_why_it_refuses(void **state)
{
    struct place *place = *state;
    if (fresh_kind() != SQL_POSTGRESQL)
        return; // it has no server
    assert_int_equal(kind_of_opening(changed_url(place, S("test_sql"), S("stranger"))), ERR_DENIED);
    assert_int_equal(kind_of_opening(changed_url(place, S("absent"), S("plimsoll"))), ERR_MISSING);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(empty_is_not_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_made_storable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_bytes_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nulls_do_not_decide_a_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_language_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_hold_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(conflicts_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_can_refuse, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_statements_are_kept_or_made_anew, set_up, tear_down),
        cmocka_unit_test(what_is_no_place_is_refused),
        cmocka_unit_test(no_error_tells_a_password),
        cmocka_unit_test_setup_teardown(a_server_says_why_it_refuses, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
