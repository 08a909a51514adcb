// feed_nvd: entries of NVD's feeds, versions 1.1 and 2.0.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_nvd, "nvd.json", data, size);
    return 0;
}
