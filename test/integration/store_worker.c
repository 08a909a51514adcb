// A role of the service reduced to what its store must hold: it adds jobs, or does them, until it
// is told or killed. What a job does is to count one up in a table, in the transaction that ends
// it.
//
// usage: store_worker URL prepare | add PREFIX COUNT | work | drain
//
//   add    adds jobs PREFIX-0, PREFIX-1, …, and writes each key once it is kept; ends at the first
//          that is refused
//   work   does jobs until it is killed
//   drain  does jobs until none is left
#include "os/os.h"
#include "service/store/store_inner.h"

#include <stdio.h>
#include <string.h>

enum { LEASE_SECONDS = 2, PAUSE_MS = 20 };

struct worker {
    struct store *store;
    struct arena *mem;
    struct job job;
};

// ---------------------------------------------------------------- preparing, adding

static bool prepare(span url, const struct limits *limits, struct err *err)
{
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    return store_migrate(url, limits, err) && sql_open(url, false, &sql, err) &&
           sql_run(sql,
                   "CREATE TABLE effect (job {text} PRIMARY KEY, times BIGINT NOT NULL) {churning}",
                   NULL, 0, err);
}

// A payload of a few kilobytes that cannot be compressed, so that a small disk fills up.
static bool add_jobs(struct worker *worker, const char *prefix, uint64_t count, struct err *err)
{
    uint8_t payload[4096] = {0};
    if (!os_random(payload, sizeof payload, err))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct text key;
        arena_reset(worker->mem);
        text_init(&key, worker->mem, 128);
        text_addf(&key, "%s-%llu", prefix, (unsigned long long)i);
        if (!text_ok(&key))
            return arena_err(worker->mem, err, "key");
        if (!store_add_job(worker->store, JOB_SCAN, text_span(&key),
                           span_of(payload, sizeof payload), os_now(), err))
            return false;
        text_add_byte(&key, '\n');
        if (!os_write_all(OS_STDOUT, text_span(&key), err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- doing

static bool take_effect(void *self, struct err *err)
{
    struct worker *worker = self;
    sql_value value = sql_text(worker->job.key);
    return sql_run(worker->store->sql,
                   "INSERT INTO effect (job, times) VALUES ($1, 1)"
                   " ON CONFLICT (job) DO UPDATE SET times = effect.times + 1",
                   &value, 1, err) &&
           store_finish_job(worker->store, &worker->job, os_now(), err);
}

static bool do_one(struct worker *worker, struct err *err)
{
    arena_reset(worker->mem);
    return store_lease_job(worker->store, 1 << JOB_SCAN, os_now(), LEASE_SECONDS, worker->mem,
                           &worker->job, err) &&
           store_transact(worker->store, take_effect, worker, err);
}

// A job that others have leased is not done yet.
static bool is_drained(struct worker *worker)
{
    struct job_counts counts = {0};
    return store_count_jobs(worker->store, &counts, NULL) && counts.waiting == 0 &&
           counts.leased == 0;
}

// Whatever fails is tried again: the server may be away, the disk full, the job another's.
static void work(struct worker *worker, bool until_drained)
{
    for (;;) {
        struct err err = {0};
        if (do_one(worker, &err))
            continue;
        if (err.kind == ERR_MISSING && until_drained && is_drained(worker))
            return;
        if (err.kind != ERR_MISSING)
            fprintf(stderr, "store_worker: %s: %s\n", err_kind_name(err.kind), err.text);
        os_sleep_ms(PAUSE_MS);
    }
}

// ---------------------------------------------------------------- main

static bool run(span url, int argc, char **argv, struct err *err)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(store_cleanup) struct store *store = NULL;
    uint64_t count = 0;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory");
    if (strcmp(argv[0], "prepare") == 0)
        return prepare(url, &limits, err);
    if (!store_open(url, &limits, &store, err))
        return false;
    struct worker worker = {.store = store, .mem = mem};
    if (strcmp(argv[0], "add") == 0 && argc == 3 && span_to_u64(span_of_text(argv[2]), &count))
        return add_jobs(&worker, argv[1], count, err);
    if (strcmp(argv[0], "work") != 0 && strcmp(argv[0], "drain") != 0)
        return err_set(err, ERR_USAGE, "prepare, add PREFIX COUNT, work or drain");
    work(&worker, strcmp(argv[0], "drain") == 0);
    return true;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc > 2 && run(span_of_text(argv[1]), argc - 2, argv + 2, &err))
        return 0;
    fprintf(stderr, "store_worker: %s: %s\n", err_kind_name(err.kind), err.text);
    return 1;
}
