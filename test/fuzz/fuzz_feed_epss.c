// feed_epss: EPSS scores as comma-separated values.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_epss, "epss.csv", data, size);
    return 0;
}
