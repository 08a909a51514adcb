// Versions that are nothing but numbers: R's and Haskell's.
#include "version/constraint_inner.h"

// Numbers between separators. The longer of two that begin alike is newer: 1.0 < 1.0.0.
static bool encode_numbers(span text, span separators, struct version_key *key)
{
    for (;;) {
        span digits = span_cut_digits(&text);
        if (digits.len == 0)
            return false;
        key_byte(key, 1);
        key_number(key, digits);
        if (text.len == 0)
            break;
        if (span_find(separators, text.ptr[0]) == SPAN_NONE)
            return false;
        text = span_from(text, 1);
    }
    key_byte(key, 0);
    return true;
}

// R, "package_version": at least one separator is asked for, but not needed to compare.
static bool encode_cran(span text, struct version_key *key)
{
    return encode_numbers(text, S(".-"), key);
}

static bool encode_hackage(span text, struct version_key *key)
{
    return encode_numbers(text, S("."), key);
}

const struct version_order version_cran = {
    .name = "cran",
    .purl_type = "cran",
    .encode = encode_cran,
    .grammar = &constraint_plain,
};
const struct version_order version_hackage = {
    .name = "hackage",
    .purl_type = "hackage",
    .encode = encode_hackage,
    .grammar = &constraint_plain,
};
