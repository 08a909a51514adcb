// What a reading of a database told its visitor, for the unit tests.
#ifndef PLIMSOLL_TEST_RPMDB_SEEN_H
#define PLIMSOLL_TEST_RPMDB_SEEN_H

#include "rpmdb/rpmdb.h"

struct seen {
    unsigned headers;
    unsigned damages;
    unsigned unreadable; // of the headers
    char names[64];      // of the packages, each with a space behind it
    struct err damage;   // the first
    struct err err;
    bool ok;
};

// Reads with an arena of `budget` bytes.
struct seen seen_of(span database, span log, uint64_t budget);
// The same with `packages` as the limit of that name.
struct seen seen_within(span database, span log, uint64_t budget, uint64_t packages);

#endif
