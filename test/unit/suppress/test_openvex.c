#include "unit/suppress/testing.h"

#define CURL "pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12"
#define HEAD                                                                              \
    "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"urn:1\",\"author\":\"a\"," \
    "\"timestamp\":\"2024-01-01T00:00:00Z\",\"version\":1,\"statements\":["
#define ABOUT(flaw) "{\"vulnerability\":{\"name\":\"" flaw "\"},"
#define OF_CURL "\"products\":[{\"@id\":\"pkg:deb/debian/curl\"}],"
#define NOT "\"status\":\"not_affected\",\"justification\":\"vulnerable_code_not_present\""

static void takes_every_status(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    struct finding *two = scene_add(scene, "CVE-2", CURL);
    struct finding *three = scene_add(scene, "CVE-3", CURL);
    struct finding *four = scene_add(scene, "CVE-4", CURL);
    four->status = STATUS_FIXED;
    vex(HEAD ABOUT("CVE-1") OF_CURL NOT ",\"impact_statement\":\"not built\"}," ABOUT("CVE-2")
            OF_CURL "\"status\":\"fixed\"}," ABOUT("CVE-3") OF_CURL
        "\"status\":\"under_investigation\"}," ABOUT("CVE-4") OF_CURL
        "\"status\":\"under_investigation\"}]}");
    apply();
    assert_span(one->suppressed, "vex.json: not affected: vulnerable_code_not_present: not built");
    assert_int_equal(one->status, STATUS_NOT_AFFECTED);
    assert_span(two->suppressed, "vex.json: fixed");
    assert_int_equal(two->suppression->kind, SUPPRESSION_FIXED);
    assert_true(counts(three));
    assert_int_equal(three->status, STATUS_UNDER_INVESTIGATION);
    assert_int_equal(three->evidence_count, 1);
    assert_span(three->evidence[0].database, "vex.json");
    assert_span(three->evidence[0].range, "under investigation");
    assert_int_equal(four->status, STATUS_FIXED);
}

static void knows_flaws_by_all_their_names(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    struct finding *two = scene_add(scene, "CVE-2", CURL);
    struct finding *three = scene_add(scene, "CVE-3", CURL);
    vex(HEAD "{\"vulnerability\":{\"name\":\"GO-1\",\"aliases\":[\"CVE-1\"]}," OF_CURL NOT
             "},{\"vulnerability\":{\"@id\":\"CVE-2\"}," OF_CURL NOT "}]}");
    apply();
    assert_false(counts(one));
    assert_false(counts(two));
    assert_true(counts(three));
}

static void later_and_louder_statements_win(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    struct finding *two = scene_add(scene, "CVE-2", CURL);
    vex(HEAD ABOUT("CVE-1") OF_CURL NOT ",\"timestamp\":\"2024-03-01T00:00:00Z\"}," ABOUT("CVE-1")
            OF_CURL
        "\"status\":\"affected\",\"timestamp\":\"2024-02-01T00:00:00Z\"}," ABOUT("CVE-2")
            OF_CURL NOT "}," ABOUT("CVE-2") OF_CURL "\"status\":\"affected\"}]}");
    apply();
    assert_false(counts(one));
    assert_true(counts(two)); // said at the same time: in doubt it counts
}

// What comes with the image, however young it says to be, does not overrule the user.
static void origins_weigh_differently(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    struct finding *two = scene_add(scene, "CVE-2", CURL);
    vex_from(SUPPRESS_IMAGE, "inside",
             HEAD ABOUT("CVE-1") OF_CURL NOT
             ",\"timestamp\":\"2999-01-01T00:00:00Z\"}," ABOUT("CVE-2") OF_CURL NOT "}]}");
    vex("{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"urn:2\",\"statements\":[" ABOUT(
        "CVE-1") OF_CURL "\"status\":\"affected\"}]}");
    apply();
    assert_true(counts(one));
    assert_span(two->suppressed, "inside (unverified): not affected: vulnerable_code_not_present");
    assert_true(noted("nobody has verified"));
}

static void newer_versions_replace(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    vex_from(SUPPRESS_FILE, "new",
             "{\"@context\":\"https://openvex.dev/ns\",\"@id\":\"urn:1\","
             "\"version\":\"10\",\"statements\":[]}");
    vex_from(SUPPRESS_FILE, "old", HEAD ABOUT("CVE-1") OF_CURL NOT "}]}");
    apply();
    assert_true(counts(one));
    assert_true(noted("there is a newer version of it, which counts instead: new"));
}

