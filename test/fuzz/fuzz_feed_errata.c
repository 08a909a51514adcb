// feed_errata: errata of AlmaLinux and Rocky Linux.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_almalinux_errata, "8/2024/ALSA-2024:0001.json", data, size);
    fuzz_translator(translate_rocky, "errata/2024/RLSA-2024:0001.json", data, size);
    return 0;
}
