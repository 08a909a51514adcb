// PEP 440, now part of the Python packaging specifications ("Version specifiers"), with the
// normalisations that it asks for: any case, "alpha" for "a", "-", "_" or "." before a word.
#include "version/constraint_inner.h"

enum pre {
    PRE_OF_DEV = 0, // a development release of the final one: before all pre-releases
    PRE_A,
    PRE_B,
    PRE_RC,
    PRE_NONE,
};

enum local {
    LOCAL_END,
    LOCAL_TEXT,
    LOCAL_NUMBER,
};

struct word {
    span text;
    enum pre pre;
};

// The longer of two that begin alike comes first.
static const struct word pre_words[] = {
    {S("alpha"), PRE_A}, {S("a"), PRE_A},        {S("beta"), PRE_B}, {S("b"), PRE_B},
    {S("rc"), PRE_RC},   {S("preview"), PRE_RC}, {S("pre"), PRE_RC}, {S("c"), PRE_RC},
};
static const span post_words[] = {S("post"), S("rev"), S("r")};

static bool is_separator(uint8_t c)
{
    return c == '.' || c == '-' || c == '_';
}

static span skip_separator(span s)
{
    return s.len && is_separator(s.ptr[0]) ? span_from(s, 1) : s;
}

// The number behind a word: a separator may stand between; none is zero.
static span take_number(span *rest)
{
    span behind = skip_separator(*rest);
    span digits = span_cut_digits(&behind);
    if (digits.len)
        *rest = behind;
    return digits;
}

static bool encode_release(span *rest, struct version_key *key)
{
    // Zeros at the end do not count: they are written once something follows.
    unsigned zeros = 0;
    do {
        span digits = span_cut_digits(rest);
        if (digits.len == 0)
            return false;
        if (span_trim_end(digits, '0').len == 0) {
            zeros++;
            continue;
        }
        for (; zeros; zeros--) {
            key_byte(key, 1);
            key_number(key, (span){0});
        }
        key_byte(key, 1);
        key_number(key, digits);
    } while (rest->len > 1 && rest->ptr[0] == '.' && ascii_is_digit(rest->ptr[1]) &&
             version_take_byte(rest, '.'));
    key_byte(key, 0);
    return true;
}

static bool take_pre(span *rest, enum pre *ret_pre, span *ret_number)
{
    span behind = skip_separator(*rest);
    for (size_t i = 0; i < sizeof pre_words / sizeof *pre_words; i++) {
        if (!version_take_word(&behind, pre_words[i].text))
            continue;
        *ret_number = take_number(&behind);
        *ret_pre = pre_words[i].pre;
        *rest = behind;
        return true;
    }
    return false;
}

// "-1" alone is a post-release too.
static bool take_post(span *rest, span *ret_number)
{
    span behind = *rest;
    if (version_take_byte(&behind, '-')) {
        *ret_number = span_cut_digits(&behind);
        if (ret_number->len) {
            *rest = behind;
            return true;
        }
    }
    behind = skip_separator(*rest);
    for (size_t i = 0; i < sizeof post_words / sizeof *post_words; i++) {
        if (!version_take_word(&behind, post_words[i]))
            continue;
        *ret_number = take_number(&behind);
        *rest = behind;
        return true;
    }
    return false;
}

static bool take_dev(span *rest, span *ret_number)
{
    span behind = skip_separator(*rest);
    if (!version_take_word(&behind, S("dev")))
        return false;
    *ret_number = take_number(&behind);
    *rest = behind;
    return true;
}

static bool encode_local_part(span part, struct version_key *key)
{
    span rest = part;
    span digits = span_cut_digits(&rest);
    for (size_t i = 0; i < rest.len; i++)
        if (!ascii_is_digit(rest.ptr[i]) && !ascii_is_alpha(rest.ptr[i]))
            return false;
    key_byte(key, rest.len ? LOCAL_TEXT : LOCAL_NUMBER);
    if (rest.len)
        key_text_lower(key, part);
    else
        key_number(key, digits);
    return part.len > 0;
}

static bool encode_local(span local, struct version_key *key)
{
    for (bool more = true; more;) {
        size_t len = 0;
        while (len < local.len && !is_separator(local.ptr[len]))
            len++;
        more = len < local.len;
        if (!encode_local_part(span_first(local, len), key))
            return false;
        local = span_from(local, more ? len + 1 : len);
    }
    key_byte(key, LOCAL_END);
    return true;
}

static void encode_suffixes(span *rest, struct version_key *key)
{
    enum pre pre = PRE_NONE;
    span pre_number = {0};
    span post_number = {0};
    span dev_number = {0};
    bool has_pre = take_pre(rest, &pre, &pre_number);
    bool has_post = take_post(rest, &post_number);
    bool has_dev = take_dev(rest, &dev_number);
    if (!has_pre && !has_post && has_dev)
        pre = PRE_OF_DEV;
    key_byte(key, (uint8_t)pre);
    key_number(key, pre_number);
    key_byte(key, has_post);
    key_number(key, post_number);
    key_byte(key, !has_dev);
    key_number(key, dev_number);
}

static bool encode(span text, struct version_key *key)
{
    span rest = span_trim(text);
    (void)version_take_word(&rest, S("v"));
    span behind = rest;
    span epoch = span_cut_digits(&behind);
    bool has_epoch = epoch.len && version_take_byte(&behind, '!');
    if (has_epoch)
        rest = behind;
    key_number(key, has_epoch ? epoch : (span){0});
    if (!encode_release(&rest, key))
        return false;
    encode_suffixes(&rest, key);
    bool has_local = version_take_byte(&rest, '+');
    key_byte(key, has_local);
    return has_local ? encode_local(rest, key) : rest.len == 0;
}

const struct version_order version_pep440 = {
    .name = "pep440",
    .purl_type = "pypi",
    .encode = encode,
    .grammar = &constraint_pep440,
};
