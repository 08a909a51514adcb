// Documents made to take long: each would, if anything here took time that grows with the square of
// what it reads.
#include "unit/suppress/testing.h"

enum { VERY_MANY = 60000 };

static void begin(struct text *text)
{
    text_init(text, scene->mem, SIZE_MAX);
    text_add(text, S("{\"@context\":\"https://openvex.dev/ns\",\"statements\":["));
}

static void finish(struct text *text)
{
    text_add(text, S("]}"));
    assert_true(text_ok(text));
    if (!suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"), text_span(text), &scene->err))
        fail_msg("%s", scene->err.text);
    apply();
}

static void many_statements_on_one_flaw(void **state)
{
    (void)state;
    struct text text;
    struct finding *last = NULL;
    scene->limits.feed_bytes = UINT64_C(1) << 28;
    for (size_t i = 0; i < MOST_SCENE; i++)
        last = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    begin(&text);
    for (unsigned i = 0; i < VERY_MANY; i++)
        text_addf(&text,
                  "%s{\"vulnerability\":\"CVE-1\",\"status\":\"fixed\",\"products\":"
                  "[\"pkg:npm/a@%u\"]}",
                  i ? "," : "", i);
    finish(&text);
    assert_false(counts(last));
}

static void many_products_in_one_statement(void **state)
{
    (void)state;
    struct text text;
    struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    begin(&text);
    text_add(&text, S("{\"vulnerability\":\"CVE-1\",\"status\":\"fixed\",\"products\":["));
    for (unsigned i = 0; i < VERY_MANY; i++)
        text_addf(&text, "%s\"pkg:npm/a@%u\"", i ? "," : "", i + 1);
    text_add(&text, S("]}"));
    finish(&text);
    assert_false(counts(finding));
}

// 0.0.x: each product with each subcomponent.
static void products_times_subcomponents(void **state)
{
    (void)state;
    struct text text;
    begin(&text);
    text_add(&text, S("{\"vulnerability\":\"CVE-1\",\"status\":\"fixed\",\"products\":["));
    for (unsigned i = 0; i < 2000; i++)
        text_addf(&text, "%s\"pkg:npm/a@%u\"", i ? "," : "", i);
    text_add(&text, S("],\"subcomponents\":["));
    for (unsigned i = 0; i < 2000; i++)
        text_addf(&text, "%s\"pkg:npm/b@%u\"", i ? "," : "", i);
    text_add(&text, S("]}]}"));
    assert_refused(
        suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"), text_span(&text), &scene->err),
        ERR_LIMIT, "statements[0]: 2000 products with 2000 subcomponents");
}

static void many_names_of_one_flaw(void **state)
{
    (void)state;
    struct text text;
    begin(&text);
    text_add(&text, S("{\"status\":\"fixed\",\"vulnerability\":{\"aliases\":["));
    for (unsigned i = 0; i < 300; i++)
        text_addf(&text, "%s\"CVE-%u\"", i ? "," : "", i);
    text_add(&text, S("]}}]}"));
    assert_refused(
        suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"), text_span(&text), &scene->err),
        ERR_LIMIT, "names of one flaw");
}

static void many_lines(void **state)
{
    (void)state;
    struct text text;
    struct finding *finding = scene_add(scene, "CVE-7", "pkg:npm/a@1");
    text_init(&text, scene->mem, SIZE_MAX);
    for (unsigned i = 0; i < VERY_MANY; i++)
        text_addf(&text, "CVE-%u\n", i);
    assert_true(
        suppress_add_ignore(scene->suppress, S(".trivyignore"), text_span(&text), &scene->err));
    apply();
    assert_false(counts(finding));
    assert_int_equal(scene->notes.items.count + scene->notes.dropped, VERY_MANY - 1);
}

static void too_long(void **state)
{
    (void)state;
    scene->limits.feed_bytes = 10;
    scene->limits.document_bytes = 10;
    assert_refused(suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("v"), S("{\"a\":\"bcde\"}"),
                                    &scene->err),
                   ERR_LIMIT, "v: json: 12 bytes, at most 10");
    assert_refused(
        suppress_add_ignore(scene->suppress, S(".trivyignore"), S("CVE-1\nCVE-2"), &scene->err),
        ERR_LIMIT, "11 bytes, at most 10");
    assert_refused(suppress_add_ignore(scene->suppress, S("x"), S("# nothing at all"), &scene->err),
                   ERR_LIMIT, "16 bytes, at most 10");
}

