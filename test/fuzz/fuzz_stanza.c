#include "format/stanza/stanza.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const span keys[] = {S("Package"), S("Version")};
    const struct stanza_syntax syntax = {.keys = keys, .count = 2, .any_case = true};
    struct stanzas stanzas = {.rest = span_of(data, size)};
    span values[2] = {{0}};
    size_t line = 0;
    while (stanza_next(&stanzas, &syntax, values, &line))
        assert(values[0].len + values[1].len <= size && line <= stanzas.line);
    return 0;
}
