#include "format/json/json.h"

static void new_line(struct json_out *out)
{
    if (out->indent == 0)
        return;
    static const span spaces = {(const uint8_t *)"                                ", 32};
    text_add_byte(out->text, '\n');
    size_t left = (size_t)out->indent * out->depth;
    for (; left > spaces.len; left -= spaces.len)
        text_add(out->text, spaces);
    text_add(out->text, span_first(spaces, left));
}

static void before_value(struct json_out *out)
{
    if (out->after_key) {
        out->after_key = false;
        return;
    }
    if (out->comma)
        text_add_byte(out->text, ',');
    if (out->depth)
        new_line(out);
}

static void begin(struct json_out *out, uint8_t bracket)
{
    before_value(out);
    text_add_byte(out->text, bracket);
    out->depth++;
    out->comma = false;
}

static void end(struct json_out *out, uint8_t bracket)
{
    assert(out->depth);
    out->depth--;
    if (out->comma)
        new_line(out);
    text_add_byte(out->text, bracket);
    out->comma = true;
}

void json_begin_object(struct json_out *out)
{
    begin(out, '{');
}

void json_end_object(struct json_out *out)
{
    end(out, '}');
}

void json_begin_array(struct json_out *out)
{
    begin(out, '[');
}

void json_end_array(struct json_out *out)
{
    end(out, ']');
}

static void add_escape(struct text *text, uint8_t c)
{
    text_add(text, S("\\u00"));
    text_add_hex(text, span_of(&c, 1));
}

// What needs no escape: ASCII that is printed, but for the quotation mark and the backslash.
static const bool is_plain[256] = {
    [' ' ... '!'] = true,
    ['#' ... '['] = true,
    [']' ... '~'] = true,
};

static size_t plain_run(span s)
{
    size_t len = 0;
    while (len < s.len && is_plain[s.ptr[len]])
        len++;
    return len;
}

// One character that is not plain; how many bytes it took.
static size_t add_character(struct text *text, span s)
{
    uint8_t c = s.ptr[0];
    size_t len = utf8_sequence(s);
    if (len == 0)
        text_add(text, S("\xef\xbf\xbd"));
    else if (c == '"' || c == '\\')
        text_add(text, span_of((uint8_t[]){'\\', c}, 2));
    else if (c == '\n')
        text_add(text, S("\\n"));
    else if (c == '\t')
        text_add(text, S("\\t"));
    else if (len == 1)
        add_escape(text, c);
    else if (c == 0xc2 && s.ptr[1] < 0xa0) // C1: a terminal may obey it
        add_escape(text, s.ptr[1]);
    else
        text_add(text, span_first(s, len));
    return len ? len : 1;
}

static void add_string(struct text *text, span s)
{
    text_add_byte(text, '"');
    while (s.len) {
        size_t len = plain_run(s);
        text_add(text, span_first(s, len));
        s = span_from(s, len);
        if (s.len)
            s = span_from(s, add_character(text, s));
    }
    text_add_byte(text, '"');
}

// Keys are words of our own, in which nothing needs an escape.
void json_key(struct json_out *out, const char *key)
{
    span word = span_of_text(key);
    before_value(out);
    text_add_byte(out->text, '"');
    text_add(out->text, word);
    text_add(out->text, out->indent ? S("\": ") : S("\":"));
    out->after_key = true;
}

void json_write_text(struct json_out *out, span value)
{
    before_value(out);
    add_string(out->text, value);
    out->comma = true;
}

void json_key_text(struct json_out *out, span key)
{
    json_write_text(out, key);
    text_add(out->text, out->indent ? S(": ") : S(":"));
    out->after_key = true;
}

void json_write_u64(struct json_out *out, uint64_t value)
{
    before_value(out);
    text_add_u64(out->text, value);
    out->comma = true;
}

void json_write_number(struct json_out *out, double value, unsigned decimals)
{
    if (!__builtin_isfinite(value)) {
        json_write_null(out); // RFC 8259 section 6 has no other word for it
        return;
    }
    before_value(out);
    text_addf(out->text, "%.*f", (int)decimals, value);
    out->comma = true;
}

void json_write_bool(struct json_out *out, bool value)
{
    before_value(out);
    text_add(out->text, value ? S("true") : S("false"));
    out->comma = true;
}

void json_write_null(struct json_out *out)
{
    before_value(out);
    text_add(out->text, S("null"));
    out->comma = true;
}

void json_field_text(struct json_out *out, const char *key, span value)
{
    json_key(out, key);
    json_write_text(out, value);
}

void json_field_u64(struct json_out *out, const char *key, uint64_t value)
{
    json_key(out, key);
    json_write_u64(out, value);
}

void json_field_bool(struct json_out *out, const char *key, bool value)
{
    json_key(out, key);
    json_write_bool(out, value);
}
