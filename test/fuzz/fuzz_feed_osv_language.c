// feed_osv_language: an OSV record, as JSON and as YAML, as each database of a language reads it.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_ghsa, "GHSA-1.json", data, size);
    fuzz_translator(translate_malicious, "npm/MAL-2024-1.json", data, size);
    fuzz_translator(translate_go, "data/osv/GO-2021-0069.json", data, size);
    fuzz_translator(translate_bitnami, "data/a/BIT-a-2023-1.json", data, size);
    fuzz_translator(translate_osv_export, "pub/GHSA-1.json", data, size);
    fuzz_translator(translate_kubernetes, "kubernetes/upstream/CVE-2023-2727.json", data, size);
    fuzz_translator(translate_psf, "psf-cpython/advisories/python/PSF-1.json", data, size);
    fuzz_translator(translate_pypa, "vulns/a/PYSEC-1.yaml", data, size);
    fuzz_translator(translate_oss_fuzz, "vulns/a/OSV-1.yaml", data, size);
    return 0;
}
