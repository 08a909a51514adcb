#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_catalog(S("root/.opam/4.14.1/.opam-switch/packages/dune.3.6.1/opam"), data, size);
    return 0;
}
