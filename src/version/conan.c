// Conan 2: any number of parts between dots, "-pre-release", "+build". A part that begins with a
// number sorts by that first, so that 1.1.1 < 1.1.1w < 1.1.2 (Conan itself compares such a part
// with a plain number as text, which is no order).
#include "version/constraint_inner.h"

enum token {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_TEXT,
};

// Zeros at the end do not count: they are written once something follows.
static bool encode_parts(span text, struct version_key *key)
{
    unsigned zeros = 0;
    for (bool more = true; more;) {
        more = span_find(text, '.') != SPAN_NONE;
        span rest = span_cut(&text, '.');
        if (rest.len == 0)
            return false;
        span digits = span_cut_digits(&rest);
        if (digits.len && rest.len == 0 && span_trim_end(digits, '0').len == 0) {
            zeros++;
            continue;
        }
        for (; zeros; zeros--) {
            key_byte(key, TOKEN_NUMBER);
            key_number(key, (span){0});
            key_text(key, (span){0});
        }
        key_byte(key, digits.len ? TOKEN_NUMBER : TOKEN_TEXT);
        if (digits.len)
            key_number(key, digits);
        key_text_lower(key, rest);
    }
    key_byte(key, TOKEN_END);
    return true;
}

static bool is_printable(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f)
            return false;
    return true;
}

static bool encode(span text, struct version_key *key)
{
    if (!is_printable(text))
        return false;
    span build = text;
    span pre = span_cut(&build, '+');
    bool has_build = pre.len < text.len;
    size_t before = pre.len;
    span main = span_cut(&pre, '-');
    bool has_pre = main.len < before;
    if (!encode_parts(main, key))
        return false;
    key_byte(key, !has_pre);
    if (has_pre && !encode_parts(pre, key))
        return false;
    key_byte(key, has_build);
    return !has_build || encode_parts(build, key);
}

const struct version_order version_conan = {
    .name = "conan",
    .purl_type = "conan",
    .encode = encode,
    .grammar = &constraint_conan,
};
