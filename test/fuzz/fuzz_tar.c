// tar: an archive reads the same whole and in pieces, and nothing in it makes the reader fall.
#include "tar_dump.h"

#include <stdlib.h>

enum { BUDGET = 64 << 20 };

static span read_all(span archive, size_t piece, struct arena *mem)
{
    struct limits limits = limits_default();
    struct text out;
    limits.header_bytes = 4096;
    limits.layer_entries = 1000;
    text_init(&out, mem, BUDGET);
    tar_dump(archive, piece, &limits, &out);
    return text_span(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    span archive = span_of(data, size);
    size_t piece = size ? 1 + data[0] * 3u : 1;
    if (!span_equal(read_all(archive, size + 1, mem), read_all(archive, piece, mem)))
        abort();
    return 0;
}
