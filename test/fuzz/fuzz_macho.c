// macho: any bytes give segments and sections or an error.
#include "format/macho/macho.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    struct content content = content_of(span_of(data, size));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct macho macho = {0};
    struct macho_part part = {0};
    struct err err = {0};
    if (!mem || !macho_open(&content, &limits, mem, &macho, NULL))
        return 0;
    struct macho_walk walk = {.rest = macho.commands};
    while (macho_next(&macho, &walk, &part, &err))
        continue;
    return 0;
}
