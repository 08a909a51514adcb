// What may be a secret in a line of an image's history. When in doubt it goes: a reader loses a
// word, not a password.
#include "service/notify/notify_inner.h"

#define HIDDEN S("***")

static bool is_name_byte(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_' || c == '-' || c == '.';
}

static size_t name_length(span s)
{
    size_t len = 0;
    while (len < s.len && is_name_byte(s.ptr[len]))
        len++;
    return len;
}

static bool begins_with(span name, span word)
{
    // The first byte alone tells most of them apart.
    return ascii_lower(name.ptr[0]) == word.ptr[0] &&
           span_equal_nocase(span_first(name, word.len), word);
}

static bool has_any(span name, const span *words, size_t count)
{
    for (; name.len; name = span_from(name, 1))
        for (size_t i = 0; i < count; i++)
            if (begins_with(name, words[i]))
                return true;
    return false;
}

// Names of keys that everybody may have, and of where they are.
static bool is_harmless_key(span name)
{
    static const span words[] = {
        S("keyserver"), S("keyring"), S("recv-key"), S("public_key"), S("public-key"), S("pubkey"),
    };
    return has_any(name, words, sizeof words / sizeof *words);
}

static bool is_secret_name(span name)
{
    static const span key[] = {S("key")};
    static const span words[] = {
        S("token"),      S("passw"),    S("secret"), S("credential"), S("pwd"),
        S("passphrase"), S("private"),  S("cookie"), S("session"),    S("signature"),
        S("oauth"),      S("authoriz"), S("auth_"),  S("_auth"),      S("_pass"),
    };
    while (name.len && name.ptr[0] == '-')
        name = span_from(name, 1);
    return has_any(name, words, sizeof words / sizeof *words) ||
           (has_any(name, key, 1) && !is_harmless_key(name)) ||
           span_equal_nocase(name, S("pass")) || span_equal_nocase(name, S("auth")) ||
           span_equal_nocase(name, S("sig"));
}

// ---------------------------------------------------------------- values

// To behind the quote that ends it; a backslash hides one. All of it if none does.
static size_t quoted_length(span s)
{
    uint8_t mark = s.ptr[0];
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == mark)
            return i + 1;
    }
    return s.len;
}

static bool is_quote(uint8_t c)
{
    return c == '"' || c == '\'';
}

// One word of a shell, quotes in it included.
static size_t word_length(span s)
{
    size_t len = 0;
    while (len < s.len && !ascii_is_space(s.ptr[len])) {
        if (is_quote(s.ptr[len]))
            len += quoted_length(span_from(s, len));
        else if (s.ptr[len] == '\\')
            len += 2;
        else
            len++;
    }
    return len < s.len ? len : s.len;
}

// "NAME=" behind white space.
static bool begins_assignment(span s)
{
    size_t len = name_length(s);
    return len > 0 && len < s.len && s.ptr[len] == '=';
}

// In the history, values of ENV and ARG stand without their quotes: they may go on behind white
// space, up to the next assignment.
static size_t value_length(span s, bool is_declaration)
{
    size_t len = word_length(s);
    while (is_declaration && len < s.len) {
        size_t next = len;
        while (next < s.len && ascii_is_space(s.ptr[next]))
            next++;
        if (begins_assignment(span_from(s, next)))
            break;
        len = next + word_length(span_from(s, next));
    }
    return len;
}

// ---------------------------------------------------------------- forms

// Tokens that tell what they are: a prefix and at least so many bytes of it behind it.
static size_t known_token(span s)
{
    static const struct {
        span prefix;
        size_t least;
    } tokens[] = {
        {S("AKIA"), 16},  {S("ASIA"), 16},  {S("ghp_"), 20},        {S("gho_"), 20},
        {S("ghs_"), 20},  {S("ghu_"), 20},  {S("ghr_"), 20},        {S("glpat-"), 16},
        {S("xoxb-"), 16}, {S("xoxp-"), 16}, {S("github_pat_"), 20}, {S("npm_"), 20},
        {S("pypi-"), 20}, {S("AIza"), 30},  {S("eyJ"), 30},         {S("dckr_pat_"), 16},
        {S("hf_"), 20},   {S("sk-"), 20},   {S("sk_live_"), 16},    {S("hvs."), 20},
    };
    enum { SHORTEST = 18 };
    size_t len = name_length(s);
    for (size_t i = 0; len >= SHORTEST && i < sizeof tokens / sizeof *tokens; i++)
        if (s.ptr[0] == tokens[i].prefix.ptr[0] && span_starts_with(s, tokens[i].prefix) &&
            len >= tokens[i].prefix.len + tokens[i].least)
            return len;
    return 0;
}

// "//USER:PASSWORD@": what stands between.
static size_t userinfo_length(span s)
{
    if (s.ptr[0] != '/' || !span_starts_with(s, S("//")))
        return 0;
    size_t last = 0;
    for (size_t i = 2; i < s.len && !ascii_is_space(s.ptr[i]) && s.ptr[i] != '/'; i++)
        if (s.ptr[i] == '@')
            last = i;
    return last > 2 ? last - 2 : 0;
}

