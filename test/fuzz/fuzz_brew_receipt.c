#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_catalog(S("Cellar/jq/1.7.1/INSTALL_RECEIPT.json"), data, size);
    return 0;
}
