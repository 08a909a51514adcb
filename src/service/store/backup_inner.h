// Inside of the store: the form of a backup (doc/formats/store.md, "Backup").
#ifndef PLIMSOLL_SERVICE_STORE_BACKUP_INNER_H
#define PLIMSOLL_SERVICE_STORE_BACKUP_INNER_H

#include "service/store/store_inner.h"

enum { BACKUP_SUM = 32, BACKUP_MOST_COLUMNS = 64 };

// ---------------------------------------------------------------- writing

void backup_put_start(struct text *to, uint32_t version);
void backup_put_table(struct text *to, span name, const span *columns, size_t count);
void backup_put_row(struct text *to, const sql_value *values, size_t count);
void backup_put_end(struct text *to, uint64_t rows);

// ---------------------------------------------------------------- reading

// ERR_UNTRUSTED: the digest at the end is not that of the bytes before it.
bool backup_check_sum(span file, struct err *err);

struct backup {
    reader rest;
    uint32_t version; // of the tables
    uint64_t rows;    // so far
    size_t columns;   // of the table that is being read; 0: none is
};
enum backup_kind {
    BACKUP_TABLE,
    BACKUP_ROW,
    BACKUP_END,
};
// What comes next. Spans lie in the file.
struct backup_item {
    enum backup_kind kind;
    span table;
    size_t count;                          // of columns, or of values
    span columns[BACKUP_MOST_COLUMNS];     // of a table
    sql_value values[BACKUP_MOST_COLUMNS]; // of a row
};
// `file` is without its digest.
bool backup_open(span file, struct backup *ret, struct err *err);
bool backup_next(struct backup *backup, struct backup_item *ret, struct err *err);

// ---------------------------------------------------------------- tables

// The names of the tables that a backup has, in an order in which rows name only rows of tables
// before; of the first `version` versions. Caches are no part of it.
bool backup_tables(int64_t version, struct arena *mem, struct spans *ret, struct err *err);
// The columns of one; ERR_LIMIT: more than a backup can have.
bool backup_columns(struct sql *sql, span table, struct arena *mem, struct spans *ret,
                    struct err *err);
// All rows of one, sorted by all columns, so that equal stores have equal backups. Statements are
// made in `mem`.
bool backup_read_table(struct sql *sql, span table, const struct spans *columns, struct arena *mem,
                       const struct sql_reader *to, struct err *err);

#endif
