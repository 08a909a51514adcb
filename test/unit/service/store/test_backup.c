// Backups: what comes back is what was there, on either kind of database; what is damaged changes
// nothing.
#include "fresh.h"
#include "os/os.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FILE_NAME "test_backup.backup"
#define OTHER_NAME "test_backup_other.backup"

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
    struct arena *mem = arena_new(1 << 26);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .limits = limits_default()};
    place->url = fresh_url("backup", mem);
    ok(store_migrate(place->url, &place->limits, &err), &err);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    arena_free(place->mem);
    return 0;
}

// Rows with nulls, empty bytes and numbers that were given out of order.
static const char *const rows[] = {
    "INSERT INTO project (id, name, created) VALUES (7, 'seven', 1), (3, 'three ä', 2)",
    "INSERT INTO token (name, hash, scopes, project, created, expires, used, revoked) VALUES"
    " ('a', $1, 1, NULL, 1, 2, 3, 0), ('b', $2, 1, 7, -1, 2, 3, 0)",
    "INSERT INTO rule (id, project, kind, ids, packages, paths, image, reason, expires, created)"
    " VALUES (5, 7, 0, 'CVE-1', '', '', '', 'ä', 20000, 1), (2, NULL, 0, '', 'a', '', '', 'b', 1, "
    "1)",
    "INSERT INTO rule_key (rule, hash) VALUES (5, -1), (2, 9)",
    NULL,
};

struct jobs {
    struct store *store;
};

static bool add_jobs(void *self, struct err *err)
{
    struct jobs *jobs = self;
    for (unsigned i = 0; i < 2500; i++) { // more than a portion
        uint8_t key[4] = {(uint8_t)('a' + i % 26), (uint8_t)('a' + i / 26 % 26),
                          (uint8_t)('a' + i / 676), 0};
        if (!store_add_job(jobs->store, JOB_SCAN, span_of(key, 3), span_of(key, 4), i, err))
            return false;
    }
    return true;
}

static void fill(const struct place *place)
{
    struct err err = {0};
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    ok(sql_open(place->url, false, &sql, &err), &err);
    sql_value values[] = {sql_bytes(S("\0\xff")), sql_bytes((span){0})};
    for (size_t i = 0; rows[i]; i++)
        ok(sql_run(sql, rows[i], values, strchr(rows[i], '$') ? 2 : 0, &err), &err);
    struct jobs jobs = {0};
    ok(store_open(place->url, &place->limits, &jobs.store, &err), &err);
    ok(store_transact(jobs.store, add_jobs, &jobs, &err), &err);
    store_close(jobs.store);
}

static struct store_copied back_up(const struct place *place, span url, const char *path)
{
    struct err err = {0};
    struct store_copied copied = {0};
    CLEANUP(store_cleanup) struct store *store = NULL;
    ok(store_open(url, &place->limits, &store, &err), &err);
    ok(store_backup(store, path, &copied, &err), &err);
    return copied;
}

static span read_back(const struct place *place, const char *path)
{
    struct err err = {0};
    span bytes = {0};
    ok(os_read_file(path, 1 << 24, place->mem, &bytes, &err), &err);
    return bytes;
}

static int64_t ask(span url, const char *statement)
{
    struct err err = {0};
    int64_t ret = -1;
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    ok(sql_open(url, false, &sql, &err), &err);
    ok(sql_ask_integer(sql, statement, NULL, 0, &ret, &err), &err);
    return ret;
}

// Into a store of the same kind, and into a file of SQLite: where the test runs on PostgreSQL, that
// is the other kind.
static void restores_to(const struct place *place, span url)
{
    struct err err = {0};
    struct store_copied copied = {0};
    ok(store_restore(url, FILE_NAME, &place->limits, &copied, &err), &err);
    back_up(place, url, OTHER_NAME);
    assert_true(span_equal(read_back(place, FILE_NAME), read_back(place, OTHER_NAME)));
    assert_int_equal(ask(url, "SELECT count(*) FROM token WHERE project IS NULL"), 1);
    // The next number is behind those that came.
    assert_int_equal(ask(url, "INSERT INTO project (name, created) VALUES ('new', 1) RETURNING id"),
                     8);
}

