// Payloads of jobs: model/push.c.
#include "model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct push push = {0};
    struct text again = {0};
    if (!mem || !push_read(span_of(data, size), &limits, mem, &push, NULL))
        return 0;
    text_init(&again, mem, 1 << 16);
    push_write(&push, &again);
    assert(!text_ok(&again) || span_equal(text_span(&again), span_of(data, size)));
    return 0;
}
