// Figures for Prometheus (text format 0.0.4).
#include "api/api_inner.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { NS_PER_MS = 1000000, SECONDS_A_DAY = 86400 };

static const unsigned statuses[] = {200, 201, 202, 204, 304, 400, 401, 403,
                                    404, 405, 409, 413, 415, 429, 500, 503};
#define STATUSES (sizeof statuses / sizeof *statuses + 1) // and all others
static const unsigned bounds_ms[] = {1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10000};
#define BOUNDS (sizeof bounds_ms / sizeof *bounds_ms)

struct api_metrics {
    // By route, the last for what finds none, and status.
    atomic_uint_least64_t requests[MOST_ROUTES + 1][STATUSES];
    atomic_uint_least64_t slower[BOUNDS + 1]; // requests by the first bound that they keep
    atomic_uint_least64_t ns;
};

bool metrics_new(struct api_metrics **ret, struct err *err)
{
    *ret = calloc(1, sizeof **ret);
    return *ret || err_set(err, ERR_MEMORY, "no memory for a service");
}

void metrics_free(struct api_metrics *metrics)
{
    free(metrics);
}

void metrics_count(struct api_metrics *metrics, size_t route, unsigned status, uint64_t ns)
{
    size_t at = 0;
    size_t bound = 0;
    while (at + 1 < STATUSES && statuses[at] != status)
        at++;
    while (bound < BOUNDS && ns > (uint64_t)bounds_ms[bound] * NS_PER_MS)
        bound++;
    atomic_fetch_add(&metrics->requests[route][at], 1);
    atomic_fetch_add(&metrics->slower[bound], 1);
    atomic_fetch_add(&metrics->ns, ns);
}

// ---------------------------------------------------------------- requests

static void add_number(struct text *out, uint64_t number)
{
    text_add_byte(out, ' ');
    text_add_u64(out, number);
    text_add_byte(out, '\n');
}

static void write_requests(struct api_metrics *metrics, struct text *out)
{
    text_add(out, S("# HELP plimsoll_http_requests_total Requests that were answered.\n"
                    "# TYPE plimsoll_http_requests_total counter\n"));
    for (size_t i = 0; i <= MOST_ROUTES; i++) {
        const struct route *route = i < MOST_ROUTES ? route_at(i) : NULL;
        for (size_t j = 0; j < STATUSES; j++) {
            uint64_t count = atomic_load(&metrics->requests[i][j]);
            if (count == 0)
                continue;
            text_addf(out, "plimsoll_http_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"}",
                      route ? route->method : "", route ? route->pattern : "none",
                      j + 1 < STATUSES ? statuses[j] : 0);
            add_number(out, count);
        }
    }
}

static void write_durations(struct api_metrics *metrics, struct text *out)
{
    uint64_t count = 0;
    text_add(out, S("# HELP plimsoll_http_request_seconds How long answers took to make.\n"
                    "# TYPE plimsoll_http_request_seconds histogram\n"));
    for (size_t i = 0; i < BOUNDS; i++) {
        count += atomic_load(&metrics->slower[i]);
        text_addf(out, "plimsoll_http_request_seconds_bucket{le=\"%u.%03u\"}", bounds_ms[i] / 1000,
                  bounds_ms[i] % 1000);
        add_number(out, count);
    }
    count += atomic_load(&metrics->slower[BOUNDS]);
    text_add(out, S("plimsoll_http_request_seconds_bucket{le=\"+Inf\"}"));
    add_number(out, count);
    uint64_t ms = atomic_load(&metrics->ns) / NS_PER_MS;
    text_addf(out, "plimsoll_http_request_seconds_sum %llu.%03u\n", (unsigned long long)(ms / 1000),
              (unsigned)(ms % 1000));
    text_add(out, S("plimsoll_http_request_seconds_count"));
    add_number(out, count);
}

// ---------------------------------------------------------------- what there is

static void gauge(struct text *out, const char *name, const char *help, uint64_t value)
{
    text_addf(out, "# HELP %s %s\n# TYPE %s gauge\n%s", name, help, name, name);
    add_number(out, value);
}

static void labelled(struct text *out, const char *name, const char *state, uint64_t value)
{
    text_addf(out, "%s{state=\"%s\"}", name, state);
    add_number(out, value);
}

static void write_census(const struct store_census *census, struct text *out)
{
    gauge(out, "plimsoll_images", "Images that are kept.", census->images);
    gauge(out, "plimsoll_layers", "Layers that are known.", census->layers);
    gauge(out, "plimsoll_packages", "Packages that are kept, each once.", census->packages);
    gauge(out, "plimsoll_repositories", "Repositories that are known.", census->repositories);
    text_add(out, S("# HELP plimsoll_jobs What is to be done.\n# TYPE plimsoll_jobs gauge\n"));
    labelled(out, "plimsoll_jobs", "waiting", census->jobs_waiting);
    labelled(out, "plimsoll_jobs", "running", census->jobs_running);
    labelled(out, "plimsoll_jobs", "given up", census->jobs_given_up);
    text_add(out, S("# HELP plimsoll_notifications Messages to owners.\n"
                    "# TYPE plimsoll_notifications gauge\n"));
    labelled(out, "plimsoll_notifications", "waiting", census->notifications_waiting);
    labelled(out, "plimsoll_notifications", "dead", census->notifications_dead);
}

// Days since the newest fact: what an alarm is set on when updates fail.
static void write_database(struct call *call, struct text *out)
{
    struct shelved *shelved = NULL;
    struct database_info info = {0};
    uint32_t newest = 0;
    uint32_t today = (uint32_t)(call->now / SECONDS_A_DAY);
    bool there = shelf_take(call->api->shelf, &shelved, NULL);
    gauge(out, "plimsoll_database_present", "Is there an advisory database?", there);
    if (there && database_describe(shelved->database, call->mem, &info, NULL) &&
        date_parse(info.built, &newest))
        gauge(out, "plimsoll_database_age_days", "Days since the newest fact in the database.",
              today > newest ? today - newest : 0);
    shelf_give_back(call->api->shelf, shelved);
}

bool answer_metrics(struct call *call, struct err *err)
{
    struct store_census census = {0};
    struct text *out = &call->response->body;
    text_init(out, call->mem, SIZE_MAX);
    if (!store_count(call->store, &census, err))
        return false;
    write_requests(call->api->metrics, out);
    write_durations(call->api->metrics, out);
    write_census(&census, out);
    write_database(call, out);
    return text_ok(out) || arena_err(call->mem, err, "metrics");
}
