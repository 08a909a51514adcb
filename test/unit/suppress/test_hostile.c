// Documents made to take long: each would, if anything here took time that grows with the square of
// what it reads.
#include "unit/suppress/testing.h"

enum { VERY_MANY = 200000 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_statements_on_one_flaw, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_products_in_one_statement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(products_times_subcomponents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_names_of_one_flaw, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_long, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
