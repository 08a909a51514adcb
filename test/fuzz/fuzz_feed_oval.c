// feed_oval: an OVAL document, as every publisher of such is read.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_oval, "azurelinux-3.0-oval.xml", data, size);
    return 0;
}
