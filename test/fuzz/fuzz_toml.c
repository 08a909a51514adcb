// toml: whatever is accepted is a tree within its limits, whose lines are lines of the text and
// whose keys are there once.
#include "format/toml/toml.h"

#include <stdlib.h>

enum { BUDGET = 1 << 24 };

static void walk(const struct toml *value, size_t lines, uint64_t depth)
{
    bool nests = value->kind == TOML_ARRAY || value->kind == TOML_TABLE;
    if (value->line < 1 || value->line > lines || (nests && depth == 0))
        abort();
    if (nests ? value->text.len != 0 : value->first != NULL)
        abort();
    for (const struct toml *each = value->first; each; each = each->next) {
        if (value->kind == TOML_TABLE && toml_get(value, each->key) != each)
            abort();
        walk(each, lines, depth - 1);
    }
}

static size_t count_lines(span text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct limits limits = limits_default();
    const struct toml *root = NULL;
    span text = span_of(data, size);
    if (toml_parse(text, &limits, mem, &root, NULL))
        walk(root, count_lines(text), limits.depth);
    return 0;
}
