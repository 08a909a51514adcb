#include "fuzz_catalog.h"
#include "make_zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct zip_maker maker;
    if (!mem || size > 1 << 20)
        return 0;
    zip_begin(&maker, mem);
    zip_add(&maker, S("META-INF/maven/a/a/pom.properties"), span_of(data, size));
    span archive = zip_end(&maker);
    fuzz_catalog(S("app/a-1.jar"), archive.ptr, archive.len);
    return 0;
}
