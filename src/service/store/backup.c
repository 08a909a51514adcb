// One state of all that the store keeps, written into a file.
#include "service/store/backup_inner.h"

#include "crypto/crypto.h"
#include "os/os.h"

enum { PORTION = 1 << 20 };
static const uint64_t row_budget = UINT64_C(2) << 30;

// ---------------------------------------------------------------- tables

static bool add_span(struct list *list, span name)
{
    span *item = LIST_ADD(list, span);
    return item && arena_span(list->mem, name, item);
}

// What can be had again from elsewhere.
static bool is_cache(span table)
{
    return span_equal(table, S("layer_extract"));
}

// The statements themselves say which tables there are, in the order in which they are made.
bool backup_tables(int64_t version, struct arena *mem, struct spans *ret, struct err *err)
{
    struct list names;
    list_init(&names, mem, sizeof(span), UINT16_MAX);
    for (int64_t i = 0; i < version; i++)
        for (const char *const *statement = store_versions[i]; *statement; statement++) {
            span text = span_of_text(*statement);
            if (!span_starts_with(text, S("CREATE TABLE ")))
                continue;
            text = span_from(text, S("CREATE TABLE ").len);
            span name = span_cut(&text, ' ');
            if (!is_cache(name) && !add_span(&names, name))
                return arena_err(mem, err, "tables");
        }
    *ret = (struct spans){.items = names.items, .count = names.count};
    return true;
}

static bool take_column(void *self, const struct sql_row *row, struct err *err)
{
    struct list *columns = self;
    return add_span(columns, sql_row_bytes(row, 0)) || arena_err(columns->mem, err, "columns");
}

bool backup_columns(struct sql *sql, span table, struct arena *mem, struct spans *ret,
                    struct err *err)
{
    struct list columns;
    list_init(&columns, mem, sizeof(span), BACKUP_MOST_COLUMNS);
    const struct sql_reader to = {.self = &columns, .row = take_column};
    if (!sql_columns(sql, table, &to, err))
        return err_add(err, "%s", quote(table).text);
    *ret = (struct spans){.items = columns.items, .count = columns.count};
    return true;
}

static bool write_select(struct text *text, span table, const struct spans *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        text_add(text, i ? S(", ") : S("SELECT "));
        text_add(text, columns->items[i]);
    }
    text_add(text, S(" FROM "));
    text_add(text, table);
    for (size_t i = 0; i < columns->count; i++)
        text_addf(text, "%s%zu", i ? ", " : " ORDER BY ", i + 1);
    text_add_byte(text, '\0');
    return text_ok(text);
}

bool backup_read_table(struct sql *sql, span table, const struct spans *columns, struct arena *mem,
                       const struct sql_reader *to, struct err *err)
{
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    if (!write_select(&text, table, columns))
        return arena_err(mem, err, "a statement");
    return sql_ask(sql, (const char *)text_span(&text).ptr, NULL, 0, to, err) ||
           err_add(err, "%s", quote(table).text);
}

// ---------------------------------------------------------------- writing

struct writer {
    struct sql *sql;
    struct arena *mem;  // of names
    struct arena *room; // of what is not written yet
    struct text text;
    struct hasher *hasher;
    int fd;
    struct store_copied copied;
};

static bool flush(struct writer *writer, struct err *err)
{
    span bytes = text_span(&writer->text);
    if (!text_ok(&writer->text))
        return arena_err(writer->room, err, "a row");
    hasher_add(writer->hasher, bytes);
    writer->copied.bytes += bytes.len;
    if (!os_write_all(writer->fd, bytes, err))
        return false;
    arena_reset(writer->room);
    text_init(&writer->text, writer->room, SIZE_MAX);
    return true;
}

static bool write_row(void *self, const struct sql_row *row, struct err *err)
{
    struct writer *writer = self;
    backup_put_row(&writer->text, row->values, row->count);
    writer->copied.rows++;
    return (text_ok(&writer->text) && writer->text.len < PORTION) || flush(writer, err);
}

static bool write_table(struct writer *writer, span table, struct err *err)
{
    struct spans columns = {0};
    const struct sql_reader to = {.self = writer, .row = write_row};
    if (!backup_columns(writer->sql, table, writer->mem, &columns, err))
        return false;
    backup_put_table(&writer->text, table, columns.items, columns.count);
    writer->copied.tables++;
    return backup_read_table(writer->sql, table, &columns, writer->mem, &to, err);
}

static bool write_sum(struct writer *writer, struct err *err)
{
    if (!flush(writer, err))
        return false;
    digest sum = hasher_finish(writer->hasher);
    writer->copied.bytes += BACKUP_SUM;
    return os_write_all(writer->fd, span_of(sum.bytes, BACKUP_SUM), err);
}

static bool write_all(void *self, struct err *err)
{
    struct writer *writer = self;
    struct spans tables = {0};
    if (writer->copied.tables) // a second try would begin in the middle of the file
        return err_set(err, ERR_CONFLICT, "somebody is changing the tables");
    if (!backup_tables(store_newest_version(), writer->mem, &tables, err))
        return false;
    backup_put_start(&writer->text, (uint32_t)store_newest_version());
    for (size_t i = 0; i < tables.count; i++)
        if (!write_table(writer, tables.items[i], err))
            return false;
    backup_put_end(&writer->text, writer->copied.rows);
    return write_sum(writer, err);
}

static bool write_file(struct writer *writer, const char *path, struct err *err)
{
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!os_output_open(path, &output, err))
        return false;
    output.is_secret = true;
    writer->fd = output.fd;
    return (sql_observe(writer->sql, write_all, writer, err) && os_output_commit(&output, err)) ||
           err_add(err, "backup");
}

bool store_backup(struct store *store, const char *path, struct store_copied *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(arena_cleanup) struct arena *room = arena_new(row_budget);
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    if (!mem || !room)
        return err_set(err, ERR_MEMORY, "backup: no memory");
    if (!hasher_new(DIGEST_SHA256, &hasher, err))
        return false;
    struct writer writer = {.sql = store->sql, .mem = mem, .room = room, .hasher = hasher};
    text_init(&writer.text, room, SIZE_MAX);
    if (!write_file(&writer, path, err))
        return false;
    *ret = writer.copied;
    return true;
}
