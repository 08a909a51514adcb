// Small RPM databases made by hand, for the unit tests to spoil, and for the seeds of the fuzz
// targets. Each holds the packages `small` (1-1.test, epoch 7) and `large`, whose header does not
// fit into one page; pages are as small as the layout allows.
#ifndef PLIMSOLL_TEST_RPMDB_BUILD_H
#define PLIMSOLL_TEST_RPMDB_BUILD_H

#include "rpmdb/rpmdb.h"

// Types of values in a header.
enum {
    BUILD_INT16 = 3,
    BUILD_INT32 = 4,
    BUILD_STRING = 6,
    BUILD_BIN = 7,
    BUILD_STRING_ARRAY = 8,
    BUILD_I18N_STRING = 9,
};

struct build_entry {
    uint32_t tag;
    uint32_t type;
    uint32_t count;
    span data; // as it stands in the header: numbers big endian, strings with their NUL
};

// Everything here aborts when `mem` is exhausted; the bytes may be changed by the test.
struct text build_header(struct arena *mem, const struct build_entry *entries, size_t count);
struct text build_package(struct arena *mem, span name, size_t padding);

// Pages of 512 bytes: 0 metadata, 1 hash, 2 to 4 the chain of `large`.
struct text build_bdb(struct arena *mem, bool big_endian);
// One page of slots, of which the first two are taken, then two blobs.
struct text build_ndb(struct arena *mem);
// Pages of 512 bytes: 1 schema, 2 root of Packages, 3 and 4 leaves, 5 and 6 the chain of `large`.
struct text build_sqlite(struct arena *mem);
// A log that turns `small` into `newer` (committed), and then into `never` (not committed).
struct text build_sqlite_log(struct arena *mem, bool big_endian);

// The sum that a log of SQLite carries on from frame to frame.
struct build_sum {
    bool big_endian;
    uint32_t a;
    uint32_t b;
};
void build_sum_add(struct build_sum *sum, span s);

void build_put_be(struct text *text, size_t at, uint64_t value, size_t bytes);

#endif
