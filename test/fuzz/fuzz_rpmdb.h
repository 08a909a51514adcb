// What the fuzz targets of the three database layouts share.
#ifndef PLIMSOLL_TEST_FUZZ_RPMDB_H
#define PLIMSOLL_TEST_FUZZ_RPMDB_H

#include "rpmdb/rpmdb.h"

#include <stdlib.h>

static bool on_header(void *self, span bytes, struct err *err)
{
    (void)self;
    struct rpm_header header = {0};
    struct rpm_package package = {0};
    if (rpm_header_open(bytes, &header, err))
        (void)rpm_package_read(&header, &package, err);
    return true;
}

static void on_damage(void *self, const struct err *damage)
{
    (void)self;
    if (damage->kind == ERR_NONE)
        abort(); // damage without a reason
}

static void read_database(span database, span log)
{
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(UINT64_C(16) << 20);
    struct limits limits = limits_default();
    const struct rpmdb_visitor visitor = {.header = on_header, .damage = on_damage};
    struct err err = {0};
    if (mem && !rpmdb_read(database, log, &limits, mem, &visitor, &err) && err.kind == ERR_NONE)
        abort(); // a failure without a reason
}

#endif
