// How much there is.
#include "service/store/store_inner.h"

struct counting {
    uint64_t *by_severity;
    uint64_t suppressed;
};

static bool take_severity(void *self, const struct sql_row *row, struct err *err)
{
    struct counting *counting = self;
    int64_t severity = sql_row_integer(row, 0);
    if (severity < SEVERITY_UNKNOWN || severity > SEVERITY_CRITICAL)
        return err_set(err, ERR_INPUT, "store: a severity that there is not");
    if (sql_row_integer(row, 1))
        counting->suppressed += (uint64_t)sql_row_integer(row, 2);
    else
        counting->by_severity[severity] = (uint64_t)sql_row_integer(row, 2);
    return true;
}

bool store_count_findings(struct store *store, span image, uint64_t ret[], uint64_t *ret_suppressed,
                          struct err *err)
{
    struct counting counting = {.by_severity = ret};
    const struct sql_reader to = {&counting, take_severity};
    const sql_value values[] = {sql_text(image)};
    if (!sql_ask(store->sql,
                 "SELECT f.severity, f.suppressed, count(*) FROM (SELECT DISTINCT bu.unit FROM"
                 " image i JOIN image_bundle ib ON ib.image = i.id JOIN bundle_unit bu ON bu.bundle"
                 " = ib.bundle WHERE i.digest = $1) held JOIN finding f ON f.unit = held.unit"
                 " GROUP BY f.severity, f.suppressed",
                 values, 1, &to, err))
        return false;
    *ret_suppressed = counting.suppressed;
    return true;
}

static bool count_rows(struct store *store, const char *statement, uint64_t *ret, struct err *err)
{
    int64_t count = 0;
    if (!sql_ask_integer(store->sql, statement, NULL, 0, &count, err))
        return false;
    *ret = (uint64_t)count;
    return true;
}

bool store_count(struct store *store, struct store_census *ret, struct err *err)
{
    struct job_counts jobs = {0};
    struct notification_counts notifications = {0};
    struct store_census census = {0};
    if (!count_rows(store, "SELECT count(*) FROM image", &census.images, err) ||
        !count_rows(store, "SELECT count(*) FROM layer", &census.layers, err) ||
        !count_rows(store, "SELECT count(*) FROM unit", &census.packages, err) ||
        !count_rows(store, "SELECT count(*) FROM repository", &census.repositories, err) ||
        !store_count_jobs(store, &jobs, err) ||
        !store_count_notifications(store, &notifications, err))
        return false;
    census.jobs_waiting = jobs.waiting;
    census.jobs_running = jobs.leased;
    census.jobs_given_up = jobs.given_up;
    census.notifications_waiting = notifications.waiting;
    census.notifications_dead = notifications.dead;
    *ret = census;
    return true;
}
