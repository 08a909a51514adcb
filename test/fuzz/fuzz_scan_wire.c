// What a process that scans for the service could say, and what could stand in a store: a scan that
// is read is written again the same, and so is a package in its company.
#include "flow/judge_inner.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_company(span bytes, const struct limits *limits, struct arena *mem)
{
    struct company company = {0};
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    if (!company_read(bytes, limits, mem, &company, NULL))
        return;
    company_write(&company, &out);
    if (text_ok(&out) && !span_equal(text_span(&out), bytes))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct limits limits = limits_default();
    struct scan scan = {0};
    struct text out;
    if (!mem)
        return 0;
    check_company(span_of(data, size), &limits, mem);
    text_init(&out, mem, SIZE_MAX);
    if (!scan_read(span_of(data, size), &limits, mem, &scan, NULL))
        return 0;
    scan_write(&scan, &out);
    // Any byte but 1 says that the scan is not complete.
    if (text_ok(&out) && text_span(&out).len != size)
        abort();
    return 0;
}
