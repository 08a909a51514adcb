// pe: any bytes give sections or an error.
#include "format/pe/pe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    struct content content = content_of(span_of(data, size));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct pe pe = {0};
    struct pe_section section = {0};
    if (mem && pe_open(&content, &limits, mem, &pe, NULL))
        (void)pe_find_section(&pe, S(".none"), &section);
    return 0;
}
