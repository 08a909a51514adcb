#include "fuzz_inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inventory(S("var/lib/dpkg/status"), data, size);
    fuzz_inventory(S("var/lib/dpkg/status.d/x"), data, size);
    return 0;
}
