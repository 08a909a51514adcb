// alpm's order: that of an older rpm, without '~' and '^', in which more separators are newer and
// letters at the end are older than nothing (1.0rc < 1.0 < 1.0.1). With separators at its end,
// which no package has, alpm's own rule runs in circles; there the order is ours.
#include "version/constraint_inner.h"

enum token {
    TOKEN_LETTERS = 1,
    TOKEN_END,
    TOKEN_DIGITS,
    TOKEN_SEPARATORS,
};

static bool is_alnum(uint8_t c)
{
    return ascii_is_digit(c) || ascii_is_alpha(c);
}

static void encode_separators(span *part, struct version_key *key)
{
    unsigned count = 0;
    for (; part->len && !is_alnum(part->ptr[0]); *part = span_from(*part, 1))
        count++;
    if (count) {
        key_byte(key, TOKEN_SEPARATORS);
        key_integer(key, part->len ? count : 1); // at the end they are equal, however many
    }
}

static void encode_part(span part, struct version_key *key)
{
    encode_separators(&part, key);
    while (part.len) {
        bool digits = ascii_is_digit(part.ptr[0]);
        key_byte(key, digits ? TOKEN_DIGITS : TOKEN_LETTERS);
        if (digits)
            key_number(key, span_cut_digits(&part));
        else
            key_text(key, span_cut_letters(&part));
        encode_separators(&part, key);
    }
    key_byte(key, TOKEN_END);
}

static bool encode(span text, struct version_key *key)
{
    return evr_encode(text, encode_part, key);
}

const struct version_order version_pacman = {
    .name = "pacman",
    .purl_type = "alpm",
    .encode = encode,
    .grammar = &constraint_plain,
    .longer_is_equal = true,
};
