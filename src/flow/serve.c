// The service's loops: each has a connection to the store of its own, and shares nothing else.
#include "flow/service_inner.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    IDLE_MS = 200,      // between two looks when there is nothing to do
    BROKEN_MS = 2000,   // after the store failed
    WATCH_SECONDS = 10, // between two looks at the advisory database
    LEASE_SECONDS = 15, // after which somebody else takes what a dead one had
    RENEW_SECONDS = 5,
    FULL_SECONDS = 10, // until something is tried again for which there was no room
    ATTEMPTS_MOST = 8, // of a job
    LIVES_MOST = 30,   // of workers that ended while they did it
    JOB_MEMORY = 4,    // times limits.kept_bytes
    LOOPS_MOST = 256,
};
static const uint64_t NS_PER_SECOND = 1000000000;

struct loop {
    struct serve *serve;
    struct os_thread *thread;
    bool is_first; // of its kind: it has an eye on what there is one of
    uint64_t watched;
    // What it is at work on, or null; guarded by serve->monitor, with what they hold.
    const struct job *job;
    const struct leased_notification *message;
};

struct serve {
    const struct serve_options *options;
    atomic_bool stopping;
    atomic_bool stopped; // all loops have ended
    struct os_monitor *monitor;
    struct os_thread *renewer;
    int bell; // rung when there may be something to do
    struct loop loops[LOOPS_MOST];
    size_t count;
};

static void say(const struct serve_options *options, bool is_failure, const char *what,
                const struct err *err)
{
    char text[400];
    if (!options->say)
        return;
    int len = snprintf(text, sizeof text, "%s%s%s", what, err ? ": " : "", err ? err->text : "");
    if (len > 0)
        options->say(options->say_self, is_failure, text);
}

// ---------------------------------------------------------------- leases

// What is needed to renew a lease whose loop may be done with it meanwhile.
static void copy_leased(struct serve *serve, size_t index, struct arena *mem, struct job *job,
                        struct leased_notification *message)
{
    os_monitor_enter(serve->monitor);
    const struct loop *loop = &serve->loops[index];
    if (loop->job && arena_span(mem, loop->job->lease, &job->lease))
        job->id = loop->job->id;
    if (loop->message && arena_span(mem, loop->message->lease, &message->lease))
        message->id = loop->message->id;
    os_monitor_leave(serve->monitor);
}

// One thread prolongs the leases of all that this process is at work on. No loop waits for it,
// however long the store takes.
static void renew_all(struct serve *serve, struct store *store)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    for (size_t i = 0; mem && i < LOOPS_MOST; i++) {
        struct job job = {0};
        struct leased_notification message = {0};
        copy_leased(serve, i, mem, &job, &message);
        // What cannot be prolonged is noticed when it ends.
        if (job.id)
            (void)store_renew_job(store, &job, os_now(), LEASE_SECONDS, NULL);
        if (message.id)
            (void)store_renew_notification(store, &message, os_now(), LEASE_SECONDS, NULL);
    }
}

static void renew(void *self)
{
    struct serve *serve = self;
    CLEANUP(store_cleanup) struct store *store = NULL;
    uint64_t renewed = os_monotonic_ns();
    while (!atomic_load(&serve->stopped)) {
        os_sleep_ms(IDLE_MS);
        if (os_monotonic_ns() < renewed + RENEW_SECONDS * NS_PER_SECOND)
            continue;
        renewed = os_monotonic_ns();
        if (store || store_open(serve->options->store, &serve->options->limits, &store, NULL))
            renew_all(serve, store);
    }
}

static void set_job(struct loop *loop, const struct job *job)
{
    os_monitor_enter(loop->serve->monitor);
    loop->job = job;
    os_monitor_leave(loop->serve->monitor);
}

static void set_message(void *self, const struct leased_notification *message)
{
    struct loop *loop = self;
    os_monitor_enter(loop->serve->monitor);
    loop->message = message;
    os_monitor_leave(loop->serve->monitor);
}

static bool perform(struct service *service, const struct job *job, struct arena *mem,
                    struct err *err)
{
    switch (job->kind) {
    case JOB_SCAN:
        return do_scan(service, job, mem, err);
    case JOB_REJUDGE:
        return do_rejudge(service, job, mem, err);
    case JOB_POLL:
        return do_poll(service, job, mem, err);
    case JOB_KINDS:
        break;
    }
    return err_set(err, ERR_UNSUPPORTED, "a job of no known kind");
}

// ---------------------------------------------------------------- workers

static bool fail_job(struct service *service, const struct job *job, const struct err *why,
                     struct err *err)
{
    char what[200];
    (void)snprintf(what, sizeof what, "%s %s (try %u)", job_kind_name(job->kind),
                   quote(job->key).text, job->attempts);
    say(service->options, true, what, why);
    struct err lost = {0};
    uint64_t now = os_now();
    // A disk that is full is none of the job's doing.
    if (why->sys == ENOSPC ? store_put_off_job(service->store, job, now + FULL_SECONDS, why, &lost)
                           : store_fail_job(service->store, job, now, ATTEMPTS_MOST, why, &lost))
        return true;
    return lost.kind == ERR_CONFLICT || err_copy(err, &lost); // another worker has it now
}

