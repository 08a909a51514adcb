// Transactions: whole or not at all, as if each were alone, whatever runs beside them.
#include "fresh.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct place {
    struct arena *mem;
    span url;
    struct sql *sql;
    struct sql *other;
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 26);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .url = fresh_url("transact", mem)};
    ok(sql_open(place->url, true, &place->sql, &err), &err);
    ok(sql_open(place->url, true, &place->other, &err), &err);
    ok(sql_run(place->sql, "CREATE TABLE counter (name {text} PRIMARY KEY, value BIGINT NOT NULL)",
               NULL, 0, &err),
       &err);
    ok(sql_run(place->sql, "INSERT INTO counter VALUES ('a', 0), ('b', 0)", NULL, 0, &err), &err);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    sql_close(place->sql);
    sql_close(place->other);
    arena_free(place->mem);
    return 0;
}

static int64_t ask(struct sql *sql, const char *statement)
{
    struct err err = {0};
    int64_t ret = -1;
    ok(sql_ask_integer(sql, statement, NULL, 0, &ret, &err), &err);
    return ret;
}

static const char sum[] = "SELECT CAST(sum(value) AS BIGINT) FROM counter";

static bool add_to(struct sql *sql, span name, int64_t value, struct err *err)
{
    sql_value values[] = {sql_text(name), sql_integer(value)};
    return sql_run(sql, "UPDATE counter SET value = value + $2 WHERE name = $1", values, 2, err);
}

// ---------------------------------------------------------------- whole or not at all

static bool add_and_give_up(void *self, struct err *err)
{
    struct place *place = self;
    assert_true(sql_in_transaction(place->sql));
    return add_to(place->sql, S("a"), 1, err) && err_set(err, ERR_LIMIT, "enough");
}

static bool add_both(void *self, struct err *err)
{
    struct place *place = self;
    return add_to(place->sql, S("a"), 1, err) && add_to(place->sql, S("b"), 1, err);
}

