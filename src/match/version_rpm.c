// rpm-version(7): runs of digits and of letters, compared one by one; '~' sorts before everything,
// '^' after the end but before everything else; all other bytes only separate.
#include "match/version_inner.h"

static bool is_separator(uint8_t c)
{
    return !ascii_is_digit(c) && !ascii_is_alpha(c) && c != '~' && c != '^';
}

static span skip_separators(span s)
{
    while (s.len && is_separator(s.ptr[0]))
        s = span_from(s, 1);
    return s;
}

static bool starts(span s, uint8_t byte)
{
    return s.len && s.ptr[0] == byte;
}

// '~' and '^': true when they decide, or when both have one, which is then taken off.
static bool compare_marks(span *a, span *b, int *ret)
{
    bool tilde = starts(*a, '~') || starts(*b, '~');
    uint8_t mark = tilde ? '~' : '^';
    bool in_a = starts(*a, mark);
    bool in_b = starts(*b, mark);
    if (!in_a && !in_b)
        return false;
    if (in_a && in_b) {
        *a = span_from(*a, 1);
        *b = span_from(*b, 1);
        *ret = 0;
        return true;
    }
    // A lone '~' is older. A lone '^' is newer than the end, older than any more.
    bool other_ends = in_a ? b->len == 0 : a->len == 0;
    bool marked_is_newer = !tilde && other_ends;
    *ret = in_a == marked_is_newer ? 1 : -1;
    return true;
}

static int compare_runs(span *a, span *b)
{
    if (ascii_is_digit(a->ptr[0])) {
        span run_a = version_take_digits(a);
        span run_b = version_take_digits(b);
        return run_b.len ? version_compare_digits(run_a, run_b) : 1; // digits beat letters
    }
    span run_a = version_take_letters(a);
    span run_b = version_take_letters(b);
    return run_b.len ? span_compare(run_a, run_b) : -1;
}

static int compare_part(span a, span b)
{
    for (;;) {
        a = skip_separators(a);
        b = skip_separators(b);
        int order = 0;
        if (compare_marks(&a, &b, &order)) {
            if (order != 0)
                return order;
            continue;
        }
        if (a.len == 0 || b.len == 0)
            return (a.len != 0) - (b.len != 0);
        order = compare_runs(&a, &b);
        if (order != 0)
            return order;
    }
}

static int rpm_compare(span a, span b)
{
    struct evr va = evr_of(a);
    struct evr vb = evr_of(b);
    int order = version_compare_digits(va.epoch, vb.epoch);
    if (order == 0)
        order = compare_part(va.version, vb.version);
    if (order != 0)
        return order;
    if (va.has_release != vb.has_release)
        return va.has_release ? 1 : -1; // as librpm does: no release sorts before any
    return compare_part(va.release, vb.release);
}

const struct version_order version_rpm = {
    .name = "rpm",
    .purl_type = "rpm",
    .valid = evr_valid,
    .compare = rpm_compare,
};
