// feed_redhat_cve: Red Hat's record of one CVE.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_redhat_cve, "CVE-2024-0001.json", data, size);
    return 0;
}
