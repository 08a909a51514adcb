// store: looked after: checked, copied into a file, made from one.
#ifndef PLIMSOLL_SERVICE_STORE_MAINTAIN_PART_H
#define PLIMSOLL_SERVICE_STORE_MAINTAIN_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

// Receives what is wrong, one line each; false ends the check.
struct store_complaints {
    void *self;
    bool (*tell)(void *self, span what, struct err *err);
};
// Looks at all of a store, in one state of it: what the database itself finds, whether what is
// stored under the digest of its bytes has it, whether the audit log is a chain.
bool store_check(struct store *store, const struct store_complaints *to, struct err *err);

struct store_copied {
    uint64_t tables;
    uint64_t rows;
    uint64_t bytes;
};
// Writes one state of all that the store keeps into a file (doc/formats/store.md, "Backup") that is
// there whole or not at all, and for its owner alone: it holds secrets of subscriptions. Extracts
// of layers are left out: they can be made again.
bool store_backup(struct store *store, const char *path, struct store_copied *ret, struct err *err);
// Makes the store of a URL from such a file, whichever kind of database it came from: all of it or
// nothing. A file of an earlier version is brought up. ERR_CONFLICT: there is a store already;
// ERR_UNTRUSTED: the file is not as it was written; ERR_UNSUPPORTED: a later program wrote it.
bool store_restore(span url, const char *path, const struct limits *limits,
                   struct store_copied *ret, struct err *err);

#endif
