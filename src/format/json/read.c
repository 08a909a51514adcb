// JSON text to a tree of values (RFC 8259), each byte looked at once.
#include "format/json/json_inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 512 };

struct parser {
    span text;
    size_t at;
    size_t depth;
    bool is_strict; // no key twice, no NUL in a string
    struct arena *mem;
    struct json_entry *open; // of all arrays and objects that have not ended
    size_t open_count;
    size_t open_cap;
    struct arena *work;  // holds `open` and nothing else
    const char *problem; // null: none, or no memory
};

static bool fail(struct parser *p, const char *problem)
{
    p->problem = problem;
    return false;
}

static uint8_t peek(const struct parser *p)
{
    return p->at < p->text.len ? p->text.ptr[p->at] : 0;
}

static uint8_t peek_value(struct parser *p)
{
    uint8_t c = peek(p);
    while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        p->at++;
        c = peek(p);
    }
    return c;
}

static bool skip(struct parser *p, uint8_t byte)
{
    if (peek_value(p) != byte || byte == 0)
        return false;
    p->at++;
    return true;
}

// ---------------------------------------------------------------- strings

// Stands for itself: ASCII but for controls, the quotation mark and the backslash.
static const bool is_plain[256] = {
    [' ' ... '!'] = true,
    ['#' ... '['] = true,
    [']' ... 0x7f] = true,
};

// Most of a document is plain.
static void pass_plain(struct parser *p)
{
    const uint8_t *bytes = p->text.ptr;
    size_t at = p->at;
    while (at < p->text.len && is_plain[bytes[at]])
        at++;
    p->at = at;
}

// Moves behind one character that is not plain, and not the quotation mark at the end.
static bool pass_character(struct parser *p, bool *ret_escaped)
{
    uint8_t c = peek(p);
    size_t len = c >= 0x80 ? utf8_sequence(span_from(p->text, p->at)) : 0;
    if (c == '\\') {
        *ret_escaped = true;
        len = 2;
    }
    if (p->at == p->text.len || len > p->text.len - p->at)
        return fail(p, "a string without an end");
    p->at += len;
    return len != 0 || fail(p, c < 0x20 ? "a control character in a string" : "not UTF-8");
}

// The bytes between the quotation marks.
static bool cut_string(struct parser *p, span *ret, bool *ret_escaped)
{
    size_t start = ++p->at;
    *ret_escaped = false;
    for (;;) {
        pass_plain(p);
        if (peek(p) == '"')
            break;
        if (!pass_character(p, ret_escaped))
            return false;
    }
    *ret = span_slice(p->text, start, p->at++ - start);
    return true;
}