// "Authorization: Bearer …" and "Basic …", in whatever header.
static size_t scheme_length(span s)
{
    static const span schemes[] = {S("Bearer "), S("Basic "), S("Token ")};
    for (size_t i = 0; s.len && i < sizeof schemes / sizeof *schemes; i++)
        if (ascii_lower(s.ptr[0]) == ascii_lower(schemes[i].ptr[0]) &&
            span_equal_nocase(span_first(s, schemes[i].len), schemes[i]))
            return schemes[i].len;
    return 0;
}

// ---------------------------------------------------------------- the line

struct redacting {
    struct text *out;
    span rest;
    bool is_declaration; // ENV, ARG
    bool at_word;        // the byte before is none of a name
};

static void copy(struct redacting *r, size_t len)
{
    text_add(r->out, span_first(r->rest, len));
    r->rest = span_from(r->rest, len);
}

static void hide(struct redacting *r, size_t len)
{
    text_add(r->out, HIDDEN);
    r->rest = span_from(r->rest, len);
}

static bool is_mark(uint8_t c)
{
    return is_quote(c) || c == '\\';
}

static size_t marks_length(span s)
{
    size_t len = 0;
    while (len < s.len && is_mark(s.ptr[len]))
        len++;
    return len;
}

// Up to the quote that ends what we are inside of.
static size_t token_length(span s)
{
    size_t len = 0;
    while (len < s.len && !ascii_is_space(s.ptr[len]) && !is_mark(s.ptr[len]))
        len++;
    return len;
}

// In a header or an object: "NAME: VALUE", "NAME":"VALUE", \"NAME\": \"VALUE\". Up to the value; 0:
// it is none.
static size_t member_length(span s, size_t name)
{
    size_t len = name + marks_length(span_from(s, name));
    if (len == s.len || s.ptr[len] != ':')
        return 0;
    len++;
    while (len < s.len && s.ptr[len] == ' ')
        len++;
    return len;
}

static void take_member(struct redacting *r, size_t len)
{
    copy(r, len);
    copy(r, marks_length(r->rest));
    copy(r, scheme_length(r->rest));
    hide(r, token_length(r->rest));
}

// "-u USER:PASSWORD", as curl has it.
static bool take_user(struct redacting *r, span name)
{
    bool is_user = span_equal(name, S("-u")) || span_equal(name, S("--user"));
    span behind = span_from(r->rest, name.len);
    if (!is_user || behind.len == 0 || (behind.ptr[0] != ' ' && behind.ptr[0] != '='))
        return false;
    span user = span_from(behind, 1 + marks_length(span_from(behind, 1)));
    if (span_find(span_first(user, token_length(user)), ':') == SPAN_NONE)
        return false;
    copy(r, name.len + 1);
    hide(r, word_length(r->rest));
    return true;
}

// "NAME=VALUE", "--NAME VALUE", and the above. Most words are none, whatever their name.
static bool take_named(struct redacting *r)
{
    size_t len = name_length(r->rest);
    span name = span_first(r->rest, len);
    if (len == 0 || len == r->rest.len)
        return false;
    if (take_user(r, name))
        return true;
    uint8_t behind = r->rest.ptr[len];
    bool takes_next = span_starts_with(name, S("--")) || r->is_declaration;
    bool is_named = behind == '=' || (takes_next && ascii_is_space(behind));
    size_t member = is_named ? 0 : member_length(r->rest, len);
    if ((!is_named && !member) || !is_secret_name(name))
        return false;
    if (member) {
        take_member(r, member);
        return true;
    }
    copy(r, len + 1);
    hide(r, value_length(r->rest, r->is_declaration));
    return true;
}

static bool take_token(struct redacting *r)
{
    size_t len = known_token(r->rest);
    if (len) {
        hide(r, len);
        return true;
    }
    len = scheme_length(r->rest);
    if (len && token_length(span_from(r->rest, len)) >= 8) {
        copy(r, len);
        hide(r, token_length(r->rest));
        return true;
    }
    return false;
}

static bool is_declaration(span line)
{
    size_t nop = S("/bin/sh -c #(nop)").len;
    if (span_starts_with(line, S("/bin/sh -c #(nop)")))
        line = span_from(line, nop);
    line = span_trim(line);
    return span_equal_nocase(span_first(line, 4), S("ENV ")) ||
           span_equal_nocase(span_first(line, 4), S("ARG "));
}

void notify_redact(struct text *out, span line)
{
    struct redacting r = {
        .out = out, .rest = line, .is_declaration = is_declaration(line), .at_word = true};
    while (r.rest.len && !out->failed) {
        size_t userinfo = userinfo_length(r.rest);
        bool starts = r.at_word;
        r.at_word = !is_name_byte(r.rest.ptr[0]);
        if (userinfo) {
            copy(&r, 2);
            hide(&r, userinfo);
        } else if (!starts || (!take_named(&r) && !take_token(&r))) {
            copy(&r, 1);
            continue;
        }
        r.at_word = true;
    }
}
