#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_catalog(S("root/.pub-cache/hosted/pub.dev/args-2.4.2/pubspec.yaml"), data, size);
    return 0;
}
