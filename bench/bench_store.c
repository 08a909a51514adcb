// What the store's database takes a second: jobs one by one, each on the disk before the next, and
// rows by the hundred thousand.
//
// usage: bench_store URL (an empty place: "sqlite:PATH" or "postgresql://…") [ROWS]
#include "os/os.h"
#include "service/store/store.h"

#include <stdio.h>

enum { JOBS = 2000, QUESTIONS_OF_A_UNIT = 10, LEASE_SECONDS = 600 };

struct bench {
    struct arena *mem;
    struct limits limits;
    span url;
    struct store *store;
    struct sql *sql; // for what the store has no call for
    size_t rows;
};

static void say(const char *what, size_t count, uint64_t since)
{
    double seconds = (double)(os_monotonic_ns() - since) / 1e9;
    printf("%-28s %8zu in %7.2f s: %9.0f a second\n", what, count, seconds,
           (double)count / seconds);
}

static bool add_jobs(struct bench *bench, struct err *err)
{
    uint64_t since = os_monotonic_ns();
    for (uint64_t i = 0; i < JOBS; i++) {
        struct text key;
        text_init(&key, bench->mem, 64);
        text_addf(&key, "registry/repository-%llu", (unsigned long long)i);
        if (!store_add_job(bench->store, JOB_SCAN, text_span(&key), text_span(&key), 1, err))
            return false;
    }
    say("jobs added", JOBS, since);
    return true;
}

static bool do_jobs(struct bench *bench, struct err *err)
{
    uint64_t since = os_monotonic_ns();
    for (uint64_t i = 0; i < JOBS; i++) {
        struct job job = {0};
        if (!store_lease_job(bench->store, 1 << JOB_SCAN, 1, LEASE_SECONDS, bench->mem, &job,
                             err) ||
            !store_finish_job(bench->store, &job, 1, err))
            return false;
    }
    say("jobs leased and finished", JOBS, since);
    return true;
}

// ---------------------------------------------------------------- many rows

struct load {
    struct sql *sql;
    const char *statement;
    sql_value *values;
    size_t columns;
    size_t rows;
};

static bool load_all(void *self, struct err *err)
{
    const struct load *load = self;
    return sql_ask_each(load->sql, load->statement, load->values, load->columns, load->rows, NULL,
                        err);
}

static bool load_rows(const struct load *load, const char *what, struct err *err)
{
    uint64_t since = os_monotonic_ns();
    struct load copy = *load;
    if (!sql_transact(load->sql, load_all, &copy, err))
        return false;
    say(what, load->rows, since);
    return true;
}

static bool make_unit(size_t number, struct arena *mem, sql_value *values)
{
    struct text name;
    text_init(&name, mem, 64);
    text_addf(&name, "package-%zu", number);
    uint64_t hash[] = {span_hash(text_span(&name), 1), span_hash(text_span(&name), 2), number, 0};
    span bytes = {0};
    if (!text_ok(&name) || !arena_span(mem, span_of(hash, sizeof hash), &bytes))
        return false;
    values[0] = sql_integer((int64_t)number);
    values[1] = sql_bytes(bytes);
    values[2] = sql_text(text_span(&name));
    return true;
}

static bool load_units(struct bench *bench, size_t units, struct err *err)
{
    struct load load = {
        .sql = bench->sql,
        .statement = "INSERT INTO unit (id, hash, type, name, short_name, version, purl, company,"
                     " review) VALUES ($1, $2, 'deb', $3, $3, '1.2.3-4', $3, $2, 0)",
        .columns = 3,
        .rows = units,
    };
    load.values = arena_array(bench->mem, units * load.columns, sizeof *load.values);
    if (!load.values)
        return arena_err(bench->mem, err, "units");
    for (size_t i = 0; i < units; i++)
        if (!make_unit(i + 1, bench->mem, &load.values[load.columns * i]))
            return arena_err(bench->mem, err, "units");
    return load_rows(&load, "units inserted", err);
}

static bool load_questions(struct bench *bench, size_t units, struct err *err)
{
    struct load load = {
        .sql = bench->sql,
        .statement = "INSERT INTO question (hash, unit) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .columns = 2,
        .rows = units * QUESTIONS_OF_A_UNIT,
    };
    load.values = arena_array(bench->mem, load.rows * load.columns, sizeof *load.values);
    if (!load.values)
        return arena_err(bench->mem, err, "questions");
    for (size_t i = 0; i < load.rows; i++) {
        uint64_t hash = span_hash(span_of(&i, sizeof i), 3);
        load.values[2 * i] = sql_integer((int64_t)hash);
        load.values[2 * i + 1] = sql_integer((int64_t)(i / QUESTIONS_OF_A_UNIT) + 1);
    }
    return load_rows(&load, "questions inserted", err);
}

static bool run(struct bench *bench, struct err *err)
{
    size_t units = bench->rows / (QUESTIONS_OF_A_UNIT + 1);
    return store_migrate(bench->url, &bench->limits, err) &&
           store_open(bench->url, &bench->limits, &bench->store, err) &&
           sql_open(bench->url, false, &bench->sql, err) && add_jobs(bench, err) &&
           do_jobs(bench, err) && load_units(bench, units, err) &&
           load_questions(bench, units, err);
}

int main(int argc, char **argv)
{
    uint64_t rows = 220000;
    if (argc < 2 || (argc > 2 && !span_to_u64(span_of_text(argv[2]), &rows))) {
        fprintf(stderr, "usage: bench_store URL [ROWS]\n");
        return 64;
    }
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(4) << 30);
    struct bench bench = {
        .mem = mem,
        .limits = limits_default(),
        .url = span_of_text(argv[1]),
        .rows = (size_t)rows,
    };
    struct err err = {0};
    bool ok = run(&bench, &err);
    store_close(bench.store);
    sql_close(bench.sql);
    if (!ok)
        fprintf(stderr, "bench_store: %s\n", err.text);
    return ok ? 0 : 1;
}
