#include "format/json/json.h"

enum {
    DEPTH_DOCUMENT = 1, // in the outermost object
    DEPTH_LIST = 2,     // in an array that is its member
    MOST_DEPTH = 512,   // as in json_parse
};

void json_items_init(struct json_items *items, bool as_members, struct arena *mem,
                     uint64_t most_bytes)
{
    *items = (struct json_items){.as_members = as_members};
    text_init(&items->item, mem, most_bytes < SIZE_MAX ? (size_t)most_bytes : SIZE_MAX);
}

// The number of bytes of the string at hand, its closing quote included.
static size_t skip_string(struct json_items *items, span text)
{
    size_t at = 0;
    for (; at < text.len && items->in_string; at++) {
        if (items->is_escaped)
            items->is_escaped = false;
        else if (text.ptr[at] == '\\')
            items->is_escaped = true;
        else if (text.ptr[at] == '"')
            items->in_string = false;
    }
    return at;
}

static bool open_bracket(struct json_items *items, bool is_array, struct err *err)
{
    if (items->depth == MOST_DEPTH)
        return err_set(err, ERR_INPUT, "json: nested deeper than %d", MOST_DEPTH);
    if (items->depth == 0 && is_array)
        return err_set(err, ERR_INPUT, "json: an array where an object with one is expected");
    items->depth++;
    return true;
}

static bool close_bracket(struct json_items *items, struct err *err)
{
    if (items->depth == 0)
        return err_set(err, ERR_INPUT, "json: a bracket is closed that nobody opened");
    items->depth--;
    return true;
}

// One byte outside of strings that begins, ends or separates no element.
static bool take_byte(struct json_items *items, uint8_t c, struct err *err)
{
    switch (c) {
    case '"':
        items->in_string = true;
        return true;
    case '{':
    case '[':
        return open_bracket(items, c == '[', err);
    case '}':
    case ']':
        return close_bracket(items, err);
    default:
        return true;
    }
}

// How many brackets are open where the elements are.
static unsigned depth_of_items(const struct json_items *items)
{
    return items->as_members ? DEPTH_DOCUMENT : DEPTH_LIST;
}

// Does this byte begin a list, or separate or end its elements?
static bool is_delimiter(const struct json_items *items, uint8_t c)
{
    if (items->inside)
        return items->depth == depth_of_items(items) &&
               (c == ',' || c == (items->as_members ? '}' : ']'));
    return items->depth + 1 == depth_of_items(items) && c == (items->as_members ? '{' : '[');
}

// Most bytes outside of strings are white space, numbers and words: they are passed over in one go.
static size_t skip_plain(span text)
{
    static const bool ends[256] = {
        ['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true, [','] = true,
    };
    size_t at = 0;
    while (at < text.len && !ends[text.ptr[at]])
        at++;
    return at;
}

// The number of bytes before the next delimiter; all if there is none.
static bool find_delimiter(struct json_items *items, span text, size_t *ret, struct err *err)
{
    size_t at = 0;
    while (at < text.len) {
        if (items->in_string) {
            at += skip_string(items, span_from(text, at));
            continue;
        }
        at += skip_plain(span_from(text, at));
        if (at == text.len || is_delimiter(items, text.ptr[at]))
            break;
        if (!take_byte(items, text.ptr[at], err))
            return false;
        at++;
    }
    *ret = at;
    return true;
}

static void take_delimiter(struct json_items *items, uint8_t c)
{
    if (c == ',')
        return;
    items->inside = c == '[' || c == '{';
    items->found = true;
    items->depth = depth_of_items(items) - (items->inside ? 0 : 1);
}

// A member is put between brackets, which make it an object.
static void add_piece(struct json_items *items, span piece)
{
    if (items->as_members && !items->item.len)
        text_add_byte(&items->item, '{');
    text_add(&items->item, piece);
}

// The element that a delimiter ends; empty when there is none.
static span end_item(struct json_items *items)
{
    span text = text_span(&items->item);
    if (!items->as_members)
        return span_trim(text);
    if (!span_trim(span_from(text, 1)).len)
        return (span){0};
    text_add_byte(&items->item, '}');
    return text_span(&items->item);
}

static bool item_err(const struct json_items *items, struct err *err)
{
    if (items->item.len >= items->item.max / 2)
        return err_set(err, ERR_LIMIT, "json: an element of more than %zu bytes", items->item.max);
    return arena_err(items->item.mem, err, "json: an element");
}

bool json_items_step(struct json_items *items, span *input, span *ret_item, struct err *err)
{
    span item = {0};
    if (items->item_is_given)
        items->item.len = 0;
    items->item_is_given = false;
    while (input->len && !item.len) {
        size_t len = 0;
        if (!find_delimiter(items, *input, &len, err))
            return false;
        if (items->inside)
            add_piece(items, span_first(*input, len));
        if (!text_ok(&items->item))
            return item_err(items, err);
        *input = span_from(*input, len);
        if (!input->len)
            break;
        item = end_item(items);
        if (!text_ok(&items->item))
            return item_err(items, err);
        if (!item.len)
            items->item.len = 0;
        take_delimiter(items, input->ptr[0]);
        *input = span_from(*input, 1);
    }
    items->item_is_given = item.len != 0;
    *ret_item = item;
    return true;
}

bool json_items_finish(const struct json_items *items, struct err *err)
{
    if (items->depth || items->in_string)
        return err_set(err, ERR_INPUT, "json: the document is cut short");
    if (!items->found)
        return err_set(err, ERR_INPUT, "json: the document has no %s",
                       items->as_members ? "members" : "list");
    return true;
}
