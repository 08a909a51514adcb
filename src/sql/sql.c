// What both kinds of database have in common: connections, statements one by one, transactions.
#include "sql/sql_inner.h"

#include "os/os.h"

#include <stdlib.h>

enum { MOST_TRIES = 10, MOST_CONSTRAINT_TRIES = 3 };
static const uint64_t connection_budget = 1 << 20;
static const uint64_t statements_budget = 4 << 20;
static const uint64_t scratch_budget = UINT64_C(1) << 30;

// ---------------------------------------------------------------- connections

static bool choose_driver(span url, const struct driver **ret, span *ret_place, struct err *err)
{
    if (span_starts_with(url, S("sqlite:"))) {
        *ret = &sqlite_driver;
        *ret_place = span_from(url, S("sqlite:").len);
        return true;
    }
    if (span_starts_with(url, S("postgresql://")) || span_starts_with(url, S("postgres://"))) {
        *ret = &postgresql_driver;
        *ret_place = url;
        return true;
    }
    return err_set(err, ERR_USAGE,
                   "a store is 'sqlite:PATH' or 'postgresql://…', and this is neither");
}

static bool prepare_memory(struct sql *sql, span place, struct err *err)
{
    sql->mem = arena_new(connection_budget);
    sql->scratch = arena_new(scratch_budget);
    sql->statements.mem = arena_new(statements_budget);
    if (!sql->mem || !sql->scratch || !sql->statements.mem)
        return err_set(err, ERR_MEMORY, "sql: no memory");
    sql->place = arena_text(sql->mem, place);
    if (!sql->place)
        return err_set(err, ERR_USAGE, "sql: the place of the store is no text");
    return true;
}

bool sql_open(span url, bool make, struct sql **ret, struct err *err)
{
    const struct driver *driver = NULL;
    span place = {0};
    if (!choose_driver(url, &driver, &place, err))
        return false;
    CLEANUP(sql_cleanup) struct sql *sql = calloc(1, sizeof *sql);
    if (!sql)
        return err_set(err, ERR_MEMORY, "sql: no memory");
    sql->driver = driver;
    sql->make = make;
    if (!prepare_memory(sql, place, err) || !driver->connect(sql, err))
        return false;
    *ret = take(&sql);
    return true;
}

void sql_close(struct sql *sql)
{
    if (!sql)
        return;
    if (sql->statements.mem)
        statements_forget(sql);
    sql->driver->disconnect(sql);
    arena_free(sql->statements.mem);
    arena_free(sql->scratch);
    arena_free(sql->mem);
    free(sql);
}

void sql_cleanup(struct sql **sql)
{
    sql_close(*sql);
    *sql = NULL;
}

enum sql_kind sql_kind(const struct sql *sql)
{
    return sql->driver->kind;
}

// Inside of a transaction nothing is made anew: what was done in it is lost with its connection.
static bool reconnect(struct sql *sql, struct err *err)
{
    if (!sql->driver->is_lost(sql))
        return true;
    statements_forget(sql);
    sql->driver->disconnect(sql);
    return sql->driver->connect(sql, err) && (!sql->listens || sql->driver->listen(sql, err));
}

// ---------------------------------------------------------------- statements

static bool execute(struct sql *sql, const char *text, const struct batch *batch,
                    const struct sql_reader *to, struct err *err)
{
    struct statement *statement = NULL;
    if (!sql->in_transaction && !reconnect(sql, err))
        return false;
    if (!statement_find(sql, text, &statement, err))
        return false;
    if (!statement->prepared && !sql->driver->prepare(sql, statement, batch, err))
        return false;
    statement->prepared = true;
    arena_reset(sql->scratch);
    return sql->driver->execute(sql, statement, batch, to, err);
}

