// PostgreSQL: connections.
#include "sql/postgresql_inner.h"

#include <libpq-fe.h>

enum { OLDEST_SERVER = 120000 };

// Nobody waits for a lock for ever, or for a client that went away with one. What the server's
// owner wishes of single statements is not what they are written for.
// They ask for a few rows by their keys: a plan that reads whole tables, since the disk might turn,
// or that is compiled before it runs, takes longer than they do.
static const char settings[] = "SET client_min_messages = warning;"
                               "SET lock_timeout = '30s';"
                               "SET random_page_cost = 1.1;"
                               "SET jit = off;"
                               "SET idle_in_transaction_session_timeout = '10min';"
                               "SET default_transaction_isolation = 'read committed'";

static bool command(struct sql *sql, const char *text, struct err *err)
{
    PGresult *result = PQexec(sql->postgresql, text);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok)
        (void)postgresql_fail(sql, result, err);
    PQclear(result);
    return ok;
}

// ---------------------------------------------------------------- connections

static void ignore_notice(void *self, const char *message)
{
    (void)self;
    (void)message; // libraries do not print
}

static bool is_url_readable(const struct sql *sql)
{
    PQconninfoOption *options = PQconninfoParse(sql->place, NULL);
    PQconninfoFree(options);
    return options;
}

static bool check_server(struct sql *sql, struct err *err)
{
    if (PQserverVersion(sql->postgresql) < OLDEST_SERVER)
        return err_set(err, ERR_UNSUPPORTED, "postgresql: the server is older than version 12");
    span encoding = span_of_text(PQparameterStatus(sql->postgresql, "server_encoding"));
    if (!span_equal(encoding, S("UTF8")))
        return err_set(err, ERR_UNSUPPORTED, "postgresql: the database's encoding is %s, not UTF8",
                       quote(encoding).text);
    return true;
}

// What the URL says comes last and so counts. The connection is begun and then made again, since
// only what has begun can be told to name SQLSTATEs, and these alone say in all languages why a
// server refused.
static bool start(struct sql *sql, struct err *err)
{
    static const char *const names[] = {"fallback_application_name", "connect_timeout", "dbname",
                                        "client_encoding", NULL};
    const char *const values[] = {"plimsoll", "10", sql->place, "UTF8", NULL};
    sql->postgresql = PQconnectStartParams(names, values, 1);
    if (!sql->postgresql)
        return err_set(err, ERR_MEMORY, "postgresql: no memory");
    PQsetNoticeProcessor(sql->postgresql, ignore_notice, NULL);
    (void)PQsetErrorVerbosity(sql->postgresql, PQERRORS_VERBOSE); // returns what was set before
    PQreset(sql->postgresql);
    return PQstatus(sql->postgresql) == CONNECTION_OK || postgresql_fail_to_connect(sql, err);
}

static void disconnect(struct sql *sql)
{
    if (sql->postgresql)
        PQfinish(sql->postgresql);
    sql->postgresql = NULL;
}

static bool connect_postgresql(struct sql *sql, struct err *err)
{
    if (!postgresql_available(err))
        return false;
    if (!is_url_readable(sql))
        return err_set(err, ERR_USAGE, "postgresql: the URL of the store is not well-formed");
    if (start(sql, err) && check_server(sql, err) && command(sql, settings, err))
        return true;
    disconnect(sql);
    return false;
}

static bool is_lost(const struct sql *sql)
{
    return !sql->postgresql || PQstatus(sql->postgresql) != CONNECTION_OK;
}

static bool is_open(const struct sql *sql)
{
    return PQtransactionStatus(sql->postgresql) != PQTRANS_IDLE;
}

// If that fails the connection has been lost, and they with it.
static void forget(struct sql *sql)
{
    if (!is_lost(sql) && sql->statements.count)
        (void)command(sql, "DEALLOCATE ALL", NULL);
}

// ---------------------------------------------------------------- bells

static bool listen_to(struct sql *sql, struct err *err)
{
    return command(sql, sql->listens, err);
}

// What has been received lies with the connection; the rest waits at its socket.
static bool heard(struct sql *sql)
{
    bool any = false;
    if (!PQconsumeInput(sql->postgresql))
        return true; // the connection is lost: whoever asks next finds out
    for (PGnotify *each = PQnotifies(sql->postgresql); each; each = PQnotifies(sql->postgresql)) {
        PQfreemem(each);
        any = true;
    }
    return any;
}

static int bell(const struct sql *sql)
{
    return PQsocket(sql->postgresql);
}

// ---------------------------------------------------------------- tables

// Where the table has numbers: a sequence gives them, and knows nothing of those that were given.
static bool renumber(struct sql *sql, span table, struct err *err)
{
    sql_value value = sql_text(table);
    int64_t numbered = 0;
    if (!sql_ask_integer(sql,
                         "SELECT count(*) FROM pg_catalog.pg_attribute WHERE attname = 'id' AND"
                         " attrelid = pg_catalog.to_regclass($1) AND attidentity <> ''",
                         &value, 1, &numbered, err))
        return false;
    struct text text;
    text_init(&text, sql->scratch, 1024); // a copy is kept before that is reset
    text_add(&text, S("SELECT setval(pg_get_serial_sequence($1, 'id'), coalesce(max(id), 0) + 1,"
                      " false) FROM "));
    text_add(&text, table);
    text_add_byte(&text, '\0');
    if (!text_ok(&text))
        return arena_err(sql->scratch, err, "postgresql: a statement");
    return !numbered || sql_run(sql, (const char *)text_span(&text).ptr, &value, 1, err);
}

// The server holds all constraints itself, and says so when it finds a page damaged.
static const char *const checks[] = {
    "SELECT 'the constraint ' || conname || ' of ' || conrelid::regclass || ' is not validated'"
    " FROM pg_catalog.pg_constraint WHERE NOT convalidated",
    "SELECT 'the index ' || indexrelid::regclass || ' is not valid' FROM pg_catalog.pg_index"
    " WHERE NOT indisvalid",
    NULL,
};

const struct driver postgresql_driver = {
    .kind = SQL_POSTGRESQL,
    .begin = "BEGIN ISOLATION LEVEL SERIALIZABLE",
    .begin_snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ",
    .begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .has_table = "SELECT count(*) FROM pg_catalog.pg_class"
                 " WHERE oid = pg_catalog.to_regclass($1)",
    .columns = "SELECT attname FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped"
               " AND attrelid = pg_catalog.to_regclass($1) ORDER BY attnum",
    .checks = checks,
    .connect = connect_postgresql,
    .disconnect = disconnect,
    .is_lost = is_lost,
    .is_open = is_open,
    .command = command,
    .prepare = postgresql_prepare,
    .forget = forget,
    .renumber = renumber,
    .ring = "SELECT count(pg_notify($1, ''))",
    .listen = listen_to,
    .heard = heard,
    .bell = bell,
    .execute = postgresql_execute,
};
