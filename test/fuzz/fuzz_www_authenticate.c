// What a registry asks for: net/challenge.c.
#include "net/auth_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct challenge challenge = {0};
    if (!mem)
        return 0;
    (void)challenge_parse(span_of(data, size), mem, &challenge, NULL); // any answer will do
    return 0;
}
