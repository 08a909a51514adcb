// cyclonedx_vex: a CycloneDX document with an analysis of vulnerabilities.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_vex(data, size);
}
