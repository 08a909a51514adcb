// Inside of sql's PostgreSQL part.
#ifndef PLIMSOLL_SQL_POSTGRESQL_INNER_H
#define PLIMSOLL_SQL_POSTGRESQL_INNER_H

#include "sql/sql_inner.h"

struct pg_result;

// ERR_UNSUPPORTED: libpq is not installed, or too old.
bool postgresql_available(struct err *err);

// ---------------------------------------------------------------- errors

// What a statement's result says went wrong; null: the connection has failed.
bool postgresql_fail(struct sql *sql, const struct pg_result *result, struct err *err);
// A connection that was not made. Its messages are verbose, so that they hold the SQLSTATE.
bool postgresql_fail_to_connect(struct sql *sql, struct err *err);

// ---------------------------------------------------------------- statements

bool postgresql_prepare(struct sql *sql, struct statement *statement, const struct batch *batch,
                        struct err *err);
bool postgresql_execute(struct sql *sql, struct statement *statement, const struct batch *batch,
                        const struct sql_reader *to, struct err *err);

// ---------------------------------------------------------------- values

// The values of one row as libpq takes them: numbers as text, texts and bytes as they are.
struct parameters {
    int count;
    const char **values;
    int *lengths;
    int *formats;
    struct number *numbers;
};
struct number {
    char text[32];
};

bool postgresql_parameters(size_t count, struct arena *mem, struct parameters *ret,
                           struct err *err);
bool postgresql_encode(const sql_value *values, struct arena *mem, struct parameters *parameters,
                       struct err *err);
// The types of values, for a statement that is prepared: of a null, whatever its place demands.
void postgresql_types(const sql_value *values, size_t count, unsigned *types);
// A field of a result in binary form.
bool postgresql_decode(const struct pg_result *result, int row, int column, sql_value *ret,
                       struct err *err);

#endif
