// A tar archive on its way into a pipe, in large pieces: most of its members are small.
#ifndef PLIMSOLL_SCAN_SOURCE_PACK_INNER_H
#define PLIMSOLL_SCAN_SOURCE_PACK_INNER_H

#include "base/base.h"
#include "format/tar/tar.h"

struct pack {
    int out;
    struct arena *headers; // of one member
    uint8_t *bytes;        // not written so far
    size_t len;
};

// The buffer lives in `mem`. ERR_MEMORY. All others fail with ERR_IO when nobody reads any more.
bool pack_begin(struct pack *pack, int out, struct arena *mem, struct arena *headers,
                struct err *err);
// A member. Its content, entry->size bytes, comes after it: see pack_content.
bool pack_header(struct pack *pack, const struct tar_entry *entry, struct err *err);
bool pack_bytes(struct pack *pack, span bytes, struct err *err);
// The content of a member from an open file, whose first bytes were read already. The archive gets
// what it was promised: what cannot be read becomes zeros and *ret_problem says why; it is empty
// otherwise.
bool pack_content(struct pack *pack, int fd, span first, uint64_t size, struct err *ret_problem,
                  struct err *err);
bool pack_end(struct pack *pack, struct err *err);

#endif
