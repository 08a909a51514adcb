#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_listing((struct file){0}, S("lib/apk/db/installed"), data, size);
    return 0;
}
