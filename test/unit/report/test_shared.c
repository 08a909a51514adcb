// What the forms share: fingerprints, pages of ids, upgrades, ranges.
#include "report/sbom_inner.h"
#include "report/upgrade_inner.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT_OF(items) (sizeof(items) / sizeof *(items))

static struct location record[] = {{S("var/lib/dpkg/status"), 0}};

#define PACKAGE(the_name, the_version)                                                     \
    {                                                                                      \
        .type = S("deb"), .name = S(the_name), .version = S(the_version),                  \
        .source_name = S(the_name), .source_version = S(the_version), .locations = record, \
        .location_count = 1                                                                \
    }

#define FLAW(the_id, which, ...)                                                  \
    {                                                                             \
        .id = S(the_id), .package = (which), .score = -1, .epss = -1, __VA_ARGS__ \
    }

// ---------------------------------------------------------------- fingerprints

static void test_fingerprints(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct package packages[] = {PACKAGE("curl", "1"), PACKAGE("curl", "2"), PACKAGE("zlib", "1")};
    struct finding findings[] = {FLAW("CVE-1", 0), FLAW("CVE-1", 2), FLAW("CVE-2", 0),
                                 FLAW("CVE-1", 1)};
    struct scan scan = {.bom = {.packages = packages, .package_count = COUNT_OF(packages)},
                        .findings = {findings, COUNT_OF(findings)}};
    span *first = NULL;
    span *second = NULL;
    assert_true(report_fingerprints(&scan, mem, &first));
    for (size_t i = 0; i < COUNT_OF(findings); i++)
        for (size_t j = 0; j < i; j++)
            assert_false(span_equal(first[i], first[j]));
    // The two of one name differ in nothing but their number.
    assert_true(span_equal(span_first(first[0], 32), span_first(first[3], 32)));
    assert_true(span_ends_with(first[0], S(":1")));
    assert_true(span_ends_with(first[3], S(":2")));
    packages[0].version = S("9");
    findings[0].layer = 3;
    findings[0].fixed_version = S("10");
    assert_true(report_fingerprints(&scan, mem, &second));
    for (size_t i = 0; i < COUNT_OF(findings); i++)
        assert_true(span_equal(first[i], second[i]));
}

static void test_no_fingerprints_without_memory(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64);
    struct package packages[] = {PACKAGE("curl", "1")};
    struct finding findings[] = {FLAW("CVE-1", 0), FLAW("CVE-2", 0)};
    struct scan scan = {.bom = {.packages = packages, .package_count = 1},
                        .findings = {findings, 2}};
    span *prints = NULL;
    assert_false(report_fingerprints(&scan, mem, &prints));
    assert_null(prints);
}

// ---------------------------------------------------------------- pages

static void assert_url(span id, const char *expected)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct text url = {0};
    text_init(&url, mem, SIZE_MAX);
    assert_int_equal(advisory_url(id, &url), *expected != 0);
    assert_true(span_equal(text_span(&url), span_of_text(expected)));
}

static void test_urls(void **state)
{
    (void)state;
    assert_url(S("CVE-2024-1"), "https://www.cve.org/CVERecord?id=CVE-2024-1");
    assert_url(S("CWE-79"), "https://cwe.mitre.org/data/definitions/79.html");
    assert_url(S("RHSA-2024:1"), "https://access.redhat.com/errata/RHSA-2024:1");
    assert_url(S(""), "");
    assert_url(S("CVE-"), "");
    assert_url(S("file-changed"), "");
    assert_url(S("CVE-1\" onclick="), "");
    assert_url(S("CVE-1/../../x"), "");
    assert_url(S("CVE-\xff"), "");
    assert_url(S("javascript:alert(1)"), "");
}

// ---------------------------------------------------------------- upgrades

static void make_upgrades(struct scan *scan, struct arena *mem, struct upgrades *ret)
{
    struct groups groups = {0};
    const struct report_options options = {.show_suppressed = true};
    assert_true(groups_make(scan, &options, mem, &groups));
    assert_true(upgrades_make(&groups, mem, ret));
}

