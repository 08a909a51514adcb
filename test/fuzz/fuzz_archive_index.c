// The members of an image archive: scan/source/archive_index.c.
#include <stdlib.h>
#include <string.h>

#include "scan/source/archive_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool memory_read(void *self, uint64_t offset, void *buffer, size_t len, size_t *ret_len,
                        struct err *err)
{
    (void)err; // memory does not fail
    span part = span_slice(*(const span *)self, offset, len);
    if (part.len)
        memcpy(buffer, part.ptr, part.len);
    *ret_len = part.len;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    const struct limits limits = limits_default();
    span all = span_of(data, size);
    struct bytes_at bytes = {.self = &all, .read = memory_read};
    struct archive_index index = {0};
    const struct member *member = NULL;
    if (!mem || !archive_index_read(&bytes, &limits, mem, &index, NULL))
        return 0;
    if (index.members.count > size / 512)
        abort(); // every member takes a block
    (void)archive_index_find(&index, S("manifest.json"), &limits, mem, &member, NULL); // any answer
    return 0;
}
