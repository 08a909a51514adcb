// Zip archives made in memory for tests, wrong ones too.
#ifndef PLIMSOLL_TEST_MAKE_ZIP_H
#define PLIMSOLL_TEST_MAKE_ZIP_H

#include "base/base.h"

struct zip_maker {
    struct arena *mem;
    struct text archive;
    struct text directory;
    uint64_t entries;
};

// One entry as it is written; zeros stand for what is right. `local_name` stands in the local
// header instead of `name`.
struct made_entry {
    span name;
    span content;
    span local_name;
    uint64_t claimed_size; // in both headers
    uint64_t at;           // where the directory says that the local header is, plus one
    uint32_t flags;
    bool deflated; // in blocks without compression
    bool zip64;
};

void zip_begin(struct zip_maker *maker, struct arena *mem);
void zip_add(struct zip_maker *maker, span name, span content); // stored
void zip_add_entry(struct zip_maker *maker, struct made_entry entry);
// The whole archive.
span zip_end(struct zip_maker *maker);
// The same with another number of entries and a comment; `zip64`: the records of that format too.
span zip_end_with(struct zip_maker *maker, uint16_t entries, span comment, bool zip64);

#endif
