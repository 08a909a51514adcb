// plimsollignore: an ignore file of Plimsoll's own.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_ignore(".plimsollignore", data, size);
}
