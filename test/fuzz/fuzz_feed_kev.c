// feed_kev: CISA's catalogue of exploited vulnerabilities.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_kev, "kev.json", data, size);
    fuzz_translator(translate_kev, "kev.csv", data, size);
    return 0;
}
