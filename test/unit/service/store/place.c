#include "place.h"

#include "fresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

struct place *place_new(const char *name)
{
    struct arena *mem = arena_new(UINT64_C(1) << 27);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .limits = limits_default()};
    place->url = fresh_url(name, mem);
    ok(store_migrate(place->url, &place->limits, &err), &err);
    ok(store_open(place->url, &place->limits, &place->store, &err), &err);
    return place;
}

int place_tear_down(void **state)
{
    struct place *place = *state;
    store_close(place->store);
    arena_free(place->mem);
    return 0;
}