static bool work_once(struct loop *loop, struct service *service, bool *ret_worked, struct err *err)
{
    const struct serve_options *options = service->options;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(options->limits.kept_bytes * JOB_MEMORY);
    struct job job = {0};
    struct err failure = {0};
    *ret_worked = false;
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!store_lease_job(service->store, UINT32_MAX, os_now(), LEASE_SECONDS, mem, &job, &failure))
        return failure.kind == ERR_MISSING || err_copy(err, &failure);
    *ret_worked = true;
    uint64_t start = os_monotonic_ns();
    set_job(loop, &job);
    bool done = job.attempts <= LIVES_MOST ? perform(service, &job, mem, &failure)
                                           : err_set(&failure, ERR_LIMIT, "no worker survives it");
    set_job(loop, NULL);
    if (!done)
        return fail_job(service, &job, &failure, err);
    char what[200];
    (void)snprintf(what, sizeof what, "%s %s: %llu ms", job_kind_name(job.kind),
                   quote(job.key).text,
                   (unsigned long long)((os_monotonic_ns() - start) / 1000000));
    say(options, false, what, NULL);
    return true;
}

static bool watch(struct loop *loop, struct service *service, struct err *err)
{
    uint64_t now = os_now();
    if (!loop->is_first || now < loop->watched + WATCH_SECONDS)
        return true;
    loop->watched = now;
    return service_watch_database(service, err) && service_watch_registries(service, err) &&
           service_forget_notices(service, err);
}

static bool open_store(struct service *service, struct err *err)
{
    return service->store ||
           (store_open(service->options->store, &service->options->limits, &service->store, err) &&
            store_listen(service->store, err));
}

// Until this process, or another one through the store, has something to do.
static void await_work(const struct serve *serve, struct store *store)
{
    if (store_heard(store)) // while it was asked
        return;
    const int bells[] = {serve->bell, store_bell(store)};
    os_await_any(bells, bells[1] < 0 ? 1 : 2, IDLE_MS);
    os_bell_silence(serve->bell);
}

static void work(void *self)
{
    struct loop *loop = self;
    struct service service = {.options = loop->serve->options};
    while (!atomic_load(&loop->serve->stopping)) {
        struct err err = {0};
        bool worked = false;
        service.today = service_today();
        if (!open_store(&service, &err) || !watch(loop, &service, &err) ||
            !work_once(loop, &service, &worked, &err)) {
            say(service.options, true, "worker", &err);
            store_close(take(&service.store));
            os_sleep_ms(BROKEN_MS);
        } else if (!worked) {
            service_expect_scan(&service);
            await_work(loop->serve, service.store);
        }
    }
    service_expect_no_scan(&service);
    service_leave_registries(&service);
    store_close(service.store);
}

// ---------------------------------------------------------------- notifiers

static bool deliver(struct store *store, struct loop *loop, struct err *err)
{
    const struct serve *serve = loop->serve;
    const struct serve_options *options = serve->options;
    const struct notifier_options notifier_options = {
        .settings = options->settings,
        .net = options->net,
        .limits = &options->limits,
        .lease = LEASE_SECONDS,
        .leased = set_message,
        .leased_self = loop,
    };
    CLEANUP(notifier_cleanup) struct notifier *notifier = NULL;
    if (!notifier_open(store, &notifier_options, &notifier, err))
        return false;
    while (!atomic_load(&serve->stopping)) {
        struct notifier_step step = {0};
        if (!notifier_step(notifier, os_now(), &step, err))
            return false;
        if (step.why[0])
            say(options, true, step.why, NULL);
        if (!step.worked)
            os_sleep_ms(IDLE_MS);
    }
    return true;
}

static void notify(void *self)
{
    struct loop *loop = self;
    const struct serve *serve = loop->serve;
    while (!atomic_load(&serve->stopping)) {
        CLEANUP(store_cleanup) struct store *store = NULL;
        struct err err = {0};
        if (!store_open(serve->options->store, &serve->options->limits, &store, &err) ||
            !deliver(store, loop, &err)) {
            say(serve->options, true, "notifier", &err);
            os_sleep_ms(BROKEN_MS);
        }
    }
}

// ---------------------------------------------------------------- all of them

static bool start(struct serve *serve, void (*run)(void *self), unsigned count, struct err *err)
{
    for (unsigned i = 0; i < count; i++) {
        struct loop *loop = &serve->loops[serve->count];
        *loop = (struct loop){.serve = serve, .is_first = i == 0};
        if (!os_thread_start(run, loop, &loop->thread, err))
            return false;
        os_monitor_enter(serve->monitor);
        serve->count++;
        os_monitor_leave(serve->monitor);
    }
    return true;
}

bool serve_start(const struct serve_options *options, struct serve **ret, struct err *err)
{
    CLEANUP(serve_cleanup) struct serve *serve = calloc(1, sizeof *serve);
    if (!serve)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (options->workers + options->notifiers > LOOPS_MOST)
        return err_set(err, ERR_USAGE, "more than %d loops", LOOPS_MOST);
    serve->options = options;
    serve->bell = -1;
    if (!os_bell_new(&serve->bell, err) || !os_monitor_new(&serve->monitor, err) ||
        !store_migrate(options->store, &options->limits, err) ||
        !start(serve, work, options->workers, err) ||
        !start(serve, notify, options->notifiers, err) ||
        !os_thread_start(renew, serve, &serve->renewer, err))
        return false;
    *ret = take(&serve);
    return true;
}

void serve_stop(struct serve *serve)
{
    if (!serve)
        return;
    atomic_store(&serve->stopping, true);
    for (size_t i = 0; i < serve->count; i++)
        os_thread_join(serve->loops[i].thread);
    atomic_store(&serve->stopped, true); // what was being done needed its lease until now
    os_thread_join(serve->renewer);
    os_monitor_free(serve->monitor);
    os_close(&serve->bell);
    free(serve);
}

void serve_wake(struct serve *serve)
{
    os_bell_ring(serve->bell);
}

void serve_cleanup(struct serve **serve)
{
    serve_stop(*serve);
}
