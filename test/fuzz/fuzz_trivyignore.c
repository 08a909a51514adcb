// trivyignore: an ignore file of Trivy's, one id a line.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_ignore(".trivyignore", data, size);
}
