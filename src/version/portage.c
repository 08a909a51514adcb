// Gentoo's Package Manager Specification, sections 3.2 and 3.3: 1.2.3a_rc1_p2-r4.
#include "version/constraint_inner.h"

enum suffix {
    SUFFIX_ALPHA = 1,
    SUFFIX_BETA,
    SUFFIX_PRE,
    SUFFIX_RC,
    SUFFIX_END,
    SUFFIX_P,
};

// Behind a dot, a leading zero makes it a decimal fraction (1.02 < 1.1, 1.020 is 1.02).
static void encode_fraction(span digits, struct version_key *key)
{
    key_byte(key, 1);
    if (digits.len && digits.ptr[0] == '0') {
        key_byte(key, 0);
        key_text(key, span_trim_end(digits, '0'));
    } else {
        key_number(key, digits);
    }
}

static bool encode_numbers(span *rest, struct version_key *key)
{
    span digits = span_cut_digits(rest);
    if (digits.len == 0)
        return false;
    key_number(key, digits);
    while (version_take_byte(rest, '.')) {
        digits = span_cut_digits(rest);
        if (digits.len == 0)
            return false;
        encode_fraction(digits, key);
    }
    key_byte(key, 0);
    return true;
}

static void encode_letter(span *rest, struct version_key *key)
{
    bool letter = rest->len && rest->ptr[0] >= 'a' && rest->ptr[0] <= 'z';
    key_byte(key, letter ? rest->ptr[0] : 0);
    if (letter)
        *rest = span_from(*rest, 1);
}

static bool encode_suffixes(span *rest, struct version_key *key)
{
    static const span words[] = {S("alpha"), S("beta"), S("pre"), S("rc"), S(""), S("p")};
    while (version_take_byte(rest, '_')) {
        span word = span_cut_letters(rest);
        size_t at = 0;
        while (at < sizeof words / sizeof *words && !span_equal(word, words[at]))
            at++;
        if (word.len == 0 || at == sizeof words / sizeof *words)
            return false;
        key_byte(key, (uint8_t)(SUFFIX_ALPHA + at));
        key_number(key, span_cut_digits(rest));
    }
    key_byte(key, SUFFIX_END);
    return true;
}

static bool encode(span text, struct version_key *key)
{
    span revision = {0};
    if (!encode_numbers(&text, key))
        return false;
    encode_letter(&text, key);
    if (!encode_suffixes(&text, key))
        return false;
    if (span_starts_with(text, S("-r"))) {
        text = span_from(text, 2);
        revision = span_cut_digits(&text);
        if (revision.len == 0)
            return false;
    }
    key_number(key, revision);
    return text.len == 0;
}

const struct version_order version_portage = {
    .name = "portage",
    .purl_type = "ebuild",
    .encode = encode,
    .grammar = &constraint_portage,
};
