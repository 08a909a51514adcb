// openvex: an OpenVEX document, bare or in an attestation.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_vex(data, size);
}
