// feed_bulletins: bulletins of Amazon Linux, Rocky Linux (updateinfo.xml) and Arch Linux.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_amazon, "2/extras/docker/2024/ALAS2DOCKER-2024-1.json", data, size);
    fuzz_translator(translate_amazon, "2_core_latest_x86_64_mirror.list", data, size);
    fuzz_translator(translate_rocky, "rocky_9_BaseOS_repodata_repomd.xml", data, size);
    fuzz_translator(translate_arch, "AVG-1.json", data, size);
    return 0;
}
