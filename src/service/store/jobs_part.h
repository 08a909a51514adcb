// store: what is to be done. Jobs are rows that a worker leases; the effect of a job and its end
// are one transaction, so that it happens once whenever the worker dies.
#ifndef PLIMSOLL_SERVICE_STORE_JOBS_PART_H
#define PLIMSOLL_SERVICE_STORE_JOBS_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

enum job_kind {
    JOB_SCAN,    // an image that was pushed; payload: struct push (push_write)
    JOB_REJUDGE, // the advisory database has changed; key: its stamp
    JOB_POLL,    // a registry is to be asked what is new; key: its name in the configuration
    JOB_KINDS,
};
const char *job_kind_name(enum job_kind kind);

struct job {
    int64_t id;
    enum job_kind kind;
    span key;
    span payload;
    uint32_t attempts; // this one included
    span lease;        // random: who has the job proves it by this
};

// Adds a job that may start at `due` (seconds since 1970). If one of the kind and key waits
// already, that one stands for both, with the later payload and the earlier date; if one is being
// done, it is done again afterwards, with this payload.
bool store_add_job(struct store *store, enum job_kind kind, span key, span payload, uint64_t due,
                   struct err *err);
// Takes a due job of the kinds (bits 1 << enum job_kind) for `seconds`, after which others may take
// it; the one that is due longest first. *ret is in `mem`. ERR_MISSING: there is nothing to do. A
// job that ended its worker each time comes again and again: look at `attempts`, and fail it.
bool store_lease_job(struct store *store, uint32_t kinds, uint64_t now, uint64_t seconds,
                     struct arena *mem, struct job *ret, struct err *err);
// Prolongs the lease. ERR_CONFLICT: somebody else has the job now, and what was done must not be
// kept; or it is being kept.
bool store_renew_job(struct store *store, const struct job *job, uint64_t now, uint64_t seconds,
                     struct err *err);
// Inside of the transaction that keeps what was done, at its beginning if it takes long: nobody
// takes the job while it runs, whenever the lease ends. ERR_CONFLICT: somebody else has the job.
bool store_hold_job(struct store *store, const struct job *job, struct err *err);
// At the end of that transaction. ERR_CONFLICT as above.
bool store_finish_job(struct store *store, const struct job *job, uint64_t now, struct err *err);
// It failed: again after a while that doubles with each attempt (with some chance in it), or given
// up after `most` attempts; `why` is kept. ERR_CONFLICT as above.
bool store_fail_job(struct store *store, const struct job *job, uint64_t now, uint32_t most,
                    const struct err *why, struct err *err);
// It could not be done for a reason that is none of the job's: again at `due`, and the try does not
// count. ERR_CONFLICT as above.
bool store_put_off_job(struct store *store, const struct job *job, uint64_t due,
                       const struct err *why, struct err *err);
// Removes those that ended before then.
bool store_forget_jobs(struct store *store, uint64_t before, struct err *err);

// Somebody somewhere has something to do now, for a worker that has nothing. On SQLite nothing is
// heard, and the descriptor is -1: sql_listen, sql_heard, sql_bell.
bool store_listen(struct store *store, struct err *err);
bool store_heard(struct store *store);
int store_bell(const struct store *store);

struct job_counts {
    uint64_t waiting; // due or not
    uint64_t leased;
    uint64_t given_up;
    uint64_t oldest; // when the first of those that wait became due; 0: none waits
};
bool store_count_jobs(struct store *store, struct job_counts *ret, struct err *err);

#endif
