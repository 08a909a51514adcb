// rpmdb, between its own files: one reading of one database.
#ifndef PLIMSOLL_RPMDB_INNER_H
#define PLIMSOLL_RPMDB_INNER_H

#include "rpmdb/rpmdb.h"

struct scan {
    span database;
    span log;
    struct arena *mem;
    const struct rpmdb_visitor *visitor;
    uint64_t headers_left; // of limits.packages
    uint64_t work_left;    // bytes; keeps time linear where pages point at each other at will
    uint8_t *buffer;       // where a header that lies in pieces is put together
    size_t buffer_size;
    size_t buffer_wanted; // bytes of the header that is being put together
    size_t buffer_used;
};

// One function a layout. They return false only for what ends the reading.
bool bdb_scan(struct scan *scan, struct err *err);
bool ndb_scan(struct scan *scan, struct err *err);
bool sqlite_scan(struct scan *scan, struct err *err);

// Hands a header to the visitor.
bool scan_header(struct scan *scan, span header, struct err *err);
// Tells the visitor of damage. True: go on behind it; false, with err filled: what there was to
// spend is spent.
bool scan_damage(struct scan *scan, const struct err *damage, struct err *err);
// Pays for looking at `bytes`. A sound database stays below what there is to spend; one whose
// parts overlap or run in circles does not.
bool scan_spend(struct scan *scan, uint64_t bytes, struct err *err);

// Empties the buffer and makes room for `size` bytes, which must be backed by the database:
// ERR_INPUT when it is smaller than that.
bool scan_buffer_begin(struct scan *scan, uint64_t size, struct err *err);
// Appends; what goes beyond the size that was announced is ERR_INPUT.
bool scan_buffer_add(struct scan *scan, span piece, struct err *err);
span scan_buffer_bytes(const struct scan *scan);

#endif
