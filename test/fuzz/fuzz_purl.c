// What is read as a purl is written in a form that is read as the same.
#include "model/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    struct purl purl = {0};
    struct package package = {0};
    struct distro distro = {0};
    span once = {0};
    span twice = {0};
    if (!mem || !purl_parse(span_of(data, size), mem, &purl, NULL) ||
        !purl_build(&purl, mem, &once, NULL) || !package_from_purl(&purl, mem, &package, &distro))
        return 0;
    struct err err = {0};
    if (!purl_parse(once, mem, &purl, &err) || !purl_build(&purl, mem, &twice, &err)) {
        if (err.kind != ERR_LIMIT)
            abort();
        return 0;
    }
    if (!span_equal(once, twice))
        abort();
    (void)package_identify(&package, &distro, mem);
    return 0;
}
