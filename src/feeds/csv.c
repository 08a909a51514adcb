// Comma-separated values (RFC 4180) with a line of column names in front.
#include "feeds/feeds_inner.h"

// Cuts the next field off *rest and its separator with it; *ret_last: it ends its record.
static span cut_field(span *rest, bool *ret_last)
{
    span field = {0};
    size_t end = 0;
    bool is_quoted = rest->len && rest->ptr[0] == '"';
    if (is_quoted) {
        size_t at = 1;
        while (at < rest->len &&
               (rest->ptr[at] != '"' || span_equal(span_slice(*rest, at, 2), S("\"\""))))
            at += rest->ptr[at] == '"' ? 2 : 1;
        field = span_slice(*rest, 1, at - 1);
        end = at + 1;
    }
    while (end < rest->len && rest->ptr[end] != ',' && rest->ptr[end] != '\n')
        end++;
    if (!is_quoted)
        field = span_trim(span_first(*rest, end));
    *ret_last = end >= rest->len || rest->ptr[end] == '\n';
    *rest = span_from(*rest, end + 1);
    return field;
}

enum { MOST_FIELDS = 1024 }; // of one record; the rest is passed over

void csv_read_header(span *rest, const char *const *names, size_t count, size_t *ret_columns)
{
    bool last = false;
    for (size_t i = 0; i < count; i++)
        ret_columns[i] = CSV_NONE;
    for (size_t column = 0; !last; column++) {
        span name = cut_field(rest, &last);
        for (size_t i = 0; i < count && column < MOST_FIELDS; i++)
            if (span_equal_nocase(name, span_of_text(names[i])))
                ret_columns[i] = column;
    }
}

void csv_read_record(span *rest, const size_t *columns, size_t count, span *ret_fields)
{
    bool last = false;
    for (size_t i = 0; i < count; i++)
        ret_fields[i] = (span){0};
    for (size_t column = 0; !last; column++) {
        span field = cut_field(rest, &last);
        for (size_t i = 0; i < count; i++)
            if (columns[i] == column)
                ret_fields[i] = field;
    }
}
