#include "format/xml/xml.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

// An element whose end has not come.
struct open_element {
    struct xml_node *node;
    struct xml_node *last; // child
    struct text text;
};

struct reading {
    XML_Parser parser;
    const struct limits *limits;
    struct arena *mem;          // of elements
    struct open_element *stack; // limits->depth elements
    size_t depth;
    struct xml_node *root;
    struct err failure;
    // Of xml_each: without a visitor the whole document is one element.
    span wanted;
    xml_visitor *visit;
    void *self;
};

// expat calls back once more after being told to stop: only the first reason is kept.
static void stop(struct reading *reading, enum err_kind kind, const char *why)
{
    if (reading->failure.kind != ERR_NONE)
        return;
    (void)err_set(&reading->failure, kind, "xml: line %lu: %s",
                  (unsigned long)XML_GetCurrentLineNumber(reading->parser), why);
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

static void stop_full(struct reading *reading)
{
    stop(reading, ERR_LIMIT, "no room for the document");
}

// ---------------------------------------------------------------- elements

static span without_prefix(const char *qualified)
{
    span name = span_of_text(qualified);
    size_t colon = span_find_last(name, ':');
    return colon == SPAN_NONE ? name : span_from(name, colon + 1);
}

static bool copy_name(struct reading *reading, const char *qualified, span *ret)
{
    return arena_span(reading->mem, without_prefix(qualified), ret);
}

static bool copy_attributes(struct reading *reading, const char **pairs, struct xml_node *node)
{
    size_t count = 0;
    while (pairs[2 * count])
        count++;
    struct xml_attribute *attributes = arena_array(reading->mem, count, sizeof *attributes);
    for (size_t i = 0; attributes && i < count; i++)
        if (!copy_name(reading, pairs[2 * i], &attributes[i].name) ||
            !arena_span(reading->mem, span_of_text(pairs[2 * i + 1]), &attributes[i].value))
            return false;
    node->attributes = attributes;
    node->attribute_count = count;
    return attributes;
}

static void link_node(struct reading *reading, struct xml_node *node)
{
    if (reading->depth == 0) {
        reading->root = node;
        return;
    }
    struct open_element *parent = &reading->stack[reading->depth - 1];
    if (parent->last)
        parent->last->next = node;
    else
        parent->node->first = node;
    parent->last = node;
}

// Outside of the elements that are wanted nothing is kept.
static bool is_passed_over(const struct reading *reading, const char *qualified)
{
    return reading->visit && reading->depth == 0 &&
           !span_equal(reading->wanted, without_prefix(qualified));
}

static void on_start(void *self, const char *name, const char **attributes)
{
    struct reading *reading = self;
    if (reading->failure.kind != ERR_NONE || is_passed_over(reading, name))
        return;
    if (reading->depth == reading->limits->depth) {
        stop(reading, ERR_LIMIT, "elements are nested too deeply");
        return;
    }
    struct xml_node *node = ARENA_NEW(reading->mem, struct xml_node);
    if (!node || !copy_name(reading, name, &node->name) ||
        !copy_attributes(reading, attributes, node)) {
        stop_full(reading);
        return;
    }
    link_node(reading, node);
    struct open_element *open = &reading->stack[reading->depth++];
    *open = (struct open_element){.node = node};
    text_init(&open->text, reading->mem, SIZE_MAX);
}

static void show(struct reading *reading)
{
    struct err failure = {0};
    if (!reading->visit(reading->self, reading->root, &failure)) {
        reading->failure = failure;
        (void)XML_StopParser(reading->parser, XML_FALSE);
    }
    arena_reset(reading->mem);
}

static void on_end(void *self, const char *name)
{
    struct reading *reading = self;
    (void)name; // expat has compared it
    if (reading->failure.kind != ERR_NONE || reading->depth == 0)
        return;
    struct open_element *open = &reading->stack[--reading->depth];
    open->node->text = span_trim(text_span(&open->text));
    if (!text_ok(&open->text))
        stop_full(reading);
    else if (reading->visit && reading->depth == 0)
        show(reading);
}

// White space between elements is most of a document, and nothing.
static void on_text(void *self, const char *bytes, int len)
{
    struct reading *reading = self;
    if (reading->failure.kind != ERR_NONE || reading->depth == 0)
        return;
    struct text *text = &reading->stack[reading->depth - 1].text;
    span piece = span_of(bytes, (size_t)len);
    if (text->len || span_trim(piece).len)
        text_add(text, piece);
}

static void on_entity(void *self, const char *name, int is_parameter, const char *value, int len,
                      const char *base, const char *system_id, const char *public_id,
                      const char *notation)
{
    (void)name;
    (void)is_parameter;
    (void)value;
    (void)len;
    (void)base;
    (void)system_id;
    (void)public_id;
    (void)notation;
    stop(self, ERR_UNSUPPORTED, "declares an entity");
}

// ---------------------------------------------------------------- documents

static void parser_cleanup(XML_Parser *parser)
{
    XML_ParserFree(*parser);
}

static bool begin(struct reading *reading, struct arena *mem, struct err *err)
{
    if (reading->limits->depth > INT_MAX)
        return err_set(err, ERR_LIMIT, "xml: the limit of the depth is no depth");
    reading->stack = arena_array(mem, (size_t)reading->limits->depth, sizeof *reading->stack);
    if (!reading->stack)
        return arena_err(mem, err, "xml");
    XML_Parser parser = reading->parser;
    // Its own would ask the kernel, which the worker may not; the address is as hard to guess.
    (void)XML_SetHashSalt(parser, (unsigned long)(uintptr_t)parser);
    XML_SetUserData(parser, reading);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetEntityDeclHandler(parser, on_entity);
    return true;
}

static bool read_document(struct reading *reading, span document, struct arena *mem,
                          struct err *err)
{
    if (document.len > reading->limits->document_bytes || document.len > INT_MAX)
        return err_set(err, ERR_LIMIT, "xml: %zu bytes are more than is read", document.len);
    CLEANUP(parser_cleanup) XML_Parser parser = XML_ParserCreate(NULL);
    if (!parser)
        return err_set(err, ERR_MEMORY, "no memory for an XML parser");
    reading->parser = parser;
    if (!begin(reading, mem, err))
        return false;
    enum XML_Status status =
        XML_Parse(parser, (const char *)document.ptr, (int)document.len, XML_TRUE);
    if (reading->failure.kind != ERR_NONE)
        return err_copy(err, &reading->failure);
    enum XML_Error code = XML_GetErrorCode(parser);
    return status == XML_STATUS_OK ||
           err_set(err, code == XML_ERROR_NO_MEMORY ? ERR_MEMORY : ERR_INPUT, "xml: line %lu: %s",
                   (unsigned long)XML_GetCurrentLineNumber(parser), XML_ErrorString(code));
}

bool xml_parse(span document, const struct limits *limits, struct arena *mem,
               const struct xml_node **ret, struct err *err)
{
    struct reading reading = {.limits = limits, .mem = mem};
    if (!read_document(&reading, document, mem, err))
        return false;
    *ret = reading.root;
    return true;
}

bool xml_each(span document, const char *name, const struct limits *limits, struct arena *mem,
              struct arena *each, xml_visitor *visit, void *self, struct err *err)
{
    struct reading reading = {
        .limits = limits,
        .mem = each,
        .wanted = span_of_text(name),
        .visit = visit,
        .self = self,
    };
    return read_document(&reading, document, mem, err);
}

// ---------------------------------------------------------------- look-ups

static const struct xml_node *named(const struct xml_node *node, span name)
{
    while (node && !span_equal(node->name, name))
        node = node->next;
    return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    return node ? named(node->first, span_of_text(name)) : NULL;
}

const struct xml_node *xml_again(const struct xml_node *node)
{
    return node ? named(node->next, node->name) : NULL;
}

span xml_text(const struct xml_node *node)
{
    return node ? node->text : (span){0};
}

span xml_child_text(const struct xml_node *node, const char *name)
{
    return xml_text(xml_child(node, name));
}

span xml_attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node && i < node->attribute_count; i++)
        if (span_equal(node->attributes[i].name, span_of_text(name)))
            return node->attributes[i].value;
    return (span){0};
}
