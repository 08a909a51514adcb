#include "fuzz_catalog.h"
#include "make_zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// As the manifest of a signed archive, so that its digests are asked for as well.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct zip_maker maker;
    if (!mem || size > 1 << 20)
        return 0;
    zip_begin(&maker, mem);
    zip_add(&maker, S("META-INF/MANIFEST.MF"), span_of(data, size));
    zip_add(&maker, S("META-INF/KEY.SF"), S("Signature-Version: 1.0\n"));
    zip_add(&maker, S("one"), S("one"));
    zip_add(&maker, S("org/x/A.class"), S("A"));
    span archive = zip_end(&maker);
    fuzz_catalog(S("app/a.jar"), archive.ptr, archive.len);
    return 0;
}
