// feed_purl2cpe: lists of the packages of a product.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_purl2cpe, "data/haxx/curl/purls.yml", data, size);
    return 0;
}
