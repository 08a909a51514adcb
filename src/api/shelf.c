#include "api/api_inner.h"

#include <stdlib.h>

enum { LOOK_EVERY_NS = 1000000000 }; // another second with the old one does no harm

struct shelf {
    const char *path; // null: there is no database
    struct os_monitor *monitor;
    struct shelved *newest; // counted as in use by the shelf itself
    struct os_stat seen;
    uint64_t looked_at;
};

bool shelf_new(const char *path, struct shelf **ret, struct err *err)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        return err_set(err, ERR_MEMORY, "no memory for a service");
    shelf->path = path;
    if (!os_monitor_new(&shelf->monitor, err)) {
        free(shelf);
        return false;
    }
    *ret = shelf;
    return true;
}

static void drop(struct shelved *shelved)
{
    if (!shelved || --shelved->users)
        return;
    database_close(shelved->database);
    free(shelved);
}

void shelf_free(struct shelf *shelf)
{
    if (!shelf)
        return;
    drop(shelf->newest);
    os_monitor_free(shelf->monitor);
    free(shelf);
}

static bool is_same(const struct os_stat *a, const struct os_stat *b)
{
    return a->size == b->size && a->modified == b->modified;
}

// Databases are replaced, never rewritten: another file has another time or size.
static bool look(struct shelf *shelf, struct err *err)
{
    struct os_stat st = {0};
    struct database *database = NULL;
    if (!shelf->path)
        return err_set(err, ERR_MISSING, "there is no advisory database");
    if (!os_stat_path(shelf->path, &st, err))
        return false;
    if (shelf->newest && is_same(&st, &shelf->seen))
        return true;
    if (!database_open(shelf->path, &database, err))
        return false;
    struct shelved *shelved = calloc(1, sizeof *shelved);
    if (!shelved) {
        database_close(database);
        return err_set(err, ERR_MEMORY, "no memory for a database");
    }
    *shelved = (struct shelved){.database = database, .users = 1};
    drop(shelf->newest);
    shelf->newest = shelved;
    shelf->seen = st;
    return true;
}

bool shelf_take(struct shelf *shelf, struct shelved **ret, struct err *err)
{
    struct err why = {0};
    os_monitor_enter(shelf->monitor);
    uint64_t now = os_monotonic_ns();
    // A new one that cannot be read leaves the old one in use.
    if (!shelf->newest || now - shelf->looked_at > LOOK_EVERY_NS) {
        (void)look(shelf, &why);
        shelf->looked_at = now;
    }
    struct shelved *shelved = shelf->newest;
    if (shelved)
        shelved->users++;
    os_monitor_leave(shelf->monitor);
    if (!shelved)
        return err_copy(err, &why);
    *ret = shelved;
    return true;
}

void shelf_give_back(struct shelf *shelf, struct shelved *shelved)
{
    if (!shelved)
        return;
    os_monitor_enter(shelf->monitor);
    drop(shelved);
    os_monitor_leave(shelf->monitor);
}
