// sql: statements and transactions on SQLite or PostgreSQL, the same text for both. The folder
// knows nothing of what is stored.
#ifndef PLIMSOLL_SQL_H
#define PLIMSOLL_SQL_H

#include "base/base.h"

// ---------------------------------------------------------------- connections

// One connection. It belongs to one thread at a time.
struct sql;

enum sql_kind {
    SQL_SQLITE,
    SQL_POSTGRESQL,
};

// Opens "sqlite:PATH" (write-ahead log, foreign keys on, full synchronisation) or "postgresql://…"
// as libpq takes it, with certificates checked as the URL says. A file that is missing is made, for
// its owner alone, if `make` says so. ERR_USAGE: neither; ERR_MISSING: there is no such file or
// database; ERR_DENIED: the server refused the credentials; ERR_IO: nobody answers, or the disk
// failed. No error text holds a password.
bool sql_open(span url, bool make, struct sql **ret, struct err *err);
void sql_close(struct sql *sql); // null is fine
void sql_cleanup(struct sql **sql);
enum sql_kind sql_kind(const struct sql *sql);

// ---------------------------------------------------------------- statements

enum sql_type {
    SQL_NULL,
    SQL_INTEGER, // 64 bits, signed
    SQL_REAL,
    SQL_TEXT, // UTF-8
    SQL_BYTES,
};

typedef struct sql_value {
    enum sql_type type;
    int64_t integer;
    double real;
    span bytes; // of texts and bytes
} sql_value;

static inline sql_value sql_integer(int64_t integer)
{
    return (sql_value){.type = SQL_INTEGER, .integer = integer};
}
static inline sql_value sql_real(double real)
{
    return (sql_value){.type = SQL_REAL, .real = real};
}
// Text from anywhere: what is no UTF-8, and NUL bytes, which PostgreSQL does not take, are stored
// as U+FFFD. Text that must come back byte for byte is stored as bytes.
static inline sql_value sql_text(span text)
{
    return (sql_value){.type = SQL_TEXT, .bytes = text};
}
static inline sql_value sql_bytes(span bytes)
{
    return (sql_value){.type = SQL_BYTES, .bytes = bytes};
}
static inline sql_value sql_null(void)
{
    return (sql_value){.type = SQL_NULL};
}

// One row of an answer, valid until the next one. A column that is not there, or null, is 0 or
// empty.
struct sql_row {
    const sql_value *values;
    size_t count;
};
int64_t sql_row_integer(const struct sql_row *row, size_t column);
double sql_row_real(const struct sql_row *row, size_t column);
span sql_row_bytes(const struct sql_row *row, size_t column); // of texts and bytes
bool sql_row_is_null(const struct sql_row *row, size_t column);

// Receives rows; false ends the statement with its error.
struct sql_reader {
    void *self;
    bool (*row)(void *self, const struct sql_row *row, struct err *err);
};

// Statements are texts that the program brings along, with $1, $2, … for values; none holds
// anything from outside. Each is prepared once a connection. They are written in the common part of
// both languages: a value keeps its type from one run to the next, or is null; truth is an integer
// that is compared (`WHERE done = 0`); integers that are summed are cast back
// (`CAST(sum(n) AS BIGINT)`); LIKE minds case and says ESCAPE '\'. Where the two differ there are
// words in braces:
//
//   {id}          the type of a column that numbers its rows, and makes it their key
//   {text}        the type of texts: compared and ordered by their bytes
//   {bytes}       the type of bytes
//   {lower EXPR}  a text with the capitals of ASCII made small
//   {by key}      behind CREATE TABLE (…): its rows stand in the order of its primary key, which is
//                 most of what they are
//   {numbers $1}  in FROM: a row `numbers.value` for each number of a text ("1,-2,3"), so that one
//                 statement does for many rows what it does for one; at most a few hundred
//   {hashes $1}   in FROM: a row `hashes.value` for each 32 of some bytes, and `hashes.place`, its
//                 number from 0
//   {churning}    behind CREATE TABLE (…): its rows change all the time, so that what the database
//                 knows of it, and what it keeps of old rows, is to be looked after often
//   {skip locked} at the end of a SELECT: locks the rows, passes over those that others have locked
//
// ERR_CONFLICT: a constraint does not hold, or another transaction is in the way (sql_transact
// tries those again); ERR_IO with sys ENOSPC: the disk is full; ERR_IO: the server is gone;
// ERR_DENIED: the store may not be written to; ERR_INPUT: the database is damaged, or a value has
// no place in its type. A connection that has lost its server is made anew by the next statement or
// transaction.
bool sql_run(struct sql *sql, const char *statement, const sql_value *values, size_t count,
             struct err *err);
