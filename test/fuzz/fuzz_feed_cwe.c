// feed_cwe: entries of the Common Weakness Enumeration.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_cwe, "weakness/79.json", data, size);
    fuzz_translator(translate_cwe, "cwec_v4.20.xml", data, size);
    return 0;
}
