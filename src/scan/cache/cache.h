// cache: extracts of layers on disk, so that a layer is unpacked once for all images that share it.
// Entries are found by what was read and what was asked of it, checked before they are believed,
// and dropped oldest first. Any number of processes may use one directory.
#ifndef PLIMSOLL_SCAN_CACHE_H
#define PLIMSOLL_SCAN_CACHE_H

#include "crypto/crypto.h"
#include "model/model.h"

struct cache;

// `directory` is made if it is missing. limits: cache_bytes, kept_bytes.
bool cache_open(const char *directory, const struct limits *limits, struct cache **ret,
                struct err *err);
// Drops what has not been used for longest until the rest fits limits.cache_bytes, and nothing
// that is not named like an entry.
void cache_close(struct cache *cache);    // null is fine
void cache_cleanup(struct cache **cache); // for CLEANUP

// What an entry was made of and asked for.
struct cache_question {
    span diff_id; // of the layer; for what was made of several, whatever names all of them
    struct wants wants;
    struct wants roster;
    span
        inspector; // who looked into files, and how: another text for whatever may see other things
    bool lowest;   // as in struct unpack_options
};

// The name of an entry: of the question, and of the limits under which the layer was read, since
// they may have cut it short.
bool cache_key(const struct cache *cache, const struct cache_question *question, struct arena *mem,
               digest *ret, struct err *err);

// The bytes put under `key`, in `mem`; *ret_found is false when there are none or they are damaged,
// and the entry is then gone. Errors are those of the machine.
bool cache_get(struct cache *cache, digest key, struct arena *mem, bool *ret_found, span *ret,
               struct err *err);
// The same for whoever has no names of files: the *ret_size bytes that can be read from *ret_fd,
// which is -1 when there is no entry, are what cache_entry takes. The entry is not checked: an
// unsound one is to be dropped.
bool cache_open_entry(const struct cache *cache, digest key, int *ret_fd, uint64_t *ret_size,
                      struct err *err);
// The bytes that were put, inside of an entry's file. ERR_INPUT, ERR_UNTRUSTED: damaged.
bool cache_entry(span file, span *ret, struct err *err);
// The reverse: what the file of an entry holds.
bool cache_entry_write(span bytes, struct text *out, struct err *err);
// The entry is there whole or not at all.
bool cache_put(struct cache *cache, digest key, span bytes, struct err *err);
// Forgets an entry whose content made no sense.
void cache_drop(struct cache *cache, digest key);

#endif
