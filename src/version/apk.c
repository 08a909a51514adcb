// apk-tools: 1.2.3a_rc1~0a1b2c-r4, read as a row of tokens. Digits right behind the letter
// (1.9.5p2) are real: sudo and opensmtpd are released so.
#include "version/constraint_inner.h"

// What a token is, in the order in which it sorts where two versions part: a pre-release suffix is
// older than the end of the version, everything else is newer.
enum token_kind {
    TOKEN_PRE_SUFFIX,    // _alpha _beta _pre _rc
    TOKEN_END,           //
    TOKEN_REVISION,      // -r4
    TOKEN_HASH,          // ~0a1b2c
    TOKEN_SUFFIX_NUMBER, // the 1 in _rc1
    TOKEN_POST_SUFFIX,   // _cvs _svn _git _hg _p
    TOKEN_LETTER_NUMBER, // the 2 in 1.9.5p2
    TOKEN_LETTER,        // the a in 1.2.3a
    TOKEN_NUMBER,        // the 2 and the 3 in 1.2.3
    TOKEN_FIRST,         // the 1 in 1.2.3
    TOKEN_INVALID,
};

struct token {
    enum token_kind kind;
    unsigned rank; // of suffixes
    span text;
};

struct lexer {
    span rest;
    struct token token;
};

static struct token take_suffix(span *rest)
{
    static const span pre[] = {S("alpha"), S("beta"), S("pre"), S("rc")};
    static const span post[] = {S("cvs"), S("svn"), S("git"), S("hg"), S("p")};
    span word = span_cut_letters(rest);
    for (unsigned i = 0; i < sizeof pre / sizeof pre[0]; i++)
        if (span_equal(word, pre[i]))
            return (struct token){.kind = TOKEN_PRE_SUFFIX, .rank = i};
    for (unsigned i = 0; i < sizeof post / sizeof post[0]; i++)
        if (span_equal(word, post[i]))
            return (struct token){.kind = TOKEN_POST_SUFFIX, .rank = i};
    return (struct token){.kind = TOKEN_INVALID};
}

static struct token take_number(span *rest, enum token_kind kind)
{
    span digits = span_cut_digits(rest);
    return (struct token){.kind = digits.len ? kind : TOKEN_INVALID, .text = digits};
}

static struct token take_hash(span *rest)
{
    size_t len = 0;
    while (len < rest->len &&
           (ascii_is_digit(rest->ptr[len]) || (rest->ptr[len] >= 'a' && rest->ptr[len] <= 'f')))
        len++;
    span hex = span_first(*rest, len);
    *rest = span_from(*rest, len);
    return (struct token){.kind = len ? TOKEN_HASH : TOKEN_INVALID, .text = hex};
}

static bool in_numbers(enum token_kind kind)
{
    return kind == TOKEN_FIRST || kind == TOKEN_NUMBER;
}

static bool is_suffix(enum token_kind kind)
{
    return kind == TOKEN_PRE_SUFFIX || kind == TOKEN_POST_SUFFIX;
}

// Digits without a separator continue a letter or a suffix.
static struct token take_continuation(span *rest, enum token_kind before)
{
    if (before == TOKEN_LETTER)
        return take_number(rest, TOKEN_LETTER_NUMBER);
    if (is_suffix(before))
        return take_number(rest, TOKEN_SUFFIX_NUMBER);
    return (struct token){.kind = TOKEN_INVALID};
}

static struct token take_letter(span *rest, enum token_kind before)
{
    span letter = span_first(*rest, 1);
    *rest = span_from(*rest, 1);
    bool valid = in_numbers(before) && letter.ptr[0] >= 'a' && letter.ptr[0] <= 'z';
    return (struct token){.kind = valid ? TOKEN_LETTER : TOKEN_INVALID, .text = letter};
}

static struct token take_token(span *rest, enum token_kind before)
{
    static const struct token invalid = {.kind = TOKEN_INVALID};
    if (rest->len == 0)
        return (struct token){.kind = TOKEN_END};
    if (before == TOKEN_REVISION)
        return invalid;
    uint8_t c = rest->ptr[0];
    if (ascii_is_digit(c))
        return take_continuation(rest, before);
    if (ascii_is_alpha(c))
        return take_letter(rest, before);
    *rest = span_from(*rest, 1);
    if (c == '.' && in_numbers(before))
        return take_number(rest, TOKEN_NUMBER);
    if (c == '_' && before != TOKEN_HASH)
        return take_suffix(rest);
    if (c == '~' && before != TOKEN_HASH)
        return take_hash(rest);
    if (c != '-' || !rest->len || rest->ptr[0] != 'r')
        return invalid;
    *rest = span_from(*rest, 1);
    return take_number(rest, TOKEN_REVISION);
}

static void encode_token(const struct token *token, struct version_key *key)
{
    key_byte(key, (uint8_t)(1 + token->kind));
    switch (token->kind) {
    case TOKEN_PRE_SUFFIX:
    case TOKEN_POST_SUFFIX:
        key_byte(key, (uint8_t)token->rank);
        return;
    case TOKEN_NUMBER:
        // As Gentoo does: behind a dot, a leading zero makes it a decimal fraction (1.02 < 1.1).
        if (token->text.len && token->text.ptr[0] == '0') {
            key_byte(key, 0);
            key_text(key, token->text);
            return;
        }
        key_number(key, token->text);
        return;
    case TOKEN_FIRST:
    case TOKEN_LETTER_NUMBER:
    case TOKEN_SUFFIX_NUMBER:
    case TOKEN_REVISION:
        key_number(key, token->text);
        return;
    case TOKEN_LETTER:
    case TOKEN_HASH:
        key_text(key, token->text);
        return;
    case TOKEN_END:
    case TOKEN_INVALID:
        return;
    }
}

static bool encode(span version, struct version_key *key)
{
    struct lexer lexer = {.rest = version};
    lexer.token = take_number(&lexer.rest, TOKEN_FIRST);
    for (;;) {
        encode_token(&lexer.token, key);
        if (lexer.token.kind == TOKEN_END || lexer.token.kind == TOKEN_INVALID)
            return lexer.token.kind == TOKEN_END;
        lexer.token = take_token(&lexer.rest, lexer.token.kind);
    }
}

const struct version_order version_apk = {
    .name = "apk",
    .purl_type = "apk",
    .encode = encode,
    .grammar = &constraint_apk,
};
