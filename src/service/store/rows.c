// Rows of values for one statement, and numbers as one value.
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

bool numbers_value(const int64_t *numbers, size_t count, struct arena *mem, sql_value *ret,
                   struct err *err)
{
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        text_addf(&text, "%s%lld", i ? "," : "", (long long)numbers[i]);
    *ret = sql_text(text_span(&text));
    return text_ok(&text) || arena_err(mem, err, "store");
}

bool numbers_ask(struct store *store, const char *statement, const int64_t *numbers, size_t count,
                 const struct sql_reader *answer, struct arena *mem, struct err *err)
{
    for (size_t done = 0; done < count; done += NUMBERS_AT_ONCE) {
        size_t left = count - done;
        sql_value value = {0};
        if (!numbers_value(numbers + done, left < NUMBERS_AT_ONCE ? left : NUMBERS_AT_ONCE, mem,
                           &value, err) ||
            !sql_ask(store->sql, statement, &value, 1, answer, err))
            return false;
    }
    return true;
}
