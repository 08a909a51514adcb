#include "format/toml/toml_inner.h"

// ---------------------------------------------------------------- small steps

bool toml_skip(struct toml_parser *parser, uint8_t byte)
{
    if (parser->rest.len == 0 || parser->rest.ptr[0] != byte)
        return false;
    parser->rest = span_from(parser->rest, 1);
    return true;
}

bool toml_input_err(const struct toml_parser *parser, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "line %u: %s", parser->line, what);
}

static void skip_blanks(struct toml_parser *parser)
{
    while (toml_peek(parser) == ' ' || toml_peek(parser) == '\t')
        parser->rest = span_from(parser->rest, 1);
}

static void skip_comment(struct toml_parser *parser)
{
    if (toml_peek(parser) != '#')
        return;
    size_t end = span_find(parser->rest, '\n');
    parser->rest = span_from(parser->rest, end);
}

// The end of a line, or of the text.
static bool skip_line_end(struct toml_parser *parser)
{
    skip_blanks(parser);
    skip_comment(parser);
    if (parser->rest.len == 0)
        return true;
    (void)toml_skip(parser, '\r'); // a '\n' follows: the characters have been checked
    if (!toml_skip(parser, '\n'))
        return false;
    parser->line++;
    return true;
}

// White space, line breaks and comments between the values of an array.
static void skip_space(struct toml_parser *parser)
{
    for (;;) {
        skip_blanks(parser);
        skip_comment(parser);
        (void)toml_skip(parser, '\r'); // as above
        if (!toml_skip(parser, '\n'))
            return;
        parser->line++;
    }
}

// ---------------------------------------------------------------- keys

static bool is_bare(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_' || c == '-';
}

// One part of a key, and the blanks around it.
static bool read_key(struct toml_parser *parser, span *ret, struct err *err)
{
    skip_blanks(parser);
    size_t length = 0;
    if (toml_peek(parser) == '"' || toml_peek(parser) == '\'') {
        bool ok = toml_peek(parser) == '"' ? toml_read_basic(parser, ret, err)
                                           : toml_read_literal(parser, ret, err);
        skip_blanks(parser);
        return ok;
    }
    while (length < parser->rest.len && is_bare(parser->rest.ptr[length]))
        length++;
    if (length == 0)
        return toml_input_err(parser, "a key is missing", err);
    *ret = span_first(parser->rest, length);
    parser->rest = span_from(parser->rest, length);
    skip_blanks(parser);
    return true;
}

// The table at `key`, made as `origin` says where there is none.
static struct toml_value *find_or_make(struct toml_parser *parser, struct toml_value *table,
                                       span key, enum toml_origin origin, struct err *err)
{
    struct toml_value *found = toml_find(table, key);
    if (found)
        return found;
    struct toml_value *made = toml_new_inside(parser, table, TOML_TABLE, origin, err);
    return made && toml_insert(parser, table, key, made, err) ? made : NULL;
}

static bool is_taken(const struct toml_parser *parser, span key, struct err *err)
{
    return err_set(err, ERR_INPUT, "line %u: '%s' is something else already", parser->line,
                   quote(key).text);
}

// One step along a dotted key.
static bool enter_by_dot(struct toml_parser *parser, span key, struct toml_value **table,
                         struct err *err)
{
    struct toml_value *next = find_or_make(parser, *table, key, TOML_FROM_DOTS, err);
    if (!next)
        return false;
    bool own = next->origin == TOML_FROM_DOTS && next->section == parser->section;
    if (next->node.kind != TOML_TABLE || (!own && next->origin != TOML_FROM_PATH))
        return is_taken(parser, key, err);
    next->origin = TOML_FROM_DOTS;
    next->section = parser->section;
    *table = next;
    return true;
}

