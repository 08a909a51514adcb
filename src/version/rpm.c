// rpm-version(7): runs of digits and of letters, compared one by one; '~' sorts before everything,
// '^' after the end but before everything else; all other bytes only separate.
#include "version/constraint_inner.h"

enum token {
    TOKEN_TILDE = 1,
    TOKEN_END,
    TOKEN_CARET,
    TOKEN_LETTERS,
    TOKEN_DIGITS,
};

static void encode_token(span *part, struct version_key *key)
{
    uint8_t c = part->ptr[0];
    if (ascii_is_digit(c)) {
        key_byte(key, TOKEN_DIGITS);
        key_number(key, span_cut_digits(part));
        return;
    }
    if (ascii_is_alpha(c)) {
        key_byte(key, TOKEN_LETTERS);
        key_text(key, span_cut_letters(part));
        return;
    }
    if (c == '~' || c == '^')
        key_byte(key, c == '~' ? TOKEN_TILDE : TOKEN_CARET);
    *part = span_from(*part, 1);
}

static void encode_part(span part, struct version_key *key)
{
    while (part.len)
        encode_token(&part, key);
    key_byte(key, TOKEN_END);
}

// As librpm does: no release sorts before any.
static bool encode(span text, struct version_key *key)
{
    return evr_encode(text, encode_part, key);
}

const struct version_order version_rpm = {
    .name = "rpm",
    .purl_type = "rpm",
    .encode = encode,
    .grammar = &constraint_plain,
};
