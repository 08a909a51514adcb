// feed_nvd_overrides: configurations in the place of NVD's.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_nvd_overrides, "data/2024/CVE-2024-0001.json", data, size);
    return 0;
}
