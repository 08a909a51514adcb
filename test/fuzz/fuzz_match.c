// The input is a .case file (test/cases/README.md): packages and advisories of any kind. Whatever
// they say, matching must end in findings that are sorted and complete, or in an error.
#include "case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct bom *bom, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        assert(finding->package < bom->package_count);
        assert(finding->id.len && finding->evidence_count);
        assert(finding->risk >= 0.0 && finding->risk <= 100.0);
        assert(finding->status != STATUS_NOT_AFFECTED);
        assert(finding->status != STATUS_FIXED || finding->fixed_version.len);
        assert(i == 0 || finding[-1].severity >= finding->severity);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    struct test_case test = {0};
    struct err err = {0};
    if (!mem || size > 1 << 14 || !case_read(span_of(data, size), mem, &test, &err))
        return 0;
    struct limits limits = limits_default();
    struct notes notes = {0};
    notes_init(&notes, mem, &limits);
    struct case_source source = {.test = &test};
    struct advisory_source advisories = case_advisories(&source);
    struct findings findings = {0};
    if (match_bom(&test.bom, &advisories, &test.options, mem, &findings, &notes, &err))
        check(&test.bom, &findings);
    else
        assert(err.kind == ERR_LIMIT);
    return 0;
}
