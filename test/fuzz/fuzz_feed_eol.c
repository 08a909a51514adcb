// feed_eol: a page of endoflife.date.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_end_of_life, "products/debian.md", data, size);
    fuzz_translator(translate_end_of_life, "products/centos-stream.md", data, size);
    return 0;
}
