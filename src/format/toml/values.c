// The tree of values. Members of a table are found by an AA tree (Andersson, "Balanced search trees
// made simple", 1993): without one, a hostile table of a million keys would take a million million
// comparisons, and a hash table can be aimed at.
#include "format/toml/toml_inner.h"

struct toml_value *toml_new(struct toml_parser *parser, enum toml_kind kind, struct err *err)
{
    struct toml_value *value = ARENA_NEW(parser->mem, struct toml_value);
    if (!value) {
        (void)arena_err(parser->mem, err, "values"); // null says it
        return NULL;
    }
    *value = (struct toml_value){.node = {.kind = kind, .line = parser->line}};
    return value;
}

struct toml_value *toml_new_inside(struct toml_parser *parser, const struct toml_value *outer,
                                   enum toml_kind kind, enum toml_origin origin, struct err *err)
{
    unsigned depth = outer ? outer->depth + 1 : 1;
    if (depth > parser->most_depth) {
        (void)err_set(err, ERR_LIMIT, "line %u: nested too deep", parser->line); // null says it
        return NULL;
    }
    struct toml_value *value = toml_new(parser, kind, err);
    if (!value)
        return NULL;
    value->depth = depth;
    value->origin = origin;
    value->section = parser->section;
    return value;
}

void toml_append(struct toml_value *outer, struct toml_value *value)
{
    if (outer->last)
        outer->last->node.next = &value->node;
    else
        outer->node.first = &value->node;
    outer->last = value;
}

// ---------------------------------------------------------------- members by key

struct toml_value *toml_find(const struct toml_value *table, span key)
{
    struct toml_value *at = table->members;
    while (at) {
        int order = span_compare(key, at->node.key);
        if (order == 0)
            return at;
        at = order < 0 ? at->left : at->right;
    }
    return NULL;
}

static struct toml_value *skew(struct toml_value *top)
{
    struct toml_value *left = top->left;
    if (!left || left->level != top->level)
        return top;
    top->left = left->right;
    left->right = top;
    return left;
}

static struct toml_value *split(struct toml_value *top)
{
    struct toml_value *right = top->right;
    if (!right || !right->right || right->right->level != top->level)
        return top;
    top->right = right->left;
    right->left = top;
    right->level++;
    return right;
}

// Calls itself at most twice the logarithm of the number of members deep.
static struct toml_value *insert_below(struct toml_value *top, struct toml_value *value)
{
    if (!top)
        return value;
    if (span_compare(value->node.key, top->node.key) < 0)
        top->left = insert_below(top->left, value);
    else
        top->right = insert_below(top->right, value);
    return split(skew(top));
}

bool toml_insert(struct toml_parser *parser, struct toml_value *table, span key,
                 struct toml_value *value, struct err *err)
{
    if (toml_find(table, key))
        return err_set(err, ERR_INPUT, "line %u: '%s' is there already", parser->line,
                       quote(key).text);
    value->node.key = key;
    value->level = 1;
    table->members = insert_below(table->members, value);
    toml_append(table, value);
    return true;
}

// ---------------------------------------------------------------- look-ups

const struct toml *toml_get(const struct toml *table, span key)
{
    if (!table || table->kind != TOML_TABLE)
        return NULL;
    // Every value that is given out is the first member of a struct toml_value.
    const struct toml_value *found = toml_find((const struct toml_value *)(const void *)table, key);
    return found ? &found->node : NULL;
}

span toml_get_text(const struct toml *table, span key)
{
    const struct toml *value = toml_get(table, key);
    return value && value->kind == TOML_STRING ? value->text : (span){0};
}
