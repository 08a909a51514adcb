#include "fuzz_inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inventory(S("usr/share/buildinfo/content-sets.json"), data, size);
    return 0;
}
