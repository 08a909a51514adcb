#include "unit/suppress/testing.h"

#define RESULT(packages, findings)                                                        \
    "{\"schema\":\"plimsoll.scan/1\",\"packages\":[" packages "],\"findings\":[" findings \
    "],\"complete\":true}"
#define PACKAGE(id, name, version) \
    "{\"id\":\"" id "\",\"type\":\"maven\",\"name\":\"" name "\",\"version\":\"" version "\"}"
#define FINDING(id, package, location)                                     \
    "{\"id\":\"" id "\",\"kind\":\"vulnerability\",\"package\":\"" package \
    "\",\"location\":\"" location "\",\"aliases\":[\"GHSA-1\",\"DSA-1\"],\"suppressed\":null}"

static bool compare(const char *text)
{
    return scene_compare(scene, scene->mem, span_of_text(text), &scene->err);
}

static struct finding *flaw(const char *id, const char *purl, const char *path)
{
    return scene_finding(scene, id, scene_package(scene, purl, path));
}

static void knows_a_finding_in_another_version(void **state)
{
    (void)state;
    struct finding *same = flaw("CVE-1", "pkg:maven/g/a@1.1", "app/a-1.1.jar");
    struct finding *moved = flaw("CVE-1", "pkg:maven/g/a@1.1", "other/a-1.1.jar");
    struct finding *other = flaw("CVE-2", "pkg:maven/g/a@1.1", "app/a-1.1.jar");
    struct finding *name = flaw("CVE-1", "pkg:maven/g/b@1.1", "app/a-1.1.jar");
    if (!compare(RESULT(PACKAGE("p", "g:a", "1.0"),
                        FINDING("CVE-1", "p", "app/a-1.0.jar") "," FINDING("CVE-9", "p", "x"))))
        fail_msg("%s", scene->err.text);
    assert_false(counts(same));
    assert_span(same->suppressed, "known since base.json");
    assert_true(counts(moved));
    assert_true(counts(other));
    assert_true(counts(name));
    assert_int_equal(scene->scan.baseline.known, 1);
    assert_int_equal(scene->scan.baseline.resolved, 1);
    scene_check(scene);
}

// A flaw that has got a CVE is the same; two flaws of one update are two.
static void knows_other_names(void **state)
{
    (void)state;
    span aliases[] = {S("CVE-1")};
    span updates[] = {S("DSA-1")};
    struct finding *renamed = flaw("GHSA-1", "pkg:maven/g/a@1", "a");
    struct finding *aliased = flaw("GHSA-2", "pkg:maven/g/a@1", "a");
    struct finding *fresh = flaw("CVE-3", "pkg:maven/g/a@1", "a");
    aliased->aliases = (struct spans){.items = aliases, .count = 1};
    fresh->aliases = (struct spans){.items = updates, .count = 1};
    assert_true(compare(RESULT(PACKAGE("p", "g:a", "1"), FINDING("CVE-1", "p", "a"))));
    assert_false(counts(renamed));
    assert_false(counts(aliased));
    assert_true(counts(fresh));
    assert_int_equal(scene->scan.baseline.resolved, 0);
}

// What was suppressed then did not count then.
static void knows_nothing_that_did_not_count(void **state)
{
    (void)state;
    struct finding *finding = flaw("CVE-1", "pkg:maven/g/a@1", "a");
    assert_true(compare(
        RESULT(PACKAGE("p", "g:a", "1"),
               "{\"id\":\"CVE-1\",\"kind\":\"vulnerability\",\"package\":\"p\",\"location\":\"a\","
               "\"suppressed\":\"because\"}")));
    assert_true(counts(finding));
    assert_int_equal(scene->scan.baseline.resolved, 0);
}

static void compares_findings_of_no_package(void **state)
{
    (void)state;
    struct package *package = scene_package(scene, "pkg:npm/a@1", "a");
    struct finding *finding = scene_finding(scene, "file-missing", package);
    finding->package = NO_PACKAGE;
    finding->kind = FINDING_INTEGRITY;
    finding->location = S("etc/x");
    assert_true(compare(RESULT("", "{\"id\":\"file-missing\",\"kind\":\"integrity\",\"package\":"
                                   "null,\"location\":\"etc/x\",\"suppressed\":null}")));
    assert_false(counts(finding));
}

static void refuses_what_is_no_result(void **state)
{
    (void)state;
    assert_refused(compare("{}"), ERR_INPUT, "base.json: it is no result");
    assert_refused(compare("{"), ERR_INPUT, "base.json: json: line 1");
    assert_refused(compare("{\"schema\":\"plimsoll.scan/2\",\"findings\":[]}"), ERR_INPUT,
                   "it is no result");
    assert_refused(compare(RESULT("", "{}")), ERR_INPUT, "findings[0]: it has no id");
    assert_refused(compare(RESULT("", FINDING("A", "p", "x"))), ERR_INPUT,
                   "a package that is not there");
}

static void says_that_the_earlier_scan_was_incomplete(void **state)
{
    (void)state;
    assert_true(compare("{\"schema\":\"plimsoll.scan/1\",\"findings\":[],\"complete\":false}"));
    assert_true(noted("the earlier scan was incomplete"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knows_a_finding_in_another_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_other_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_nothing_that_did_not_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(compares_findings_of_no_package, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_result, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_that_the_earlier_scan_was_incomplete, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
