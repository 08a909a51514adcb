// feed_gentoo: Gentoo's announcements, native and rendered.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_gentoo, "glsa-201908-28.xml", data, size);
    fuzz_translator(translate_gentoo, "2019/GLSA-201908-28.json", data, size);
    return 0;
}
