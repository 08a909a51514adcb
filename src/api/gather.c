// Pushes of several requests kept in one transaction: the disk is waited for once for all that came
// while it was busy. No request is answered before its pushes are kept.
#include "api/api_inner.h"

#include <stdlib.h>

enum { COMMIT_BYTES = 64 << 20 };

// What one request brings. It lies on the stack of the thread that waits for it.
struct ticket {
    const struct push *pushes;
    size_t count;
    size_t taken;
    bool done;
    struct err failed;
    struct ticket *next;
};

struct gather {
    struct pool *pool;
    struct os_monitor *monitor; // guards what follows
    struct ticket *first;       // those that wait, in the order in which they came
    struct ticket **end;
    bool busy; // somebody keeps what came before
};

bool gather_new(struct pool *pool, struct gather **ret, struct err *err)
{
    struct gather *gather = calloc(1, sizeof *gather);
    if (!gather)
        return err_set(err, ERR_MEMORY, "no memory for a service");
    gather->pool = pool;
    gather->end = &gather->first;
    if (!os_monitor_new(&gather->monitor, err)) {
        free(gather);
        return false;
    }
    *ret = gather;
    return true;
}

void gather_free(struct gather *gather)
{
    if (!gather)
        return;
    os_monitor_free(gather->monitor);
    free(gather);
}

// ---------------------------------------------------------------- one transaction

struct commit {
    struct store *store;
    struct ticket *tickets;
    struct arena *mem;
    uint64_t now;
};

static bool take_tickets(void *self, struct err *err)
{
    struct commit *commit = self;
    arena_reset(commit->mem);
    for (struct ticket *each = commit->tickets; each; each = each->next)
        if (!store_take_pushes(commit->store, each->pushes, each->count, commit->now, commit->mem,
                               &each->taken, err))
            return false;
    return true;
}

static bool commit_tickets(struct gather *gather, struct ticket *tickets, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(COMMIT_BYTES);
    struct commit commit = {.tickets = tickets, .mem = mem, .now = os_now()};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for pushes");
    if (!pool_take(gather->pool, &commit.store, err))
        return false;
    bool kept = store_transact(commit.store, take_tickets, &commit, err);
    pool_give_back(gather->pool, commit.store);
    return kept;
}

// ---------------------------------------------------------------- who does it

// Inside of the monitor, which it leaves while the disk works.
static void keep_all(struct gather *gather)
{
    struct err failed = {0};
    struct ticket *tickets = gather->first;
    gather->first = NULL;
    gather->end = &gather->first;
    gather->busy = true;
    os_monitor_leave(gather->monitor);
    bool kept = commit_tickets(gather, tickets, &failed);
    os_monitor_enter(gather->monitor);
    gather->busy = false;
    for (struct ticket *each = tickets; each; each = each->next) {
        if (!kept)
            each->failed = failed;
        each->done = true;
    }
    os_monitor_notify(gather->monitor);
}

bool gather_pushes(struct gather *gather, const struct push *pushes, size_t count, size_t *ret_new,
                   struct err *err)
{
    struct ticket ticket = {.pushes = pushes, .count = count};
    os_monitor_enter(gather->monitor);
    *gather->end = &ticket;
    gather->end = &ticket.next;
    while (!ticket.done) {
        if (gather->busy)
            os_monitor_wait(gather->monitor);
        else
            keep_all(gather);
    }
    os_monitor_leave(gather->monitor);
    if (ticket.failed.kind != ERR_NONE)
        return err_copy(err, &ticket.failed);
    *ret_new = ticket.taken;
    return true;
}
