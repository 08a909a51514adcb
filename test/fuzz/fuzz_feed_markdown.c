// feed_markdown: an advisory as TOML before a page, as RustSec and the Haskell database write them.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_rustsec, "md/crates/a/RUSTSEC-2020-0001.md", data, size);
    fuzz_translator(translate_rustsec, "md/rust/std/CVE-2020-0001.md", data, size);
    fuzz_translator(translate_haskell, "haskell/advisories/published/2023/HSEC-2023-0001.md", data,
                    size);
    return 0;
}
