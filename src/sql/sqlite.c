// SQLite.
#include "sql/sql_inner.h"

#include "os/os.h"

#include <errno.h>
#include <sqlite3.h>

enum { BUSY_MILLISECONDS = 30000, PAUSE_MILLISECONDS = 10 };

// ---------------------------------------------------------------- errors

static bool is_disk_full(struct sqlite3 *db, int code)
{
    int sys = (code & 0xff) == SQLITE_IOERR ? sqlite3_system_errno(db) : 0;
    return (code & 0xff) == SQLITE_FULL || sys == ENOSPC || sys == EDQUOT;
}

static enum err_kind kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_CONFLICT;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ERR_DENIED;
    case SQLITE_NOMEM:
        return ERR_MEMORY;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
        return ERR_INPUT;
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
        return ERR_USAGE;
    default:
        return ERR_IO;
    }
}

static enum obstacle obstacle_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return OBSTACLE_CONSTRAINT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return OBSTACLE_CONTENTION;
    default:
        return OBSTACLE_OTHER;
    }
}

// What SQLite says is quoted: a constraint's text names columns alone, a syntax error's our own
// text.
static bool fail(struct sql *sql, int code, struct err *err)
{
    sql->obstacle = obstacle_of(code);
    const char *text = sql->sqlite ? sqlite3_errmsg(sql->sqlite) : sqlite3_errstr(code);
    if (is_disk_full(sql->sqlite, code))
        return err_set_sys(err, ENOSPC, "sqlite");
    return err_set(err, kind_of(code), "sqlite: %s", quote(span_of_text(text)).text);
}

// ---------------------------------------------------------------- connections

static bool command(struct sql *sql, const char *text, struct err *err)
{
    int code = sqlite3_exec(sql->sqlite, text, NULL, NULL, NULL);
    return code == SQLITE_OK || fail(sql, code, err);
}

// SQLite itself would let everybody read it. Its log takes over the mode of the file.
static bool make_file(const struct sql *sql, struct err *err)
{
    struct os_stat stat = {0};
    struct err problem = {0};
    if (os_stat_path(sql->place, &stat, &problem))
        return true;
    if (problem.kind != ERR_MISSING || !sql->make)
        return err_copy(err, &problem);
    CLEANUP(os_close) int fd = -1;
    return os_open_update(sql->place, &fd, err);
}

// LIKE minds case, as PostgreSQL's does; nothing in the file itself is trusted to be called.
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA case_sensitive_like = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cache_size = -65536;"
                               "PRAGMA journal_size_limit = 67108864";

// While one connection begins the log of a new file, the others are sent away at once, and not made
// to wait as everywhere else.
static bool set_up(struct sql *sql, struct err *err)
{
    for (unsigned waited = 0;; waited += PAUSE_MILLISECONDS) {
        if (command(sql, settings, err))
            return true;
        if (sql->obstacle != OBSTACLE_CONTENTION || waited > BUSY_MILLISECONDS)
            return false;
        os_sleep_ms(PAUSE_MILLISECONDS);
    }
}

static bool connect_sqlite(struct sql *sql, struct err *err)
{
    if (!make_file(sql, err))
        return err_add(err, "sqlite");
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(sql->place, &sql->sqlite, flags, NULL);
    if (code != SQLITE_OK)
        return fail(sql, code, err);
    sqlite3_busy_timeout(sql->sqlite, BUSY_MILLISECONDS);
    return set_up(sql, err);
}

static void disconnect_sqlite(struct sql *sql)
{
    (void)sqlite3_close(sql->sqlite); // every statement has been forgotten, so it cannot fail
    sql->sqlite = NULL;
}

static bool is_lost(const struct sql *sql)
{
    return !sql->sqlite;
}

// Errors such as a full disk end a transaction on their own.
static bool is_open(const struct sql *sql)
{
    return !sqlite3_get_autocommit(sql->sqlite);
}

// ---------------------------------------------------------------- statements

static bool prepare(struct sql *sql, struct statement *statement, const struct batch *batch,
                    struct err *err)
{
    (void)batch; // the types of values are theirs here
    int code = sqlite3_prepare_v3(sql->sqlite, statement->translated, -1, SQLITE_PREPARE_PERSISTENT,
                                  &statement->stmt, NULL);
    return code == SQLITE_OK || fail(sql, code, err);
}

static void forget(struct sql *sql)
{
    for (size_t i = 0; i < STATEMENT_SLOTS; i++)
        if (sql->statements.slots[i])
            (void)sqlite3_finalize(sql->statements.slots[i]->stmt); // repeats an earlier error
}

// A null pointer would be null, not empty.
static const void *start_of(span bytes)
{
    return bytes.len ? (const void *)bytes.ptr : "";
}

static int bind_bytes(struct sqlite3_stmt *stmt, int place, const sql_value *value)
{
    if (value->type == SQL_BYTES)
        return sqlite3_bind_blob64(stmt, place, start_of(value->bytes), value->bytes.len,
                                   SQLITE_STATIC);
    return sqlite3_bind_text64(stmt, place, start_of(value->bytes), value->bytes.len, SQLITE_STATIC,
                               SQLITE_UTF8);
}

