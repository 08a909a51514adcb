// An SQLite database without a log: its schema, and its table Names.
#include "format/sqlite/sqlite.h"

#include <stdlib.h>

static bool on_row(void *self, uint64_t id, span record, struct err *err)
{
    (void)self;
    (void)id;
    (void)err;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t number = 0;
        (void)sqlite_number(record, i, &number);
        (void)sqlite_text(record, i);
    }
    return true;
}

static void on_damage(void *self, const struct err *damage)
{
    (void)self;
    if (damage->kind == ERR_NONE)
        abort(); // damage without a reason
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(UINT64_C(16) << 20);
    const struct sqlite_visitor visitor = {.row = on_row, .damage = on_damage};
    struct err err = {0};
    if (mem && !sqlite_read(span_of(data, size), (span){0}, S("Names"), mem, &visitor, &err) &&
        err.kind == ERR_NONE)
        abort(); // a failure without a reason
    return 0;
}
