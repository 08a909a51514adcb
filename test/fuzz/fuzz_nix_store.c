#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What is looked at is the name of the directory, not what is in the file.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct text path = {0};
    if (!mem)
        return 0;
    text_init(&path, mem, 1 << 16);
    text_add(&path, S("nix/store/"));
    text_add(&path, span_of(data, size));
    text_add(&path, S("/bin/x"));
    if (text_ok(&path))
        fuzz_catalog(text_span(&path), (const uint8_t *)"x", 1);
    return 0;
}
