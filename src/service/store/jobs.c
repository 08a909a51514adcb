// Jobs: rows that are leased. Each call is one statement, so that it needs no transaction of its
// own, and takes part in one that is there.
#include "service/store/store_inner.h"

#include "os/os.h"

enum { LEASE_BYTES = 16, FIRST_DELAY = 10, MOST_DELAY = 3600 };

const char *job_kind_name(enum job_kind kind)
{
    switch (kind) {
    case JOB_SCAN:
        return "scan";
    case JOB_REJUDGE:
        return "rejudge";
    case JOB_POLL:
        return "poll";
    case JOB_KINDS:
        break;
    }
    return "unknown";
}

// ---------------------------------------------------------------- adding

// What is being done has a lease, and `due` is its end.
static const char add_job[] =
    "INSERT INTO job (kind, key, state, payload, created, due, attempts, lease, finished, again,"
    " error) VALUES ($1, $2, 0, $3, $4, $4, 0, '', 0, 0, '')"
    " ON CONFLICT (kind, key) WHERE state = 0 DO UPDATE SET payload = excluded.payload,"
    " again = CASE WHEN job.lease = '' THEN 0 ELSE 1 END,"
    " due = CASE WHEN job.lease = '' AND excluded.due < job.due THEN excluded.due ELSE job.due END";

bool store_add_job(struct store *store, enum job_kind kind, span key, span payload, uint64_t due,
                   struct err *err)
{
    sql_value values[] = {
        sql_integer(kind),
        sql_text(key),
        sql_bytes(payload),
        sql_integer((int64_t)due),
    };
    return sql_run(store->sql, add_job, values, 4, err) ||
           err_add(err, "store: add a job '%s'", job_kind_name(kind));
}

// ---------------------------------------------------------------- leasing

// "+ 0": not by the index of kinds, which would have all that wait sorted for the sake of the
// first.
static const char lease_job[] =
    "UPDATE job SET lease = $1, due = $2, attempts = attempts + 1, again = 0 WHERE id ="
    " (SELECT id FROM job WHERE state = 0 AND due <= $3 AND kind + 0 IN ($4, $5, $6)"
    " ORDER BY due, id LIMIT 1 {skip locked})"
    " RETURNING id, kind, key, payload, attempts";

struct leased {
    struct arena *mem;
    struct job job;
    bool found;
};

static bool take_job(void *self, const struct sql_row *row, struct err *err)
{
    struct leased *leased = self;
    struct job *job = &leased->job;
    job->id = sql_row_integer(row, 0);
    job->kind = (enum job_kind)sql_row_integer(row, 1);
    job->attempts = (uint32_t)sql_row_integer(row, 4);
    leased->found = true;
    if (!arena_span(leased->mem, sql_row_bytes(row, 2), &job->key) ||
        !arena_span(leased->mem, sql_row_bytes(row, 3), &job->payload))
        return arena_err(leased->mem, err, "store: a job");
    return true;
}

bool make_lease(struct arena *mem, span *ret, struct err *err)
{
    uint8_t bytes[LEASE_BYTES] = {0};
    if (!os_random(bytes, sizeof bytes, err))
        return false;
    struct text text;
    text_init(&text, mem, (size_t)2 * LEASE_BYTES);
    text_add_hex(&text, span_of(bytes, sizeof bytes));
    if (!text_ok(&text))
        return arena_err(mem, err, "store: a lease");
    *ret = text_span(&text);
    return true;
}

static_assert(JOB_KINDS == 3, "lease_job names each");

// A kind that is not asked for is asked for as -1, which none has.
static sql_value kind_value(uint32_t kinds, enum job_kind kind)
{
    return sql_integer(kinds & UINT32_C(1) << kind ? (int64_t)kind : -1);
}

bool store_lease_job(struct store *store, uint32_t kinds, uint64_t now, uint64_t seconds,
                     struct arena *mem, struct job *ret, struct err *err)
{
    struct leased leased = {.mem = mem};
    if (!make_lease(mem, &leased.job.lease, err))
        return false;
    sql_value values[] = {
        sql_text(leased.job.lease),     sql_integer((int64_t)(now + seconds)),
        sql_integer((int64_t)now),      kind_value(kinds, JOB_SCAN),
        kind_value(kinds, JOB_REJUDGE), kind_value(kinds, JOB_POLL),
    };
    struct sql_reader to = {.self = &leased, .row = take_job};
    if (!sql_ask(store->sql, lease_job, values, 6, &to, err))
        return err_add(err, "store: lease a job");
    if (!leased.found)
        return err_set(err, ERR_MISSING, "store: there is nothing to do");
    *ret = leased.job;
    return true;
}

// Of one row, whose first two values are the job's id and lease.
static bool change_job(struct store *store, const char *statement, const sql_value *values,
                       size_t count, const char *what, struct err *err)
{
    if (!sql_run(store->sql, statement, values, count, err))
        return err_add(err, "store: %s a job", what);
    if (sql_changes(store->sql) == 0)
        return err_set(err, ERR_CONFLICT, "store: %s a job: somebody else has it", what);
    return true;
}

// A row that is locked is in the transaction that keeps what was done: its owner needs no lease any
// more, and whoever waited for it would make that transaction fail.
static const char renew_job[] = "UPDATE job SET due = $3 WHERE id ="
                                " (SELECT id FROM job WHERE id = $1 AND lease = $2 {skip locked})";

