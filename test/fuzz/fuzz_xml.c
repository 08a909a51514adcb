#include "format/xml/xml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The tree holds no more text than the document, whatever that says.
static size_t text_of(const struct xml_node *node)
{
    size_t len = 0;
    for (; node; node = node->next)
        len += node->text.len + text_of(node->first); // no deeper than limits->depth
    return len;
}

static bool count(void *self, const struct xml_node *element, struct err *err)
{
    size_t *text = self;
    (void)err;
    *text += element->text.len + text_of(element->first);
    return true;
}

// Element by element there is no more than in the whole.
static void check_each(span document, const struct limits *limits, size_t whole)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    CLEANUP(arena_cleanup) struct arena *each = arena_new(1 << 26);
    size_t text = 0;
    if (mem && each && xml_each(document, "a", limits, mem, each, count, &text, NULL) &&
        text > whole)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    const struct xml_node *root = NULL;
    struct err err = {0};
    if (!mem)
        return 0;
    if (!xml_parse(span_of(data, size), &limits, mem, &root, &err)) {
        if (err.kind == ERR_NONE)
            abort();
        return 0;
    }
    if (text_of(root) > 3 * size) // Latin-1 and UTF-16 become UTF-8
        abort();
    check_each(span_of(data, size), &limits, text_of(root));
    return 0;
}
