#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_listing(dpkg_status(), S("var/lib/dpkg/diversions"), data, size);
    fuzz_listing(dpkg_status(), S("var/lib/dpkg/statoverride"), data, size);
    fuzz_listing(dpkg_status(), S("etc/dpkg/dpkg.cfg"), data, size);
    return 0;
}
