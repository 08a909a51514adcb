#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_catalog(S("var/lib/gems/3.1.0/specifications/x-1.gemspec"), data, size);
    return 0;
}
