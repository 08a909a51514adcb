#include "unit/suppress/testing.h"

#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEAD "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\","
#define FLAW(state, affects)                                                                     \
    "\"vulnerabilities\":[{\"id\":\"SNYK-1\",\"references\":[{\"id\":\"CVE-1\"}],\"analysis\":{" \
    "\"state\":\"" state "\"},\"affects\":[" affects "]}]}"

static bool silences(const char *text)
{
    scene_init(scene, scene->mem);
    struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    vex(text);
    apply();
    return !counts(finding);
}

static void knows_all_states(void **state)
{
    (void)state;
    assert_true(silences(HEAD FLAW("not_affected", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_true(silences(HEAD FLAW("false_positive", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_true(silences(HEAD FLAW("resolved", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_true(silences(HEAD FLAW("resolved_with_pedigree", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_false(silences(HEAD FLAW("exploitable", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_false(silences(HEAD FLAW("in_triage", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_int_equal(scene->findings[0].status, STATUS_UNDER_INVESTIGATION);
}

static void follows_references(void **state)
{
    (void)state;
    assert_true(silences(HEAD "\"components\":[{\"components\":[{\"bom-ref\":\"r\",\"purl\":"
                              "\"pkg:npm/a@1\"}]}]," FLAW("resolved", "{\"ref\":\"r\"}")));
    assert_false(
        silences(HEAD "\"components\":[{\"bom-ref\":\"r\",\"purl\":\"pkg:npm/b@1\"}]," FLAW(
            "resolved", "{\"ref\":\"r\"}")));
    assert_true(silences(HEAD FLAW("resolved", "{\"ref\":\"urn:cdx:x/1#pkg%3Anpm%2Fa%401\"}")));
    assert_true(silences(HEAD FLAW("resolved", "{\"ref\":\"urn:cdx:x/1#pkg:npm/a@1\"}")));
    assert_false(silences(HEAD "\"components\":[{\"bom-ref\":\"r\",\"purl\":\"pkg:npm/a\","
                               "\"version\":\"2\"}]," FLAW("resolved", "{\"ref\":\"r\"}")));
    assert_false(silences(HEAD FLAW("resolved", "{\"ref\":\"urn:cdx:x/1#r\"}")));
    assert_true(noted("products that nothing identifies"));
    assert_false(silences(HEAD FLAW("resolved", "{\"ref\":\"urn:cdx:x\"}")));
}

static bool silences_in(const char *serial, const char *text)
{
    scene_init(scene, scene->mem);
    scene->scan.image.bom_serial = span_of_text(serial);
    struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    vex(text);
    apply();
    return !counts(finding);
}

static void minds_which_bom_a_link_is_into(void **state)
{
    (void)state;
#define UUID "3e671687-395b-41f5-a30f-a58921a69b79"
#define LINKED HEAD FLAW("resolved", "{\"ref\":\"urn:cdx:" UUID "/1#pkg:npm/a@1\"}")
    assert_true(silences_in("urn:uuid:" UUID, LINKED));
    assert_true(silences_in("urn:uuid:3E671687-395B-41F5-A30F-A58921A69B79", LINKED));
    assert_true(silences_in("", LINKED));
    assert_false(silences_in("urn:uuid:00000000-395b-41f5-a30f-a58921a69b79", LINKED));
    // A reference into the document itself is by purl.
    assert_true(silences_in("urn:uuid:00000000-395b-41f5-a30f-a58921a69b79",
                            HEAD FLAW("resolved", "{\"ref\":\"pkg:npm/a@1\"}")));
}

static void minds_the_product(void **state)
{
    (void)state;
#define ROOT(purl) "\"metadata\":{\"component\":{\"bom-ref\":\"root\",\"purl\":\"" purl "\"}},"
    assert_true(silences(HEAD ROOT("pkg:oci/app@sha256:" HASH)
                             FLAW("resolved", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_true(silences(HEAD ROOT("pkg:oci/app") FLAW("resolved", "{\"ref\":\"root\"}")));
    assert_false(silences(HEAD ROOT("pkg:oci/other") FLAW("resolved", "{\"ref\":\"root\"}")));
    assert_false(
        silences(HEAD ROOT("pkg:oci/other") FLAW("resolved", "{\"ref\":\"pkg:npm/a@1\"}")));
    assert_false(
        silences(HEAD ROOT("pkg:npm/product@1") FLAW("resolved", "{\"ref\":\"pkg:npm/a@1\"}")));
}

static void minds_versions(void **state)
{
    (void)state;
#define VERSIONS(items) "{\"ref\":\"pkg:npm/a\",\"versions\":[" items "]}"
    assert_true(silences(HEAD FLAW("resolved", VERSIONS("{\"version\":\"1\"}"))));
    assert_true(
        silences(HEAD FLAW("resolved", VERSIONS("{\"version\":\"1\",\"status\":\"unaffected\"}"))));
    assert_false(
        silences(HEAD FLAW("resolved", VERSIONS("{\"version\":\"1\",\"status\":\"affected\"}"))));
    assert_false(
        silences(HEAD FLAW("resolved", VERSIONS("{\"version\":\"1\",\"status\":\"unknown\"}"))));
    assert_false(silences(HEAD FLAW("resolved", VERSIONS("{\"version\":\"2\"}"))));
    assert_false(silences(HEAD FLAW("resolved", VERSIONS("{\"range\":\"vers:npm/<9\"}"))));
}

static void says_why(void **state)
{
    (void)state;
    struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    vex(HEAD "\"vulnerabilities\":[{\"id\":\"CVE-1\",\"analysis\":{\"state\":\"not_affected\","
             "\"justification\":\"code_not_reachable\",\"response\":[\"will_not_fix\",\"update\"],"
             "\"detail\":\"dead code\"},\"affects\":[{\"ref\":\"pkg:npm/a@1\"}]},"
             "{\"id\":\"CVE-1\",\"affects\":[{\"ref\":\"pkg:npm/a@1\"}]}]}");
    apply();
    assert_span(finding->suppressed, "vex.json: not affected: code_not_reachable: dead code, "
                                     "will_not_fix, update");
    assert_span(finding->suppression->justification, "code_not_reachable");
}

static void refuses_with_a_place(void **state)
{
    (void)state;
    assert_refused(suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"),
                                    S(HEAD FLAW("fine", "")), &scene->err),
                   ERR_INPUT, "v: cyclonedx: vulnerabilities[0]: analysis: state 'fine'");
    assert_refused(suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"),
                                    S(HEAD FLAW("resolved", "{}")), &scene->err),
                   ERR_INPUT, "affects[0]: it has no ref");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knows_all_states, set_up, tear_down),
        cmocka_unit_test_setup_teardown(follows_references, set_up, tear_down),
        cmocka_unit_test_setup_teardown(minds_which_bom_a_link_is_into, set_up, tear_down),
        cmocka_unit_test_setup_teardown(minds_the_product, set_up, tear_down),
        cmocka_unit_test_setup_teardown(minds_versions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_with_a_place, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
