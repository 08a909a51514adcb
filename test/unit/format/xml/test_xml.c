#include "format/xml/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct limits limits;
static struct arena *mem;

static int set_up(void **state)
{
    (void)state;
    limits = limits_default();
    mem = arena_new(1 << 24);
    return mem ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static const struct xml_node *parse(span document)
{
    const struct xml_node *root = NULL;
    struct err err = {0};
    if (!xml_parse(document, &limits, mem, &root, &err))
        fail_msg("%s", err.text);
    return root;
}

static enum err_kind failure_of(span document)
{
    const struct xml_node *root = NULL;
    struct err err = {0};
    assert_false(xml_parse(document, &limits, mem, &root, &err));
    assert_null(root);
    return err.kind;
}

static span nested(size_t depth)
{
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    for (size_t i = 0; i < depth; i++)
        text_add(&text, S("<a>"));
    for (size_t i = 0; i < depth; i++)
        text_add(&text, S("</a>"));
    return text_span(&text);
}

static void tree_has_names_texts_and_attributes(void **state)
{
    (void)state;
    const struct xml_node *root = parse(
        S("<?xml version='1.0'?>\n<!DOCTYPE p>\n<m:p a='1' x:b='&lt;'>\n <q> one <!-- no -->two "
          "</q><r/><q><![CDATA[<3>]]></q>\n</m:p>"));
    assert_true(span_equal(root->name, S("p")));
    assert_int_equal(root->text.len, 0);
    assert_true(span_equal(xml_attribute(root, "a"), S("1")));
    assert_true(span_equal(xml_attribute(root, "b"), S("<")));
    const struct xml_node *q = xml_child(root, "q");
    assert_true(span_equal(xml_text(q), S("one two")));
    assert_true(span_equal(xml_text(xml_again(q)), S("<3>")));
    assert_null(xml_again(xml_again(q)));
    assert_non_null(xml_child(root, "r"));
}

static void nothing_has_nothing(void **state)
{
    (void)state;
    assert_null(xml_child(NULL, "a"));
    assert_null(xml_again(NULL));
    assert_int_equal(xml_child_text(xml_child(parse(S("<a/>")), "b"), "c").len, 0);
    assert_int_equal(xml_attribute(NULL, "a").len, 0);
}

static void texts_become_utf8(void **state)
{
    (void)state;
    assert_true(
        span_equal(xml_text(parse(S("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xf8</a>"))),
                   S("\xc3\xb8")));
    assert_int_equal(failure_of(S("<a>\xf8</a>")), ERR_INPUT);
}

static void entities_are_refused(void **state)
{
    (void)state;
    assert_int_equal(failure_of(S("<!DOCTYPE a [<!ENTITY x 'xx'>]><a>&x;</a>")), ERR_UNSUPPORTED);
    assert_int_equal(failure_of(S("<!DOCTYPE a [<!ENTITY % x 'xx'>]><a/>")), ERR_UNSUPPORTED);
    assert_int_equal(failure_of(S("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a/>")),
                     ERR_UNSUPPORTED);
    assert_int_equal(failure_of(S("<a>&x;</a>")), ERR_INPUT);
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    assert_int_equal(failure_of((span){0}), ERR_INPUT);
    assert_int_equal(failure_of(S("<a>")), ERR_INPUT);
    assert_int_equal(failure_of(S("<a></b>")), ERR_INPUT);
    assert_int_equal(failure_of(S("<a/><b/>")), ERR_INPUT);
    assert_int_equal(failure_of(S("<a b='1' b='2'/>")), ERR_INPUT);
    assert_int_equal(failure_of(S("<a>\0</a>")), ERR_INPUT);
}

static void limits_hold(void **state)
{
    (void)state;
    (void)parse(nested(limits.depth - 1));
    (void)parse(nested(limits.depth));
    assert_int_equal(failure_of(nested(limits.depth + 1)), ERR_LIMIT);
    assert_int_equal(failure_of(nested(100000)), ERR_LIMIT);
    limits.document_bytes = 4;
    (void)parse(S("<a/>"));
    assert_int_equal(failure_of(S("<ab/>")), ERR_LIMIT);
}

static void full_arena_is_an_error(void **state)
{
    (void)state;
    span document = S("<a b='c'><d>text</d><e f='g'>more text</e></a>");
    for (uint64_t budget = 64; budget < 8192; budget += 64) {
        CLEANUP(arena_cleanup) struct arena *small = arena_new(budget);
        const struct xml_node *root = NULL;
        struct err err = {0};
        assert_non_null(small);
        if (xml_parse(document, &limits, small, &root, &err))
            assert_true(span_equal(xml_child_text(root, "e"), S("more text")));
        else
            assert_int_equal(err.kind, ERR_LIMIT);
    }
}

struct seen {
    struct text names;
    size_t most; // elements that are taken
};

static bool see(void *self, const struct xml_node *element, struct err *err)
{
    struct seen *seen = self;
    text_add(&seen->names, xml_attribute(element, "id"));
    text_add(&seen->names, xml_child_text(element, "t"));
    text_add_byte(&seen->names, '|');
    return seen->most-- > 1 || err_set(err, ERR_CONFLICT, "enough");
}

static bool see_each(const char *document, uint64_t budget, struct seen *seen, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *each = arena_new(budget);
    text_init(&seen->names, mem, SIZE_MAX);
    return xml_each(span_of_text(document), "u", &limits, mem, each, see, seen, err);
}

static void elements_are_shown_one_by_one(void **state)
{
    (void)state;
    struct seen seen = {.most = 9};
    struct err err = {0};
    const char *document = "<x:list xmlns:x='y'>text<u id='1'><t>a</t><u id='no'/></u><v><x:u "
                           "id='2'/></v><t>b</t></x:list>";
    assert_true(see_each(document, 1 << 16, &seen, &err));
    assert_true(span_equal(text_span(&seen.names), S("1a|2|")));
    assert_true(see_each("<list/>", 1 << 16, &seen, &err) && seen.names.len == 0);
    seen.most = 1;
    assert_false(see_each(document, 1 << 16, &seen, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(span_equal(text_span(&seen.names), S("1a|")));
    err = (struct err){0};
    seen.most = 9;
    assert_false(see_each("<list><u id='1'/><u>", 1 << 16, &seen, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void many_elements_need_the_memory_of_one(void **state)
{
    (void)state;
    enum { MANY = 2000 };
    struct seen seen = {.most = MANY + 1};
    struct text document = {0};
    struct err err = {0};
    text_init(&document, mem, SIZE_MAX);
    text_add(&document, S("<list>"));
    for (size_t i = 0; i < MANY; i++)
        text_add(&document, S("<u id='1'><t>some text</t></u>"));
    text_add(&document, S("</list>"));
    text_add_byte(&document, '\0');
    assert_true(see_each((const char *)document.ptr, 1 << 16, &seen, &err));
    assert_int_equal(seen.most, 1);
    assert_false(see_each((const char *)document.ptr, 64, &seen, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tree_has_names_texts_and_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_has_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_become_utf8, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entities_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_well_formed_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_arena_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(elements_are_shown_one_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_elements_need_the_memory_of_one, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
