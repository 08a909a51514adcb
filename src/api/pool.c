// Connections to the store, each with one thread at a time. As many as answer at once are opened,
// when they are needed first.
#include "api/api_inner.h"

#include <stdlib.h>

struct pool {
    const struct api_options *options;
    struct os_monitor *monitor;
    struct store **idle; // as many as there are threads that answer
    size_t count;
    size_t room;
};

bool pool_new(const struct api_options *options, struct pool **ret, struct err *err)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return err_set(err, ERR_MEMORY, "no memory for a service");
    pool->options = options;
    pool->room = options->http.threads;
    pool->idle = calloc(pool->room + 1, sizeof(struct store *));
    if (!pool->idle || !os_monitor_new(&pool->monitor, err)) {
        free(pool->idle);
        free(pool);
        return err_set(err, ERR_MEMORY, "no memory for a service");
    }
    *ret = pool;
    return true;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    for (size_t i = 0; i < pool->count; i++)
        store_close(pool->idle[i]);
    os_monitor_free(pool->monitor);
    free(pool->idle);
    free(pool);
}

bool pool_take(struct pool *pool, struct store **ret, struct err *err)
{
    struct store *store = NULL;
    os_monitor_enter(pool->monitor);
    if (pool->count)
        store = pool->idle[--pool->count];
    os_monitor_leave(pool->monitor);
    if (store)
        *ret = store;
    return store || pool->options->open_store(pool->options->self, ret, err);
}

void pool_give_back(struct pool *pool, struct store *store)
{
    if (!store)
        return;
    os_monitor_enter(pool->monitor);
    bool is_kept = pool->count < pool->room;
    if (is_kept)
        pool->idle[pool->count++] = store;
    os_monitor_leave(pool->monitor);
    if (!is_kept)
        store_close(store);
}

void pool_tell_added(const struct pool *pool)
{
    if (pool->options->added)
        pool->options->added(pool->options->self);
}
