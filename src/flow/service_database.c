// Which advisory database is at hand. The live one is replaced whenever the world learns something;
// the one that the store's findings are true of must stay at hand until all of it is judged again.
#include "flow/service_inner.h"

#include <errno.h>

uint32_t service_today(void)
{
    enum { SECONDS_A_DAY = 86400 };
    return (uint32_t)(os_now() / SECONDS_A_DAY);
}

static const char *copy_path(const struct service *service, span stamp, struct arena *mem)
{
    struct text path;
    text_init(&path, mem, SIZE_MAX);
    text_add(&path, span_of_text(service->options->state));
    text_add(&path, S("/databases/"));
    text_add(&path, stamp);
    text_add(&path, S(".db"));
    return text_ok(&path) ? arena_text(mem, text_span(&path)) : NULL;
}

static bool has_stamp(const struct database *database, span stamp, struct arena *mem, bool *ret,
                      struct err *err)
{
    span actual = {0};
    if (!database_stamp(database, mem, &actual, err))
        return false;
    *ret = span_equal(actual, stamp);
    return true;
}

bool service_database(const struct service *service, span stamp, struct database **ret,
                      struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(database_cleanup) struct database *database = NULL;
    const char *path = mem ? copy_path(service, stamp, mem) : NULL;
    bool is_it = false;
    struct err none = {0};
    if (!path)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!database_open(path, &database, &none) &&
        !database_open(service->options->database, &database, err))
        return false;
    if (!has_stamp(database, stamp, mem, &is_it, err))
        return false;
    if (!is_it)
        return err_set(err, ERR_MISSING, "the advisory database %.16s is not at hand here",
                       quote(stamp).text);
    *ret = take(&database);
    return true;
}

// ---------------------------------------------------------------- the live one

static bool keep_copy(const struct service *service, const char *copy, struct arena *mem,
                      struct err *err)
{
    struct os_stat st = {0};
    struct err none = {0};
    if (os_stat_path(copy, &st, NULL))
        return true;
    const char *directory = arena_text(mem, path_parent(span_of_text(copy)));
    if (!directory)
        return arena_err(mem, err, "path");
    if (!os_make_directories(directory, err))
        return false;
    return os_link(service->options->database, copy, &none) || none.sys == EEXIST ||
           err_copy(err, &none);
}

struct first_database {
    struct store *store;
    span stamp;
    uint64_t now;
};

// What nobody has judged yet is judged by this one.
static bool adopt(void *self, struct err *err)
{
    const struct first_database *first = self;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    span known = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!store_stamp(first->store, mem, &known, err))
        return false;
    return known.len > 0 || store_set_stamp(first->store, first->stamp, err);
}

bool service_watch_database(const struct service *service, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct first_database first = {.store = service->store, .now = os_now()};
    span known = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!database_open(service->options->database, &database, err) ||
        !database_stamp(database, mem, &first.stamp, err) ||
        !store_stamp(service->store, mem, &known, err))
        return false;
    const char *copy = copy_path(service, first.stamp, mem);
    if (!copy)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!keep_copy(service, copy, mem, err))
        return err_add(err, "keeping the advisory database");
    if (known.len == 0)
        return store_transact(service->store, adopt, &first, err);
    return span_equal(known, first.stamp) ||
           store_add_job(service->store, JOB_REJUDGE, first.stamp, (span){0}, first.now, err);
}
