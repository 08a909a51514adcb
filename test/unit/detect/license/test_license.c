#include "detect/license/license.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST = 8 };

static struct spans words_of(const char *text, span *words)
{
    size_t count = 0;
    span rest = span_of_text(text);
    while (rest.len && count < MOST)
        words[count++] = span_cut(&rest, ',');
    return (struct spans){.items = words, .count = count};
}

// The only finding is `id` and begins with `culprit`; without an id there is none.
static void expect(const char *licenses, const char *allowed, const char *denied, const char *id,
                   const char *culprit)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span allowed_words[MOST] = {{0}};
    span denied_words[MOST] = {{0}};
    struct license_policy policy = {
        .allowed = words_of(allowed, allowed_words),
        .denied = words_of(denied, denied_words),
    };
    struct location location = {.path = S("var/lib/dpkg/status"), .layer = 3};
    struct package package = {
        .type = S("deb"),
        .name = S("x"),
        .licenses = span_of_text(licenses),
        .locations = &location,
        .location_count = 1,
    };
    struct bom bom = {.packages = &package, .package_count = 1};
    struct findings findings = {0};
    assert_true(license_check(&bom, &policy, mem, &findings, NULL));
    assert_int_equal(findings.count, id ? 1 : 0);
    if (!id)
        return;
    const struct finding *finding = &findings.items[0];
    assert_int_equal(finding->kind, FINDING_RULE);
    assert_int_equal(finding->severity, SEVERITY_MEDIUM);
    assert_int_equal(finding->package, 0);
    assert_int_equal(finding->layer, 3);
    assert_true(span_equal(finding->id, span_of_text(id)));
    assert_true(span_starts_with(finding->text, span_of_text(culprit)));
}

static void denied_licenses_are_found(void **state)
{
    (void)state;
    expect("MIT", "", "GPL-3.0*", NULL, NULL);
    expect("GPL-3.0-only", "", "gpl-3.0*", "license-denied", "GPL-3.0-only is denied");
    expect("MIT AND GPL-3.0-or-later", "", "GPL-3.0*", "license-denied", "GPL-3.0-or-later");
    expect("MIT OR GPL-3.0-only", "", "GPL-3.0*", NULL, NULL);
    expect("(MIT OR GPL-3.0-only) AND ISC", "", "GPL-3.0*,ISC", "license-denied", "ISC is denied");
    expect("(ISC OR GPL-3.0-only) AND MIT", "", "GPL-3.0*,ISC", "license-denied", "ISC is denied");
    expect("LicenseRef-Own", "", "LicenseRef-*", "license-denied", "LicenseRef-Own");
}

static void only_allowed_licenses_pass(void **state)
{
    (void)state;
    expect("MIT", "MIT,ISC", "", NULL, NULL);
    expect("MIT AND ISC", "MIT,ISC", "", NULL, NULL);
    expect("MIT AND Zlib", "MIT,ISC", "", "license-not-allowed", "Zlib is not allowed");
    expect("GPL-2.0-only OR MIT", "MIT", "", NULL, NULL);
    expect("GPL-2.0-only", "*", "GPL-*", "license-denied", "GPL-2.0-only");
    expect("", "MIT", "", NULL, NULL);
    expect("no expression (", "MIT", "", NULL, NULL);
}

static void exceptions_and_later_versions_count(void **state)
{
    (void)state;
    static const char with[] = "GPL-2.0-only WITH Classpath-exception-2.0";
    expect(with, "GPL-2.0-only", "", NULL, NULL);
    expect(with, "", "GPL-2.0-only", "license-denied", with);
    expect(with, with, "GPL-*", NULL, NULL);
    expect("GPL-2.0-only", with, "", "license-not-allowed", "GPL-2.0-only is");
    expect("GPL-2.0-or-later", "GPL-3.0-only", "", NULL, NULL);
    expect("GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0*", "license-not-allowed",
           "GPL-2.0-or-later");
    expect("GPL-2.0-only", "GPL-3.0-only", "", "license-not-allowed", "GPL-2.0-only");
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16);
    struct package package = {.licenses = S("MIT AND ISC")};
    struct bom bom = {.packages = &package, .package_count = 1};
    struct findings findings = {0};
    struct license_policy policy = {0};
    struct err err = {0};
    assert_false(license_check(&bom, &policy, mem, &findings, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(denied_licenses_are_found),
        cmocka_unit_test(only_allowed_licenses_pass),
        cmocka_unit_test(exceptions_and_later_versions_count),
        cmocka_unit_test(a_full_arena_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
