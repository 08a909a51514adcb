#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_catalog(S("root/.conan/data/openssl/1.1.1t/_/_/package/6a/conaninfo.txt"), data, size);
    return 0;
}
