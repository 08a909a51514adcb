// feed_cve5: CVE records, JSON 5.x.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_cve5, "2024/CVE-2024-0001.json", data, size);
    return 0;
}
