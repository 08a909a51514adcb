#include "match/version_inner.h"

static const struct version_order *const orders[] = {
    [SCHEME_DEB] = &version_deb,
    [SCHEME_RPM] = &version_rpm,
    [SCHEME_APK] = &version_apk,
    [SCHEME_PACMAN] = &version_pacman,
};
#define ORDER_COUNT (sizeof orders / sizeof orders[0])

const struct version_order *version_order_of(enum scheme scheme)
{
    assert((size_t)scheme < ORDER_COUNT);
    return orders[scheme];
}

bool scheme_parse(span name, enum scheme *ret)
{
    for (size_t i = 0; i < ORDER_COUNT; i++) {
        if (span_equal(name, span_of_text(orders[i]->name)) ||
            span_equal(name, span_of_text(orders[i]->purl_type))) {
            *ret = (enum scheme)i;
            return true;
        }
    }
    return false;
}

const char *scheme_name(enum scheme scheme)
{
    return version_order_of(scheme)->name;
}

bool version_valid(enum scheme scheme, span version)
{
    return version_order_of(scheme)->valid(version);
}

bool version_compare(enum scheme scheme, span a, span b, int *ret)
{
    const struct version_order *order = version_order_of(scheme);
    if (!order->valid(a) || !order->valid(b))
        return false;
    *ret = order->compare(a, b);
    return true;
}

int version_compare_digits(span a, span b)
{
    while (a.len && a.ptr[0] == '0')
        a = span_from(a, 1);
    while (b.len && b.ptr[0] == '0')
        b = span_from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return span_compare(a, b);
}

span version_take_digits(span *s)
{
    size_t len = 0;
    while (len < s->len && ascii_is_digit(s->ptr[len]))
        len++;
    span run = span_first(*s, len);
    *s = span_from(*s, len);
    return run;
}

span version_take_letters(span *s)
{
    size_t len = 0;
    while (len < s->len && ascii_is_alpha(s->ptr[len]))
        len++;
    span run = span_first(*s, len);
    *s = span_from(*s, len);
    return run;
}

void version_answer_compare(enum scheme scheme, span line, struct text *out)
{
    static const span words[] = {S("-1\n"), S("0\n"), S("1\n")};
    span b = line;
    span a = span_cut(&b, '\t');
    int order = 0;
    text_add(out, version_compare(scheme, a, b, &order) ? words[order + 1] : S("invalid\n"));
}

void version_answer_satisfies(enum scheme scheme, span line, struct text *out)
{
    span version = line;
    span constraint = span_cut(&version, '\t');
    bool holds = false;
    if (!version_satisfies(scheme, constraint, version, &holds, NULL))
        text_add(out, S("invalid\n"));
    else
        text_add(out, holds ? S("true\n") : S("false\n"));
}
