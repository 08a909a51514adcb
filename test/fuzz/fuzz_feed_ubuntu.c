// feed_ubuntu: a record of the Ubuntu CVE Tracker.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_ubuntu, "CVE-2024-0001.json", data, size);
    fuzz_translator(translate_ubuntu, "active/CVE-2024-0001", data, size);
    return 0;
}
