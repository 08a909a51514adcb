#include "feeds/feeds_inner.h"

// EPSS scores as comma-separated values, in the columns of FIRST's own files or in those of
// extracts of them. FIRST puts a comment with the date in front.

enum { CVE, EPSS, PERCENTILE, PUBLISHED, COLUMNS };
static const char *const names[COLUMNS] = {"cve", "epss", "percentile", "published"};

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

static bool give_record(struct translation *translation, const span *fields, struct err *err)
{
    struct flaw flaw = flaw_none(translation, fields[CVE]);
    if (!is_cve(flaw.id) || !read_probability(fields[EPSS], &flaw.epss))
        return err_set(err, ERR_INPUT, "epss: '%s' is no CVE with a score", quote(flaw.id).text);
    if (!translation_is_new(translation, flaw.id))
        return true;
    (void)read_probability(fields[PERCENTILE], &flaw.epss_percentile);
    if (fields[PUBLISHED].len)
        flaw.published = translation_day(translation, fields[PUBLISHED]);
    return translation_give_flaw(translation, &flaw, err);
}

static void read_comment(struct translation *translation, span comment)
{
    while (comment.len) {
        span pair = span_cut(&comment, ',');
        span key = span_cut(&pair, ':');
        if (span_ends_with(key, S("score_date")))
            (void)translation_day(translation, pair);
    }
}

bool translate_epss(struct translation *translation, span path, span bytes, struct err *err)
{
    (void)path;
    span rest = bytes;
    while (span_starts_with(rest, S("#")))
        read_comment(translation, span_cut_line(&rest));
    size_t columns[COLUMNS];
    csv_read_header(&rest, names, COLUMNS, columns);
    if (columns[CVE] == CSV_NONE || columns[EPSS] == CSV_NONE)
        return err_set(err, ERR_INPUT, "epss: no columns cve and epss");
    while (rest.len) {
        span fields[COLUMNS];
        csv_read_record(&rest, columns, COLUMNS, fields);
        if (!give_record(translation, fields, err))
            return false;
    }
    return true;
}