static void put_utf8(struct text *out, uint32_t c)
{
    if (c < 0x80) {
        text_add_byte(out, (uint8_t)c);
        return;
    }
    if (c < 0x800) {
        text_add_byte(out, (uint8_t)(0xc0 | c >> 6));
    } else {
        text_add_byte(out, (uint8_t)(c < 0x10000 ? 0xe0 | c >> 12 : 0xf0 | c >> 18));
        if (c >= 0x10000)
            text_add_byte(out, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
        text_add_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
    }
    text_add_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
}

// The four digits of "\uXXXX" at the start of *rest, which moves behind them.
static bool read_unit(span *rest, uint32_t *ret)
{
    uint64_t unit = 0;
    span digits = span_slice(*rest, 2, 4);
    if (!span_starts_with(*rest, S("\\u")) || digits.len != 4 || !span_to_u64_hex(digits, &unit))
        return false;
    *rest = span_from(*rest, 6);
    *ret = (uint32_t)unit;
    return true;
}

// RFC 8259, section 7: what is beyond the basic plane comes as a pair of surrogates.
static bool put_unicode(struct parser *p, span *rest, struct text *out)
{
    uint32_t c = 0;
    uint32_t low = 0;
    if (!read_unit(rest, &c))
        return fail(p, "an escape without four digits");
    if (c >= 0xd800 && c < 0xe000) {
        if (c >= 0xdc00 || !read_unit(rest, &low) || low < 0xdc00 || low >= 0xe000)
            return fail(p, "half of a surrogate pair");
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    if (c == 0 && p->is_strict)
        return fail(p, "a NUL in a string");
    put_utf8(out, c);
    return true;
}

static bool put_escape(struct parser *p, span *rest, struct text *out)
{
    static const uint8_t letters[] = "\"\\/bfnrt";
    static const uint8_t meanings[] = "\"\\/\b\f\n\r\t";
    uint8_t letter = rest->ptr[1]; // a backslash is never the last byte
    if (letter == 'u')
        return put_unicode(p, rest, out);
    size_t at = span_find(span_of(letters, sizeof letters - 1), letter);
    if (at == SPAN_NONE)
        return fail(p, "an unknown escape");
    text_add_byte(out, meanings[at]);
    *rest = span_from(*rest, 2);
    return true;
}

// What is meant is never longer than what is written.
static bool decode(struct parser *p, span raw, span *ret)
{
    struct text out;
    text_init(&out, p->mem, raw.len);
    text_reserve(&out, raw.len);
    while (raw.len) {
        size_t plain = span_find(raw, '\\');
        text_add(&out, span_first(raw, plain));
        raw = span_from(raw, plain);
        if (raw.len && !put_escape(p, &raw, &out))
            return false;
    }
    *ret = text_span(&out);
    return text_ok(&out);
}

static bool read_string(struct parser *p, span *ret)
{
    span raw = {0};
    bool escaped = false;
    if (!cut_string(p, &raw, &escaped))
        return false;
    return escaped ? decode(p, raw, ret) : arena_span(p->mem, raw, ret);
}

// ---------------------------------------------------------------- numbers

static bool pass_digits(struct parser *p)
{
    size_t start = p->at;
    while (ascii_is_digit(peek(p)))
        p->at++;
    return p->at > start || fail(p, "a number without digits");
}

static bool pass_exponent(struct parser *p)
{
    p->at++;
    if (peek(p) == '+' || peek(p) == '-')
        p->at++;
    return pass_digits(p);
}

static bool read_integer(struct parser *p, span digits, bool is_negative, struct json *ret)
{
    uint64_t value = 0;
    if (!span_to_u64(digits, &value) || value > (uint64_t)INT64_MAX + is_negative)
        return fail(p, "a number that is too large");
    *ret = (struct json){.kind = JSON_INTEGER};
    ret->as.integer = is_negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

static bool read_real(struct parser *p, span number, struct json *ret)
{
    const char *text = arena_text(p->mem, number);
    if (!text)
        return false;
    double value = strtod(text, NULL); // the program sets no locale
    if (!isfinite(value))
        return fail(p, "a number that is too large");
    *ret = (struct json){.kind = JSON_REAL, .as.real = value};
    return true;
}

static bool read_number(struct parser *p, struct json *ret)
{
    size_t start = p->at;
    bool is_negative = peek(p) == '-';
    p->at += is_negative;
    size_t digits = p->at;
    if (!pass_digits(p))
        return false;
    if (p->text.ptr[digits] == '0' && p->at > digits + 1)
        return fail(p, "a number with a zero in front");
    size_t end = p->at;
    if (peek(p) == '.') {
        p->at++;
        if (!pass_digits(p))
            return false;
    }
    if ((peek(p) == 'e' || peek(p) == 'E') && !pass_exponent(p))
        return false;
    if (p->at == end)
        return read_integer(p, span_slice(p->text, digits, end - digits), is_negative, ret);
    return read_real(p, span_slice(p->text, start, p->at - start), ret);
}

static bool read_word(struct parser *p, struct json *ret)
{
    static const struct {
        span word;
        enum json_kind kind;
    } words[] = {
        {S("true"), JSON_TRUE},
        {S("false"), JSON_FALSE},
        {S("null"), JSON_NULL},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_starts_with(span_from(p->text, p->at), words[i].word)) {
            p->at += words[i].word.len;
            *ret = (struct json){.kind = words[i].kind};
            return true;
        }
    return fail(p, p->at < p->text.len ? "no value" : "the text ends too early");
}

// ---------------------------------------------------------------- arrays and objects

static bool read_value(struct parser *p, struct json *ret);

// What has become too small is let go at once: there may be as many values as bytes.
static bool grow(struct parser *p)
{
    enum { SMALLEST = 64 };
    size_t cap = p->open_cap ? p->open_cap * 2 : SMALLEST;
    CLEANUP(arena_cleanup) struct arena *old = take(&p->work);
    p->work = arena_new(UINT64_MAX);
    struct json_entry *open = p->work ? arena_array(p->work, cap, sizeof *open) : NULL;
    if (!open)
        return false;
    if (p->open_count)
        memcpy(open, p->open, p->open_count * sizeof *open);
    p->open = open;
    p->open_cap = cap;
    return true;
}

static bool keep(struct parser *p, span key, const struct json *value)
{
    if (p->open_count == p->open_cap && !grow(p))
        return false;
    p->open[p->open_count++] = (struct json_entry){.key = key, .value = *value};
    return true;
}

static bool finish_array(struct parser *p, size_t first, struct json *ret)
{
    size_t count = p->open_count - first;
    struct json *items = count ? arena_array(p->mem, count, sizeof *items) : NULL;
    if (count && !items)
        return false;
    for (size_t i = 0; i < count; i++)
        items[i] = p->open[first + i].value;
    p->open_count = first;
    *ret = (struct json){.kind = JSON_ARRAY, .as.array = {items, count}};
    return true;
}

static bool read_array(struct parser *p, struct json *ret)
{
    size_t first = p->open_count;
    p->at++;
    if (skip(p, ']'))
        return finish_array(p, first, ret);
    do {
        struct json value = {0};
        if (!read_value(p, &value) || !keep(p, (span){0}, &value))
            return false;
    } while (skip(p, ','));
    return skip(p, ']') ? finish_array(p, first, ret) : fail(p, "neither ',' nor ']'");
}

static bool finish_object(struct parser *p, size_t first, struct json *ret)
{
    static const struct json_object empty = {0};
    size_t count = p->open_count - first;
    bool repeats = false;
    *ret = (struct json){.kind = JSON_OBJECT, .as.object = &empty};
    if (count && !json_object_new(p->open + first, count, p->mem, &ret->as.object, &repeats))
        return false;
    p->open_count = first;
    return !(repeats && p->is_strict) || fail(p, "a key that stands there twice");
}

// "KEY": VALUE
static bool read_entry(struct parser *p)
{
    span key = {0};
    struct json value = {0};
    if (peek_value(p) != '"')
        return fail(p, "no key");
    if (!read_string(p, &key))
        return false;
    if (!skip(p, ':'))
        return fail(p, "no ':'");
    return read_value(p, &value) && keep(p, key, &value);
}

static bool read_object(struct parser *p, struct json *ret)
{
    size_t first = p->open_count;
    p->at++;
    if (skip(p, '}'))
        return finish_object(p, first, ret);
    do {
        if (!read_entry(p))
            return false;
    } while (skip(p, ','));
    return skip(p, '}') ? finish_object(p, first, ret) : fail(p, "neither ',' nor '}'");
}

static bool read_nested(struct parser *p, struct json *ret)
{
    if (++p->depth > MOST_DEPTH)
        return fail(p, "nested too deeply");
    bool done = peek(p) == '{' ? read_object(p, ret) : read_array(p, ret);
    p->depth--;
    return done;
}

static bool read_value(struct parser *p, struct json *ret)
{
    uint8_t c = peek_value(p);
    if (c == '{' || c == '[')
        return read_nested(p, ret);
    if (c == '-' || ascii_is_digit(c))
        return read_number(p, ret);
    if (c != '"')
        return read_word(p, ret);
    *ret = (struct json){.kind = JSON_STRING};
    return read_string(p, &ret->as.text);
}

// ---------------------------------------------------------------- documents

static bool parse_err(const struct parser *p, struct err *err)
{
    size_t line = 1;
    if (!p->problem)
        return err_set(err, ERR_MEMORY, "json: out of memory");
    for (size_t i = 0; i < p->at && i < p->text.len; i++)
        line += p->text.ptr[i] == '\n';
    return err_set(err, ERR_INPUT, "json: line %zu: %s", line, p->problem);
}

static bool read_document(struct parser *p, struct json *ret)
{
    if (!read_value(p, ret))
        return false;
    (void)peek_value(p); // white space behind it
    return p->at == p->text.len || fail(p, "something behind the end");
}

// The document holds its own arena, so that it can be let go with it.
static bool parse_into(struct parser *p, struct arena **mem, struct json **ret, struct err *err)
{
    struct json_document *document = ARENA_NEW(p->mem, struct json_document);
    if (!document || !read_document(p, &document->root))
        return parse_err(p, err);
    document->mem = take(mem);
    *ret = &document->root;
    return true;
}

static bool parse(span text, uint64_t most_bytes, bool is_strict, struct json **ret,
                  struct err *err)
{
    if (text.len > most_bytes)
        return err_set(err, ERR_LIMIT, "json: %zu bytes, at most %llu are read", text.len,
                       (unsigned long long)most_bytes);
    if (text.len == 0)
        return err_set(err, ERR_INPUT, "json: the document is empty");
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_MAX);
    if (!mem)
        return err_set(err, ERR_MEMORY, "json: out of memory");
    struct parser parser = {.text = text, .is_strict = is_strict, .mem = mem};
    bool done = parse_into(&parser, &mem, ret, err);
    arena_free(parser.work);
    return done;
}

bool json_parse(span text, uint64_t most_bytes, struct json **ret, struct err *err)
{
    return parse(text, most_bytes, false, ret, err);
}

bool json_parse_strict(span text, uint64_t most_bytes, struct json **ret, struct err *err)
{
    return parse(text, most_bytes, true, ret, err);
}
