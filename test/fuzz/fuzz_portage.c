#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_catalog(S("var/db/pkg/sys-libs/glibc-2.35-r11/PF"), data, size);
    return 0;
}
