#include "version/version_inner.h"

#include <string.h>

static const struct version_order *const orders[] = {
    [SCHEME_DEB] = &version_deb,           [SCHEME_RPM] = &version_rpm,
    [SCHEME_APK] = &version_apk,           [SCHEME_PACMAN] = &version_pacman,
    [SCHEME_PORTAGE] = &version_portage,   [SCHEME_SEMVER] = &version_semver,
    [SCHEME_NPM] = &version_npm,           [SCHEME_GOLANG] = &version_golang,
    [SCHEME_HEX] = &version_hex,           [SCHEME_PUB] = &version_pub,
    [SCHEME_PEP440] = &version_pep440,     [SCHEME_GEM] = &version_gem,
    [SCHEME_MAVEN] = &version_maven,       [SCHEME_NUGET] = &version_nuget,
    [SCHEME_COMPOSER] = &version_composer, [SCHEME_CRAN] = &version_cran,
    [SCHEME_HACKAGE] = &version_hackage,   [SCHEME_CONAN] = &version_conan,
    [SCHEME_JVM] = &version_jvm,           [SCHEME_GENERIC] = &version_generic,
};
#define ORDER_COUNT (sizeof orders / sizeof orders[0])

const struct version_order *version_order_of(enum scheme scheme)
{
    assert((size_t)scheme < ORDER_COUNT);
    return orders[scheme];
}

static bool is_called(span name, const char *text)
{
    // Mostly the first bytes differ.
    return text && name.len && name.ptr[0] == (uint8_t)text[0] &&
           span_equal(name, span_of_text(text));
}

bool scheme_parse(span name, enum scheme *ret)
{
    for (size_t i = 0; i < ORDER_COUNT; i++) {
        if (is_called(name, orders[i]->name) || is_called(name, orders[i]->purl_type)) {
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

bool scheme_is_system(enum scheme scheme)
{
    return scheme <= SCHEME_PORTAGE;
}

bool version_key_of(enum scheme scheme, span version, struct version_key *ret)
{
    ret->len = 0;
    ret->failed = false;
    const struct version_order *order = version_order_of(scheme);
    if (version.len > VERSION_MOST || (!order->refuses_nul && span_find(version, 0) != SPAN_NONE))
        return false;
    return order->encode(version, ret) && !ret->failed;
}

int version_key_compare(enum scheme scheme, span a, span b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    if (order == 0 && !version_order_of(scheme)->longer_is_equal)
        order = (a.len > b.len) - (a.len < b.len);
    return (order > 0) - (order < 0);
}

bool version_valid(enum scheme scheme, span version)
{
    struct version_key key;
    return version_key_of(scheme, version, &key);
}

bool version_compare(enum scheme scheme, span a, span b, int *ret)
{
    struct version_key key_a;
    struct version_key key_b;
    if (!version_key_of(scheme, a, &key_a) || !version_key_of(scheme, b, &key_b))
        return false;
    *ret = version_key_compare(scheme, key_span(&key_a), key_span(&key_b));
    return true;
}

// ---------------------------------------------------------------- words

bool version_take_byte(span *s, uint8_t byte)
{
    bool there = s->len && s->ptr[0] == byte;
    if (there)
        *s = span_from(*s, 1);
    return there;
}

bool version_take_word(span *s, span word)
{
    bool there = s->len >= word.len && span_equal_nocase(span_first(*s, word.len), word);
    if (there)
        *s = span_from(*s, word.len);
    return there;
}

// ---------------------------------------------------------------- lines

void version_answer_compare(enum scheme scheme, span line, struct text *out)
{
    static const span answers[] = {S("-1\n"), S("0\n"), S("1\n")};
    span b = line;
    span a = span_cut(&b, '\t');
    int order = 0;
    text_add(out, version_compare(scheme, a, b, &order) ? answers[order + 1] : S("invalid\n"));
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
