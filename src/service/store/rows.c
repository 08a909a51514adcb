// Rows of values for one statement.
#include "service/store/store_inner.h"

void rows_init(struct rows *rows, size_t columns, struct arena *mem)
{
    *rows = (struct rows){.columns = columns};
    list_init(&rows->values, mem, sizeof(sql_value), SIZE_MAX / sizeof(sql_value));
}

void rows_add(struct rows *rows, sql_value value)
{
    sql_value *item = LIST_ADD(&rows->values, sql_value);
    if (item)
        *item = value;
}

bool rows_ask(struct store *store, const char *statement, const struct rows *rows,
              const struct sql_reader *answer, struct err *err)
{
    if (!list_ok(&rows->values))
        return arena_err(rows->values.mem, err, "store");
    return sql_ask_each(store->sql, statement, rows->values.items, rows->columns,
                        rows->values.count / rows->columns, answer, err);
}
