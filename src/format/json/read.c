#include "format/json/json.h"

#include <jansson.h>

// jansson tests types by macros of these names.
#undef json_is_true
#undef json_is_false
#undef json_is_object
#undef json_is_array
#undef json_is_string

// struct json is never defined: a pointer to it is a json_t in disguise.
static json_t *inner(const struct json *json)
{
    return (json_t *)(uintptr_t)json;
}

static struct json *outer(json_t *json)
{
    return (struct json *)json;
}

enum { MOST_DEPTH = 512 };

// jansson recurses; a text nested deeper than this must not reach it.
static bool depth_is_sane(span text)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > MOST_DEPTH)
                return false;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
    }
    return true;
}

static bool parse_err(const json_error_t *error, struct err *err)
{
    // jansson has no words for most allocations that fail.
    if (json_error_code(error) == json_error_out_of_memory || !error->text[0])
        return err_set(err, ERR_MEMORY, "json: out of memory");
    return err_set(err, ERR_INPUT, "json: line %d: %s", error->line,
                   quote(span_of_text(error->text)).text);
}

static bool parse(span text, uint64_t most_bytes, size_t flags, struct json **ret, struct err *err)
{
    if (text.len > most_bytes)
        return err_set(err, ERR_LIMIT, "json: %zu bytes, at most %llu are read", text.len,
                       (unsigned long long)most_bytes);
    if (text.len == 0)
        return err_set(err, ERR_INPUT, "json: the document is empty");
    // jansson loses a NUL that follows a number; none may stand in a text (RFC 8259, section 2).
    if (span_find(text, '\0') != SPAN_NONE)
        return err_set(err, ERR_INPUT, "json: a NUL byte in the text");
    if (!depth_is_sane(text))
        return err_set(err, ERR_INPUT, "json: nested deeper than %d", MOST_DEPTH);
    json_error_t error = {0};
    json_t *json = json_loadb((const char *)text.ptr, text.len, flags | JSON_DECODE_ANY, &error);
    if (!json)
        return parse_err(&error, err);
    *ret = outer(json);
    return true;
}

bool json_parse(span text, uint64_t most_bytes, struct json **ret, struct err *err)
{
    return parse(text, most_bytes, JSON_ALLOW_NUL, ret, err);
}

bool json_parse_strict(span text, uint64_t most_bytes, struct json **ret, struct err *err)
{
    return parse(text, most_bytes, JSON_REJECT_DUPLICATES, ret, err);
}

void json_free(struct json *document)
{
    json_decref(inner(document));
}

void json_cleanup(struct json **document)
{
    json_free(*document);
}

const struct json *json_get(const struct json *object, const char *key)
{
    return outer(json_object_get(inner(object), key));
}

const struct json *json_at(const struct json *array, size_t index)
{
    return outer(json_array_get(inner(array), index));
}

size_t json_count(const struct json *array)
{
    return json_array_size(inner(array));
}

span json_text(const struct json *string)
{
    return span_of(json_string_value(inner(string)), json_string_length(inner(string)));
}

span json_get_text(const struct json *object, const char *key)
{
    return json_text(json_get(object, key));
}

bool json_u64(const struct json *number, uint64_t *ret)
{
    json_t *value = inner(number);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *ret = (uint64_t)json_integer_value(value);
    return true;
}

bool json_get_u64(const struct json *object, const char *key, uint64_t *ret)
{
    return json_u64(json_get(object, key), ret);
}

bool json_number(const struct json *number, double *ret)
{
    if (!json_is_number(inner(number)))
        return false;
    *ret = json_number_value(inner(number));
    return true;
}

static bool has_type(const struct json *value, json_type type)
{
    return value && json_typeof(inner(value)) == type;
}

bool json_is_true(const struct json *value)
{
    return has_type(value, JSON_TRUE);
}

bool json_is_false(const struct json *value)
{
    return has_type(value, JSON_FALSE);
}

bool json_is_object(const struct json *value)
{
    return has_type(value, JSON_OBJECT);
}

bool json_is_array(const struct json *value)
{
    return has_type(value, JSON_ARRAY);
}

bool json_is_string(const struct json *value)
{
    return has_type(value, JSON_STRING);
}

bool json_next(const struct json *object, struct json_member *member)
{
    if (!has_type(object, JSON_OBJECT))
        return false;
    member->at = member->at ? json_object_iter_next(inner(object), member->at)
                            : json_object_iter(inner(object));
    if (!member->at)
        return false;
    const char *key = json_object_iter_key(member->at);
    member->key = span_of(key, json_object_iter_key_len(member->at));
    member->value = outer(json_object_iter_value(member->at));
    return true;
}
