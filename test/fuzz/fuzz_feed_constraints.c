// feed_constraints: an advisory whose versions are constraints, in the forms that YAML and JSON
// give it.
#include "unit/feeds/fuzzing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_translator(translate_ruby, "gems/a/CVE-2020-0001.yml", data, size);
    fuzz_translator(translate_ruby, "rubies/ruby/CVE-2020-0001.yml", data, size);
    fuzz_translator(translate_php, "a/b/CVE-2020-0001.yaml", data, size);
    fuzz_translator(translate_gitlab, "conan-gitlab/a/CVE-2020-0001.json", data, size);
    fuzz_translator(translate_gitlab, "conan-gitlab/conan/a/CVE-2020-0001.yml", data, size);
    fuzz_translator(translate_nodejs, "nodejs/vuln/core/1.json", data, size);
    fuzz_translator(translate_nodejs, "nodejs/vuln/npm/1.json", data, size);
    fuzz_translator(translate_nodejs, "nodejs/vuln/deps/1.json", data, size);
    return 0;
}
