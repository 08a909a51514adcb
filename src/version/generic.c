// What no packaging system orders: versions as programs say them of themselves. Numbers, with words
// for pre-releases before the end and everything else behind it: 1.0.2-rc1 < 1.0.2 < 1.0.2a <
// 1.0.2zg < 1.0.3; 8.9 < 8.9p1; 10.0 is 10. What separates does not count.
#include "version/constraint_inner.h"

enum token {
    TOKEN_TILDE = 1,
    TOKEN_PRE,
    TOKEN_END,
    TOKEN_LETTERS,
    TOKEN_NUMBER,
};

// Zeros before a pre-release or the end do not count: they are written once something newer
// follows.
struct writer {
    struct version_key *key;
    unsigned zeros;
};

static void write_zeros(struct writer *writer)
{
    for (; writer->zeros; writer->zeros--) {
        key_byte(writer->key, TOKEN_NUMBER);
        key_number(writer->key, (span){0});
    }
}

static void write_number(struct writer *writer, span digits)
{
    if (span_trim_end(digits, '0').len == 0) {
        writer->zeros++;
        return;
    }
    write_zeros(writer);
    key_byte(writer->key, TOKEN_NUMBER);
    key_number(writer->key, digits);
}

// Oldest first; the names for one thing on one line.
static const span pre_words[][4] = {
    {S("dev"), S("snapshot"), S("nightly")},
    {S("a"), S("alpha")},
    {S("b"), S("beta")},
    {S("m"), S("milestone")},
    {S("pre"), S("preview"), S("ea")},
    {S("rc"), S("cr"), S("c")},
};

static size_t pre_rank(span word)
{
    size_t count = sizeof pre_words / sizeof *pre_words;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < 4 && pre_words[i][j].len; j++)
            if (span_equal_nocase(word, pre_words[i][j]))
                return i;
    return count;
}

// A letter alone is a pre-release as in 1.0b2 and 1.0-a; 1.0.2b is a patch, 1.8.0_131-b11 a build.
static bool is_pre(span word, bool is_attached, span rest)
{
    if (pre_rank(word) == sizeof pre_words / sizeof *pre_words)
        return false;
    bool before_digit = rest.len && ascii_is_digit(rest.ptr[0]);
    return word.len > 1 || is_attached == before_digit;
}

static void write_letters(struct writer *writer, span word, bool is_attached, span rest)
{
    if (is_pre(word, is_attached, rest)) {
        writer->zeros = 0;
        key_byte(writer->key, TOKEN_PRE);
        key_byte(writer->key, (uint8_t)pre_rank(word));
        return;
    }
    write_zeros(writer);
    key_byte(writer->key, TOKEN_LETTERS);
    key_text_lower(writer->key, word);
}

static bool write_separator(struct writer *writer, uint8_t c)
{
    if (c == '~') {
        writer->zeros = 0;
        key_byte(writer->key, TOKEN_TILDE);
    }
    return c >= ' ' && c != 0x7f;
}

static bool encode(span text, struct version_key *key)
{
    struct writer writer = {.key = key};
    span rest = span_trim(text);
    if (rest.len > 1 && ascii_lower(rest.ptr[0]) == 'v' && ascii_is_digit(rest.ptr[1]))
        rest = span_from(rest, 1);
    bool valid = rest.len > 0;
    bool is_attached = false; // to a number
    while (rest.len && valid) {
        uint8_t c = rest.ptr[0];
        if (ascii_is_digit(c)) {
            write_number(&writer, span_cut_digits(&rest));
        } else if (ascii_is_alpha(c)) {
            span word = span_cut_letters(&rest);
            write_letters(&writer, word, is_attached, rest);
        } else {
            valid = write_separator(&writer, c);
            rest = span_from(rest, 1);
        }
        is_attached = ascii_is_digit(c);
    }
    key_byte(key, TOKEN_END);
    return valid;
}

const struct version_order version_generic = {
    .name = "generic",
    .purl_type = "generic",
    .encode = encode,
    .grammar = &constraint_generic,
};