// One step along a header's path; an array of tables stands for its last element.
static bool enter_by_header(struct toml_parser *parser, span key, struct toml_value **table,
                            struct err *err)
{
    struct toml_value *next = find_or_make(parser, *table, key, TOML_FROM_PATH, err);
    if (!next)
        return false;
    if (next->node.kind == TOML_ARRAY && next->origin == TOML_FROM_HEADER)
        next = next->last;
    if (next->node.kind != TOML_TABLE || next->origin == TOML_FROM_VALUE)
        return is_taken(parser, key, err);
    *table = next;
    return true;
}

// ---------------------------------------------------------------- values

static bool read_value(struct toml_parser *parser, const struct toml_value *outer,
                       struct toml_value **ret, struct err *err);

static bool read_array(struct toml_parser *parser, struct toml_value *array, struct err *err)
{
    (void)toml_skip(parser, '['); // the caller has seen it
    skip_space(parser);
    while (!toml_skip(parser, ']')) {
        struct toml_value *value = NULL;
        if (!read_value(parser, array, &value, err))
            return false;
        toml_append(array, value);
        skip_space(parser);
        if (!toml_skip(parser, ',') && toml_peek(parser) != ']')
            return toml_input_err(parser, "an array without an end", err);
        skip_space(parser);
    }
    return true;
}

// key = value, into `table`.
static bool read_pair(struct toml_parser *parser, struct toml_value *table, struct err *err)
{
    span key = {0};
    struct toml_value *value = NULL;
    if (!read_key(parser, &key, err))
        return false;
    while (toml_skip(parser, '.'))
        if (!enter_by_dot(parser, key, &table, err) || !read_key(parser, &key, err))
            return false;
    if (!toml_skip(parser, '='))
        return toml_input_err(parser, "a key without '='", err);
    skip_blanks(parser);
    return read_value(parser, table, &value, err) && toml_insert(parser, table, key, value, err);
}

// {a = 1, b.c = 2}: on one line, without a comma at the end.
static bool read_inline_table(struct toml_parser *parser, struct toml_value *table, struct err *err)
{
    unsigned outer_section = parser->section;
    parser->section = ++parser->sections;
    (void)toml_skip(parser, '{'); // the caller has seen it
    skip_blanks(parser);
    bool empty = toml_skip(parser, '}');
    for (bool more = !empty; more;) {
        if (!read_pair(parser, table, err))
            return false;
        skip_blanks(parser);
        more = toml_skip(parser, ',');
        if (!more && !toml_skip(parser, '}'))
            return toml_input_err(parser, "an inline table without an end", err);
    }
    parser->section = outer_section;
    return true;
}

static bool is_word(uint8_t c)
{
    return is_bare(c) || c == '+' || c == '.' || c == ':';
}

static size_t run_length(span s)
{
    size_t length = 0;
    while (length < s.len && is_word(s.ptr[length]))
        length++;
    return length;
}

// The length of a number, date or boolean; date and time may have one space between them.
static size_t word_length(span s)
{
    size_t length = run_length(s);
    bool has_time = length == 10 && s.ptr[4] == '-' && s.len > 11 && s.ptr[10] == ' ' &&
                    ascii_is_digit(s.ptr[11]);
    return has_time ? 11 + run_length(span_from(s, 11)) : length;
}

static bool read_word(struct toml_parser *parser, struct toml_value *value, struct err *err)
{
    span word = span_first(parser->rest, word_length(parser->rest));
    if (!toml_classify(word, &value->node.kind))
        return err_set(err, ERR_INPUT, "line %u: '%s' is no value", parser->line, quote(word).text);
    parser->rest = span_from(parser->rest, word.len);
    value->node.text = word;
    return true;
}

// Calls itself through arrays and inline tables, at most most_depth deep.
static bool read_value(struct toml_parser *parser, const struct toml_value *outer,
                       struct toml_value **ret, struct err *err)
{
    uint8_t first = toml_peek(parser);
    bool nests = first == '[' || first == '{';
    enum toml_kind kind = first == '[' ? TOML_ARRAY : first == '{' ? TOML_TABLE : TOML_STRING;
    struct toml_value *value = nests ? toml_new_inside(parser, outer, kind, TOML_FROM_VALUE, err)
                                     : toml_new(parser, kind, err);
    if (!value)
        return false;
    *ret = value;
    if (first == '[')
        return read_array(parser, value, err);
    if (first == '{')
        return read_inline_table(parser, value, err);
    if (first == '"' || first == '\'')
        return toml_read_string(parser, &value->node.text, err);
    return read_word(parser, value, err);
}

