// Whatever project_rules_read accepts must be written back as the same bytes.
#include "model/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct project_rules rules = {0};
    struct text back = {0};
    if (!mem || !project_rules_read(span_of(data, size), mem, &rules, NULL))
        return 0;
    text_init(&back, mem, SIZE_MAX);
    project_rules_write(&rules, &back);
    if (text_ok(&back) && !span_equal(text_span(&back), span_of(data, size)))
        abort();
    return 0;
}
