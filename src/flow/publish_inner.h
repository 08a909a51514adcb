// Shared by the steps of publishing a database.
#ifndef PLIMSOLL_FLOW_PUBLISH_INNER_H
#define PLIMSOLL_FLOW_PUBLISH_INNER_H

#include "flow/update_inner.h"

// ---------------------------------------------------------------- keys

struct publish_keys {
    struct signing_key *keys[TUF_ROLES]; // of the root: null where it is kept elsewhere
};
bool publish_keys_read(const char *directory, struct arena *mem, struct publish_keys *ret,
                       struct err *err);
void publish_keys_cleanup(struct publish_keys *keys);

// ---------------------------------------------------------------- what was published before

struct publish_history {
    uint64_t root_version; // 0: there is none
    struct tuf_root root;
    uint64_t version;             // newest; 0: there is none
    struct tuf_targets *versions; // newest first, as many as are to be kept
    size_t count;
};
bool publish_history_read(const struct publish_request *request, struct arena *mem,
                          struct publish_history *ret, struct err *err);
// The newest target that is this segment whole, or a patch to it.
const struct tuf_target *publish_find_whole(const struct publish_history *history,
                                            const struct tuf_target *segment);
const struct tuf_target *publish_find_patch(const struct publish_history *history,
                                            const struct tuf_target *segment, digest base);
// Removes the files that belong to none of the versions kept.
bool publish_history_prune(const struct publish_request *request,
                           const struct publish_history *history, const struct tuf_targets *newest,
                           struct arena *mem, struct err *err);

#endif
