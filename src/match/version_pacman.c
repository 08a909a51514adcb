// alpm's order: that of an older rpm, without '~' and '^', in which more separators are newer and
// letters at the end are older than nothing (1.0rc < 1.0 < 1.0.1).
#include "match/version_inner.h"

static bool is_alnum(uint8_t c)
{
    return ascii_is_digit(c) || ascii_is_alpha(c);
}

static size_t skip_separators(span *s)
{
    size_t len = 0;
    while (len < s->len && !is_alnum(s->ptr[len]))
        len++;
    *s = span_from(*s, len);
    return len;
}

// What is left when one of them has run out: letters are older than nothing, all else is newer.
static int compare_rests(span a, span b)
{
    if (a.len == 0 && b.len == 0)
        return 0;
    bool letters_a = a.len && ascii_is_alpha(a.ptr[0]);
    bool letters_b = b.len && ascii_is_alpha(b.ptr[0]);
    return letters_a || (a.len == 0 && !letters_b) ? -1 : 1;
}

static int compare_runs(span *a, span *b)
{
    if (ascii_is_digit(a->ptr[0])) {
        span run_a = version_take_digits(a);
        span run_b = version_take_digits(b);
        return run_b.len ? version_compare_digits(run_a, run_b) : 1;
    }
    span run_a = version_take_letters(a);
    span run_b = version_take_letters(b);
    return run_b.len ? span_compare(run_a, run_b) : -1;
}

static int compare_part(span a, span b)
{
    while (a.len && b.len) {
        size_t separators_a = skip_separators(&a);
        size_t separators_b = skip_separators(&b);
        if (a.len == 0 || b.len == 0)
            break;
        if (separators_a != separators_b)
            return separators_a < separators_b ? -1 : 1;
        int order = compare_runs(&a, &b);
        if (order != 0)
            return order;
    }
    return compare_rests(a, b);
}

static int pacman_compare(span a, span b)
{
    if (span_equal(a, b))
        return 0;
    struct evr va = evr_of(a);
    struct evr vb = evr_of(b);
    int order = version_compare_digits(va.epoch, vb.epoch);
    if (order == 0)
        order = compare_part(va.version, vb.version);
    if (order == 0 && va.has_release && vb.has_release)
        order = compare_part(va.release, vb.release);
    return order;
}

const struct version_order version_pacman = {
    .name = "pacman",
    .purl_type = "alpm",
    .valid = evr_valid,
    .compare = pacman_compare,
};
