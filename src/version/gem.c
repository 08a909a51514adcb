// RubyGems: runs of digits and of letters. A run of letters is a pre-release: it sorts before the
// end, and before any number.
#include "version/constraint_inner.h"

enum token {
    TOKEN_LETTERS = 1,
    TOKEN_OLDER_ZERO, // with letters behind it: the end is as good as zeros without end
    TOKEN_END,
    TOKEN_NUMBER,
};

// Zeros before the first letters and before the end do not count: 1.0.a is 1.a, 1.0 is 1. Others
// do: 1.a.b < 1.a.0.b < 1.a. They are written once it is known what follows.
struct writer {
    struct version_key *key;
    unsigned zeros;
    bool has_letters;
};

static void write_number(struct writer *writer, span digits)
{
    if (span_trim_end(digits, '0').len == 0) {
        writer->zeros++;
        return;
    }
    for (; writer->zeros; writer->zeros--) {
        key_byte(writer->key, TOKEN_NUMBER);
        key_number(writer->key, (span){0});
    }
    key_byte(writer->key, TOKEN_NUMBER);
    key_number(writer->key, digits);
}

static void write_letters(struct writer *writer, span letters)
{
    if (!writer->has_letters)
        writer->zeros = 0;
    writer->has_letters = true;
    for (; writer->zeros; writer->zeros--)
        key_byte(writer->key, TOKEN_OLDER_ZERO);
    key_byte(writer->key, TOKEN_LETTERS);
    key_text(writer->key, letters);
}

// Digits and letters between dots and, behind the first hyphen, hyphens.
static bool is_valid(span text)
{
    bool behind_hyphen = false;
    bool after_separator = true;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool separates = c == '.' || (c == '-' && !behind_hyphen);
        if (separates && after_separator)
            return false;
        if (!separates && c != '-' && !ascii_is_digit(c) && !ascii_is_alpha(c))
            return false;
        behind_hyphen = behind_hyphen || c == '-';
        after_separator = separates;
    }
    return text.len == 0 || (!after_separator && ascii_is_digit(text.ptr[0]));
}

static bool encode(span text, struct version_key *key)
{
    struct writer writer = {.key = key};
    span rest = span_trim(text);
    bool valid = is_valid(rest);
    while (rest.len) {
        uint8_t c = rest.ptr[0];
        if (ascii_is_digit(c)) {
            write_number(&writer, span_cut_digits(&rest));
        } else if (ascii_is_alpha(c)) {
            write_letters(&writer, span_cut_letters(&rest));
        } else {
            if (c == '-')
                write_letters(&writer, S("pre"));
            rest = span_from(rest, 1);
        }
    }
    key_byte(key, TOKEN_END);
    return valid;
}

const struct version_order version_gem = {
    .name = "gem",
    .purl_type = "gem",
    .encode = encode,
    .grammar = &constraint_gem,
};
