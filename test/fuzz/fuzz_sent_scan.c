// What a client sends to be judged: flow/judged_scan.c, and what is reported of it.
#include "flow/flow.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    struct limits limits = limits_default();
    const struct judge_options options = {.limits = &limits};
    const struct report_options how = {.has_timestamp = true};
    struct scan scan = {0};
    struct text out;
    if (!mem || !judge_sent_scan(span_of(data, size), &options, mem, &scan, NULL))
        return 0;
    text_init(&out, mem, SIZE_MAX);
    report_write(REPORT_JSON, &scan, &how, &out);
    report_write(REPORT_CYCLONEDX, &scan, &how, &out);
    return 0;
}
