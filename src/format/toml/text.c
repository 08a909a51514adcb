// The characters of a document, and strings.
#include "format/toml/toml_inner.h"

// ---------------------------------------------------------------- characters

// The length of the UTF-8 sequence that `s` begins with; 0: none (RFC 3629, section 4).
static size_t utf8_length(span s)
{
    static const struct {
        uint8_t first, last, low, high; // of the first byte, and of the second
        size_t length;
    } forms[] = {
        {0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (s.ptr[0] < forms[i].first || s.ptr[0] > forms[i].last)
            continue;
        if (s.len < forms[i].length)
            return 0;
        if (forms[i].length > 1 && (s.ptr[1] < forms[i].low || s.ptr[1] > forms[i].high))
            return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if ((s.ptr[k] & 0xc0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

static bool is_control(span s)
{
    if (s.ptr[0] == '\r')
        return s.len < 2 || s.ptr[1] != '\n';
    return (s.ptr[0] < ' ' && s.ptr[0] != '\t' && s.ptr[0] != '\n') || s.ptr[0] == 0x7f;
}

bool toml_check_characters(span text, struct err *err)
{
    unsigned line = 1;
    while (text.len) {
        size_t length = utf8_length(text);
        if (length == 0)
            return err_set(err, ERR_INPUT, "line %u: this is no UTF-8", line);
        if (is_control(text))
            return err_set(err, ERR_INPUT, "line %u: a control character", line);
        line += text.ptr[0] == '\n';
        text = span_from(text, length);
    }
    return true;
}

static void add_utf8(struct text *out, uint32_t code)
{
    if (code < 0x80) {
        text_add_byte(out, (uint8_t)code);
        return;
    }
    if (code < 0x800) {
        text_add_byte(out, (uint8_t)(0xc0 | code >> 6));
    } else if (code < 0x10000) {
        text_add_byte(out, (uint8_t)(0xe0 | code >> 12));
        text_add_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
    } else {
        text_add_byte(out, (uint8_t)(0xf0 | code >> 18));
        text_add_byte(out, (uint8_t)(0x80 | (code >> 12 & 0x3f)));
        text_add_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
    }
    text_add_byte(out, (uint8_t)(0x80 | (code & 0x3f)));
}

// ---------------------------------------------------------------- escapes

// \uXXXX and \UXXXXXXXX: a Unicode scalar value, so no surrogate.
static bool add_code(span *s, size_t digits, struct text *out)
{
    uint64_t code = 0;
    span hex = span_first(*s, digits);
    if (hex.len != digits || !span_to_u64_hex(hex, &code) || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff))
        return false;
    *s = span_from(*s, digits);
    add_utf8(out, (uint32_t)code);
    return true;
}

// A backslash at the end of a line of a multi-line string: it and all white space behind it are
// not there.
static bool skip_line_end(span *s)
{
    span from = *s;
    while (from.len && (from.ptr[0] == ' ' || from.ptr[0] == '\t' || from.ptr[0] == '\r'))
        from = span_from(from, 1);
    if (from.len == 0 || from.ptr[0] != '\n')
        return false;
    while (from.len && ascii_is_space(from.ptr[0]))
        from = span_from(from, 1);
    *s = from;
    return true;
}

static bool add_escape(span *s, bool multi_line, struct text *out)
{
    static const char letters[] = "btnfr\"\\";
    static const char values[] = "\b\t\n\f\r\"\\";
    if (multi_line && skip_line_end(s))
        return true;
    if (s->len == 0)
        return false;
    uint8_t letter = s->ptr[0];
    if (letter == 'u' || letter == 'U') {
        *s = span_from(*s, 1);
        return add_code(s, letter == 'u' ? 4 : 8, out);
    }
    size_t at = span_find(span_of_text(letters), letter);
    if (at == SPAN_NONE)
        return false;
    text_add_byte(out, (uint8_t)values[at]);
    *s = span_from(*s, 1);
    return true;
}

// What stands between quotes, without its escapes; a view where there are none.
static bool unescape(struct toml_parser *parser, span s, bool multi_line, span *ret,
                     struct err *err)
{
    if (span_find(s, '\\') == SPAN_NONE) {
        *ret = s;
        return true;
    }
    struct text out;
    text_init(&out, parser->mem, s.len);
    while (s.len) {
        size_t at = span_find(s, '\\');
        text_add(&out, span_first(s, at));
        if (at == SPAN_NONE)
            break;
        s = span_from(s, at + 1);
        if (!add_escape(&s, multi_line, &out))
            return toml_input_err(parser, "an unknown escape", err);
    }
    if (!text_ok(&out))
        return arena_err(parser->mem, err, "strings");
    *ret = text_span(&out);
    return true;
}

// ---------------------------------------------------------------- strings

// The length of what comes before the closing quote on this line, or SPAN_NONE.
static size_t find_quote(span s, uint8_t quote, bool has_escapes)
{
    for (size_t i = 0; i < s.len && s.ptr[i] != '\n'; i++) {
        if (s.ptr[i] == quote)
            return i;
        if (has_escapes && s.ptr[i] == '\\')
            i++;
    }
    return SPAN_NONE;
}

static bool read_line_string(struct toml_parser *parser, uint8_t quote, span *ret, struct err *err)
{
    span from = span_from(parser->rest, 1);
    size_t length = find_quote(from, quote, quote == '"');
    if (length == SPAN_NONE)
        return toml_input_err(parser, "a string without an end", err);
    parser->rest = span_from(from, length + 1);
    *ret = span_first(from, length);
    return quote == '\'' || unescape(parser, *ret, false, ret, err);
}

bool toml_read_basic(struct toml_parser *parser, span *ret, struct err *err)
{
    return read_line_string(parser, '"', ret, err);
}

bool toml_read_literal(struct toml_parser *parser, span *ret, struct err *err)
{
    return read_line_string(parser, '\'', ret, err);
}

static size_t count_quotes(span s, uint8_t quote)
{
    size_t count = 0;
    while (count < s.len && s.ptr[count] == quote)
        count++;
    return count;
}

// Three quotes end it; one or two more before them belong to it.
static bool find_three_quotes(span s, uint8_t quote, size_t *ret_length, size_t *ret_quotes)
{
    for (size_t i = 0; i < s.len; i++) {
        if (quote == '"' && s.ptr[i] == '\\') {
            i++;
            continue;
        }
        size_t quotes = count_quotes(span_from(s, i), quote);
        if (quotes < 3) {
            i += quotes ? quotes - 1 : 0;
            continue;
        }
        *ret_quotes = quotes < 5 ? quotes : 5;
        *ret_length = i + *ret_quotes - 3;
        return true;
    }
    return false;
}

// A line break right behind the opening quotes is not there.
static span without_first_break(span s)
{
    if (span_starts_with(s, S("\r\n")))
        return span_from(s, 2);
    return span_starts_with(s, S("\n")) ? span_from(s, 1) : s;
}

static bool read_multi_line(struct toml_parser *parser, uint8_t quote, span *ret, struct err *err)
{
    span from = span_from(parser->rest, 3);
    size_t length = 0;
    size_t quotes = 0;
    if (!find_three_quotes(from, quote, &length, &quotes))
        return toml_input_err(parser, "a string without an end", err);
    span whole = span_first(from, length);
    parser->rest = span_from(from, length + 3);
    span inner = without_first_break(whole);
    if (quote == '"' && !unescape(parser, inner, true, &inner, err))
        return false;
    for (size_t i = 0; i < whole.len; i++)
        parser->line += whole.ptr[i] == '\n';
    *ret = inner;
    return true;
}

bool toml_read_string(struct toml_parser *parser, span *ret, struct err *err)
{
    uint8_t quote = toml_peek(parser);
    if (count_quotes(span_first(parser->rest, 3), quote) == 3)
        return read_multi_line(parser, quote, ret, err);
    return read_line_string(parser, quote, ret, err);
}
