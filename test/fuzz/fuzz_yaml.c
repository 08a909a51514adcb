// yaml: whatever is accepted is a tree within its limits, whose lines are lines of the text.
#include "format/yaml/yaml.h"

#include <stdlib.h>

enum { BUDGET = 1 << 24 };

static void walk(const struct yaml *node, size_t lines, uint64_t depth)
{
    if (node->line < 1 || node->line > lines)
        abort();
    if (node->kind != YAML_SCALAR && depth == 0)
        abort();
    if (node->kind == YAML_SCALAR ? node->first != NULL : node->text.len != 0)
        abort();
    for (const struct yaml *each = node->first; each; each = each->next)
        walk(each, lines, depth - 1);
}

// YAML 1.2 ends a line with "\n", "\r" or both; counting both is no less.
static size_t count_lines(span text)
{
    size_t lines = 2; // and what is left out at the end stands behind it
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n' || text.ptr[i] == '\r';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct limits limits = limits_default();
    const struct yaml *root = NULL;
    span text = span_of(data, size);
    if (yaml_parse(text, &limits, mem, &root, NULL) && root)
        walk(root, count_lines(text), limits.depth);
    return 0;
}
