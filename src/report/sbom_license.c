// Hashes and licences as both forms of a bill of materials want them.
#include "report/sbom_inner.h"

const struct hash_kind *sbom_hash(span hash, span *ret_digits)
{
    static const struct hash_kind kinds[] = {
        {"md5:", "MD5", "MD5", 32},
        {"sha1:", "SHA-1", "SHA1", 40},
        {"sha256:", "SHA-256", "SHA256", 64},
        {"sha384:", "SHA-384", "SHA384", 96},
        {"sha512:", "SHA-512", "SHA512", 128},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        span prefix = span_of_text(kinds[i].prefix);
        span digits = span_from(hash, prefix.len);
        if (!span_starts_with(hash, prefix) || digits.len != kinds[i].digits)
            continue;
        for (size_t j = 0; j < digits.len; j++)
            if (!ascii_is_digit(digits.ptr[j]) &&
                (ascii_lower(digits.ptr[j]) < 'a' || ascii_lower(digits.ptr[j]) > 'f'))
                return NULL;
        *ret_digits = digits;
        return &kinds[i];
    }
    return NULL;
}

// ---------------------------------------------------------------- expressions

static bool is_word_byte(uint8_t c)
{
    return !ascii_is_space(c) && c != '(' && c != ')';
}

span license_next_word(span *expression)
{
    *expression = span_trim(*expression);
    size_t len = 0;
    while (len < expression->len && is_word_byte(expression->ptr[len]))
        len++;
    if (len == 0 && expression->len)
        len = 1; // a parenthesis
    span word = span_first(*expression, len);
    *expression = span_from(*expression, len);
    return word;
}

// "MIT", "GPL-2.0+", "LicenseRef-x", "DocumentRef-a:LicenseRef-x"
static bool is_license_id(span word)
{
    if (span_starts_with(word, S("DocumentRef-")) && span_find(word, ':') != SPAN_NONE)
        (void)span_cut(&word, ':');
    if (span_ends_with(word, S("+")))
        word = span_first(word, word.len - 1);
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '.' && c != '-')
            return false;
    }
    return word.len != 0;
}

static bool is_operator(span word)
{
    return span_equal(word, S("AND")) || span_equal(word, S("OR")) || span_equal(word, S("WITH"));
}

bool license_is_expression(span text)
{
    size_t open = 0;
    bool wants_operand = true;
    for (span word = license_next_word(&text); word.len; word = license_next_word(&text)) {
        if (span_equal(word, S("("))) {
            if (!wants_operand)
                return false;
            open++;
        } else if (span_equal(word, S(")"))) {
            if (wants_operand || open == 0)
                return false;
            open--;
        } else if (is_operator(word)) {
            if (wants_operand)
                return false;
            wants_operand = true;
        } else {
            if (!wants_operand || !is_license_id(word))
                return false;
            wants_operand = false;
        }
    }
    return !wants_operand && open == 0;
}