static bool run_batch(struct sql *sql, const char *text, const struct batch *batch,
                      const struct sql_reader *to, struct err *err)
{
    assert(!sql->busy);
    if (sql->failure.kind != ERR_NONE)
        return err_copy(err, &sql->failure);
    struct err problem = {0};
    sql->changes = 0;
    sql->obstacle = OBSTACLE_OTHER;
    sql->busy = true;
    bool ok = execute(sql, text, batch, to, &problem);
    sql->busy = false;
    if (ok)
        return true;
    if (sql->in_transaction)
        sql->failure = problem;
    return err_copy(err, &problem);
}

bool sql_run(struct sql *sql, const char *statement, const sql_value *values, size_t count,
             struct err *err)
{
    return sql_ask(sql, statement, values, count, NULL, err);
}

bool sql_ask(struct sql *sql, const char *statement, const sql_value *values, size_t count,
             const struct sql_reader *to, struct err *err)
{
    struct batch batch = {.values = values, .count = count, .rows = 1};
    return run_batch(sql, statement, &batch, to, err);
}

bool sql_ask_each(struct sql *sql, const char *statement, const sql_value *values, size_t count,
                  size_t rows, const struct sql_reader *to, struct err *err)
{
    assert(sql->in_transaction);
    struct batch batch = {.values = values, .count = count, .rows = rows};
    return rows == 0 || run_batch(sql, statement, &batch, to, err);
}

struct first_integer {
    bool found;
    int64_t value;
};

static bool take_first_integer(void *self, const struct sql_row *row, struct err *err)
{
    (void)err; // nothing here can fail
    struct first_integer *first = self;
    first->value = sql_row_integer(row, 0);
    first->found = true;
    return true;
}

bool sql_ask_integer(struct sql *sql, const char *statement, const sql_value *values, size_t count,
                     int64_t *ret, struct err *err)
{
    struct first_integer first = {0};
    struct sql_reader to = {.self = &first, .row = take_first_integer};
    if (!sql_ask(sql, statement, values, count, &to, err))
        return false;
    if (!first.found)
        return err_set(err, ERR_MISSING, "sql: there is no such row");
    *ret = first.value;
    return true;
}

uint64_t sql_changes(const struct sql *sql)
{
    return sql->changes;
}

// ---------------------------------------------------------------- tables

bool sql_has_table(struct sql *sql, span name, bool *ret, struct err *err)
{
    int64_t count = 0;
    sql_value value = sql_text(name);
    if (!sql_ask_integer(sql, sql->driver->has_table, &value, 1, &count, err))
        return false;
    *ret = count > 0;
    return true;
}

bool sql_columns(struct sql *sql, span table, const struct sql_reader *to, struct err *err)
{
    sql_value value = sql_text(table);
    return sql_ask(sql, sql->driver->columns, &value, 1, to, err);
}

bool sql_renumber(struct sql *sql, span table, struct err *err)
{
    return sql->driver->renumber(sql, table, err);
}

