// sqlite: the bytes of an SQLite database to the rows of its tables (sqlite.org/fileformat2.html).
// Bytes are hostile; nothing is written, nothing is locked, no query is run, no library is asked.
#ifndef PLIMSOLL_FORMAT_SQLITE_H
#define PLIMSOLL_FORMAT_SQLITE_H

#include "base/base.h"

// By the magic number alone.
bool sqlite_detect(span database);

// Who is told what a table holds, in the order of its rows.
struct sqlite_visitor {
    void *self;
    // A row and its number, which is also the value of its INTEGER PRIMARY KEY, if it has one. The
    // record is valid during the call only: copy what you keep (arena_span). False, with err
    // filled, ends the reading.
    bool (*row)(void *self, uint64_t id, span record, struct err *err);
    // A part could not be read. Reading goes on behind it.
    void (*damage)(void *self, const struct err *damage);
};

// Calls visitor->row for each row of `table`, whose name is compared without case. `log` is the
// content of the database's `-wal`, or empty: its committed frames are applied. Tables WITHOUT
// ROWID are not read.
//
// Damage does not fail: visitor->damage hears of it, and everything readable is still visited.
// False means that there is no more to be had than what was visited: ERR_INPUT when this is no
// database, there is no such table or parts overlap, ERR_UNSUPPORTED for texts in UTF-16, or what
// visitor->row said.
//
// Takes from `mem` four times the largest row that lies in pieces, and 8 bytes for each committed
// frame of the log. Time is linear in the size of the input, whatever it contains (sorting the
// frames of a log apart).
bool sqlite_read(span database, span log, span table, struct arena *mem,
                 const struct sqlite_visitor *visitor, struct err *err);

// The bytes of a text or a blob in a record; empty for other types and where there is no such
// column. Columns are counted from 0.
span sqlite_text(span record, unsigned column);
// An integer. False for other types, for negative numbers and where there is no such column.
bool sqlite_number(span record, unsigned column, uint64_t *ret);

#endif
