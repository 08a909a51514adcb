#include "feeds/feeds_inner.h"

// EPSS scores as comma-separated values (RFC 4180) with a line of column names, which FIRST's own
// files and extracts of them order differently. FIRST puts a comment with the date in front.

// Cuts the next field off *rest and its separator with it; *ret_last: it ends its record. Quotes
// around a field are left out, doubled quotes inside are left in: no field that matters has any.
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

enum { NO_COLUMN = -1, MOST_COLUMNS = 64 };
struct columns {
    int cve;
    int epss;
    int published;
};

static struct columns read_columns(span *rest)
{
    struct columns columns = {NO_COLUMN, NO_COLUMN, NO_COLUMN};
    bool last = false;
    for (int i = 0; !last && i < MOST_COLUMNS; i++) {
        span name = cut_field(rest, &last);
        if (span_equal_nocase(name, S("cve")))
            columns.cve = i;
        else if (span_equal_nocase(name, S("epss")))
            columns.epss = i;
        else if (span_equal_nocase(name, S("published")))
            columns.published = i;
    }
    return columns;
}

// A decimal fraction "0.04847", "1.0" from 0 to 1.
static bool read_probability(span text, double *ret)
{
    span digits = text;
    span whole = span_cut(&digits, '.');
    uint64_t number = 0;
    if (!span_to_u64(whole, &number) || number > 1)
        return false;
    double fraction = 0;
    for (size_t i = digits.len; i-- > 0;) {
        if (!ascii_is_digit(digits.ptr[i]))
            return false;
        fraction = (fraction + (digits.ptr[i] - '0')) / 10;
    }
    if ((double)number + fraction > 1)
        return false;
    *ret = (double)number + fraction;
    return true;
}

static bool give_record(struct translation *translation, const struct columns *columns, span *rest,
                        struct err *err)
{
    struct flaw flaw = flaw_none(translation, (span){0});
    bool last = false;
    bool has_score = false;
    for (int i = 0; !last; i++) {
        span field = cut_field(rest, &last);
        if (i == columns->cve)
            flaw.id = field;
        else if (i == columns->epss)
            has_score = read_probability(field, &flaw.epss);
        else if (i == columns->published)
            flaw.published = translation_day(translation, field);
    }
    if (!is_cve(flaw.id) || !has_score)
        return err_set(err, ERR_INPUT, "epss: '%s' is no CVE with a score", quote(flaw.id).text);
    return translation_give_flaw(translation, &flaw, err);
}

bool translate_epss(struct translation *translation, span path, span bytes, struct err *err)
{
    (void)path;
    span rest = bytes;
    while (span_starts_with(rest, S("#"))) {
        span comment = span_cut_line(&rest);
        while (comment.len) {
            span pair = span_cut(&comment, ',');
            span key = span_cut(&pair, ':');
            if (span_ends_with(key, S("score_date")))
                (void)translation_day(translation, pair);
        }
    }
    struct columns columns = read_columns(&rest);
    if (columns.cve == NO_COLUMN || columns.epss == NO_COLUMN)
        return err_set(err, ERR_INPUT, "epss: no columns cve and epss");
    while (rest.len)
        if (!give_record(translation, &columns, &rest, err))
            return false;
    return true;
}
