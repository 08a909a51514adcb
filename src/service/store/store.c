// The store: opened, brought to this program's version, and changed whole or not at all.
#include "service/store/store_inner.h"

#include <stdlib.h>

// ---------------------------------------------------------------- versions

int64_t store_newest_version(void)
{
    int64_t count = 0;
    while (store_versions[count])
        count++;
    return count;
}

bool store_read_version(struct sql *sql, int64_t *ret, struct err *err)
{
    bool there = false;
    if (!sql_has_table(sql, S("store_version"), &there, err))
        return false;
    *ret = 0;
    return !there || sql_ask_integer(sql, "SELECT version FROM store_version", NULL, 0, ret, err);
}

static bool run_all(struct sql *sql, const char *const *statements, struct err *err)
{
    for (size_t i = 0; statements[i]; i++)
        if (!sql_run(sql, statements[i], NULL, 0, err))
            return err_add(err, "statement %zu", i + 1);
    return true;
}

bool store_can_bring_up(int64_t version, struct err *err)
{
    enum { OLDEST = 2 };
    if (version > store_newest_version())
        return err_set(err, ERR_UNSUPPORTED, "store: version %lld, made by a later program",
                       (long long)version);
    if (version != 0 && version < OLDEST)
        return err_set(err, ERR_UNSUPPORTED,
                       "store: version %lld, made before the first release: make a new one",
                       (long long)version);
    return true;
}

static bool begin_version(struct sql *sql, struct err *err)
{
    return sql_run(sql, "CREATE TABLE store_version (version BIGINT NOT NULL)", NULL, 0, err) &&
           sql_run(sql, "INSERT INTO store_version (version) VALUES (0)", NULL, 0, err);
}

bool store_bring_up(struct sql *sql, int64_t from, int64_t to, struct err *err)
{
    if (from == to)
        return true;
    if (from == 0 && !begin_version(sql, err))
        return false;
    for (int64_t i = from; i < to; i++)
        if (!run_all(sql, store_versions[i], err))
            return err_add(err, "store: version %lld", (long long)i + 1);
    sql_value value = sql_integer(to);
    return sql_run(sql, "UPDATE store_version SET version = $1", &value, 1, err);
}

// In a transaction: whoever comes second finds that there is nothing left to do.
static bool migrate(void *self, struct err *err)
{
    struct sql *sql = self;
    int64_t version = 0;
    return store_read_version(sql, &version, err) && store_can_bring_up(version, err) &&
           store_bring_up(sql, version, store_newest_version(), err);
}

bool store_migrate(span url, const struct limits *limits, struct err *err)
{
    (void)limits; // of what is stored, not of the tables
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    return sql_open(url, true, &sql, err) && sql_transact(sql, migrate, sql, err);
}

static bool check_version(struct sql *sql, struct err *err)
{
    int64_t version = 0;
    if (!store_read_version(sql, &version, err) || !store_can_bring_up(version, err))
        return false;
    if (version == 0)
        return err_set(err, ERR_MISSING, "store: there is none yet");
    if (version < store_newest_version())
        return err_set(err, ERR_CONFLICT, "store: version %lld of %lld: bring it up first",
                       (long long)version, (long long)store_newest_version());
    return true;
}

// ---------------------------------------------------------------- open, transact, close

bool store_open(span url, const struct limits *limits, struct store **ret, struct err *err)
{
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    if (!sql_open(url, false, &sql, err))
        return err_add(err, "store");
    if (!check_version(sql, err))
        return false;
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return err_set(err, ERR_MEMORY, "store: no memory");
    store->sql = take(&sql);
    store->limits = limits;
    *ret = store;
    return true;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    sql_close(store->sql);
    free(store);
}

void store_cleanup(struct store **store)
{
    store_close(*store);
    *store = NULL;
}

bool store_transact(struct store *store, bool (*work)(void *self, struct err *err), void *self,
                    struct err *err)
{
    return sql_transact(store->sql, work, self, err);
}

bool store_observe(struct store *store, bool (*work)(void *self, struct err *err), void *self,
                   struct err *err)
{
    return sql_observe(store->sql, work, self, err);
}

bool store_transact_snapshot(struct store *store, bool (*work)(void *self, struct err *err),
                             void *self, struct err *err)
{
    return sql_transact_snapshot(store->sql, work, self, err);
}
