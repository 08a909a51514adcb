// feed_redhat_vex: Red Hat's VEX documents.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_redhat_cve, "2024/cve-2024-0001.json", data, size);
    return 0;
}
