#include "unit/suppress/testing.h"

#define CURL "pkg:rpm/redhat/curl@7.61.1-30?arch=x86_64&distro=rhel-8.9"
#define LIB \
    "pkg:rpm/redhat/libcurl@7.61.1-30?arch=x86_64&distro=rhel-8.9&upstream=curl-7.61.1-30.src.rpm"

#define TRACKING                                                             \
    "\"tracking\":{\"id\":\"X\",\"version\":\"1\",\"current_release_date\":" \
    "\"2024-01-01T00:00:00Z\"}"
#define HEAD "{\"document\":{\"csaf_version\":\"2.0\"," TRACKING "},\"product_tree\":"
#define PRODUCT(id, helper) \
    "{\"name\":\"n\",\"product_id\":\"" id "\",\"product_identification_helper\":{" helper "}}"
#define PURL(purl) "\"purl\":\"" purl "\""
#define CPE(cpe) "\"cpe\":\"" cpe "\""
#define PART(id, part, whole)                                                            \
    "{\"category\":\"default_component_of\",\"full_product_name\":{\"product_id\":\"" id \
    "\",\"name\":\"n\"},\"product_reference\":\"" part                                   \
    "\",\"relates_to_product_reference\":\"" whole "\"}"
#define FLAG(ids) "\"flags\":[{\"label\":\"component_not_present\",\"product_ids\":[" ids "]}]"

static void as_rhel(void)
{
    scene->scan.bom.distro = (struct distro){
        .id = S("rhel"),
        .version_id = S("8.9"),
        .cpe = S("cpe:/o:redhat:enterprise_linux:8::baseos"),
    };
}

