// spdx_expression: whatever anybody says becomes an expression, and an expression in canonical form
// stays it.
#include "format/spdx/spdx.h"

#include <stdlib.h>

enum { BUDGET = 1 << 24 };

static span write_again(span text, struct arena *mem)
{
    struct spdx_expression *expression = NULL;
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    if (!spdx_parse(text, mem, &expression, NULL))
        abort();
    spdx_write(expression, &out);
    return text_span(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    span found = {0};
    if (size == 0 || size > 4096)
        return 0;
    enum spdx_speaker speaker = (enum spdx_speaker)(data[0] % (SPDX_CARGO + 1));
    if (!spdx_normalise(span_of(data + 1, size - 1), speaker, mem, &found))
        return 0;
    if (found.len && !span_equal(write_again(found, mem), found))
        abort();
    return 0;
}
