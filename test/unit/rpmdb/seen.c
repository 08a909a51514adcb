#include "seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool on_header(void *self, span bytes, struct err *err)
{
    struct seen *seen = self;
    seen->headers++;
    struct rpm_header header = {0};
    struct rpm_package package = {0};
    if (!rpm_header_open(bytes, &header, err) || !rpm_package_read(&header, &package, err)) {
        seen->unreadable++;
        *err = (struct err){0};
        return true;
    }
    size_t used = strlen(seen->names);
    (void)snprintf(seen->names + used, sizeof seen->names - used, "%.*s ", (int)package.name.len,
                   (const char *)package.name.ptr); // cut off when there are many
    return true;
}

static void on_damage(void *self, const struct err *damage)
{
    struct seen *seen = self;
    if (seen->damages++ == 0)
        seen->damage = *damage;
}

struct seen seen_of(span database, span log, uint64_t budget)
{
    return seen_within(database, log, budget, limits_default().packages);
}

struct seen seen_within(span database, span log, uint64_t budget, uint64_t packages)
{
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(budget);
    if (!mem)
        abort();
    struct limits limits = limits_default();
    limits.packages = packages;
    struct seen seen = {0};
    struct rpmdb_visitor visitor = {.self = &seen, .header = on_header, .damage = on_damage};
    seen.ok = rpmdb_read(database, log, &limits, mem, &visitor, &seen.err);
    return seen;
}
