#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_listing((struct file){0}, S("var/lib/rpm/Packages.db"), data, size);
    return 0;
}
