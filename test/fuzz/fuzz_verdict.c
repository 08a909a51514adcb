// What a service answers: flow/judged_scan.c.
#include "flow/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    const struct bom bom = {.package_count = 2};
    struct verdict verdict = {0};
    if (!mem || !read_verdict(span_of(data, size), &bom, &limits, mem, &verdict, NULL))
        return 0;
    for (size_t i = 0; i < verdict.findings.count; i++)
        assert(verdict.findings.items[i].package < 2 ||
               verdict.findings.items[i].package == NO_PACKAGE);
    return 0;
}
