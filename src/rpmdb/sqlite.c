// `rpmdb.sqlite`: one table, CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL).
#include "format/sqlite/sqlite.h"
#include "rpmdb/rpmdb_inner.h"

enum { PACKAGES_BLOB = 1 };

static bool take_row(void *self, uint64_t number, span record, struct err *err)
{
    (void)number;
    return scan_header(self, sqlite_text(record, PACKAGES_BLOB), err);
}

static void take_damage(void *self, const struct err *damage)
{
    const struct scan *scan = self;
    scan->visitor->damage(scan->visitor->self, damage);
}

bool sqlite_scan(struct scan *scan, struct err *err)
{
    const struct sqlite_visitor visitor = {.self = scan, .row = take_row, .damage = take_damage};
    return sqlite_read(scan->database, scan->log, S("Packages"), scan->mem, &visitor, err);
}
