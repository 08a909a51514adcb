// The store itself: made once, opened by the version that made it, the same on both kinds.
#include "fresh.h"
#include "os/os.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct place {
    struct arena *mem;
    struct limits limits;
    span url;
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 20);
    struct place *place = ARENA_NEW(mem, struct place);
    *place = (struct place){.mem = mem, .limits = limits_default()};
    place->url = fresh_url("store", mem);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    arena_free(place->mem);
    return 0;
}

static enum err_kind kind_of_opening(const struct place *place)
{
    struct err err = {0};
    CLEANUP(store_cleanup) struct store *store = NULL;
    return store_open(place->url, &place->limits, &store, &err) ? ERR_NONE : err.kind;
}

static void set_version(const struct place *place, int64_t by)
{
    struct err err = {0};
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    sql_value value = sql_integer(by);
    ok(sql_open(place->url, false, &sql, &err), &err);
    ok(sql_run(sql, "UPDATE store_version SET version = version + $1", &value, 1, &err), &err);
}

static void a_store_is_made_and_opened(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    assert_int_equal(kind_of_opening(place), ERR_MISSING);
    ok(store_migrate(place->url, &place->limits, &err), &err);
    assert_int_equal(kind_of_opening(place), ERR_NONE);
    ok(store_migrate(place->url, &place->limits, &err), &err);
    assert_int_equal(kind_of_opening(place), ERR_NONE);
}

static void only_its_own_version_is_opened(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    ok(store_migrate(place->url, &place->limits, &err), &err);
    set_version(place, 1);
    assert_int_equal(kind_of_opening(place), ERR_UNSUPPORTED);
    assert_false(store_migrate(place->url, &place->limits, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
    set_version(place, -1);
    assert_int_equal(kind_of_opening(place), ERR_NONE);
}

static void run_once(const struct place *place, const char *statement)
{
    struct err err = {0};
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    ok(sql_open(place->url, false, &sql, &err), &err);
    ok(sql_run(sql, statement, NULL, 0, &err), &err);
}

static void an_earlier_version_is_brought_up(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    ok(store_migrate(place->url, &place->limits, &err), &err);
    run_once(place, "DROP TABLE layer_extract"); // which version 3 added
    set_version(place, -1);
    assert_int_equal(kind_of_opening(place), ERR_CONFLICT);
    ok(store_migrate(place->url, &place->limits, &err), &err);
    assert_int_equal(kind_of_opening(place), ERR_NONE);
    run_once(place, "DELETE FROM layer_extract");
}

static void what_was_made_before_the_first_release_is_refused(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    ok(store_migrate(place->url, &place->limits, &err), &err);
    set_version(place, -2);
    assert_int_equal(kind_of_opening(place), ERR_UNSUPPORTED);
    assert_false(store_migrate(place->url, &place->limits, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
}

// Tables that are not ours are left as they are, and nothing is put beside them.
static void what_is_no_store_stays_untouched(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    ok(sql_open(place->url, true, &sql, &err), &err);
    ok(sql_run(sql, "CREATE TABLE image (whose {text})", NULL, 0, &err), &err);
    assert_false(store_migrate(place->url, &place->limits, &err));
    bool there = true;
    ok(sql_has_table(sql, S("store_version"), &there, &err), &err);
    assert_false(there);
    ok(sql_has_table(sql, S("project"), &there, &err), &err);
    assert_false(there);
}

enum { THREADS = 4 };

struct maker {
    const struct place *place;
    struct err err;
    bool done;
};

static void make_store(void *self, size_t index)
{
    struct maker *maker = (struct maker *)self + index;
    maker->done = store_migrate(maker->place->url, &maker->place->limits, &maker->err);
}

static void many_may_make_it_at_once(void **state)
{
    struct place *place = *state;
    struct maker makers[THREADS] = {0};
    for (unsigned i = 0; i < THREADS; i++)
        makers[i].place = place;
    os_parallel(THREADS, THREADS, make_store, makers);
    for (unsigned i = 0; i < THREADS; i++)
        ok(makers[i].done, &makers[i].err);
    assert_int_equal(kind_of_opening(place), ERR_NONE);
}

// Texts are compared by their bytes everywhere, or the two kinds would not find the same.
static void texts_are_declared_as_such(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    ok(store_migrate(place->url, &place->limits, &err), &err);
    if (fresh_kind() == SQL_SQLITE)
        return; // they always are
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    ok(sql_open(place->url, false, &sql, &err), &err);
    int64_t count = -1;
    ok(sql_ask_integer(sql,
                       "SELECT count(*) FROM information_schema.columns WHERE table_schema ="
                       " 'public' AND (data_type NOT IN ('bigint', 'text', 'bytea', 'double"
                       " precision') OR (data_type = 'text' AND collation_name IS DISTINCT FROM"
                       " 'C'))",
                       NULL, 0, &count, &err),
       &err);
    assert_int_equal(count, 0);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_store_is_made_and_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_its_own_version_is_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_earlier_version_is_brought_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_made_before_the_first_release_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_store_stays_untouched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_may_make_it_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_declared_as_such, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
