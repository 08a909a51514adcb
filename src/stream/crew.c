#include "stream/stream_inner.h"

#include "os/os.h"

#include <stdlib.h>

enum { LANE_SLOTS = 4 };

// A ring of buffers. The stream fills slot `filled`, threads take from slot `taken` on, one
// thread at a time (`busy`), so that the digest sees the bytes in order.
struct lane {
    struct crew *crew;
    void (*consume)(void *self, span bytes);
    void *self;
    struct hasher *hasher; // null: `consume` is the caller's
    struct lane *next;     // in crew->lanes
    uint8_t *slots[LANE_SLOTS];
    size_t lengths[LANE_SLOTS];
    uint64_t filled;
    uint64_t taken;
    bool busy;
};

struct job {
    struct job *next;
    void (*run)(void *self);
    void *self;
};

struct crew {
    struct os_monitor *monitor; // guards all below and every lane's counters
    struct job *first;
    struct job **last;
    struct lane *lanes;
    bool dismissed;
};

bool crew_new(struct crew **ret, struct err *err)
{
    struct crew *crew = calloc(1, sizeof *crew);
    if (!crew)
        return err_set(err, ERR_MEMORY, "no memory for a crew");
    if (!os_monitor_new(&crew->monitor, err)) {
        free(crew);
        return false;
    }
    crew->last = &crew->first;
    *ret = crew;
    return true;
}

void crew_free(struct crew *crew)
{
    if (!crew)
        return;
    for (struct job *job = crew->first; job;) {
        struct job *next = job->next;
        free(job);
        job = next;
    }
    os_monitor_free(crew->monitor);
    free(crew);
}

bool crew_submit(struct crew *crew, void (*run)(void *self), void *self, struct err *err)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return err_set(err, ERR_MEMORY, "no memory for a job");
    job->run = run;
    job->self = self;
    os_monitor_enter(crew->monitor);
    *crew->last = job;
    crew->last = &job->next;
    os_monitor_notify(crew->monitor);
    os_monitor_leave(crew->monitor);
    return true;
}

void crew_dismiss(struct crew *crew)
{
    os_monitor_enter(crew->monitor);
    crew->dismissed = true;
    os_monitor_notify(crew->monitor);
    os_monitor_leave(crew->monitor);
}

static struct job *take_job(struct crew *crew)
{
    struct job *job = crew->first;
    if (!job)
        return NULL;
    crew->first = job->next;
    if (!crew->first)
        crew->last = &crew->first;
    return job;
}

static bool has_work(const struct lane *lane)
{
    return !lane->busy && lane->taken < lane->filled;
}

// Inside the monitor, which is left meanwhile.
static void take_one_slot(struct lane *lane)
{
    size_t slot = lane->taken % LANE_SLOTS;
    span bytes = span_of(lane->slots[slot], lane->lengths[slot]);
    lane->busy = true;
    if (lane->crew)
        os_monitor_leave(lane->crew->monitor);
    lane->consume(lane->self, bytes);
    if (lane->crew)
        os_monitor_enter(lane->crew->monitor);
    lane->busy = false;
    lane->taken++;
    if (lane->crew)
        os_monitor_notify(lane->crew->monitor);
}

static struct lane *lane_with_work(struct crew *crew)
{
    struct lane *lane = crew->lanes;
    while (lane && !has_work(lane))
        lane = lane->next;
    return lane;
}

void crew_help(struct crew *crew)
{
    os_monitor_enter(crew->monitor);
    while (!crew->dismissed) {
        struct job *job = take_job(crew);
        struct lane *lane = job ? NULL : lane_with_work(crew);
        if (job) {
            os_monitor_leave(crew->monitor);
            job->run(job->self);
            free(job);
            os_monitor_enter(crew->monitor);
        } else if (lane) {
            take_one_slot(lane);
        } else {
            os_monitor_wait(crew->monitor);
        }
    }
    os_monitor_leave(crew->monitor);
}

// ---------------------------------------------------------------- lanes

static void enter(struct lane *lane)
{
    if (lane->crew)
        os_monitor_enter(lane->crew->monitor);
}

static void leave(struct lane *lane)
{
    if (lane->crew)
        os_monitor_leave(lane->crew->monitor);
}

// Inside: helps along or waits until at most `most` slots are still to be taken.
static void settle(struct lane *lane, uint64_t most)
{
    while (lane->filled - lane->taken > most) {
        if (has_work(lane))
            take_one_slot(lane);
        else
            os_monitor_wait(lane->crew->monitor);
    }
}

bool lane_new_to(struct crew *crew, void (*consume)(void *self, span bytes), void *self,
                 struct lane **ret, struct err *err)
{
    struct lane *lane = calloc(1, sizeof *lane);
    bool ok = lane != NULL;
    for (size_t i = 0; ok && i < LANE_SLOTS; i++) {
        lane->slots[i] = malloc(CHUNK_SIZE);
        ok = lane->slots[i] != NULL;
    }
    if (!ok) {
        lane_free(lane);
        return err_set(err, ERR_MEMORY, "no memory for a digest");
    }
    lane->consume = consume;
    lane->self = self;
    lane->crew = crew;
    if (crew) {
        os_monitor_enter(crew->monitor);
        lane->next = crew->lanes;
        crew->lanes = lane;
        os_monitor_leave(crew->monitor);
    }
    *ret = lane;
    return true;
}

static void add_to_hasher(void *self, span bytes)
{
    hasher_add(self, bytes);
}

bool lane_new(struct crew *crew, enum digest_algorithm algorithm, struct lane **ret,
              struct err *err)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    if (!hasher_new(algorithm, &hasher, err) || !lane_new_to(crew, add_to_hasher, hasher, ret, err))
        return false;
    (*ret)->hasher = take(&hasher);
    return true;
}

static void unlist(struct lane *lane)
{
    struct lane **at = &lane->crew->lanes;
    while (*at != lane)
        at = &(*at)->next;
    *at = lane->next;
}

void lane_free(struct lane *lane)
{
    if (!lane)
        return;
    if (lane->crew) {
        os_monitor_enter(lane->crew->monitor);
        while (lane->busy)
            os_monitor_wait(lane->crew->monitor);
        unlist(lane);
        os_monitor_leave(lane->crew->monitor);
    }
    for (size_t i = 0; i < LANE_SLOTS; i++)
        free(lane->slots[i]);
    hasher_free(lane->hasher);
    free(lane);
}

void lane_cleanup(struct lane **lane)
{
    lane_free(*lane);
}

uint8_t *lane_room(struct lane *lane)
{
    enter(lane);
    settle(lane, LANE_SLOTS - 1);
    leave(lane);
    return lane->slots[lane->filled % LANE_SLOTS];
}

void lane_publish(struct lane *lane, size_t len)
{
    enter(lane);
    lane->lengths[lane->filled % LANE_SLOTS] = len;
    lane->filled++;
    if (lane->crew)
        os_monitor_notify(lane->crew->monitor);
    leave(lane);
}

void lane_settle_to(struct lane *lane, uint64_t most)
{
    enter(lane);
    settle(lane, most);
    leave(lane);
}

void lane_settle(struct lane *lane)
{
    lane_settle_to(lane, 0);
}

digest lane_finish(struct lane *lane)
{
    lane_settle(lane);
    return hasher_finish(lane->hasher);
}
