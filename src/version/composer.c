// Packagist: what Composer's VersionParser makes of a version, in the order of PHP's
// version_compare: dev < alpha < beta < RC < the end < a number < patch; other words before all.
#include "version/constraint_inner.h"

enum token {
    TOKEN_BRANCH = 1, // "dev-main"
    TOKEN_OTHER,
    TOKEN_DEV,
    TOKEN_ALPHA,
    TOKEN_BETA,
    TOKEN_RC,
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_PATCH,
};

enum { LEAST_NUMBERS = 4, LONGEST_FIRST = 5 };

struct word {
    span text;
    enum token token;
};

static const struct word words[] = {
    {S("dev"), TOKEN_DEV},   {S("alpha"), TOKEN_ALPHA}, {S("a"), TOKEN_ALPHA},
    {S("beta"), TOKEN_BETA}, {S("b"), TOKEN_BETA},      {S("rc"), TOKEN_RC},
    {S("c"), TOKEN_RC},      {S("patch"), TOKEN_PATCH}, {S("pl"), TOKEN_PATCH},
    {S("p"), TOKEN_PATCH},
};

static enum token token_of(span word)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal_nocase(word, words[i].text))
            return words[i].token;
    return TOKEN_OTHER;
}

static void encode_number(span digits, struct version_key *key)
{
    key_byte(key, TOKEN_NUMBER);
    key_number(key, digits);
}

// "x" and "*" in the name of a branch (1.x-dev) stand for the newest.
static bool is_wildcard(span word)
{
    return span_equal_nocase(word, S("x")) || span_equal(word, S("*"));
}

// The numbers that lead, at least four of them: 1.0 is 1.0.0.0. One that begins with a longer
// number is a date, which is left as it is: 20240131.
static bool encode_numbers(span *rest, struct version_key *key)
{
    unsigned count = 0;
    span first = *rest;
    bool is_date = span_cut_digits(&first).len > LONGEST_FIRST;
    for (span behind = *rest; behind.len;) {
        span digits = span_cut_digits(&behind);
        span word = digits.len ? (span){0} : span_first(behind, 1);
        if (digits.len == 0 && (count == 0 || !is_wildcard(word)))
            break;
        encode_number(digits.len ? digits : S("9999999"), key);
        *rest = span_from(behind, word.len);
        count++;
        behind = *rest;
        if (!version_take_byte(&behind, '.'))
            break;
    }
    for (unsigned i = count; i < LEAST_NUMBERS && !is_date; i++)
        encode_number((span){0}, key);
    return count > 0;
}

static void encode_word(span word, struct version_key *key)
{
    if (span_equal_nocase(word, S("stable")))
        return;
    enum token token = token_of(word);
    span before = span_first(word, word.len > 3 ? word.len - 3 : 0);
    if (token == TOKEN_OTHER && span_equal_nocase(span_from(word, before.len), S("dev")) &&
        token_of(before) != TOKEN_OTHER) { // "betadev" is "beta-dev"
        key_byte(key, (uint8_t)token_of(before));
        token = TOKEN_DEV;
    }
    key_byte(key, (uint8_t)token);
    if (token == TOKEN_OTHER)
        key_text_lower(key, word);
}

static bool encode_rest(span rest, struct version_key *key)
{
    while (rest.len) {
        uint8_t c = rest.ptr[0];
        if (ascii_is_digit(c))
            encode_number(span_cut_digits(&rest), key);
        else if (ascii_is_alpha(c))
            encode_word(span_cut_letters(&rest), key);
        else if (c > ' ' && c < 0x7f)
            rest = span_from(rest, 1);
        else
            return false;
    }
    key_byte(key, TOKEN_END);
    return true;
}

static bool encode(span text, struct version_key *key)
{
    span rest = span_trim(text);
    if (version_take_word(&rest, S("dev-"))) {
        key_byte(key, TOKEN_BRANCH);
        key_text(key, rest);
        return rest.len > 0;
    }
    rest = span_cut(&rest, '+'); // a build does not count
    if (!version_take_word(&rest, S("v")))
        (void)version_take_word(&rest, S("V"));
    return encode_numbers(&rest, key) && encode_rest(rest, key);
}

const struct version_order version_composer = {
    .name = "composer",
    .purl_type = "composer",
    .encode = encode,
    .grammar = &constraint_composer,
};
