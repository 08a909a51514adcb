#include "report/report.h"

#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static span report(struct arena *mem, enum report_format format, const struct scan *scan,
                   const struct report_options *options)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    report_write(format, scan, options, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void test_formats(void **state)
{
    (void)state;
    enum report_format format = REPORT_TABLE;
    assert_true(report_format_parse(S("json"), &format));
    assert_int_equal(format, REPORT_JSON);
    assert_true(report_format_parse(S("table"), &format));
    assert_int_equal(format, REPORT_TABLE);
    assert_false(report_format_parse(S("JSON"), &format));
    assert_false(report_format_parse(S("jso"), &format));
    assert_false(report_format_parse(S(""), &format));
}

// ---------------------------------------------------------------- the worst finding

static bool worst_of(struct finding *findings, size_t count, struct report_options options,
                     enum severity *ret)
{
    struct scan scan = {.findings = {findings, count}, .matched = true};
    return report_worst(&scan, &options, ret);
}

static void test_worst(void **state)
{
    (void)state;
    struct finding findings[] = {
        {.severity = SEVERITY_CRITICAL, .status = STATUS_FIXED, .suppressed = S("built elsewhere")},
        {.severity = SEVERITY_HIGH, .status = STATUS_AFFECTED},
        {.severity = SEVERITY_LOW, .status = STATUS_FIXED},
        {.severity = SEVERITY_UNKNOWN, .status = STATUS_FIXED},
    };
    enum severity worst = SEVERITY_NEGLIGIBLE;
    assert_false(worst_of(findings, 0, (struct report_options){0}, &worst));
    assert_false(worst_of(findings, 1, (struct report_options){.show_suppressed = true}, &worst));
    assert_int_equal(worst, SEVERITY_NEGLIGIBLE); // untouched
    assert_true(worst_of(findings, 4, (struct report_options){.show_suppressed = true}, &worst));
    assert_int_equal(worst, SEVERITY_HIGH);
    assert_true(worst_of(findings, 4, (struct report_options){.only_fixed = true}, &worst));
    assert_int_equal(worst, SEVERITY_LOW);
    assert_true(worst_of(findings, 4, (struct report_options){.severities = 1}, &worst));
    assert_int_equal(worst, SEVERITY_UNKNOWN);
    assert_false(worst_of(findings, 4, (struct report_options){.severities = 1U << SEVERITY_MEDIUM},
                          &worst));
}

// ---------------------------------------------------------------- properties of the table

static const char *const samples[] = {"debian", "hostile", "kernel", "modern",
                                      "clean",  "empty",   "bom"};

static void test_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
        struct report_options options = {.width = 80, .today = SAMPLE_TODAY};
        struct scan scan = {0};
        assert_true(sample_make(samples[i], mem, &scan));
        assert_true(span_equal(report(mem, REPORT_TABLE, &scan, &options),
                               report(mem, REPORT_TABLE, &scan, &options)));
        assert_true(span_equal(report(mem, REPORT_JSON, &scan, &options),
                               report(mem, REPORT_JSON, &scan, &options)));
    }
}

// Colour adds sequences and changes nothing else.
static void test_color_adds_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
        struct report_options options = {.width = 60, .today = SAMPLE_TODAY, .verbose = true};
        struct scan scan = {0};
        assert_true(sample_make(samples[i], mem, &scan));
        span plain = report(mem, REPORT_TABLE, &scan, &options);
        options.color = true;
        span color = report(mem, REPORT_TABLE, &scan, &options);
        struct text stripped;
        text_init(&stripped, mem, SIZE_MAX);
        while (color.len) {
            text_add(&stripped, span_cut(&color, '\033'));
            if (color.len)
                (void)span_cut(&color, 'm');
        }
        assert_true(span_equal(text_span(&stripped), plain));
        assert_false(span_contains(plain, S("\033")));
    }
}

// What is there to be copied stays whole, whatever the width.
static void test_ids_are_whole(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 120; width++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
        struct report_options options = {.width = width, .today = SAMPLE_TODAY};
        struct scan scan = {0};
        assert_true(sample_make("debian", mem, &scan));
        span out = report(mem, REPORT_TABLE, &scan, &options);
        assert_true(span_contains(out, scan.image.manifest_digest));
        assert_true(span_contains(out, scan.image.name));
        for (size_t i = 0; i < scan.findings.count; i++)
            if (scan.findings.items[i].suppressed.len == 0)
                assert_true(span_contains(out, scan.findings.items[i].id));
    }
}

