// A store made from a backup: all of it or nothing.
#include "service/store/backup_inner.h"

#include "os/os.h"

enum { PORTION = 1000 };

struct restorer {
    struct sql *sql;
    span file; // without its digest
    struct arena *mem;
    struct arena *room; // of the rows of a portion
    struct spans tables;
    struct backup backup;
    span table;            // that is being read
    const char *statement; // that adds a row to it
    struct rows rows;
    struct store_copied copied;
};

// ---------------------------------------------------------------- where it goes

// What a new store begins with is in the backup, too. From the last table, for rows name only those
// of tables before.
static bool empty_tables(struct restorer *restorer, struct err *err)
{
    for (size_t i = restorer->tables.count; i > 0; i--) {
        struct text text;
        text_init(&text, restorer->mem, SIZE_MAX);
        text_add(&text, S("DELETE FROM "));
        text_add(&text, restorer->tables.items[i - 1]);
        text_add_byte(&text, '\0');
        if (!text_ok(&text))
            return arena_err(restorer->mem, err, "restore: a statement");
        if (!sql_run(restorer->sql, (const char *)text_span(&text).ptr, NULL, 0, err))
            return false;
    }
    return true;
}

// The store is made as the program that wrote the backup made it.
static bool prepare_place(struct restorer *restorer, struct err *err)
{
    int64_t version = 0;
    if (!store_read_version(restorer->sql, &version, err))
        return false;
    if (version != 0)
        return err_set(err, ERR_CONFLICT, "restore: there is a store already");
    return store_bring_up(restorer->sql, 0, restorer->backup.version, err) &&
           empty_tables(restorer, err);
}

// ---------------------------------------------------------------- what goes there

static bool write_rows(struct restorer *restorer, struct err *err)
{
    size_t count =
        restorer->rows.columns ? restorer->rows.values.count / restorer->rows.columns : 0;
    if (!list_ok(&restorer->rows.values))
        return arena_err(restorer->room, err, "restore: rows");
    if (!sql_ask_each(restorer->sql, restorer->statement, restorer->rows.values.items,
                      restorer->rows.columns, count, NULL, err))
        return err_add(err, "restore: %s", quote(restorer->table).text);
    restorer->copied.rows += count;
    arena_reset(restorer->room);
    rows_init(&restorer->rows, restorer->rows.columns, restorer->room);
    return true;
}

static bool end_table(struct restorer *restorer, struct err *err)
{
    return restorer->table.len == 0 ||
           (write_rows(restorer, err) && sql_renumber(restorer->sql, restorer->table, err));
}

// Names go into a statement only if they are those of our own tables.
static bool has_columns(const struct spans *columns, const struct backup_item *item)
{
    if (columns->count != item->count)
        return false;
    for (size_t i = 0; i < item->count; i++)
        if (!span_equal(columns->items[i], item->columns[i]))
            return false;
    return true;
}

static bool is_expected(const struct restorer *restorer, span table)
{
    return restorer->copied.tables < restorer->tables.count &&
           span_equal(restorer->tables.items[restorer->copied.tables], table);
}

static bool insert_into(struct restorer *restorer, span table, const struct spans *columns,
                        struct err *err)
{
    struct text text;
    text_init(&text, restorer->mem, SIZE_MAX);
    text_add(&text, S("INSERT INTO "));
    text_add(&text, table);
    for (size_t i = 0; i < columns->count; i++) {
        text_add(&text, i ? S(", ") : S(" ("));
        text_add(&text, columns->items[i]);
    }
    for (size_t i = 0; i < columns->count; i++)
        text_addf(&text, "%s$%zu", i ? ", " : ") VALUES (", i + 1);
    text_add_byte(&text, ')');
    text_add_byte(&text, '\0');
    if (!text_ok(&text))
        return arena_err(restorer->mem, err, "restore: a statement");
    restorer->statement = (const char *)text_span(&text).ptr;
    return true;
}

static bool begin_table(struct restorer *restorer, const struct backup_item *item, struct err *err)
{
    struct spans columns = {0};
    if (!end_table(restorer, err))
        return false;
    if (!is_expected(restorer, item->table))
        return err_set(err, ERR_INPUT, "restore: the table '%s' is not the next of a store",
                       quote(item->table).text);
    if (!backup_columns(restorer->sql, item->table, restorer->mem, &columns, err))
        return false;
    if (!has_columns(&columns, item))
        return err_set(err, ERR_INPUT, "restore: the table '%s' has other columns",
                       quote(item->table).text);
    restorer->table = item->table;
    restorer->copied.tables++;
    rows_init(&restorer->rows, item->count, restorer->room);
    return insert_into(restorer, item->table, &columns, err);
}

static bool add_row(struct restorer *restorer, const struct backup_item *item, struct err *err)
{
    for (size_t i = 0; i < item->count; i++)
        rows_add(&restorer->rows, item->values[i]);
    return restorer->rows.values.count < PORTION * item->count || write_rows(restorer, err);
}

static bool end_all(struct restorer *restorer, struct err *err)
{
    if (restorer->copied.tables != restorer->tables.count)
        return err_set(err, ERR_INPUT, "restore: tables are missing");
    return end_table(restorer, err) &&
           store_bring_up(restorer->sql, restorer->backup.version, store_newest_version(), err);
}

static bool take_items(struct restorer *restorer, struct err *err)
{
    for (;;) {
        struct backup_item item;
        if (!backup_next(&restorer->backup, &item, err))
            return false;
        switch (item.kind) {
        case BACKUP_TABLE:
            if (!begin_table(restorer, &item, err))
                return false;
            break;
        case BACKUP_ROW:
            if (!add_row(restorer, &item, err))
                return false;
            break;
        case BACKUP_END:
            return end_all(restorer, err);
        }
    }
}

static bool restore_all(void *self, struct err *err)
{
    struct restorer *restorer = self;
    arena_reset(restorer->mem);
    arena_reset(restorer->room);
    restorer->copied = (struct store_copied){.bytes = restorer->file.len + BACKUP_SUM};
    restorer->table = (span){0};
    if (!backup_open(restorer->file, &restorer->backup, err))
        return false;
    if (!store_can_bring_up(restorer->backup.version, err))
        return err_add(err, "restore");
    return backup_tables(restorer->backup.version, restorer->mem, &restorer->tables, err) &&
           prepare_place(restorer, err) && take_items(restorer, err);
}

static bool restore_file(span url, span file, struct store_copied *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(arena_cleanup) struct arena *room = arena_new(64 << 20);
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    if (!mem || !room)
        return err_set(err, ERR_MEMORY, "restore: no memory");
    if (!backup_check_sum(file, err) || !sql_open(url, true, &sql, err))
        return false;
    struct restorer restorer = {
        .sql = sql,
        .file = span_first(file, file.len - BACKUP_SUM),
        .mem = mem,
        .room = room,
    };
    if (!sql_transact(sql, restore_all, &restorer, err))
        return false;
    *ret = restorer.copied;
    return true;
}

bool store_restore(span url, const char *path, const struct limits *limits,
                   struct store_copied *ret, struct err *err)
{
    (void)limits; // a row is as large as it was when it was stored
    struct os_map map = {0};
    if (!os_map_file(path, &map, err))
        return err_add(err, "restore");
    bool ok = restore_file(url, map.bytes, ret, err);
    os_unmap(&map);
    return ok;
}
