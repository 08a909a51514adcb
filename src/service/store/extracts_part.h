// store: what was read of layers, so that no machine reads one that another has read. A cache: what
// is in it may go at any time, and is in no backup.
#ifndef PLIMSOLL_SERVICE_STORE_EXTRACTS_PART_H
#define PLIMSOLL_SERVICE_STORE_EXTRACTS_PART_H

#include "base/base.h"

struct store;

enum { EXTRACT_MOST = 32 << 20 }; // bytes of one

// What is kept under a key, in `mem`; empty: nothing. It is as trustworthy as whoever kept it: the
// caller checks it.
bool store_find_extract(struct store *store, span key, uint64_t now, struct arena *mem, span *ret,
                        struct err *err);
// Keeps bytes under a key, in the place of what was there, and drops those that have not been used
// for longest until all together are no more than `most` bytes. Not inside of a transaction.
// ERR_LIMIT: it is larger than EXTRACT_MOST, or than all may be.
bool store_keep_extract(struct store *store, span key, span content, uint64_t now, uint64_t most,
                        struct err *err);

#endif
