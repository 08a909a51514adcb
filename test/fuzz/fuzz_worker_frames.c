// What a worker that was taken over could say: a failure, and a request that is written again the
// same when it is read.
#include "flow/worker_inner.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    span payload = span_of(data, size);
    struct layer_request request = {0};
    struct err failure = {0};
    uint32_t index = 0;
    struct text out;
    if (!mem)
        return 0;
    (void)failure_read(payload, &index, &failure, NULL); // whatever it says
    text_init(&out, mem, SIZE_MAX);
    if (!layer_request_read(payload, &request, NULL))
        return 0;
    layer_request_write(&request, &out);
    // Any byte but 0 is true, and is written as 1.
    if (text_ok(&out) && text_span(&out).len != size)
        abort();
    return 0;
}
