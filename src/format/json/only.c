#include "format/json/json.h"

// The number of bytes of the string that `text` begins with, its quotes included; all, where
// nothing ends it.
static size_t string_length(span text)
{
    size_t at = 1;
    while (at < text.len && text.ptr[at] != '"')
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

// RFC 8259, section 2.
static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static size_t space_length(span text)
{
    size_t at = 0;
    while (at < text.len && is_space(text.ptr[at]))
        at++;
    return at;
}

// The number of bytes of the value that `text` begins with. Brackets are counted, not told apart.
static size_t value_length(span text)
{
    size_t depth = 0;
    size_t at = 0;
    while (at < text.len) {
        uint8_t c = text.ptr[at];
        bool closes = c == '}' || c == ']';
        if (depth == 0 && (closes || c == ','))
            break;
        if (c == '{' || c == '[')
            depth++;
        depth -= closes;
        at += c == '"' ? string_length(span_from(text, at)) : 1;
    }
    return at;
}

static bool is_one_of(span key, const span *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(key, keys[i]))
            return true;
    return false;
}

// Passes over the value of a member and the comma behind it or before it.
static void drop_value(span *rest, struct text *out)
{
    *rest = span_from(*rest, value_length(*rest));
    if (rest->len && rest->ptr[0] == ',')
        *rest = span_from(*rest, 1);
    else if (out->len && out->ptr[out->len - 1] == ',')
        out->len--;
}

// A string is a key when a colon follows it.
static void copy_string(span *rest, const span *keys, size_t count, struct text *out)
{
    span string = span_first(*rest, string_length(*rest));
    *rest = span_from(*rest, string.len);
    span behind = span_from(*rest, space_length(*rest));
    bool is_key = behind.len && behind.ptr[0] == ':';
    if (!is_key || is_one_of(span_slice(string, 1, string.len - 2), keys, count)) {
        text_add(out, string);
        return;
    }
    *rest = span_from(behind, 1);
    drop_value(rest, out);
}

bool json_parse_only(span text, uint64_t most_bytes, const span *keys, size_t count,
                     struct arena *mem, struct json **ret, struct err *err)
{
    if (text.len > most_bytes)
        return err_set(err, ERR_LIMIT, "json: %zu bytes, at most %llu are read", text.len,
                       (unsigned long long)most_bytes);
    struct text out = {0};
    text_init(&out, mem, text.len);
    text_reserve(&out, text.len);
    span rest = text;
    while (rest.len) {
        uint8_t c = rest.ptr[0];
        if (c == '"') {
            copy_string(&rest, keys, count, &out);
            continue;
        }
        // Space separates nothing but what is wrong anyway, and that should stay so.
        bool space = is_space(c);
        if (!space || (out.len && out.ptr[out.len - 1] != ','))
            text_add_byte(&out, space ? ' ' : c);
        rest = span_from(rest, space ? space_length(rest) : 1);
    }
    if (!text_ok(&out))
        return arena_err(mem, err, "json");
    return json_parse(text_span(&out), most_bytes, ret, err);
}
