// What a process that scans is asked: a request that is read is written again the same.
#include "flow/apart_inner.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct apart_request request = {0};
    struct text out;
    if (!mem || !apart_request_read(span_of(data, size), mem, &request, NULL))
        return 0;
    text_init(&out, mem, SIZE_MAX);
    apart_request_write(&request, &out);
    // Any byte but 1 says that nothing is shared.
    if (text_ok(&out) && text_span(&out).len != size)
        abort();
    return 0;
}