// The same with an answer. `to` must not use the connection; it may have taken rows when the
// statement fails.
bool sql_ask(struct sql *sql, const char *statement, const sql_value *values, size_t count,
             const struct sql_reader *to, struct err *err);
// The first column of the only row. ERR_MISSING: there is no row.
bool sql_ask_integer(struct sql *sql, const char *statement, const sql_value *values, size_t count,
                     int64_t *ret, struct err *err);
// How many rows the last statement has inserted, updated or deleted (sql_ask_each: all of its
// rows).
uint64_t sql_changes(const struct sql *sql);

// One statement for each of `rows` rows of `count` values that stand one after the other: without
// waiting for each answer (PostgreSQL's pipeline). Answers come in the order of the rows; `to` may
// be null. Inside of a transaction only.
bool sql_ask_each(struct sql *sql, const char *statement, const sql_value *values, size_t count,
                  size_t rows, const struct sql_reader *to, struct err *err);

// ---------------------------------------------------------------- tables

bool sql_has_table(struct sql *sql, span name, bool *ret, struct err *err);
// The names of a table's columns, in order.
bool sql_columns(struct sql *sql, span table, const struct sql_reader *to, struct err *err);
// Rows that are added from now on are numbered behind those that there are. For tables whose
// numbers were not given by the database.
bool sql_renumber(struct sql *sql, span table, struct err *err);
// What the database itself finds wrong: one text each, none if all is well.
bool sql_check(struct sql *sql, const struct sql_reader *to, struct err *err);

// ---------------------------------------------------------------- transactions

// Runs work(self) in a transaction that sees one state of the store, as if no other ran beside it,
// and takes effect whole or not at all. Other transactions in the way make it run again from the
// start, so `work` keeps nothing of an earlier try; after ten tries it is ERR_CONFLICT. Once a
// statement has failed, those after it fail too, and so does the transaction. ERR_IO may leave it
// open whether it took effect: the server went while it was told to keep it. Does not nest: work
// inside of a transaction calls the statements alone.
bool sql_transact(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                  struct err *err);
// The same, but what the work has read others may change while it runs: only rows that both change
// stand in each other's way. For work whose reads are of what does not change, or is locked; many
// get on side by side with it, where as if alone they would mostly run twice (PostgreSQL).
bool sql_transact_snapshot(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                           struct err *err);
// The same for work that changes nothing and keeps nobody from changing: it sees the state of its
// beginning.
bool sql_observe(struct sql *sql, bool (*work)(void *self, struct err *err), void *self,
                 struct err *err);
bool sql_in_transaction(const struct sql *sql);

// ---------------------------------------------------------------- bells

// Who waits for something to be done need not ask again and again: others ring, on whatever machine
// they are. PostgreSQL alone can do that (NOTIFY): on SQLite nothing rings and nothing is heard.
// `name` is a word of the program.
//
// Rings when the transaction around it has taken effect, or at once.
bool sql_ring(struct sql *sql, const char *name, struct err *err);
// From now on this connection hears it, also when it has to be made anew. What rang while there was
// none is not heard: ask now and then all the same.
bool sql_listen(struct sql *sql, const char *name, struct err *err);
// Has it rung since this was asked last?
bool sql_heard(struct sql *sql);
// A descriptor that can be read when it rings; -1: none. Good until the next call on the
// connection.
int sql_bell(const struct sql *sql);

#endif
