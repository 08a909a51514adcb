// sqlite, between its own files: the log.
#ifndef PLIMSOLL_FORMAT_SQLITE_INNER_H
#define PLIMSOLL_FORMAT_SQLITE_INNER_H

#include "format/sqlite/sqlite.h"

// The write-ahead log: which page has its newest committed content where.
struct sqlite_log {
    span bytes;
    uint32_t page_size;
    uint64_t *keys; // page << 32 | number of a frame, sorted
    size_t count;   // 0: nothing was committed
};

// Reads the log of a database with pages of `page_size`. One without a commit is no error.
bool sqlite_log_read(span bytes, uint32_t page_size, struct arena *mem, struct sqlite_log *ret,
                     struct err *err);
// The newest committed content of a page, empty when the log does not have it.
span sqlite_log_page(const struct sqlite_log *log, uint32_t page);

#endif
