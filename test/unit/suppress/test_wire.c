// Documents that were read elsewhere: what is sent means the same, and what makes no sense is
// refused, whoever sends it.
#include "unit/suppress/testing.h"

#define DOCUMENT                                                                              \
    "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"urn:a\",\"version\":3,"        \
    "\"timestamp\":\"2026-01-01T00:00:00Z\",\"statements\":[{\"vulnerability\":{\"name\":"    \
    "\"CVE-1\",\"aliases\":[\"GHSA-1\"]},\"status\":\"fixed\",\"products\":[{\"@id\":"        \
    "\"pkg:oci/app?arch=amd64&tag=1.0\",\"subcomponents\":[{\"@id\":\"pkg:npm/%40x/a@1\"}]}," \
    "\"nobody knows\"]}]}"

static span sent(const char *text)
{
    struct suppress *other = NULL;
    struct text wire;
    text_init(&wire, scene->mem, SIZE_MAX);
    if (!suppress_new(&scene->limits, 0, scene->mem, &other, &scene->err) ||
        !suppress_add_vex(other, SUPPRESS_IMAGE, S("v"), span_of_text(text), &scene->err))
        fail_msg("%s", scene->err.text);
    suppress_write_vex(other, &wire);
    assert_true(text_ok(&wire));
    return text_span(&wire);
}

static bool receive(span bytes)
{
    scene->err = (struct err){0};
    return suppress_read_vex(scene->suppress, SUPPRESS_IMAGE, S("v"), bytes, &scene->err);
}

static void says_the_same(void **state)
{
    (void)state;
    struct finding *by_alias = scene_add(scene, "GHSA-1", "pkg:npm/%40x/a@1");
    struct finding *other = scene_add(scene, "CVE-1", "pkg:npm/%40x/b@1");
    vex(DOCUMENT);
    apply();
    bool as_given = counts(by_alias);
    scene_init(scene, scene->mem);
    by_alias = scene_add(scene, "GHSA-1", "pkg:npm/%40x/a@1");
    other = scene_add(scene, "CVE-1", "pkg:npm/%40x/b@1");
    assert_true(receive(sent(DOCUMENT)));
    apply();
    assert_int_equal(counts(by_alias), as_given);
    assert_true(counts(other));
    assert_true(noted("products that nothing identifies"));
}

// Numbers in a document are its own: a second one does not speak of the parts of the first.
static void several_documents(void **state)
{
    (void)state;
    static const char *const second =
        "{\"@context\":\"https://openvex.dev/ns\",\"statements\":[{\"vulnerability\":\"CVE-2\","
        "\"status\":\"fixed\",\"products\":[\"pkg:npm/b@1\"]}]}";
    struct finding *a = scene_add(scene, "CVE-2", "pkg:npm/%40x/a@1");
    struct finding *b = scene_add(scene, "CVE-2", "pkg:npm/b@1");
    assert_true(receive(sent(DOCUMENT)));
    assert_true(receive(sent(second)));
    apply();
    assert_true(counts(a));
    assert_false(counts(b));
}

// Half a document says something else than all of it: nothing of it is kept.
static void cut_short(void **state)
{
    (void)state;
    struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/%40x/a@1");
    span all = sent(DOCUMENT);
    for (size_t len = 0; len < all.len; len++)
        assert_false(receive(span_slice(all, 0, len)));
    apply();
    assert_true(counts(finding));
    assert_false(noted("nobody has verified"));
    struct text longer;
    text_init(&longer, scene->mem, SIZE_MAX);
    text_add(&longer, all);
    text_add_byte(&longer, 0);
    assert_refused(receive(text_span(&longer)), ERR_INPUT, "bytes behind the end");
}

// The head of a document without components.
static void begin(struct text *out, const char *format)
{
    text_init(out, scene->mem, SIZE_MAX);
    text_add(out, S("plimvex\x02"));
    text_add_field(out, span_of_text(format));
    text_add_field(out, S("id"));
    text_add_field(out, S("1"));
    text_add_u64le(out, 0);
    text_add_u32le(out, 0);
    text_add_u32le(out, 0);
}

static void add_component(struct text *out, span type, span name)
{
    text_add_u32le(out, 1);
    text_add_field(out, type);
    text_add_field(out, (span){0});
    text_add_field(out, name);
    for (size_t i = 0; i < 5; i++)
        text_add_field(out, (span){0});
    text_add_u32le(out, 0);
}

static void add_statement(struct text *out, uint8_t status, span flaw)
{
    text_add_u32le(out, 1);
    text_add_u8(out, status);
    text_add_u64le(out, 0);
    text_add_field(out, (span){0});
    text_add_field(out, (span){0});
    text_add_u32le(out, 1);
    text_add_field(out, flaw);
}

static void add_clause(struct text *out, uint32_t vex, uint32_t product, uint32_t part)
{
    text_add_u32le(out, 1);
    text_add_u32le(out, vex);
    text_add_u32le(out, product);
    text_add_u32le(out, part);
    text_add_u32le(out, UINT32_MAX);
}

static void assert_clause(uint32_t vex, uint32_t product, uint32_t part, const char *words)
{
    struct text out;
    begin(&out, "csaf");
    add_component(&out, S("npm"), S("a"));
    add_statement(&out, 1, S("CVE-1"));
    add_clause(&out, vex, product, part);
    if (words)
        assert_refused(receive(text_span(&out)), ERR_INPUT, words);
    else
        assert_true(receive(text_span(&out)));
}

static void what_makes_no_sense(void **state)
{
    (void)state;
    struct text out;
    assert_clause(0, 0, UINT32_MAX, NULL);
    assert_clause(1, 0, UINT32_MAX, "clause 0: there is no statement 1");
    assert_clause(0, 1, UINT32_MAX, "clause 0: there is no component 1");
    assert_clause(0, UINT32_MAX, UINT32_MAX, "there is no component 4294967295");
    assert_clause(0, 0, 1, "there is no component 1");
    begin(&out, "vex");
    assert_refused(receive(text_span(&out)), ERR_INPUT, "there is no format 'vex'");
    begin(&out, "openvex");
    text_add_u32le(&out, 0);
    add_statement(&out, 4, S("CVE-1"));
    assert_refused(receive(text_span(&out)), ERR_INPUT, "there is no status 4");
    begin(&out, "openvex");
    text_add_u32le(&out, 0);
    add_statement(&out, 0, (span){0});
    assert_refused(receive(text_span(&out)), ERR_INPUT, "a flaw without a name");
    begin(&out, "openvex");
    text_add_u32le(&out, UINT32_MAX);
    assert_refused(receive(text_span(&out)), ERR_INPUT, "do not fit into the bytes left");
    begin(&out, "openvex");
    add_component(&out, (span){0}, (span){0});
    add_statement(&out, 0, S("CVE-1"));
    add_clause(&out, 0, 0, UINT32_MAX);
    assert_refused(receive(text_span(&out)), ERR_INPUT, "nothing identifies it");
    assert_refused(receive(S("{}")), ERR_INPUT, "not of this version");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cut_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_makes_no_sense, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
