#include "tuf/tuf_inner.h"

enum { MOST_DEPTH = 16, MOST_MEMBERS = 1 << 20 };

void canonical_add_text(struct text *out, span value)
{
    text_add_byte(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            text_add_byte(out, '\\');
        text_add_byte(out, value.ptr[i]);
    }
    text_add_byte(out, '"');
}

void canonical_add_key(struct text *out, const char *key, bool first)
{
    if (!first)
        text_add_byte(out, ',');
    canonical_add_text(out, span_of_text(key));
    text_add_byte(out, ':');
}

static int compare_members(const void *a, const void *b)
{
    const struct json_member *member_a = a;
    const struct json_member *member_b = b;
    return span_compare(member_a->key, member_b->key);
}

static bool add_value(struct text *out, const struct json *value, unsigned depth);

static bool add_object(struct text *out, const struct json *object, unsigned depth)
{
    struct list members = {0};
    list_init(&members, out->mem, sizeof(struct json_member), MOST_MEMBERS);
    for (struct json_member member = {0}; json_next(object, &member);) {
        struct json_member *kept = LIST_ADD(&members, struct json_member);
        if (!kept)
            return false;
        *kept = member;
    }
    sort_items(members.items, members.count, members.item_size, compare_members);
    text_add_byte(out, '{');
    for (size_t i = 0; i < members.count; i++) {
        const struct json_member *member = LIST_AT(&members, struct json_member, i);
        text_add(out, i ? S(",") : S(""));
        canonical_add_text(out, member->key);
        text_add_byte(out, ':');
        if (!add_value(out, member->value, depth + 1))
            return false;
    }
    text_add_byte(out, '}');
    return true;
}

static bool add_array(struct text *out, const struct json *array, unsigned depth)
{
    text_add_byte(out, '[');
    for (size_t i = 0; i < json_count(array); i++) {
        text_add(out, i ? S(",") : S(""));
        if (!add_value(out, json_at(array, i), depth + 1))
            return false;
    }
    text_add_byte(out, ']');
    return true;
}

static bool add_value(struct text *out, const struct json *value, unsigned depth)
{
    uint64_t number = 0;
    if (depth > MOST_DEPTH)
        return false;
    if (json_is_object(value))
        return add_object(out, value, depth);
    if (json_is_array(value))
        return add_array(out, value, depth);
    if (json_is_string(value))
        canonical_add_text(out, json_text(value));
    else if (json_is_true(value))
        text_add(out, S("true"));
    else if (json_is_false(value))
        text_add(out, S("false"));
    else if (json_u64(value, &number))
        text_add_u64(out, number);
    else
        return false;
    return true;
}

bool canonical_add(struct text *out, const struct json *value)
{
    return add_value(out, value, 0);
}
