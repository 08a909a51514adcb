// A backup of any bytes: reading ends, and what can be read to its end is written as it was.
#include "service/store/backup_inner.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy(struct text *to, const struct backup_item *item, uint64_t rows)
{
    switch (item->kind) {
    case BACKUP_TABLE:
        backup_put_table(to, item->table, item->columns, item->count);
        return;
    case BACKUP_ROW:
        backup_put_row(to, item->values, item->count);
        return;
    case BACKUP_END:
        backup_put_end(to, rows);
        return;
    }
}

static void use(span bytes, struct arena *mem)
{
    struct backup backup = {0};
    struct text again;
    text_init(&again, mem, SIZE_MAX);
    if (!backup_open(bytes, &backup, NULL))
        return;
    backup_put_start(&again, backup.version);
    for (;;) {
        struct backup_item item;
        if (!backup_next(&backup, &item, NULL))
            return;
        copy(&again, &item, backup.rows);
        if (item.kind == BACKUP_END)
            break;
    }
    if (text_ok(&again) && !span_equal(text_span(&again), bytes))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(32 << 20);
    if (!mem)
        return 0;
    use(span_of(data, size), mem);
    (void)backup_check_sum(span_of(data, size), NULL); // of anything
    arena_free(mem);
    return 0;
}
