// feed_osv: an OSV record, as each distribution that publishes in it is read.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_debian, "CVE-2024-0001.json", data, size);
    fuzz_translator(translate_alpine_osv, "CVE-2024-0001.json", data, size);
    fuzz_translator(translate_redhat_osv, "RHSA-2024:0001.json", data, size);
    fuzz_translator(translate_almalinux_osv, "ALSA-2024:0001.json", data, size);
    fuzz_translator(translate_suse, "SUSE-SU-2024:0001-1.json", data, size);
    return 0;
}