// 0.0.x: texts instead of objects, and subcomponents of all products.
static void reads_the_old_form(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    struct finding *two = scene_add(scene, "CVE-2", CURL);
    vex("{\"@context\":\"https://openvex.dev/ns\",\"@id\":\"urn:1\",\"version\":\"1\","
        "\"statements\":[{\"vulnerability\":\"CVE-1\",\"products\":["
        "\"pkg:oci/app?repository_url=registry.example%2Fteam%2Fapp\"],"
        "\"subcomponents\":[\"pkg:deb/debian/curl\"]," NOT "},"
        "{\"vulnerability\":\"CVE-2\",\"products\":[\"pkg:oci/other\"],"
        "\"subcomponents\":[\"pkg:deb/debian/curl\"]," NOT "}]}");
    apply();
    assert_false(counts(one));
    assert_true(counts(two));
}

static void wants_a_reason(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    vex(HEAD ABOUT("CVE-1") OF_CURL "\"status\":\"not_affected\"}]}");
    apply();
    assert_true(counts(one));
    assert_true(noted("statements without a word why it is not affected"));
}

static void says_what_it_cannot_know(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    vex(HEAD ABOUT("CVE-1") "\"products\":[{\"@id\":\"https://example.com/curl\"}]," NOT "}]}");
    apply();
    assert_true(counts(one));
    assert_true(noted("products that nothing identifies"));
}

// base64 of {"_type":…, "predicateType":…, "subject":[…], "predicate": an OpenVEX document}
static void bundle(uint8_t digit, span statement)
{
    struct text inner;
    struct text text;
    span payload = {0};
    text_init(&inner, scene->mem, SIZE_MAX);
    text_add(&inner,
             S("{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":"
               "\"https://openvex.dev/ns/v0.2.0\",\"subject\":[{\"digest\":{\"sha256\":\""));
    for (size_t i = 0; i < 64; i++)
        text_add_byte(&inner, digit);
    text_add(&inner, S("\"}}],\"predicate\":" HEAD));
    text_add(&inner, statement);
    text_add(&inner, S("]}}"));
    assert_true(base64_encode(text_span(&inner), scene->mem, &payload));
    text_init(&text, scene->mem, SIZE_MAX);
    text_add(&text, S("{\"dsseEnvelope\":{\"payloadType\":\"application/vnd.in-toto+json\","
                      "\"signatures\":[],\"payload\":\""));
    text_add(&text, payload);
    text_add(&text, S("\"}}"));
    vex(arena_text(scene->mem, text_span(&text)));
}

// A statement without products is about the subject; of another subject nothing is about this.
static void opens_envelopes(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    struct finding *two = scene_add(scene, "CVE-2", CURL);
    struct finding *three = scene_add(scene, "CVE-3", CURL);
    bundle('A', S(ABOUT("CVE-1") NOT "}," ABOUT("CVE-2") OF_CURL NOT "}")); // of either case
    apply();
    assert_false(counts(one));
    assert_false(counts(two));
    assert_true(counts(three));
}

static void minds_the_subject(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", CURL);
    bundle('b', S(ABOUT("CVE-1") OF_CURL NOT "}"));
    apply();
    assert_true(counts(one));
}

static void refuses_with_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"", ERR_INPUT, "v: json: the document is empty"},
        {"{}", ERR_UNSUPPORTED, "v: it is neither OpenVEX"},
        {"[]", ERR_UNSUPPORTED, "v: it is neither OpenVEX"},
        {"{\"@context\":\"https://openvex.dev/ns\"}", ERR_INPUT, "openvex: statements is no list"},
        {"{\"a\":1,\"a\":2}", ERR_INPUT, "v: json: line 1: duplicate"},
        {HEAD "1]}", ERR_INPUT, "v: openvex: statements[0]: status '' is none"},
        {HEAD ABOUT("A") OF_CURL NOT "},{\"status\":\"fixed\"}]}", ERR_INPUT,
         "statements[1]: it names no vulnerability"},
        {HEAD ABOUT("A") "\"products\":{}," NOT "}]}", ERR_INPUT, "products is no list"},
        {HEAD ABOUT("A") "\"products\":[1]," NOT "}]}", ERR_INPUT,
         "statements[0]: products[0]: a product is neither"},
        {"{\"payloadType\":\"x\",\"payload\":\"!\"}", ERR_INPUT, "payload: it is no base64"},
        {"{\"payloadType\":\"x\",\"payload\":\"e30=\"}", ERR_UNSUPPORTED, "payload: it is neither"},
        {"{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"https://slsa.dev/p\"}",
         ERR_UNSUPPORTED, "about something else: 'https://slsa.dev/p'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"),
                                        span_of_text(cases[i].text), &scene->err),
                       cases[i].kind, cases[i].words);
    apply();
    assert_int_equal(scene->scan.suppressor_count, 0); // nothing of them was kept
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(takes_every_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_flaws_by_all_their_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(later_and_louder_statements_win, set_up, tear_down),
        cmocka_unit_test_setup_teardown(origins_weigh_differently, set_up, tear_down),
        cmocka_unit_test_setup_teardown(newer_versions_replace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_the_old_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wants_a_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_it_cannot_know, set_up, tear_down),
        cmocka_unit_test_setup_teardown(opens_envelopes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(minds_the_subject, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_with_a_place, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