static void test_an_upgrade_has_all_fixes(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct package packages[] = {PACKAGE("curl", "1.1-1"), PACKAGE("zlib", "1-1")};
    struct finding findings[] = {
        FLAW("CVE-1", 0, .severity = SEVERITY_HIGH, .fixed_version = S("1.9-1")),
        FLAW("CVE-2", 0, .severity = SEVERITY_LOW, .fixed_version = S("1.10-1")),
        FLAW("CVE-3", 0, .severity = SEVERITY_LOW, .fixed_version = S("2:1-1"),
             .suppressed = S("x")),
        FLAW("CVE-4", 0, .severity = SEVERITY_LOW, .status = STATUS_AFFECTED),
        FLAW("CVE-5", 1, .severity = SEVERITY_LOW, .status = STATUS_WONT_FIX),
    };
    struct scan scan = {.bom = {.packages = packages, .package_count = 2},
                        .findings = {findings, COUNT_OF(findings)}};
    struct upgrades upgrades = {0};
    make_upgrades(&scan, mem, &upgrades);
    assert_int_equal(upgrades.count, 1); // nothing fixes zlib
    assert_true(span_equal(upgrades.items[0].version, S("1.10-1")));
    assert_int_equal(upgrades.items[0].cleared, 2);
    assert_int_equal(upgrades.items[0].left, 1);
    assert_int_equal(upgrades.cleared, 2);
}

static void test_what_is_exploited_comes_first(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct package packages[] = {PACKAGE("a", "1"), PACKAGE("b", "1"), PACKAGE("c", "1")};
    struct finding findings[] = {
        FLAW("CVE-1", 0, .severity = SEVERITY_CRITICAL, .fixed_version = S("2")),
        FLAW("CVE-2", 1, .severity = SEVERITY_LOW, .fixed_version = S("2"), .exploited = true),
        FLAW("CVE-3", 2, .severity = SEVERITY_CRITICAL, .fixed_version = S("2")),
        FLAW("CVE-4", 2, .severity = SEVERITY_CRITICAL, .fixed_version = S("3")),
    };
    struct scan scan = {.bom = {.packages = packages, .package_count = 3},
                        .findings = {findings, COUNT_OF(findings)}};
    struct upgrades upgrades = {0};
    make_upgrades(&scan, mem, &upgrades);
    const span order[] = {S("b"), S("c"), S("a")};
    assert_int_equal(upgrades.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(span_equal(upgrades.items[i].group->members->package->name, order[i]));
    assert_int_equal(upgrades.exploited, 1);
}

// ---------------------------------------------------------------- ranges

static void assert_range(span type, span range, const char *expected)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct text text = {0};
    const struct package package = {.type = type};
    text_init(&text, mem, SIZE_MAX);
    assert_int_equal(sbom_range(&package, range, &text), *expected != 0);
    if (*expected)
        assert_true(span_equal(text_span(&text), span_of_text(expected)));
}

static void test_ranges(void **state)
{
    (void)state;
    assert_range(S("deb"), S("< 1:1.4-3"), "vers:deb/<1:1.4-3");
    assert_range(S("npm"), S(">= 1.2, < 1.4"), "vers:npm/>=1.2|<1.4");
    assert_range(S("apk"), S("> 1, <= 2"), "vers:alpine/>1|<=2");
    assert_range(S("deb"), S("all versions"), "vers:deb/*");
    assert_range(S("pypi"), S("= 1.0"), "vers:pypi/1.0");
    assert_range(S("deb"), S("< 1|2 %"), "vers:deb/<1%7C2%20%25");
    assert_range(S("deb"), S("none"), "");
    assert_range(S("deb"), S(""), "");
    assert_range(S("deb"), S(">= "), "");
    assert_range(S("deb"), S(">= 1,"), "vers:deb/>=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_no_fingerprints_without_memory),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_an_upgrade_has_all_fixes),
        cmocka_unit_test(test_what_is_exploited_comes_first),
        cmocka_unit_test(test_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