static void check_widths(span out, unsigned width)
{
    while (out.len) {
        span line = span_cut(&out, '\n');
        size_t columns = 0;
        for (size_t i = 0; i < line.len; i++)
            columns += (line.ptr[i] & 0xc0) != 0x80; // these samples have no wide characters
        bool is_copied =
            span_starts_with(line, S("Manifest")) || span_starts_with(line, S("Target"));
        assert_true(is_copied || columns <= width);
    }
}

static void test_lines_fit(void **state)
{
    static const char *const ours[] = {"debian", "kernel", "modern", "clean", "empty", "bom"};
    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        for (unsigned width = 60; width <= 130; width++) {
            CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
            struct report_options options = {
                .width = width,
                .today = SAMPLE_TODAY,
                .verbose = width % 2,
                .show_suppressed = true,
            };
            struct scan scan = {0};
            assert_true(sample_make(ours[i], mem, &scan));
            check_widths(report(mem, REPORT_TABLE, &scan, &options), width);
        }
}

// Extended support is support: it is not loud, and it is named with its end.
static void test_extended_support(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct scan scan = {0};
    assert_true(sample_make("debian", mem, &scan));
    uint32_t last = 0;
    assert_true(date_parse(scan.bom.distro.end_of_extended_life, &last));
    for (uint32_t today = last; today <= last + 1; today++) {
        struct report_options options = {.width = 120, .today = today};
        span table = report(mem, REPORT_TABLE, &scan, &options);
        assert_int_equal(span_contains(table, S("extended support until 2026-08-31")),
                         today == last);
        assert_int_equal(span_contains(table, S("END OF LIFE since 2026-08-31 (1 day)")),
                         today != last);
    }
}

// ---------------------------------------------------------------- limits

// Whatever the arena holds, the report is whole or has failed.
static void test_full_arena(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *plenty = arena_new(1 << 24);
    struct report_options options = {.verbose = true, .today = SAMPLE_TODAY};
    struct scan scan = {0};
    assert_true(sample_make("debian", plenty, &scan));
    for (int format = REPORT_TABLE; format <= (int)REPORT_JSON; format++) {
        span whole = report(plenty, (enum report_format)format, &scan, &options);
        for (uint64_t budget = 256; budget < 65536; budget += 509) {
            CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
            struct text out;
            assert_non_null(mem);
            text_init(&out, mem, SIZE_MAX);
            report_write((enum report_format)format, &scan, &options, &out);
            assert_true(!text_ok(&out) || span_equal(text_span(&out), whole));
        }
    }
}

// 100,000 findings in 1,000 packages: each is there, once.
static void test_many(void **state)
{
    enum { PACKAGES = 1000, EACH = 100 };
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 30);
    const struct limits limits = limits_default();
    struct scan scan = {.matched = true, .complete = true};
    struct package *packages = arena_array(mem, PACKAGES, sizeof *packages);
    struct finding *findings = arena_array(mem, (size_t)PACKAGES * EACH, sizeof *findings);
    assert_non_null(packages);
    assert_non_null(findings);
    notes_init(&scan.bom.notes, mem, &limits);
    for (size_t i = 0; i < PACKAGES; i++)
        packages[i] = (struct package){.id = S("id"), .name = S("name"), .source_name = S("name")};
    for (size_t i = 0; i < (size_t)PACKAGES * EACH; i++)
        findings[i] = (struct finding){.id = S("CVE-2024-1"), .package = i % PACKAGES};
    scan.bom.packages = packages;
    scan.bom.package_count = PACKAGES;
    scan.findings = (struct findings){findings, (size_t)PACKAGES * EACH};
    struct report_options options = {.width = 80};
    span table = report(mem, REPORT_TABLE, &scan, &options);
    assert_true(span_contains(table, S("1000 packages, 1000 with findings: 100000 unknown")));
    span json = report(mem, REPORT_JSON, &scan, &options);
    size_t count = 0;
    while (json.len)
        count += span_contains(span_cut(&json, '\n'), S("\"CVE-2024-1\""));
    assert_int_equal(count, (size_t)PACKAGES * EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_color_adds_only),
        cmocka_unit_test(test_ids_are_whole),
        cmocka_unit_test(test_lines_fit),
        cmocka_unit_test(test_extended_support),
        cmocka_unit_test(test_full_arena),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
