// feed_debian: Debian's tracker: its lists and its JSON.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_debian, "data/CVE/list", data, size);
    fuzz_translator(translate_debian, "debian-tracker.json", data, size);
    return 0;
}
