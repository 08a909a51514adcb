// Maven's ComparableVersion (3.9): numbers and words between dots; a hyphen, or a change from
// digits to letters or back, opens a list inside the list, which then holds all the rest. So a
// version is a row of runs, one in another. Zeros and words for a release at the end of a run do
// not count.
//
// Maven's own rule runs in circles where a word stands between dots (1-alpha > 1.sp.1 > 1 >
// 1-alpha); there the order is ours.
#include "version/constraint_inner.h"

enum token {
    TOKEN_ALPHA = 1,
    TOKEN_BETA,
    TOKEN_MILESTONE,
    TOKEN_RC,
    TOKEN_SNAPSHOT,
    TOKEN_OLDER_RUN,  // what is in it makes it older than nothing
    TOKEN_OLDER_ZERO, // zeros before a word that does: 3.9.0.rc.1 < 3.9.0
    TOKEN_END,
    TOKEN_RELEASE,
    TOKEN_SP,
    TOKEN_WORD,
    TOKEN_NEWER_RUN,
    TOKEN_NUMBER,
};

struct word {
    span text;
    enum token token;
};

static const struct word words[] = {
    {S("alpha"), TOKEN_ALPHA}, {S("beta"), TOKEN_BETA},     {S("milestone"), TOKEN_MILESTONE},
    {S("rc"), TOKEN_RC},       {S("cr"), TOKEN_RC},         {S("snapshot"), TOKEN_SNAPSHOT},
    {S("ga"), TOKEN_RELEASE},  {S("final"), TOKEN_RELEASE}, {S("release"), TOKEN_RELEASE},
    {S("sp"), TOKEN_SP},
};

// What stands between two separators, or between digits and letters.
struct item {
    span text;
    enum token token; // TOKEN_NUMBER, or what the word means
};

static enum token token_of(span word, bool before_digit)
{
    static const span letters[] = {S("a"), S("b"), S("m")};
    for (size_t i = 0; i < sizeof letters / sizeof *letters && before_digit; i++)
        if (span_equal_nocase(word, letters[i]))
            return (enum token)(TOKEN_ALPHA + i);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal_nocase(word, words[i].text))
            return words[i].token;
    return TOKEN_WORD;
}

// Everything but digits, dots and hyphens counts as letters.
static bool is_letter(uint8_t c)
{
    return !ascii_is_digit(c) && c != '.' && c != '-';
}

static struct item take_item(span *rest)
{
    size_t len = 0;
    if (rest->len == 0 || !is_letter(rest->ptr[0])) {
        span digits = span_cut_digits(rest); // none: zero
        return (struct item){.text = digits, .token = TOKEN_NUMBER};
    }
    while (len < rest->len && is_letter(rest->ptr[len]))
        len++;
    span word = span_first(*rest, len);
    *rest = span_from(*rest, len);
    bool before_digit = rest->len && ascii_is_digit(rest->ptr[0]);
    return (struct item){.text = word, .token = token_of(word, before_digit)};
}

static bool is_null(const struct item *item)
{
    return item->token == TOKEN_RELEASE ||
           (item->token == TOKEN_NUMBER && span_trim_end(item->text, '0').len == 0);
}

// A version as it is read: where one is in it, and whether a run opens before the next item.
struct reading {
    span rest;
    bool at_start; // of a run
    bool ended;
};

// The next item. `*ret_opens`: it is the first of a new run.
static bool next_item(struct reading *reading, struct item *ret, bool *ret_opens)
{
    bool opens = false;
    if (reading->ended)
        return false;
    if (!reading->at_start) {
        uint8_t c = reading->rest.len ? reading->rest.ptr[0] : 0;
        if (reading->rest.len == 0)
            return false;
        opens = c != '.';
        if (c == '.' || c == '-')
            reading->rest = span_from(reading->rest, 1);
        if (reading->rest.len == 0)
            return false;
    }
    bool was_start = reading->at_start || opens;
    *ret = take_item(&reading->rest);
    reading->at_start = false;
    // "1.x1" and "1.x" at the end mean "1-x": a word opens a run unless it begins one or a dot ends
    // it.
    bool dot_follows =
        reading->rest.len && (reading->rest.ptr[0] == '.' || reading->rest.ptr[0] == '-');
    *ret_opens = opens || (!was_start && ret->token != TOKEN_NUMBER && !dot_follows);
    return true;
}

// Is what follows newer than nothing? Zeros and empty runs say nothing of it.
static enum token sign_of(struct reading reading, struct item first)
{
    struct item item = first;
    bool opens = false;
    while (is_null(&item))
        if (!next_item(&reading, &item, &opens))
            return TOKEN_END;
    return item.token < TOKEN_END ? TOKEN_OLDER_RUN : TOKEN_NEWER_RUN;
}

static void encode_item(const struct item *item, struct version_key *key)
{
    key_byte(key, (uint8_t)item->token);
    if (item->token == TOKEN_NUMBER)
        key_number(key, item->text);
    if (item->token == TOKEN_WORD)
        key_text_lower(key, item->text);
}

// What a zero, or a word for a release, stands for by what follows in its run.
static enum token null_token(const struct item *null, struct reading reading)
{
    struct item item = {0};
    bool opens = false;
    while (next_item(&reading, &item, &opens) && !opens)
        if (!is_null(&item))
            return item.token < TOKEN_END ? TOKEN_OLDER_ZERO : null->token;
    return TOKEN_END; // nothing: it does not count
}

static bool encode(span text, struct version_key *key)
{
    struct reading reading = {.rest = text, .at_start = true};
    struct item item = {0};
    bool opens = false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    while (next_item(&reading, &item, &opens)) {
        if (opens) {
            enum token sign = sign_of(reading, item);
            if (sign == TOKEN_END)
                break; // nothing but zeros follows
            key_byte(key, (uint8_t)sign);
        }
        if (is_null(&item))
            item.token = null_token(&item, reading);
        if (item.token != TOKEN_END)
            encode_item(&item, key);
    }
    key_byte(key, TOKEN_END);
    return text.len > 0;
}

const struct version_order version_maven = {
    .name = "maven",
    .purl_type = "maven",
    .encode = encode,
    .grammar = &constraint_maven,
};
