#include "base/base.h"

struct content content_of(span bytes)
{
    return (struct content){.size = bytes.len, .memory = bytes};
}

bool content_read(const struct content *content, uint64_t offset, uint64_t len, struct arena *mem,
                  span *ret, struct err *err)
{
    if (offset > content->size || len > content->size - offset)
        return err_set(err, ERR_INPUT, "%llu bytes at %llu are behind the end at %llu",
                       (unsigned long long)len, (unsigned long long)offset,
                       (unsigned long long)content->size);
    if (len == 0 || content->memory.len) {
        *ret = span_slice(content->memory, (size_t)offset, (size_t)len);
        return true;
    }
    uint8_t *copy = arena_alloc(mem, (size_t)len);
    if (!copy)
        return arena_err(mem, err, "content");
    if (!content->read(content->self, offset, copy, (size_t)len, err))
        return false;
    *ret = span_of(copy, (size_t)len);
    return true;
}
