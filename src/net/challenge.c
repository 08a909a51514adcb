#include "net/auth_inner.h"

static bool is_token_byte(uint8_t c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    return ascii_is_alpha(c) || ascii_is_digit(c) ||
           span_find(span_of(others, sizeof others - 1), c) != SPAN_NONE;
}

static void skip_blanks(span *rest)
{
    while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = span_from(*rest, 1);
}

static void skip_separators(span *rest)
{
    for (skip_blanks(rest); rest->len && rest->ptr[0] == ','; skip_blanks(rest))
        *rest = span_from(*rest, 1);
}

static span cut_token(span *rest)
{
    size_t len = 0;
    while (len < rest->len && is_token_byte(rest->ptr[len]))
        len++;
    span token = span_first(*rest, len);
    *rest = span_from(*rest, len);
    return token;
}

static bool cut_quoted(span *rest, struct arena *mem, span *ret)
{
    struct text out = {0};
    text_init(&out, mem, rest->len);
    for (size_t i = 1; i < rest->len; i++) {
        uint8_t c = rest->ptr[i];
        if (c == '"') {
            *rest = span_from(*rest, i + 1);
            *ret = text_span(&out);
            return text_ok(&out);
        }
        if (c == '\\' && ++i < rest->len)
            c = rest->ptr[i];
        text_add_byte(&out, c);
    }
    return false;
}

// token68 and the `=` that may follow it: credentials in themselves, of no use here.
static void skip_token68(span *rest)
{
    while (rest->len && (is_token_byte(rest->ptr[0]) || rest->ptr[0] == '/' || rest->ptr[0] == '='))
        *rest = span_from(*rest, 1);
}

static void keep_parameter(struct challenge *challenge, span name, span value)
{
    if (span_equal_nocase(name, S("realm")))
        challenge->realm = value;
    else if (span_equal_nocase(name, S("service")))
        challenge->service = value;
    else if (span_equal_nocase(name, S("scope")))
        challenge->scope = value;
}

// name BWS "=" BWS ( token / quoted-string ). *ret_there is false where no parameter follows.
static bool cut_parameter(span *rest, struct challenge *challenge, struct arena *mem,
                          bool *ret_there)
{
    span at = *rest;
    span name = cut_token(&at);
    skip_blanks(&at);
    *ret_there = name.len && at.len && at.ptr[0] == '=';
    if (!*ret_there)
        return true;
    at = span_from(at, 1);
    skip_blanks(&at);
    span value = {0};
    if (at.len && at.ptr[0] == '"') {
        if (!cut_quoted(&at, mem, &value))
            return false;
    } else {
        value = cut_token(&at);
    }
    keep_parameter(challenge, name, value);
    *rest = at;
    return true;
}

static enum challenge_scheme scheme_of(span name)
{
    if (span_equal_nocase(name, S("bearer")))
        return CHALLENGE_BEARER;
    return span_equal_nocase(name, S("basic")) ? CHALLENGE_BASIC : CHALLENGE_NONE;
}

static bool cut_challenge(span *rest, struct arena *mem, struct challenge *ret)
{
    span name = cut_token(rest);
    struct challenge challenge = {.scheme = scheme_of(name)};
    if (name.len == 0)
        return false;
    skip_blanks(rest);
    bool more = true;
    bool first = true;
    while (rest->len && more) {
        if (!cut_parameter(rest, &challenge, mem, &more))
            return false;
        if (!more && first && rest->ptr[0] != ',')
            skip_token68(rest);
        first = false;
        skip_separators(rest);
    }
    *ret = challenge;
    return true;
}

bool challenge_parse(span header, struct arena *mem, struct challenge *ret, struct err *err)
{
    struct challenge best = {0};
    span rest = header;
    for (skip_separators(&rest); rest.len; skip_separators(&rest)) {
        struct challenge challenge = {0};
        if (!cut_challenge(&rest, mem, &challenge))
            return err_set(err, ERR_INPUT, "WWW-Authenticate is malformed");
        if (challenge.scheme > best.scheme)
            best = challenge;
    }
    if (best.scheme == CHALLENGE_BEARER && best.realm.len == 0)
        return err_set(err, ERR_INPUT, "WWW-Authenticate: Bearer without a realm");
    *ret = best;
    return true;
}
