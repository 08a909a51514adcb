// feed_secdb: Alpine's security database of one repository.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_secdb, "main.json", data, size);
    fuzz_translator(translate_secdb, "yaml-2020/v3.10/main.yaml", data, size);
    return 0;
}
