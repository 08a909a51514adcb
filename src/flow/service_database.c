// Which advisory database is at hand. The live one is replaced whenever the world learns something;
// the one that the store's findings are true of must stay at hand until all of it is judged again.
#include "flow/service_inner.h"

#include <errno.h>
#include <stdio.h>

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

// ---------------------------------------------------------------- is it news?

struct last_judgement {
    struct arena *mem;
    span built; // date of the newest fact that it knew; empty: nothing has been judged again yet
};

// Columns are those of VIEW_JUDGEMENTS: id at database built ...
static bool take_judgement(void *self, const struct sql_row *row, struct err *err)
{
    enum { BUILT = 3 };
    struct last_judgement *last = self;
    return arena_span(last->mem, sql_row_bytes(row, BUILT), &last->built) ||
           arena_err(last->mem, err, "judgement");
}

static bool read_last_judgement(const struct service *service, struct last_judgement *ret,
                                struct err *err)
{
    const struct view *view = store_view(VIEW_JUDGEMENTS);
    const struct sql_reader to = {ret, take_judgement};
    span *wants = arena_array(ret->mem, view->filter_count + 1, sizeof *wants);
    span next = {0};
    const struct browse browse = {.view = view, .wants = wants, .limit = 1};
    if (!wants)
        return arena_err(ret->mem, err, "judgement");
    return store_browse(service->store, &browse, &to, ret->mem, &next, err);
}

// Several machines get a new database one after the other. Whoever has not got it yet must not lead
// all back to the old one: a database is news when it has just taken the place of another one here,
// or when it is not older than what was judged by last.
static bool is_news(const struct service *service, const struct database *database, span stamp,
                    struct arena *mem, bool *ret, struct err *err)
{
    struct last_judgement last = {.mem = mem};
    struct database_info info = {0};
    if (service->seen[0]) {
        *ret = !span_equal(stamp, span_of_text(service->seen));
        return true;
    }
    if (!database_describe(database, mem, &info, err) || !read_last_judgement(service, &last, err))
        return false;
    *ret = span_compare(info.built, last.built) >= 0;
    return true;
}

// ---------------------------------------------------------------- watching

// The same facts mean something else once support of a distribution has ended.
static bool review(const struct service *service, const struct first_database *first,
                   struct err *err)
{
    bool due = false;
    if (!store_review_is_due(service->store, service->today, &due, err))
        return false;
    return !due ||
           store_add_job(service->store, JOB_REJUDGE, first->stamp, (span){0}, first->now, err);
}

static bool offer(struct service *service, const struct database *database,
                  struct first_database *first, struct arena *mem, struct err *err)
{
    span known = {0};
    bool news = false;
    if (!store_stamp(service->store, mem, &known, err))
        return false;
    if (known.len == 0)
        return store_transact(service->store, adopt, first, err);
    if (span_equal(known, first->stamp))
        return review(service, first, err);
    return is_news(service, database, first->stamp, mem, &news, err) &&
           (!news ||
            store_add_job(service->store, JOB_REJUDGE, first->stamp, (span){0}, first->now, err));
}

bool service_watch_database(struct service *service, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct first_database first = {.store = service->store, .now = os_now()};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!database_open(service->options->database, &database, err) ||
        !database_stamp(database, mem, &first.stamp, err))
        return false;
    const char *copy = copy_path(service, first.stamp, mem);
    if (!copy)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!keep_copy(service, copy, mem, err))
        return err_add(err, "keeping the advisory database");
    if (!offer(service, database, &first, mem, err))
        return false;
    (void)snprintf(service->seen, sizeof service->seen, "%.*s", (int)first.stamp.len,
                   (const char *)first.stamp.ptr); // 64 digits
    return true;
}
