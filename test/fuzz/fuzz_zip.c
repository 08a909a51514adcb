#include "format/zip/zip.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What is said to be there is there, and what does not overlap is together no more than the bytes.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct content content = content_of(span_of(data, size));
    struct zip zip = {0};
    uint64_t packed = 0;
    if (!mem || !zip_open(&content, &limits, mem, &zip, NULL))
        return 0;
    for (size_t i = 0; i < zip.count; i++) {
        const struct zip_entry *entry = &zip.entries[i];
        uint64_t offset = 0;
        if (zip_locate(&content, entry, mem, &offset, NULL) &&
            (offset > size || entry->packed_size > size - offset))
            abort();
        packed += entry->overlaps ? 0 : entry->packed_size;
    }
    if (packed > size)
        abort();
    return 0;
}
