// Statements on PostgreSQL: prepared, run one by one, or in a pipeline.
#include "sql/postgresql_inner.h"

#include <libpq-fe.h>
#include <stdio.h>

enum { PIPELINE_ROWS = 1000, BINARY_RESULTS = 1 };

struct name {
    char text[24];
};

static struct name name_of(const struct statement *statement)
{
    struct name name;
    snprintf(name.text, sizeof name.text, "s%llu", (unsigned long long)statement->number);
    return name;
}

bool postgresql_prepare(struct sql *sql, struct statement *statement, const struct batch *batch,
                        struct err *err)
{
    Oid *types = arena_array(sql->scratch, batch->count, sizeof *types);
    if (!types)
        return arena_err(sql->scratch, err, "postgresql: a statement");
    postgresql_types(batch->values, batch->count, types);
    PGresult *result = PQprepare(sql->postgresql, name_of(statement).text, statement->translated,
                                 (int)batch->count, types);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok)
        (void)postgresql_fail(sql, result, err);
    PQclear(result);
    return ok;
}

// ---------------------------------------------------------------- answers

// What comes of the statements that were sent. Answers are read to their end, whatever they say.
struct answer {
    struct sql *sql;
    const struct sql_reader *to;
    bool failed;
    struct err *err; // the first failure
};

// A SELECT counts the rows that it found, too.
static uint64_t changes_of(PGresult *result)
{
    uint64_t count = 0;
    span tag = span_of_text(PQcmdStatus(result));
    if (!span_starts_with(tag, S("SELECT")))
        (void)span_to_u64(span_of_text(PQcmdTuples(result)), &count); // others count nothing
    return count;
}

static bool give_row(const struct answer *answer, const PGresult *result, int at, sql_value *values,
                     struct err *err)
{
    int columns = PQnfields(result);
    for (int i = 0; i < columns; i++)
        if (!postgresql_decode(result, at, i, &values[i], err))
            return false;
    struct sql_row row = {.values = values, .count = (size_t)columns};
    return answer->to->row(answer->to->self, &row, err);
}

static bool give_rows(const struct answer *answer, const PGresult *result, struct err *err)
{
    int rows = PQntuples(result);
    if (!answer->to || rows == 0)
        return true;
    struct arena *mem = answer->sql->scratch;
    sql_value *values = arena_array(mem, (size_t)PQnfields(result), sizeof *values);
    if (!values)
        return arena_err(mem, err, "postgresql: a row");
    for (int i = 0; i < rows; i++)
        if (!give_row(answer, result, i, values, err))
            return false;
    return true;
}

static void take_result(struct answer *answer, PGresult *result)
{
    if (answer->failed)
        return;
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
        answer->sql->changes += changes_of(result);
        answer->failed = !give_rows(answer, result, answer->err);
        return;
    case PGRES_PIPELINE_SYNC:
        return;
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_OUT:
    case PGRES_COPY_IN:
    case PGRES_COPY_BOTH:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_ABORTED:
        break;
    }
    answer->failed = true;
    (void)postgresql_fail(answer->sql, result, answer->err); // it always is
}

static bool is_gone(const struct answer *answer)
{
    return PQstatus(answer->sql->postgresql) != CONNECTION_OK;
}

// What libpq itself says about a connection, where there is no result.
static bool fail_connection(struct answer *answer)
{
    if (!answer->failed)
        (void)postgresql_fail(answer->sql, NULL, answer->err);
    answer->failed = true;
    return false;
}

// ---------------------------------------------------------------- one statement

static bool send_row(struct answer *answer, const struct statement *statement,
                     const struct parameters *parameters)
{
    return PQsendQueryPrepared(answer->sql->postgresql, name_of(statement).text, parameters->count,
                               parameters->values, parameters->lengths, parameters->formats,
                               BINARY_RESULTS) == 1 ||
           fail_connection(answer);
}

// Rows are handed on as they come, so that an answer needs no more memory than its largest row.
static void run_one(struct answer *answer, const struct statement *statement,
                    const struct parameters *parameters)
{
    PGconn *connection = answer->sql->postgresql;
    if (!send_row(answer, statement, parameters))
        return;
    if (answer->to)
        (void)PQsetSingleRowMode(connection); // else they come together
    PGresult *result = NULL;
    while ((result = PQgetResult(connection))) {
        take_result(answer, result);
        PQclear(result);
    }
    if (is_gone(answer))
        (void)fail_connection(answer);
}

// ---------------------------------------------------------------- a pipeline

// Up to the point where the server says that it has seen all. Between the answers of two statements
// stands a null.
static void drain(struct answer *answer)
{
    for (bool synced = false; !synced;) {
        PGresult *result = PQgetResult(answer->sql->postgresql);
        if (!result && is_gone(answer)) {
            (void)fail_connection(answer);
            return;
        }
        if (!result)
            continue;
        take_result(answer, result);
        synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        PQclear(result);
    }
}

// Rows go in portions, for libpq holds what has not been read.
static void run_portion(struct answer *answer, const struct statement *statement,
                        const struct batch *portion, struct parameters *parameters)
{
    struct arena *mem = answer->sql->scratch;
    for (size_t i = 0; i < portion->rows && !answer->failed; i++) {
        const sql_value *values = portion->values + i * portion->count;
        if (!postgresql_encode(values, mem, parameters, answer->err))
            answer->failed = true;
        else
            (void)send_row(answer, statement, parameters); // the answer knows
    }
    if (is_gone(answer) || PQpipelineSync(answer->sql->postgresql) != 1)
        (void)fail_connection(answer);
    else
        drain(answer);
}

static void run_each(struct answer *answer, const struct statement *statement,
                     const struct batch *batch, struct parameters *parameters)
{
    PGconn *connection = answer->sql->postgresql;
    if (PQenterPipelineMode(connection) != 1) {
        (void)fail_connection(answer);
        return;
    }
    for (size_t done = 0; done < batch->rows && !answer->failed; done += PIPELINE_ROWS) {
        size_t left = batch->rows - done;
        struct batch portion = {
            .values = batch->values + done * batch->count,
            .count = batch->count,
            .rows = left < PIPELINE_ROWS ? left : PIPELINE_ROWS,
        };
        run_portion(answer, statement, &portion, parameters);
    }
    if (PQexitPipelineMode(connection) != 1)
        (void)fail_connection(answer);
}

bool postgresql_execute(struct sql *sql, struct statement *statement, const struct batch *batch,
                        const struct sql_reader *to, struct err *err)
{
    struct parameters parameters = {0};
    if (!postgresql_parameters(batch->count, sql->scratch, &parameters, err))
        return false;
    struct answer answer = {.sql = sql, .to = to, .err = err};
    if (batch->rows > 1) {
        run_each(&answer, statement, batch, &parameters);
        return !answer.failed;
    }
    if (!postgresql_encode(batch->values, sql->scratch, &parameters, err))
        return false;
    run_one(&answer, statement, &parameters);
    return !answer.failed;
}