static const struct {
    const char *name;
    const char *text;
} one_of_each[] = {
    {"file", "- id: CVE-2024-0001\n  package: 'pkg:deb/debian/libssl3'\n  reason: x\n"
             "  expires: 2999-01-01\n- path: usr/**\n  reason: x\n  expires: 2020-01-01\n"},
    {".trivyignore", "CVE-2024-0005\n"},
    {".trivyignore.yaml", "vulnerabilities:\n  - id: CVE-2024-0002\n    paths: ['var/**']\n"},
    {"openvex", "{\"@context\":\"https://openvex.dev/ns\",\"@id\":\"x\",\"version\":1,"
                "\"statements\":[{\"vulnerability\":\"CVE-2024-0003\",\"status\":\"fixed\","
                "\"products\":[\"pkg:golang/example.com/app\"],"
                "\"subcomponents\":[\"pkg:golang/stdlib\"]}]}"},
    {"csaf", "{\"document\":{\"csaf_version\":\"2.0\"},\"product_tree\":{\"full_product_names\":"
             "[{\"product_id\":\"A\",\"product_identification_helper\":{\"purl\":"
             "\"pkg:golang/stdlib\"}}]},\"vulnerabilities\":[{\"cve\":\"CVE-2024-0004\","
             "\"product_status\":{\"under_investigation\":[\"A\"]}}]}"},
    {"cyclonedx", "{\"bomFormat\":\"CycloneDX\",\"vulnerabilities\":[{\"id\":\"CVE-2024-0005\","
                  "\"analysis\":{\"state\":\"resolved\"},\"affects\":[{\"ref\":"
                  "\"pkg:maven/org.example/inner\"}]}]}"},
};

static bool add_one(struct suppress *suppress, size_t i, struct err *err)
{
    span name = span_of_text(one_of_each[i].name);
    span text = span_of_text(one_of_each[i].text);
    return i < 3 ? suppress_add_ignore(suppress, name, text, err)
                 : suppress_add_vex(suppress, SUPPRESS_FILE, name, text, err);
}

static bool run_in(uint64_t budget, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
    struct suppress *suppress = NULL;
    scene_init(scene, scene->mem);
    scene_fill(scene);
    scene->limits.kept_bytes = budget;
    scene->limits.feed_bytes = budget;
    if (!suppress_new(&scene->limits, SCENE_TODAY, mem, &suppress, err))
        return false;
    for (size_t i = 0; i < sizeof one_of_each / sizeof *one_of_each; i++)
        if (!add_one(suppress, i, err))
            return false;
    return suppress_apply(suppress, &scene->scan, &scene->notes, err) &&
           scene_compare(scene, mem, S("{\"schema\":\"plimsoll.scan/1\",\"findings\":[]}"), err);
}

// Whatever memory there is, it is enough or it is said that it is not.
static void little_memory(void **state)
{
    (void)state;
    size_t failures = 0;
    struct err err = {0};
    for (uint64_t budget = 64; budget < 1 << 17; budget += budget / 16) {
        err = (struct err){0};
        if (run_in(budget, &err))
            continue;
        if (err.kind != ERR_LIMIT)
            fail_msg("%llu bytes: %s", (unsigned long long)budget, err.text);
        failures++;
    }
    assert_true(failures > 10);
    if (!run_in(1 << 20, &err))
        fail_msg("%s", err.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_statements_on_one_flaw, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_products_in_one_statement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(products_times_subcomponents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_names_of_one_flaw, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(little_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