bool sql_check(struct sql *sql, const struct sql_reader *to, struct err *err)
{
    for (const char *const *check = sql->driver->checks; *check; check++)
        if (!sql_ask(sql, *check, NULL, 0, to, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- transactions

struct transaction {
    const char *begin;
    bool reading;
    bool (*work)(void *self, struct err *err);
    void *self;
};

// The reason for it is told already; a connection that cannot roll back has lost its transaction.
static void roll_back(struct sql *sql)
{
    if (sql->driver->is_open(sql) && !sql->driver->is_lost(sql))
        (void)sql->driver->command(sql, "ROLLBACK", NULL);
}

static bool commit(struct sql *sql, struct err *err)
{
    if (sql->failure.kind != ERR_NONE)
        return err_copy(err, &sql->failure);
    return sql->driver->command(sql, "COMMIT", err);
}

// A connection whose server went since it was last used tells so here, where nothing is lost.
static bool begin(struct sql *sql, const char *text, struct err *err)
{
    if (!reconnect(sql, err))
        return false;
    if (sql->driver->command(sql, text, err))
        return true;
    return sql->driver->is_lost(sql) && reconnect(sql, err) && sql->driver->command(sql, text, err);
}

static bool try_once(struct sql *sql, const struct transaction *transaction, struct err *err)
{
    sql->obstacle = OBSTACLE_OTHER;
    if (!begin(sql, transaction->begin, err))
        return false;
    sql->failure = (struct err){0};
    sql->in_transaction = true;
    sql->reading = transaction->reading;
    bool ok = transaction->work(transaction->self, err);
    ok = ok && commit(sql, err);
    if (!ok) {
        // What stood in the way is known before the roll-back.
        enum obstacle obstacle = sql->obstacle;
        roll_back(sql);
        sql->obstacle = obstacle;
    }
    sql->in_transaction = false;
    sql->reading = false;
    sql->failure = (struct err){0};
    return ok;
}

// A constraint that was broken by what came in between is not broken when the same is tried with
// that in sight. SQLite lets nobody in between, and has waited long enough when it says that it is
// busy.
static bool is_worth_another(const struct sql *sql, unsigned tries)
{
    if (sql->driver->kind == SQL_SQLITE)
        return false;
    switch (sql->obstacle) {
    case OBSTACLE_OTHER:
        return false;
    case OBSTACLE_CONSTRAINT:
        return tries < MOST_CONSTRAINT_TRIES;
    case OBSTACLE_CONTENTION:
        return tries < MOST_TRIES;
    }
    return false;
}

// Up to 4 ms, 8 ms, … and no more than 128 ms: those who met once do not meet again.
static bool wait_a_while(unsigned tries, struct err *err)
{
    uint64_t chance = 0;
    if (!os_random(&chance, sizeof chance, err))
        return false;
    os_sleep_ms(chance % (UINT64_C(2) << (tries < 6 ? tries : 6)));
    return true;
}

static bool transact(struct sql *sql, const struct transaction *transaction, struct err *err)
{
    assert(!sql->in_transaction && !sql->busy);
    for (unsigned tries = 1;; tries++) {
        struct err problem = {0};
        if (try_once(sql, transaction, &problem))
            return true;
        if (!is_worth_another(sql, tries))
            return err_copy(err, &problem);
        if (!wait_a_while(tries, err))
            return false;
    }
}

bool sql_transact(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                  struct err *err)
{
    struct transaction all = {.begin = sql->driver->begin, .work = work, .self = self};
    return transact(sql, &all, err);
}

bool sql_transact_snapshot(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                           struct err *err)
{
    struct transaction all = {.begin = sql->driver->begin_snapshot, .work = work, .self = self};
    return transact(sql, &all, err);
}

bool sql_observe(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                 struct err *err)
{
    struct transaction all = {
        .begin = sql->driver->begin_reading, .reading = true, .work = work, .self = self};
    return transact(sql, &all, err);
}

bool sql_in_transaction(const struct sql *sql)
{
    return sql->in_transaction;
}

// ---------------------------------------------------------------- bells

bool sql_ring(struct sql *sql, const char *name, struct err *err)
{
    const sql_value values[] = {sql_text(span_of_text(name))};
    return !sql->driver->ring || sql_run(sql, sql->driver->ring, values, 1, err);
}

bool sql_listen(struct sql *sql, const char *name, struct err *err)
{
    struct text command;
    if (!sql->driver->ring || sql->listens)
        return true;
    text_init(&command, sql->mem, SIZE_MAX);
    text_add(&command, S("LISTEN "));
    text_add(&command, span_of_text(name));
    sql->listens = text_ok(&command) ? arena_text(sql->mem, text_span(&command)) : NULL;
    if (!sql->listens)
        return arena_err(sql->mem, err, "sql: a bell");
    return sql->driver->is_lost(sql) ? reconnect(sql, err) : sql->driver->listen(sql, err);
}

bool sql_heard(struct sql *sql)
{
    return sql->listens && !sql->driver->is_lost(sql) && sql->driver->heard(sql);
}

int sql_bell(const struct sql *sql)
{
    return sql->listens && !sql->driver->is_lost(sql) ? sql->driver->bell(sql) : -1;
}
