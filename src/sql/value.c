#include "sql/sql_inner.h"

static bool is_storable(span text)
{
    return span_find(text, '\0') == SPAN_NONE && utf8_is_valid(text);
}

bool value_text(span text, struct arena *mem, span *ret, struct err *err)
{
    if (is_storable(text)) {
        *ret = text;
        return true;
    }
    struct text clean;
    text_init(&clean, mem, SIZE_MAX);
    while (text.len) {
        size_t len = text.ptr[0] ? utf8_sequence(text) : 0;
        text_add(&clean, len ? span_first(text, len) : S("\xef\xbf\xbd"));
        text = span_from(text, len ? len : 1);
    }
    if (!text_ok(&clean))
        return arena_err(mem, err, "sql: a text");
    *ret = text_span(&clean);
    return true;
}

static const sql_value *column_of(const struct sql_row *row, size_t column)
{
    static const sql_value none = {.type = SQL_NULL};
    return column < row->count ? &row->values[column] : &none;
}

int64_t sql_row_integer(const struct sql_row *row, size_t column)
{
    const sql_value *value = column_of(row, column);
    return value->type == SQL_INTEGER ? value->integer : 0;
}

double sql_row_real(const struct sql_row *row, size_t column)
{
    const sql_value *value = column_of(row, column);
    if (value->type == SQL_INTEGER)
        return (double)value->integer;
    return value->type == SQL_REAL ? value->real : 0;
}

span sql_row_bytes(const struct sql_row *row, size_t column)
{
    const sql_value *value = column_of(row, column);
    return value->type == SQL_TEXT || value->type == SQL_BYTES ? value->bytes : (span){0};
}

bool sql_row_is_null(const struct sql_row *row, size_t column)
{
    return column_of(row, column)->type == SQL_NULL;
}
