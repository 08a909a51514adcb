#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_listing(dpkg_status(), S("var/lib/dpkg/info/a.md5sums"), data, size);
    return 0;
}