bool store_renew_job(struct store *store, const struct job *job, uint64_t now, uint64_t seconds,
                     struct err *err)
{
    sql_value values[] = {
        sql_integer(job->id),
        sql_text(job->lease),
        sql_integer((int64_t)(now + seconds)),
    };
    return change_job(store, renew_job, values, 3, "renew", err);
}

bool store_hold_job(struct store *store, const struct job *job, struct err *err)
{
    sql_value values[] = {sql_integer(job->id), sql_text(job->lease)};
    return change_job(store, "UPDATE job SET due = due WHERE id = $1 AND lease = $2", values, 2,
                      "hold", err);
}

// ---------------------------------------------------------------- ending

static const char finish_job[] =
    "UPDATE job SET state = CASE WHEN again = 0 THEN 1 ELSE 0 END, again = 0, lease = '',"
    " attempts = CASE WHEN again = 0 THEN attempts ELSE 0 END, due = $3, finished = $3, error = ''"
    " WHERE id = $1 AND lease = $2";

bool store_finish_job(struct store *store, const struct job *job, uint64_t now, struct err *err)
{
    sql_value values[] = {
        sql_integer(job->id),
        sql_text(job->lease),
        sql_integer((int64_t)now),
    };
    return change_job(store, finish_job, values, 3, "finish", err);
}

// Between half of the delay and all of it, so that what failed together does not return together.
static bool choose_delay(uint32_t attempts, uint64_t *ret, struct err *err)
{
    uint64_t delay = FIRST_DELAY;
    for (uint32_t i = 1; i < attempts && delay < MOST_DELAY; i++)
        delay *= 2;
    if (delay > MOST_DELAY)
        delay = MOST_DELAY;
    uint64_t chance = 0;
    if (!os_random(&chance, sizeof chance, err))
        return false;
    *ret = delay - chance % (delay / 2 + 1);
    return true;
}

// What was asked for anew meanwhile starts afresh.
static const char fail_job[] =
    "UPDATE job SET state = CASE WHEN again = 0 AND attempts >= $3 THEN 2 ELSE 0 END, lease = '',"
    " attempts = CASE WHEN again = 0 THEN attempts ELSE 0 END, again = 0, due = $4, finished = $5,"
    " error = $6 WHERE id = $1 AND lease = $2";

bool store_fail_job(struct store *store, const struct job *job, uint64_t now, uint32_t most,
                    const struct err *why, struct err *err)
{
    uint64_t delay = 0;
    if (!choose_delay(job->attempts, &delay, err))
        return false;
    sql_value values[] = {
        sql_integer(job->id),      sql_text(job->lease),
        sql_integer(most),         sql_integer((int64_t)(now + delay)),
        sql_integer((int64_t)now), sql_text(span_of_text(why->text)),
    };
    return change_job(store, fail_job, values, 6, "fail", err);
}

bool store_put_off_job(struct store *store, const struct job *job, uint64_t due,
                       const struct err *why, struct err *err)
{
    sql_value values[] = {
        sql_integer(job->id),
        sql_text(job->lease),
        sql_integer((int64_t)due),
        sql_text(span_of_text(why->text)),
    };
    return change_job(store,
                      "UPDATE job SET due = $3, attempts = attempts - 1, lease = '', again = 0,"
                      " error = $4 WHERE id = $1 AND lease = $2",
                      values, 4, "put off", err);
}

bool store_forget_jobs(struct store *store, uint64_t before, struct err *err)
{
    sql_value value = sql_integer((int64_t)before);
    return sql_run(store->sql, "DELETE FROM job WHERE state <> 0 AND finished < $1", &value, 1,
                   err) ||
           err_add(err, "store: forget jobs");
}

// ---------------------------------------------------------------- waking

static const char job_bell[] = "plimsoll_job";

bool ring_for_jobs(struct store *store, struct err *err)
{
    return sql_ring(store->sql, job_bell, err) || err_add(err, "store: wake the workers");
}

bool store_listen(struct store *store, struct err *err)
{
    return sql_listen(store->sql, job_bell, err) || err_add(err, "store: listen for jobs");
}

bool store_heard(struct store *store)
{
    return sql_heard(store->sql);
}

int store_bell(const struct store *store)
{
    return sql_bell(store->sql);
}

// ---------------------------------------------------------------- counting

static const char count_jobs[] =
    "SELECT CAST(coalesce(sum(CASE WHEN state = 0 AND lease = '' THEN 1 ELSE 0 END), 0) AS BIGINT),"
    " CAST(coalesce(sum(CASE WHEN lease <> '' THEN 1 ELSE 0 END), 0) AS BIGINT),"
    " CAST(coalesce(sum(CASE WHEN state = 2 THEN 1 ELSE 0 END), 0) AS BIGINT),"
    " min(CASE WHEN state = 0 AND lease = '' THEN due END) FROM job WHERE state <> 1";

static bool take_counts(void *self, const struct sql_row *row, struct err *err)
{
    (void)err; // nothing here can fail
    struct job_counts *counts = self;
    *counts = (struct job_counts){
        .waiting = (uint64_t)sql_row_integer(row, 0),
        .leased = (uint64_t)sql_row_integer(row, 1),
        .given_up = (uint64_t)sql_row_integer(row, 2),
        .oldest = (uint64_t)sql_row_integer(row, 3),
    };
    return true;
}

bool store_count_jobs(struct store *store, struct job_counts *ret, struct err *err)
{
    struct job_counts counts = {0};
    struct sql_reader to = {.self = &counts, .row = take_counts};
    if (!sql_ask(store->sql, count_jobs, NULL, 0, &to, err))
        return err_add(err, "store: count jobs");
    *ret = counts;
    return true;
}
