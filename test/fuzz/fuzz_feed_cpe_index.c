// feed_cpe_index: an index of the CPE dictionary by packages.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_cpe_index, "cpe-index.json", data, size);
    return 0;
}