static void it_is_whole_or_not_at_all(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    assert_false(sql_transact(place->sql, add_and_give_up, place, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_string_equal(err.text, "enough");
    assert_false(sql_in_transaction(place->sql));
    assert_int_equal(ask(place->other, sum), 0);
    ok(sql_transact(place->sql, add_both, place, &err), &err);
    assert_int_equal(ask(place->other, sum), 2);
}

// Work that overlooks a failure does not get away with it.
static bool overlook_a_failure(void *self, struct err *err)
{
    struct place *place = self;
    struct err overlooked = {0};
    if (!add_to(place->sql, S("a"), 1, err))
        return false;
    assert_false(sql_run(place->sql, "INSERT INTO counter VALUES ('a', 0)", NULL, 0, &overlooked));
    assert_int_equal(overlooked.kind, ERR_CONFLICT);
    assert_false(add_to(place->sql, S("b"), 1, &overlooked));
    return true;
}

static void a_failure_spoils_the_transaction(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    assert_false(sql_transact(place->sql, overlook_a_failure, place, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_int_equal(ask(place->other, sum), 0);
    ok(sql_transact(place->sql, add_both, place, &err), &err);
    assert_int_equal(ask(place->other, sum), 2);
}

// ---------------------------------------------------------------- side by side

enum { THREADS = 4, ROUNDS = 50 };

struct racer {
    struct place *place;
    struct sql *sql;
    bool (*transact)(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                     struct err *err);
    unsigned runs;
    bool failed;
    struct err err;
};

// What is read is written back: an update that is lost would be seen in the sum.
static bool read_then_write(void *self, struct err *err)
{
    struct racer *racer = self;
    int64_t value = 0;
    racer->runs++;
    if (!sql_ask_integer(racer->sql, "SELECT value FROM counter WHERE name = 'a'", NULL, 0, &value,
                         err))
        return false;
    sql_value next = sql_integer(value + 1);
    return sql_run(racer->sql, "UPDATE counter SET value = $1 WHERE name = 'a'", &next, 1, err);
}

// Tries again where ten tries were not enough, as the service's roles do.
static void race(void *self)
{
    struct racer *racer = self;
    for (unsigned done = 0; done < ROUNDS && !racer->failed;) {
        if (racer->transact(racer->sql, read_then_write, racer, &racer->err))
            done++;
        else
            racer->failed = racer->err.kind != ERR_CONFLICT;
    }
}

static void no_update_is_lost(void **state)
{
    struct place *place = *state;
    struct racer racers[THREADS] = {0};
    struct os_thread *threads[THREADS] = {0};
    struct err err = {0};
    for (unsigned i = 0; i < THREADS; i++) {
        racers[i].place = place;
        racers[i].transact = i % 2 ? sql_transact : sql_transact_snapshot;
        ok(sql_open(place->url, false, &racers[i].sql, &err), &err);
        ok(os_thread_start(race, &racers[i], &threads[i], &err), &err);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        os_thread_join(threads[i]);
        ok(!racers[i].failed, &racers[i].err);
        sql_close(racers[i].sql);
    }
    assert_int_equal(ask(place->sql, "SELECT value FROM counter WHERE name = 'a'"),
                     THREADS * ROUNDS);
}

struct skew {
    struct sql *sql;
    struct place *place;
    bool beside; // the other transaction has run
    unsigned runs;
};

static bool clear_b_if_a(void *self, struct err *err)
{
    struct place *place = self;
    int64_t value = 0;
    return sql_ask_integer(place->other, "SELECT value FROM counter WHERE name = 'a'", NULL, 0,
                           &value, err) &&
           sql_run(place->other, "UPDATE counter SET value = -1 WHERE name = 'b'", NULL, 0, err);
}

// Reads b, lets another read a and write b, and writes a: only one of them may have seen the
// other's before.
static bool write_a_if_b(void *self, struct err *err)
{
    struct skew *skew = self;
    int64_t value = 0;
    skew->runs++;
    if (!sql_ask_integer(skew->sql, "SELECT value FROM counter WHERE name = 'b'", NULL, 0, &value,
                         err))
        return false;
    if (!skew->beside && sql_kind(skew->sql) == SQL_POSTGRESQL) {
        skew->beside = true;
        ok(sql_transact(skew->place->other, clear_b_if_a, skew->place, err), err);
    }
    return value == 0 ? add_to(skew->sql, S("a"), 1, err) : true;
}

static void it_is_as_if_each_were_alone(void **state)
{
    struct place *place = *state;
    struct skew skew = {.sql = place->sql, .place = place};
    struct err err = {0};
    ok(sql_transact(place->sql, write_a_if_b, &skew, &err), &err);
    int64_t a = ask(place->sql, "SELECT value FROM counter WHERE name = 'a'");
    int64_t b = ask(place->sql, "SELECT value FROM counter WHERE name = 'b'");
    // On SQLite nobody runs beside a writer. Where somebody did, it counts as the first, and the
    // work has seen that and run again.
    if (sql_kind(place->sql) == SQL_SQLITE) {
        assert_int_equal(skew.runs, 1);
        assert_int_equal(a, 1);
    } else {
        assert_int_equal(b, -1);
    }
}

// Each row that is locked is passed over by others.
struct pick {
    struct place *place;
    int64_t inner;
};

static const char pick_row[] =
    "UPDATE counter SET value = 7 WHERE name ="
    " (SELECT name FROM counter WHERE value = 0 ORDER BY name LIMIT 1 {skip locked})";

static bool pick_while_other_picks(void *self, struct err *err)
{
    struct pick *pick = self;
    if (!sql_run(pick->place->sql, pick_row, NULL, 0, err))
        return false;
    if (sql_kind(pick->place->sql) == SQL_POSTGRESQL)
        ok(sql_run(pick->place->other, pick_row, NULL, 0, err), err);
    return true;
}

static void locked_rows_are_passed_over(void **state)
{
    struct place *place = *state;
    struct pick pick = {.place = place};
    struct err err = {0};
    ok(sql_transact(place->sql, pick_while_other_picks, &pick, &err), &err);
    if (sql_kind(place->sql) == SQL_SQLITE)
        ok(sql_run(place->other, pick_row, NULL, 0, &err), &err);
    assert_int_equal(ask(place->sql, sum), 14);
}

// ---------------------------------------------------------------- observing

struct observer {
    struct place *place;
    int64_t first;
    int64_t second;
    struct err written;
};

static bool look_twice(void *self, struct err *err)
{
    struct observer *observer = self;
    struct place *place = observer->place;
    observer->first = ask(place->sql, sum);
    ok(add_to(place->other, S("a"), 5, err), err); // nobody is kept waiting
    observer->second = ask(place->sql, sum);
    return true;
}

static bool look_and_write(void *self, struct err *err)
{
    struct observer *observer = self;
    return add_to(observer->place->sql, S("a"), 5, err);
}

static void who_observes_sees_one_state(void **state)
{
    struct place *place = *state;
    struct observer observer = {.place = place};
    struct err err = {0};
    ok(sql_observe(place->sql, look_twice, &observer, &err), &err);
    assert_int_equal(observer.first, 0);
    assert_int_equal(observer.second, 0);
    assert_int_equal(ask(place->sql, sum), 5);
    assert_false(sql_observe(place->sql, look_and_write, &observer, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(ask(place->sql, sum), 5);
}

// ---------------------------------------------------------------- many rows at once

enum { MANY = 2500 }; // more than a portion

struct many {
    struct place *place;
    sql_value *values;
    size_t rows;
    size_t seen;
    bool in_order;
    bool refuse;
};

static bool see_row(void *self, const struct sql_row *row, struct err *err)
{
    struct many *many = self;
    if (many->refuse && many->seen == 10)
        return err_set(err, ERR_LIMIT, "enough");
    const sql_value *name = &many->values[2 * many->seen++];
    many->in_order = many->in_order && span_equal(sql_row_bytes(row, 0), name->bytes);
    return true;
}

static bool insert_many(void *self, struct err *err)
{
    struct many *many = self;
    many->seen = 0;
    many->in_order = true;
    struct sql_reader to = {.self = many, .row = see_row};
    return sql_ask_each(many->place->sql, "INSERT INTO counter VALUES ($1, $2) RETURNING name",
                        many->values, 2, many->rows, &to, err);
}

static struct many make_many(struct place *place, size_t rows)
{
    struct many many = {.place = place, .rows = rows};
    many.values = arena_array(place->mem, 2 * rows, sizeof *many.values);
    for (size_t i = 0; i < rows; i++) {
        struct text text;
        text_init(&text, place->mem, 32);
        text_addf(&text, "row %zu", i);
        many.values[2 * i] = sql_text(text_span(&text));
        many.values[2 * i + 1] = sql_integer(1);
    }
    return many;
}

static void many_rows_are_answered_in_order(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    static const size_t sizes[] = {0, 1, 999, 1000, 1001, MANY};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct many many = make_many(place, sizes[i]);
        ok(sql_run(place->sql, "DELETE FROM counter", NULL, 0, &err), &err);
        ok(sql_transact(place->sql, insert_many, &many, &err), &err);
        assert_int_equal(many.seen, sizes[i]);
        assert_true(many.in_order);
        assert_int_equal(ask(place->sql, "SELECT count(*) FROM counter"), sizes[i]);
    }
}

static void one_row_of_many_fails_all(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct many many = make_many(place, MANY);
    many.values[2 * 1700] = many.values[2 * 5];
    assert_false(sql_transact(place->sql, insert_many, &many, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_int_equal(ask(place->sql, "SELECT count(*) FROM counter"), 2);
    many = make_many(place, MANY);
    many.refuse = true;
    assert_false(sql_transact(place->sql, insert_many, &many, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_int_equal(ask(place->sql, "SELECT count(*) FROM counter"), 2);
    many.refuse = false;
    ok(sql_transact(place->sql, insert_many, &many, &err), &err);
    assert_int_equal(ask(place->sql, "SELECT count(*) FROM counter"), MANY + 2);
}

static bool ask_each_once(void *self, struct err *err)
{
    struct place *place = self;
    sql_value names[] = {sql_text(S("a")), sql_text(S("none")), sql_text(S("b"))};
    ok(sql_ask_each(place->sql, "UPDATE counter SET value = 3 WHERE name = $1", names, 1, 3, NULL,
                    err),
       err);
    assert_int_equal(sql_changes(place->sql), 2);
    return true;
}

static void changes_of_many_are_counted_together(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    ok(sql_transact(place->sql, ask_each_once, place, &err), &err);
    assert_int_equal(ask(place->sql, sum), 6);
}

// Much goes both ways at once: neither side may wait for ever for the other to listen.
static bool count_bytes(void *self, const struct sql_row *row, struct err *err)
{
    (void)err;
    struct many *many = self;
    many->seen += sql_row_bytes(row, 0).len;
    return true;
}

static bool send_much(void *self, struct err *err)
{
    struct many *many = self;
    struct sql_reader to = {.self = many, .row = count_bytes};
    many->seen = 0;
    return sql_run(many->place->sql, "CREATE TABLE heap (bytes {bytes})", NULL, 0, err) &&
           sql_ask_each(many->place->sql, "INSERT INTO heap VALUES ($1) RETURNING bytes",
                        many->values, 1, many->rows, &to, err);
}

static void much_can_go_both_ways(void **state)
{
    struct place *place = *state;
    enum { ROWS = 300, BYTES = 100000 };
    struct err err = {0};
    struct many many = {.place = place, .rows = ROWS};
    uint8_t *bytes = arena_alloc(place->mem, BYTES);
    ok(os_random(bytes, BYTES, &err), &err);
    many.values = arena_array(place->mem, ROWS, sizeof *many.values);
    for (size_t i = 0; i < ROWS; i++)
        many.values[i] = sql_bytes(span_of(bytes, BYTES));
    ok(sql_transact(place->sql, send_much, &many, &err), &err);
    assert_int_equal(many.seen, ROWS * BYTES);
}

// ---------------------------------------------------------------- a server that goes

static bool lose_the_server(void *self, struct err *err)
{
    struct place *place = self;
    ok(add_to(place->sql, S("a"), 1, err), err);
    int64_t pid = ask(place->sql, "SELECT pg_backend_pid()");
    sql_value value = sql_integer(pid);
    ok(sql_run(place->other, "SELECT pg_terminate_backend(CAST($1 AS INTEGER))", &value, 1, err),
       err);
    bool first = add_to(place->sql, S("a"), 1, err);
    // It may hear of it a moment later.
    for (unsigned i = 0; first && i < 1000; i++) {
        os_sleep_ms(1);
        first = add_to(place->sql, S("a"), 1, err);
    }
    assert_false(first);
    struct err second = {0};
    assert_false(add_to(place->sql, S("a"), 1, &second));
    return true;
}

static void a_lost_connection_is_made_anew(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    if (sql_kind(place->sql) != SQL_POSTGRESQL)
        return; // it has no server
    assert_false(sql_transact(place->sql, lose_the_server, place, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_int_equal(ask(place->sql, sum), 0);
    ok(sql_transact(place->sql, add_both, place, &err), &err);

    // Idle when it went: a transaction notices before anything is lost.
    ok(sql_run(place->other,
               "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <>"
               " pg_backend_pid() AND datname = current_database()",
               NULL, 0, &err),
       &err);
    ok(sql_transact(place->sql, add_both, place, &err), &err);
    assert_int_equal(ask(place->other, sum), 4);
}

// ---------------------------------------------------------------- bells

static bool ring_and_look(void *self, struct err *err)
{
    struct place *place = self;
    if (!sql_ring(place->other, "test_bell", err))
        return false;
    assert_false(sql_heard(place->sql)); // not before it has taken effect
    return true;
}

static bool ring_and_fail(void *self, struct err *err)
{
    const struct place *place = self;
    return sql_ring(place->other, "test_bell", err) && err_set(err, ERR_USAGE, "no");
}

static bool hears(const struct place *place)
{
    int fd = sql_bell(place->sql);
    os_await_any(&fd, 1, 10000);
    return sql_heard(place->sql);
}

static void a_bell_is_heard(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    assert_false(sql_heard(place->sql)); // nobody listens
    assert_int_equal(sql_bell(place->sql), -1);
    ok(sql_listen(place->sql, "test_bell", &err), &err);
    ok(sql_transact(place->other, ring_and_look, place, &err), &err);
    if (sql_kind(place->sql) == SQL_SQLITE) {
        assert_int_equal(sql_bell(place->sql), -1);
        return;
    }
    assert_true(hears(place));
    assert_false(sql_heard(place->sql)); // once
    assert_false(sql_transact(place->other, ring_and_fail, place, NULL));
    ok(sql_ring(place->other, "another_bell", &err), &err);
    (void)ask(place->sql, sum);
    assert_false(sql_heard(place->sql));
    ok(sql_ring(place->other, "test_bell", &err), &err);
    (void)ask(place->sql, sum); // it may come with an answer
    assert_true(hears(place));
}

static void a_bell_is_heard_over_a_new_connection(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    if (sql_kind(place->sql) != SQL_POSTGRESQL)
        return; // it has no server
    ok(sql_listen(place->sql, "test_bell", &err), &err);
    assert_false(sql_transact(place->sql, lose_the_server, place, &err));
    assert_int_equal(ask(place->sql, sum), 0);
    err = (struct err){0};
    ok(sql_ring(place->other, "test_bell", &err), &err);
    assert_true(hears(place));
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_whole_or_not_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_spoils_the_transaction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_update_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_as_if_each_were_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locked_rows_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_observes_sees_one_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_rows_are_answered_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_row_of_many_fails_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_of_many_are_counted_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(much_can_go_both_ways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_connection_is_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bell_is_heard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bell_is_heard_over_a_new_connection, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
