#include "format/json/json.h"
#include "report/report.h"

#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct report_options options = {
    .tool_version = S("1.2.3"),
    .today = SAMPLE_TODAY,
    .now = UINT64_C(1700000000),
    .has_timestamp = true,
};

static const struct harbor_artifact artifact = {
    .repository = S("team/app"),
    .digest = S("sha256:abc"),
    .tag = S("v1"),
    .media_type = S("application/vnd.oci.image.manifest.v1+json"),
};

static struct json *parse(span text)
{
    struct json *json = NULL;
    assert_true(json_parse_strict(text, SIZE_MAX, &json, NULL));
    return json;
}

static struct json *flaws_of(const char *name, struct arena *mem)
{
    struct scan scan = {0};
    struct text out = {0};
    assert_true(sample_make(name, mem, &scan));
    text_init(&out, mem, SIZE_MAX);
    report_harbor(&scan, &artifact, &options, &out);
    assert_true(text_ok(&out));
    return parse(text_span(&out));
}

static void assert_text(const struct json *object, const char *key, const char *want)
{
    span got = json_get_text(object, key);
    if (!span_equal(got, span_of_text(want)))
        fail_msg("%s: %s", key, quote(got).text);
}

static void says_what_was_asked(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    CLEANUP(json_cleanup) struct json *report = flaws_of("clean", mem);
    assert_text(report, "generated_at", "2023-11-14T22:13:20Z");
    assert_text(json_get(report, "artifact"), "repository", "team/app");
    assert_text(json_get(report, "artifact"), "digest", "sha256:abc");
    assert_text(json_get(report, "artifact"), "tag", "v1");
    assert_text(json_get(report, "scanner"), "name", "Plimsoll");
    assert_text(json_get(report, "scanner"), "version", "1.2.3");
    assert_text(report, "severity", "Unknown");
    assert_true(json_is_array(json_get(report, "vulnerabilities")));
    assert_int_equal(json_count(json_get(report, "vulnerabilities")), 0);
}

static bool is_word(span severity)
{
    static const char *const words[] = {"Unknown", "Negligible", "Low",
                                        "Medium",  "High",       "Critical"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal(severity, span_of_text(words[i])))
            return true;
    return false;
}

// Every flaw of a package that counts, and nothing else.
static void has_the_flaws_of_packages(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    CLEANUP(json_cleanup) struct json *report = flaws_of("debian", mem);
    struct scan scan = {0};
    size_t want = 0;
    assert_true(sample_make("debian", mem, &scan));
    for (size_t i = 0; i < scan.findings.count; i++)
        want += scan.findings.items[i].kind == FINDING_VULNERABILITY &&
                scan.findings.items[i].suppressed.len == 0;
    const struct json *flaws = json_get(report, "vulnerabilities");
    assert_true(want > 0);
    assert_int_equal(json_count(flaws), want);
    for (size_t i = 0; i < want; i++) {
        const struct json *flaw = json_at(flaws, i);
        assert_true(json_get_text(flaw, "id").len > 0);
        assert_true(json_get_text(flaw, "package").len > 0);
        assert_true(is_word(json_get_text(flaw, "severity")));
        assert_true(json_is_array(json_get(flaw, "links")));
        assert_true(json_is_object(json_get(flaw, "vendor_attributes")));
    }
    assert_true(is_word(json_get_text(report, "severity")));
}

static void hostile_names_are_text(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    CLEANUP(json_cleanup) struct json *report = flaws_of("hostile", mem);
    assert_true(json_is_array(json_get(report, "vulnerabilities")));
}

static void bills_of_materials_are_in_it_whole(void **state)
{
    (void)state;
    static const struct {
        enum report_format format;
        const char *type;
        const char *mark;
    } rows[] = {
        {REPORT_SPDX, "application/spdx+json", "spdxVersion"},
        {REPORT_CYCLONEDX, "application/vnd.cyclonedx+json", "bomFormat"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
        struct scan scan = {0};
        struct text out = {0};
        assert_true(sample_make("debian", mem, &scan));
        text_init(&out, mem, SIZE_MAX);
        report_harbor_sbom(&scan, &artifact, rows[i].format, &options, &out);
        CLEANUP(json_cleanup) struct json *report = parse(text_span(&out));
        assert_text(report, "media_type", rows[i].type);
        assert_true(json_get_text(json_get(report, "sbom"), rows[i].mark).len > 0);
        assert_text(json_get(report, "artifact"), "digest", "sha256:abc");
    }
}

static void memory_that_runs_out_fails_the_text(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    struct scan scan = {0};
    assert_true(sample_make("debian", mem, &scan));
    for (uint64_t budget = 0; budget < 4096; budget += 512) {
        CLEANUP(arena_cleanup) struct arena *small = arena_new(budget);
        struct text out = {0};
        text_init(&out, small, SIZE_MAX);
        if (small)
            report_harbor(&scan, &artifact, &options, &out);
        assert_false(small && text_ok(&out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_was_asked),
        cmocka_unit_test(has_the_flaws_of_packages),
        cmocka_unit_test(hostile_names_are_text),
        cmocka_unit_test(bills_of_materials_are_in_it_whole),
        cmocka_unit_test(memory_that_runs_out_fails_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
