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

struct intake {
    struct pool *pool;
    struct os_monitor *monitor; // guards what follows
    struct ticket *first;       // those that wait, in the order in which they came
    struct ticket **end;
    bool busy; // somebody keeps what came before
};

bool intake_new(struct pool *pool, struct intake **ret, struct err *err)
{
    struct intake *intake = calloc(1, sizeof *intake);
    if (!intake)
        return err_set(err, ERR_MEMORY, "no memory for a service");
    intake->pool = pool;
    intake->end = &intake->first;
    if (!os_monitor_new(&intake->monitor, err)) {
        free(intake);
        return false;
    }
    *ret = intake;
    return true;
}

void intake_free(struct intake *intake)
{
    if (!intake)
        return;
    os_monitor_free(intake->monitor);
    free(intake);
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

static bool commit_tickets(struct intake *intake, struct ticket *tickets, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(COMMIT_BYTES);
    struct commit commit = {.tickets = tickets, .mem = mem, .now = os_now()};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for pushes");
    if (!pool_take(intake->pool, &commit.store, err))
        return false;
    bool kept = store_transact(commit.store, take_tickets, &commit, err);
    pool_give_back(intake->pool, commit.store);
    if (kept)
        pool_tell_added(intake->pool);
    return kept;
}

// ---------------------------------------------------------------- who does it

// Inside of the monitor, which it leaves while the disk works.
static void keep_all(struct intake *intake)
{
    struct err failed = {0};
    struct ticket *tickets = intake->first;
    intake->first = NULL;
    intake->end = &intake->first;
    intake->busy = true;
    os_monitor_leave(intake->monitor);
    bool kept = commit_tickets(intake, tickets, &failed);
    os_monitor_enter(intake->monitor);
    intake->busy = false;
    for (struct ticket *each = tickets; each; each = each->next) {
        if (!kept)
            each->failed = failed;
        each->done = true;
    }
    os_monitor_notify(intake->monitor);
}

bool intake_pushes(struct intake *intake, const struct push *pushes, size_t count, size_t *ret_new,
                   struct err *err)
{
    struct ticket ticket = {.pushes = pushes, .count = count};
    os_monitor_enter(intake->monitor);
    *intake->end = &ticket;
    intake->end = &ticket.next;
    while (!ticket.done) {
        if (intake->busy)
            os_monitor_wait(intake->monitor);
        else
            keep_all(intake);
    }
    os_monitor_leave(intake->monitor);
    // Others were in the way: whoever sent this has done nothing wrong, and can only try again.
    if (ticket.failed.kind == ERR_CONFLICT)
        ticket.failed.kind = ERR_IO;
    if (ticket.failed.kind != ERR_NONE)
        return err_copy(err, &ticket.failed);
    *ret_new = ticket.taken;
    return true;
}
