// Whatever message_read accepts must be written back as the same bytes.
#include "model/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct message message = {0};
    struct text back = {0};
    if (!mem || !message_read(span_of(data, size), &limits, mem, &message, NULL))
        return 0;
    text_init(&back, mem, SIZE_MAX);
    message_write(&message, &back);
    if (text_ok(&back) && !span_equal(text_span(&back), span_of(data, size)))
        abort();
    return 0;
}