static int bind_value(struct sqlite3_stmt *stmt, int place, const sql_value *value)
{
    switch (value->type) {
    case SQL_NULL:
        return sqlite3_bind_null(stmt, place);
    case SQL_INTEGER:
        return sqlite3_bind_int64(stmt, place, value->integer);
    case SQL_REAL:
        return sqlite3_bind_double(stmt, place, value->real);
    case SQL_TEXT:
    case SQL_BYTES:
        return bind_bytes(stmt, place, value);
    }
    return SQLITE_MISUSE;
}

static bool bind(struct sql *sql, struct sqlite3_stmt *stmt, const sql_value *values, size_t count,
                 struct err *err)
{
    assert((size_t)sqlite3_bind_parameter_count(stmt) == count);
    for (size_t i = 0; i < count; i++) {
        sql_value value = values[i];
        if (value.type == SQL_TEXT && !value_text(value.bytes, sql->scratch, &value.bytes, err))
            return false;
        int code = bind_value(stmt, (int)i + 1, &value);
        if (code != SQLITE_OK)
            return fail(sql, code, err);
    }
    return true;
}

static sql_value value_of(struct sqlite3_stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        return sql_integer(sqlite3_column_int64(stmt, column));
    case SQLITE_FLOAT:
        return sql_real(sqlite3_column_double(stmt, column));
    case SQLITE_TEXT: {
        const void *text = sqlite3_column_text(stmt, column);
        return sql_text(span_of(text, (size_t)sqlite3_column_bytes(stmt, column)));
    }
    case SQLITE_BLOB: {
        const void *bytes = sqlite3_column_blob(stmt, column);
        return sql_bytes(span_of(bytes, (size_t)sqlite3_column_bytes(stmt, column)));
    }
    default:
        return sql_null();
    }
}

static bool give_row(struct sqlite3_stmt *stmt, sql_value *values, const struct sql_reader *to,
                     struct err *err)
{
    if (!to)
        return true;
    size_t count = (size_t)sqlite3_column_count(stmt);
    for (size_t i = 0; i < count; i++)
        values[i] = value_of(stmt, (int)i);
    struct sql_row row = {.values = values, .count = count};
    return to->row(to->self, &row, err);
}

static bool step(struct sql *sql, struct sqlite3_stmt *stmt, sql_value *values,
                 const struct sql_reader *to, struct err *err)
{
    sqlite3_int64 before = sqlite3_total_changes64(sql->sqlite);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
        if (!give_row(stmt, values, to, err))
            return false;
    if (code != SQLITE_DONE)
        return fail(sql, code, err);
    sql->changes += (uint64_t)(sqlite3_total_changes64(sql->sqlite) - before);
    return true;
}

static bool execute(struct sql *sql, struct statement *statement, const struct batch *batch,
                    const struct sql_reader *to, struct err *err)
{
    struct sqlite3_stmt *stmt = statement->stmt;
    if (sql->reading && !sqlite3_stmt_readonly(stmt))
        return err_set(err, ERR_DENIED, "sqlite: the transaction only reads");
    size_t columns = (size_t)sqlite3_column_count(stmt);
    sql_value *values = arena_array(sql->scratch, columns, sizeof *values);
    if (!values)
        return arena_err(sql->scratch, err, "sqlite: a row");
    bool ok = true;
    for (size_t row = 0; row < batch->rows && ok; row++) {
        ok = bind(sql, stmt, batch->values + row * batch->count, batch->count, err) &&
             step(sql, stmt, values, to, err);
        (void)sqlite3_reset(stmt); // repeats the error of the last step
    }
    // The values belong to the caller, who may release them now.
    (void)sqlite3_clear_bindings(stmt);
    return ok;
}

// ---------------------------------------------------------------- tables

// The next number is the highest that there is, and one.
static bool renumber(struct sql *sql, span table, struct err *err)
{
    (void)sql;
    (void)table;
    (void)err;
    return true;
}

static const char *const checks[] = {
    "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT 'a row of ' || \"table\" || ' names a row of ' || parent || ' that is not there'"
    " FROM pragma_foreign_key_check",
    NULL,
};

const struct driver sqlite_driver = {
    .kind = SQL_SQLITE,
    .begin = "BEGIN IMMEDIATE",
    .begin_snapshot = "BEGIN IMMEDIATE",
    .begin_reading = "BEGIN DEFERRED",
    .has_table = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1",
    .columns = "SELECT name FROM pragma_table_info($1) ORDER BY cid",
    .checks = checks,
    .connect = connect_sqlite,
    .disconnect = disconnect_sqlite,
    .is_lost = is_lost,
    .is_open = is_open,
    .command = command,
    .prepare = prepare,
    .forget = forget,
    .renumber = renumber,
    .execute = execute,
};
