#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct package package = {.type = S("pypi"), .name = S("a"), .version = S("1")};
    static const struct insight insight = {.packages = &package, .package_count = 1};
    struct file known = {.path = S("opt/lib/site-packages/a-1.dist-info/METADATA"),
                         .type = FILE_REGULAR,
                         .insight = &insight};
    fuzz_listing(known, S("opt/lib/site-packages/a-1.dist-info/RECORD"), data, size);
    return 0;
}
