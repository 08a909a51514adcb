#include "format/yaml/yaml.h"

#include <yaml.h>

// A sequence or mapping whose end has not come yet.
struct open {
    struct open *outer;
    struct yaml *node;
    struct yaml *last;
    bool has_key; // in a mapping: the next value is that of `key`
    span key;
    unsigned key_line;
    unsigned key_column;
};

struct building {
    struct arena *mem;
    uint64_t depth_left;
    unsigned line; // where the last event was
    unsigned column;
    bool has_document;
    struct yaml *root;
    struct open *inner; // null: at the top
};

// ---------------------------------------------------------------- events

static unsigned line_of(yaml_mark_t mark)
{
    return (unsigned)mark.line + 1;
}

static bool is_decorated(const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        return event->data.scalar.anchor || event->data.scalar.tag;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return event->data.sequence_start.anchor || event->data.sequence_start.tag;
    if (event->type == YAML_MAPPING_START_EVENT)
        return event->data.mapping_start.anchor || event->data.mapping_start.tag;
    return event->type == YAML_ALIAS_EVENT;
}

// ---------------------------------------------------------------- values

// A new value where the document has got to.
static struct yaml *add_value(struct building *building, enum yaml_kind kind)
{
    struct open *inner = building->inner;
    struct yaml *node = ARENA_NEW(building->mem, struct yaml);
    if (!node)
        return NULL;
    *node = (struct yaml){.kind = kind, .line = building->line, .column = building->column};
    if (!inner) {
        building->root = node;
        return node;
    }
    if (inner->last)
        inner->last->next = node;
    else
        inner->node->first = node;
    inner->last = node;
    if (inner->has_key) {
        node->key = inner->key;
        node->key_line = inner->key_line;
        node->key_column = inner->key_column;
    }
    inner->has_key = false;
    return node;
}

static bool wants_key(const struct building *building)
{
    const struct open *inner = building->inner;
    return inner && inner->node->kind == YAML_MAPPING && !inner->has_key;
}

static bool add_scalar(struct building *building, const yaml_event_t *event, struct err *err)
{
    span text = {0};
    if (!arena_span(building->mem, span_of(event->data.scalar.value, event->data.scalar.length),
                    &text))
        return arena_err(building->mem, err, "yaml");
    if (wants_key(building)) {
        building->inner->key = text;
        building->inner->key_line = building->line;
        building->inner->key_column = building->column;
        building->inner->has_key = true;
        return true;
    }
    struct yaml *node = add_value(building, YAML_SCALAR);
    if (!node)
        return arena_err(building->mem, err, "yaml");
    node->text = text;
    return true;
}

static bool begin(struct building *building, enum yaml_kind kind, struct err *err)
{
    if (wants_key(building))
        return err_set(err, ERR_UNSUPPORTED, "line %u: a key that is no text", building->line);
    if (building->depth_left == 0)
        return err_set(err, ERR_LIMIT, "line %u: nested too deep", building->line);
    struct open *open = ARENA_NEW(building->mem, struct open);
    struct yaml *node = add_value(building, kind);
    if (!open || !node)
        return arena_err(building->mem, err, "yaml");
    *open = (struct open){.outer = building->inner, .node = node};
    building->inner = open;
    building->depth_left--;
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    const struct yaml *const *left = a;
    const struct yaml *const *right = b;
    return span_compare((*left)->key, (*right)->key);
}

static bool check_keys(const struct yaml *mapping, struct arena *mem, struct err *err)
{
    size_t count = 0;
    for (const struct yaml *each = mapping->first; each; each = each->next)
        count++;
    const struct yaml **sorted = arena_array(mem, count, sizeof(struct yaml *));
    if (!sorted)
        return arena_err(mem, err, "yaml");
    size_t at = 0;
    for (const struct yaml *each = mapping->first; each; each = each->next)
        sorted[at++] = each;
    sort_items(sorted, count, sizeof(struct yaml *), compare_keys);
    for (size_t i = 1; i < count; i++)
        if (span_equal(sorted[i - 1]->key, sorted[i]->key))
            return err_set(err, ERR_INPUT, "line %u: '%s' is there already", sorted[i]->line,
                           quote(sorted[i]->key).text);
    return true;
}

static bool end(struct building *building, struct err *err)
{
    struct open *inner = building->inner;
    assert(inner); // libyaml ends only what has begun
    building->inner = inner->outer;
    building->depth_left++;
    return inner->node->kind != YAML_MAPPING || check_keys(inner->node, building->mem, err);
}

// ---------------------------------------------------------------- documents

static bool begin_document(struct building *building, struct err *err)
{
    if (building->has_document)
        return err_set(err, ERR_INPUT, "line %u: a second document", building->line);
    building->has_document = true;
    return true;
}

static bool take_event(struct building *building, const yaml_event_t *event, struct err *err)
{
    building->line = line_of(event->start_mark);
    building->column = (unsigned)event->start_mark.column + 1;
    if (is_decorated(event))
        return err_set(err, ERR_UNSUPPORTED, "line %u: an anchor, alias or tag", building->line);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return begin_document(building, err);
    case YAML_SCALAR_EVENT:
        return add_scalar(building, event, err);
    case YAML_SEQUENCE_START_EVENT:
        return begin(building, YAML_SEQUENCE, err);
    case YAML_MAPPING_START_EVENT:
        return begin(building, YAML_MAPPING, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end(building, err);
    case YAML_ALIAS_EVENT: // refused above
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

static bool parse_err(const yaml_parser_t *parser, struct err *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return err_set(err, ERR_MEMORY, "out of memory");
    return err_set(err, ERR_INPUT, "line %u: %s", line_of(parser->problem_mark),
                   parser->problem ? parser->problem : "this is no YAML");
}

static bool parse(yaml_parser_t *parser, struct building *building, struct err *err)
{
    bool more = true;
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return parse_err(parser, err);
        more = event.type != YAML_STREAM_END_EVENT;
        bool ok = take_event(building, &event, err);
        yaml_event_delete(&event);
        if (!ok)
            return false;
    }
    return true;
}

bool yaml_parse(span text, const struct limits *limits, struct arena *mem, const struct yaml **ret,
                struct err *err)
{
    struct building building = {.mem = mem, .depth_left = limits->depth, .line = 1};
    if (text.len > limits->document_bytes)
        return err_set(err, ERR_LIMIT, "yaml: %zu bytes, at most %llu are read", text.len,
                       (unsigned long long)limits->document_bytes);
    if (text.len == 0) {
        *ret = NULL; // and libyaml wants a pointer
        return true;
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return err_set(err, ERR_MEMORY, "yaml: out of memory");
    yaml_parser_set_input_string(&parser, text.ptr, text.len);
    bool ok = parse(&parser, &building, err);
    yaml_parser_delete(&parser);
    if (!ok)
        return err_add(err, "yaml");
    *ret = building.root;
    return true;
}