// A tree as Red Hat writes it: packages as parts of platforms, which are known by their CPE.
static void knows_parts_of_platforms(void **state)
{
    (void)state;
    static const struct {
        const char *cpe;
        bool same;
    } cases[] = {
        {"cpe:/o:redhat:enterprise_linux:8", true},
        {"cpe:/a:redhat:enterprise_linux:8::appstream", true},
        {"cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:*", true},
        {"cpe:/o:redhat:enterprise_linux:8.9", true},
        {"cpe:/o:redhat:enterprise_linux:8.1", false},
        {"cpe:/o:redhat:enterprise_linux:9", false},
        {"cpe:/o:redhat:enterprise_linux", false},
        {"cpe:/a:redhat:rhel_eus:8.9", false},
        {"nothing", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text;
        scene_init(scene, scene->mem);
        as_rhel();
        struct finding *one = scene_add(scene, "CVE-1", CURL);
        struct finding *two = scene_add(scene, "CVE-1", LIB);
        struct finding *three = scene_add(scene, "CVE-1", "pkg:npm/curl@1");
        text_init(&text, scene->mem, SIZE_MAX);
        text_add(&text,
                 S(HEAD "{\"branches\":[{\"branches\":[{\"product\":{\"name\":\"n\","
                        "\"product_id\":\"P\",\"product_identification_helper\":{\"cpe\":\""));
        text_add(&text, span_of_text(cases[i].cpe));
        text_add(&text, S("\"}}},{\"product\":" PRODUCT("C", PURL("pkg:rpm/redhat/curl?arch=src")) "}]}],\"relationships\":[" PART(
                            "P:C", "C",
                            "P") "]},\"vulnerabilities\":[{\"cve\":\"CVE-1\"," FLAG("\"P:C\"") ",\""
                                                                                               "pro"
                                                                                               "duc"
                                                                                               "t_"
                                                                                               "sta"
                                                                                               "tus"
                                                                                               "\":"
                                                                                               "{\""
                                                                                               "kno"
                                                                                               "wn_"
                                                                                               "not"
                                                                                               "_af"
                                                                                               "fec"
                                                                                               "ted"
                                                                                               "\":"
                                                                                               "[\""
                                                                                               "P:"
                                                                                               "C\""
                                                                                               "]}}"
                                                                                               "]"
                                                                                               "}"));
        vex(arena_text(scene->mem, text_span(&text)));
        apply();
        if (counts(one) == cases[i].same || counts(two) == cases[i].same || !counts(three))
            fail_msg("%s", cases[i].cpe);
    }
}

#define SIMPLE                                                                                  \
    HEAD "{\"full_product_names\":[" PRODUCT("A", PURL("pkg:npm/a")) "," PRODUCT(               \
        "B", PURL("pkg:npm/b@1")) "],\"product_groups\":[{\"group_id\":\"G\",\"product_ids\":[" \
                                  "\"A\",\"B\"]}]},\"vulnerabilities\":[{\"cve\":\"CVE-1\","

static void takes_every_status(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    struct finding *two = scene_add(scene, "CVE-1", "pkg:npm/b@1");
    vex(SIMPLE "\"threats\":[{\"category\":\"impact\",\"details\":\"not built\",\"group_ids\":"
               "[\"G\"]},{\"category\":\"exploit_status\",\"details\":\"x\",\"product_ids\":"
               "[\"A\"]}],\"product_status\":{\"known_not_affected\":[\"A\"],"
               "\"first_fixed\":[\"B\"],\"recommended\":[\"A\"]}}]}");
    apply();
    assert_span(one->suppressed, "vex.json: not affected: not built");
    assert_span(two->suppressed, "vex.json: fixed");
}

static void adds_evidence(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    struct finding *two = scene_add(scene, "CVE-1", "pkg:npm/b@1");
    vex(SIMPLE "\"product_status\":{\"under_investigation\":[\"A\"],\"last_affected\":[\"B\"]}}]}");
    apply();
    assert_int_equal(one->status, STATUS_UNDER_INVESTIGATION);
    assert_span(two->evidence[0].range, "affected");
    assert_span(two->evidence[0].advisory, "X");
}

static void wants_a_reason(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    vex(SIMPLE "\"product_status\":{\"known_not_affected\":[\"A\"]}}]}");
    apply();
    assert_true(counts(one));
    assert_true(noted("without a word why"));
}

// A version, or a range of them, that stands in the branch and not in the purl.
static void minds_versions_of_branches(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", "pkg:npm/a@1.5");
    struct finding *two = scene_add(scene, "CVE-1", "pkg:npm/b@1.5");
    struct finding *three = scene_add(scene, "CVE-1", "pkg:npm/c@1.5");
    struct finding *four = scene_add(scene, "CVE-1", "pkg:npm/d@1.5");
#define BRANCH(category, name, id)                    \
    "{\"category\":\"" category "\",\"name\":\"" name \
    "\",\"product\":" PRODUCT(id, PURL("pkg:npm/" id)) "}"
    vex(HEAD "{\"branches\":[" BRANCH("product_version", "1.5", "a") "," BRANCH(
        "product_version", "v2",
        "b") "," BRANCH("product_version_range", "vers:npm/<2",
                        "c") "," BRANCH("product_name", "2",
                                        "d") "]},\"vulnerabilities\":[{\"cve\":\"CVE-1\",\"product_"
                                             "status\":{\"fixed\":["
                                             "\"a\",\"b\",\"c\",\"d\"]}}]}");
    apply();
    assert_false(counts(one));
    assert_true(counts(two));
    assert_true(counts(three));
    assert_false(counts(four));
}

// A platform alone says nothing of what may be installed on it.
static void wants_a_part(void **state)
{
    (void)state;
    as_rhel();
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    vex(HEAD "{\"full_product_names\":[" PRODUCT(
        "P", CPE("cpe:/o:redhat:enterprise_linux:8")) "]},\"vulnerabilities\":[{\"cve\":\"CVE-1\","
                                                      "\"product_status\":{\"fixed\":[\"P\"]}}]}");
    apply();
    assert_true(counts(one));
    assert_true(noted("products that nothing identifies"));
}

static void refuses_with_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"{\"document\":{\"csaf_version\":\"3.0\"}}", ERR_UNSUPPORTED, "csaf: version '3.0'"},
        {SIMPLE "\"product_status\":{\"fixed\":[\"B\",\"C\"]}}]}", ERR_INPUT,
         "vulnerabilities[0]: product_status: fixed: [1]: the product 'C'"},
        {HEAD "{\"full_product_names\":[{\"name\":\"n\"}]}}", ERR_INPUT,
         "product_tree: full_product_names[0]: a product without product_id"},
        {HEAD "{\"relationships\":[{}]}}", ERR_INPUT, "relationships[0]: it names no products"},
        {HEAD "{\"full_product_names\":[" PRODUCT(
             "A",
             PURL(
                 "pkg:npm/a")) "]},\"vulnerabilities\":[{\"product_status\":{\"fixed\":[\"A\"]}}]}",
         ERR_INPUT, "it names no vulnerability"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"),
                                        span_of_text(cases[i].text), &scene->err),
                       cases[i].kind, cases[i].words);
}

static void limits_depth(void **state)
{
    (void)state;
    struct text text;
    text_init(&text, scene->mem, SIZE_MAX);
    text_add(&text, S(HEAD "{\"branches\":["));
    for (size_t i = 0; i < 100; i++)
        text_add(&text, S("{\"branches\":["));
    for (size_t i = 0; i < 100; i++)
        text_add(&text, S("]}"));
    text_add(&text, S("]}}"));
    assert_refused(
        suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"), text_span(&text), &scene->err),
        ERR_LIMIT, "branches[0]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knows_parts_of_platforms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_every_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(adds_evidence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wants_a_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(minds_versions_of_branches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wants_a_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_with_a_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_depth, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
