// Java runtimes: "1.8.0_131-b11" and "8u131" as they were up to Java 8, "11.0.4+11" as JEP 322 has
// it since. All three are numbers, a pre-release where there is one ("ea"), and a build, which does
// not count: 1.8.0_131-b11 is 8.0.131+11.
#include "version/constraint_inner.h"

enum token {
    TOKEN_PRE = 1,
    TOKEN_END,
    TOKEN_NUMBER,
};

// Zeros at the end do not count: they are written once something follows.
struct numbers {
    struct version_key *key;
    unsigned zeros;
    unsigned count;
};

static void write_number(struct numbers *numbers, span digits)
{
    numbers->count++;
    if (span_trim_end(digits, '0').len == 0) {
        numbers->zeros++;
        return;
    }
    for (; numbers->zeros; numbers->zeros--) {
        key_byte(numbers->key, TOKEN_NUMBER);
        key_number(numbers->key, (span){0});
    }
    key_byte(numbers->key, TOKEN_NUMBER);
    key_number(numbers->key, digits);
}

// What stands before an update: '_', 'u', and in CPE names "-update_" or ":update_".
static bool take_update(span *rest)
{
    return version_take_byte(rest, '_') || version_take_byte(rest, 'u') ||
           version_take_word(rest, S("-update_")) || version_take_word(rest, S(":update_"));
}

// What stands between two numbers. "8u131" has a number less, which is zero.
static bool take_separator(span *rest, struct numbers *numbers)
{
    span next = *rest;
    bool is_update = take_update(&next);
    bool taken = is_update || version_take_byte(&next, '.');
    if (!taken || next.len == 0 || !ascii_is_digit(next.ptr[0]))
        return false;
    if (is_update && numbers->count == 1)
        write_number(numbers, (span){0});
    *rest = next;
    return true;
}

static bool encode_numbers(span *rest, struct version_key *key)
{
    struct numbers numbers = {.key = key};
    span first = span_cut_digits(rest);
    if (first.len == 0)
        return false;
    // "1.8" is Java 8; there never was a Java 1 that anybody still has.
    bool is_old = span_equal(first, S("1")) && rest->len > 1 && rest->ptr[0] == '.' &&
                  ascii_is_digit(rest->ptr[1]);
    if (!is_old)
        write_number(&numbers, first);
    while (take_separator(rest, &numbers))
        write_number(&numbers, span_cut_digits(rest));
    return true;
}

static bool is_build(span word)
{
    span number = span_from(word, 1);
    return span_starts_with(word, S("b")) && span_cut_digits(&number).len && number.len == 0;
}

static bool is_word(span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!ascii_is_alpha(word.ptr[i]) && !ascii_is_digit(word.ptr[i]) && word.ptr[i] != '.')
            return false;
    return word.len != 0;
}

static bool encode(span text, struct version_key *key)
{
    span build = text;
    span rest = span_cut(&build, '+');
    if (!encode_numbers(&rest, key))
        return false;
    if (rest.len && !version_take_byte(&rest, '-'))
        return false;
    span word = span_cut(&rest, '-');
    bool has_pre = word.len && !is_build(word);
    if (has_pre && !is_word(word))
        return false;
    key_byte(key, has_pre ? TOKEN_PRE : TOKEN_END);
    key_text_lower(key, has_pre ? word : (span){0});
    return true;
}

const struct version_order version_jvm = {
    .name = "jvm",
    .purl_type = "jvm", // no purl type: purls call runtimes generic
    .encode = encode,
    .grammar = &constraint_plain,
};