// ---------------------------------------------------------------- headers and lines

static bool open_table(struct toml_parser *parser, struct toml_value *outer, span key,
                       struct err *err)
{
    struct toml_value *table = find_or_make(parser, outer, key, TOML_FROM_PATH, err);
    if (!table)
        return false;
    if (table->node.kind != TOML_TABLE || table->origin != TOML_FROM_PATH)
        return is_taken(parser, key, err);
    table->origin = TOML_FROM_HEADER;
    parser->current = table;
    return true;
}

static bool open_element(struct toml_parser *parser, struct toml_value *outer, span key,
                         struct err *err)
{
    struct toml_value *array = toml_find(outer, key);
    if (!array) {
        array = toml_new_inside(parser, outer, TOML_ARRAY, TOML_FROM_HEADER, err);
        if (!array || !toml_insert(parser, outer, key, array, err))
            return false;
    }
    if (array->node.kind != TOML_ARRAY || array->origin != TOML_FROM_HEADER)
        return is_taken(parser, key, err);
    struct toml_value *table = toml_new_inside(parser, array, TOML_TABLE, TOML_FROM_HEADER, err);
    if (!table)
        return false;
    toml_append(array, table);
    parser->current = table;
    return true;
}

// [a.b] or [[a.b]]
static bool read_header(struct toml_parser *parser, struct err *err)
{
    struct toml_value *outer = parser->root;
    span key = {0};
    (void)toml_skip(parser, '['); // the caller has seen it
    bool is_element = toml_skip(parser, '[');
    if (!read_key(parser, &key, err))
        return false;
    while (toml_skip(parser, '.'))
        if (!enter_by_header(parser, key, &outer, err) || !read_key(parser, &key, err))
            return false;
    if (!toml_skip(parser, ']') || (is_element && !toml_skip(parser, ']')))
        return toml_input_err(parser, "a header without an end", err);
    parser->section = ++parser->sections;
    return is_element ? open_element(parser, outer, key, err) : open_table(parser, outer, key, err);
}

static bool read_line(struct toml_parser *parser, struct err *err)
{
    skip_blanks(parser);
    uint8_t first = toml_peek(parser);
    bool empty = first == '#' || first == '\r' || first == '\n' || parser->rest.len == 0;
    if (first == '[' && !read_header(parser, err))
        return false;
    if (first != '[' && !empty && !read_pair(parser, parser->current, err))
        return false;
    return skip_line_end(parser) ||
           toml_input_err(parser, "something stands behind what could end the line", err);
}

static bool parse(struct toml_parser *parser, struct err *err)
{
    if (!toml_check_characters(parser->rest, err))
        return false;
    parser->root = toml_new_inside(parser, NULL, TOML_TABLE, TOML_FROM_HEADER, err);
    if (!parser->root)
        return false;
    parser->current = parser->root;
    while (parser->rest.len)
        if (!read_line(parser, err))
            return false;
    return true;
}

bool toml_parse(span text, const struct limits *limits, struct arena *mem, const struct toml **ret,
                struct err *err)
{
    static const span byte_order_mark = S("\xef\xbb\xbf");
    struct toml_parser parser = {.line = 1, .most_depth = limits->depth, .mem = mem};
    if (text.len > limits->document_bytes)
        return err_set(err, ERR_LIMIT, "toml: %zu bytes, at most %llu are read", text.len,
                       (unsigned long long)limits->document_bytes);
    bool marked = span_starts_with(text, byte_order_mark);
    parser.rest = marked ? span_from(text, byte_order_mark.len) : text;
    if (!parse(&parser, err))
        return err_add(err, "toml");
    *ret = &parser.root->node;
    return true;
}