static void what_comes_back_is_what_was_there(void **state)
{
    struct place *place = *state;
    fill(place);
    struct store_copied copied = back_up(place, place->url, FILE_NAME);
    assert_true(copied.rows >= 2504);
    assert_int_equal(copied.bytes, read_back(place, FILE_NAME).len);
    struct os_stat stat = {0};
    struct err err = {0};
    ok(os_stat_path(FILE_NAME, &stat, &err), &err);
    assert_int_equal(stat.mode & 0777, 0600);
    restores_to(place, fresh_url("backup_same", place->mem));
    static const char *const paths[] = {"test_backup_file.sqlite", "test_backup_file.sqlite-wal",
                                        "test_backup_file.sqlite-shm"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        (void)os_remove_file(paths[i], NULL); // mostly it is not there
    restores_to(place, S("sqlite:test_backup_file.sqlite"));
}

static void a_store_that_is_there_stays(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct store_copied copied = {0};
    back_up(place, place->url, FILE_NAME);
    fill(place);
    int64_t projects = ask(place->url, "SELECT count(*) FROM project");
    assert_false(store_restore(place->url, FILE_NAME, &place->limits, &copied, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_int_equal(ask(place->url, "SELECT count(*) FROM project"), projects);
}

static void write_file(const char *path, span bytes)
{
    struct err err = {0};
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    ok(os_output_open(path, &output, &err) && os_write_all(output.fd, bytes, &err) &&
           os_output_publish(&output, &err),
       &err);
}

static void what_is_damaged_makes_nothing(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct store_copied copied = {0};
    fill(place);
    back_up(place, place->url, FILE_NAME);
    span whole = read_back(place, FILE_NAME);
    span url = fresh_url("backup_damaged", place->mem);
    static const size_t places[] = {0, 20, 1000, 40000};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        uint8_t *bytes = arena_alloc(place->mem, whole.len);
        memcpy(bytes, whole.ptr, whole.len);
        bytes[places[i]] ^= 1;
        write_file(OTHER_NAME, span_of(bytes, whole.len));
        assert_false(store_restore(url, OTHER_NAME, &place->limits, &copied, &err));
        assert_int_equal(err.kind, ERR_UNTRUSTED);
        write_file(OTHER_NAME, span_first(whole, places[i]));
        assert_false(store_restore(url, OTHER_NAME, &place->limits, &copied, &err));
    }
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    bool there = true;
    ok(sql_open(url, true, &sql, &err), &err);
    ok(sql_has_table(sql, S("project"), &there, &err), &err);
    assert_false(there);
    assert_false(store_restore(url, "absent.backup", &place->limits, &copied, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

// ---------------------------------------------------------------- check

struct complaints {
    unsigned count;
    char last[256];
};

static bool hear(void *self, span what, struct err *err)
{
    (void)err;
    struct complaints *complaints = self;
    complaints->count++;
    assert_true(what.len < sizeof complaints->last);
    memcpy(complaints->last, what.ptr, what.len);
    complaints->last[what.len] = '\0';
    return true;
}

static struct complaints check(const struct place *place)
{
    struct err err = {0};
    struct complaints complaints = {0};
    const struct store_complaints to = {.self = &complaints, .tell = hear};
    CLEANUP(store_cleanup) struct store *store = NULL;
    ok(store_open(place->url, &place->limits, &store, &err), &err);
    ok(store_check(store, &to, &err), &err);
    return complaints;
}

// SHA-256 of "abc" (FIPS 180-4, appendix B of its predecessor).
static const uint8_t abc[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static void a_check_finds_what_was_changed(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    assert_int_equal(check(place).count, 0);
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    ok(sql_open(place->url, false, &sql, &err), &err);
    sql_value values[] = {sql_bytes(span_of(abc, 32)), sql_bytes(S("abc"))};
    ok(sql_run(sql, "INSERT INTO bundle (id, hash, content) VALUES (5, $1, $2)", values, 2, &err),
       &err);
    assert_int_equal(check(place).count, 0);
    ok(sql_run(sql, "UPDATE bundle SET content = $2, hash = $1", values, 2, &err), &err);
    values[1] = sql_bytes(S("abd"));
    ok(sql_run(sql, "UPDATE bundle SET content = $2, hash = $1", values, 2, &err), &err);
    struct complaints complaints = check(place);
    assert_int_equal(complaints.count, 1);
    assert_string_equal(complaints.last,
                        "the bundle 5 does not have the digest that it is stored under");
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_comes_back_is_what_was_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_store_that_is_there_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_damaged_makes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_finds_what_was_changed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
