// Inside of sql: what both kinds of database share, and what each brings.
#ifndef PLIMSOLL_SQL_SQL_INNER_H
#define PLIMSOLL_SQL_SQL_INNER_H

#include "sql/sql.h"

struct sqlite3;
struct sqlite3_stmt;
struct pg_conn;

// ---------------------------------------------------------------- statements

// One that has been prepared.
struct statement {
    uint64_t hash;
    const char *text;          // as the caller wrote it
    const char *translated;    // for this kind of database
    struct sqlite3_stmt *stmt; // SQLite's
    uint64_t number;           // PostgreSQL's name of it
    bool prepared;
};

enum { STATEMENT_SLOTS = 1024 }; // a power of two; half of them are used at most

struct statements {
    struct arena *mem;
    struct statement *slots[STATEMENT_SLOTS];
    size_t count;
    uint64_t made; // since the connection was made: their numbers
};

// Replaces the words in braces, and "$1" by "?1" for SQLite; what stands between quotes stays.
bool statement_translate(enum sql_kind kind, const char *text, struct arena *mem, const char **ret,
                         struct err *err);
// The statement of this text, prepared.
bool statement_find(struct sql *sql, const char *text, struct statement **ret, struct err *err);
// Drops all, for a connection that ends or when there are too many.
void statements_forget(struct sql *sql);

// ---------------------------------------------------------------- drivers

// The values of one statement: `rows` times `count`.
struct batch {
    const sql_value *values;
    size_t count;
    size_t rows;
};

// Why a statement failed, as far as it decides whether to try again.
enum obstacle {
    OBSTACLE_OTHER,
    OBSTACLE_CONSTRAINT, // on PostgreSQL, what a transaction beside this one did may be the cause
    OBSTACLE_CONTENTION, // another transaction is in the way
};

struct driver {
    enum sql_kind kind;
    const char *begin;
    const char *begin_snapshot;
    const char *begin_reading;
    const char *has_table; // asks for the number of tables of the name $1
    const char *columns;   // asks for the names of the columns of the table $1
    // Asks, without values, for what is wrong: texts. Null at the end.
    const char *const *checks;
    bool (*connect)(struct sql *sql, struct err *err);
    void (*disconnect)(struct sql *sql);
    bool (*is_lost)(const struct sql *sql);
    bool (*is_open)(const struct sql *sql); // a transaction is
    // A statement without values that is not prepared: BEGIN and its like.
    bool (*command)(struct sql *sql, const char *text, struct err *err);
    bool (*prepare)(struct sql *sql, struct statement *statement, const struct batch *batch,
                    struct err *err);
    void (*forget)(struct sql *sql); // what was prepared for all statements
    bool (*renumber)(struct sql *sql, span table, struct err *err);
    const char
        *ring; // a statement that rings $1; null: nothing rings, nor are there the next three
    bool (*listen)(struct sql *sql, struct err *err); // to sql->listens
    bool (*heard)(struct sql *sql);
    int (*bell)(const struct sql *sql);
    // Sets sql->changes, and sql->obstacle when it fails.
    bool (*execute)(struct sql *sql, struct statement *statement, const struct batch *batch,
                    const struct sql_reader *to, struct err *err);
};
extern const struct driver sqlite_driver;
extern const struct driver postgresql_driver;

struct sql {
    const struct driver *driver;
    struct arena *mem;     // as long as the connection
    struct arena *scratch; // as long as a statement
    const char *place;     // path or URL
    bool make;
    struct sqlite3 *sqlite;
    struct pg_conn *postgresql;
    struct statements statements;
    const char *listens; // the command by which it hears; null: it does not
    bool busy;           // a reader is being given rows
    bool in_transaction;
    bool reading;       // it is one that changes nothing
    struct err failure; // the first of the transaction
    enum obstacle obstacle;
    uint64_t changes;
};

// ---------------------------------------------------------------- values

// The text itself if it can be stored as it is, else a copy with U+FFFD for what cannot.
bool value_text(span text, struct arena *mem, span *ret, struct err *err);

#endif
