// trivyignore_yaml: an ignore file of Trivy's in YAML.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_ignore(".trivyignore.yaml", data, size);
}
