// store: what registries have said: notices that were taken, and answers to polls.
#ifndef PLIMSOLL_SERVICE_STORE_POLLS_PART_H
#define PLIMSOLL_SERVICE_STORE_POLLS_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

// Inside of a transaction: makes a job (JOB_SCAN, keyed by push_key) of each push that is new. One
// whose registry and delivery were taken before does nothing; one without a delivery is always new.
// *ret_new: how many were.
bool store_take_pushes(struct store *store, const struct push *pushes, size_t count, uint64_t now,
                       struct arena *mem, size_t *ret_new, struct err *err);
// What has become of a push that was taken (push_key).
enum push_state {
    PUSH_WAITS, // or is being looked at
    PUSH_FAILED,
    PUSH_DONE, // or it was never taken, or is forgotten
};
// `ret_why`, in `mem`: of PUSH_FAILED.
bool store_push_state(struct store *store, span key, struct arena *mem, enum push_state *ret,
                      span *ret_why, struct err *err);
// Forgets deliveries that were taken before then: repeated ones are new again.
bool store_forget_deliveries(struct store *store, uint64_t before, struct err *err);

// What a registry said last of one place: "catalogue", "tags REPOSITORY", "tag REPOSITORY:TAG".
struct poll {
    span place;
    span etag;  // or empty
    span value; // of a tag: its digest
};

// ERR_MISSING: it was never asked. *ret is in `mem`.
bool store_find_poll(struct store *store, span registry, span place, struct arena *mem,
                     struct poll *ret, struct err *err);
struct polls {
    const struct poll *items; // by place
    size_t count;
};
// All places that begin so.
bool store_list_polls(struct store *store, span registry, span prefix, struct arena *mem,
                      struct polls *ret, struct err *err);
bool store_keep_poll(struct store *store, span registry, const struct poll *poll, uint64_t now,
                     struct err *err);
bool store_drop_poll(struct store *store, span registry, span place, struct err *err);

#endif
