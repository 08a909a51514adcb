#include "format/yaml/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct limits limits;
static struct arena *mem;

static int set_up(void **state)
{
    (void)state;
    limits = limits_default();
    mem = arena_new(1 << 20);
    return mem ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static const struct yaml *parsed(const char *text)
{
    const struct yaml *root = NULL;
    struct err err = {0};
    if (!yaml_parse(span_of_text(text), &limits, mem, &root, &err))
        fail_msg("%s", err.text);
    return root;
}

static void assert_refused(const char *text, enum err_kind kind, const char *words)
{
    const struct yaml *root = NULL;
    struct err err = {0};
    assert_false(yaml_parse(span_of_text(text), &limits, mem, &root, &err));
    assert_null(root);
    assert_string_equal(err_kind_name(err.kind), err_kind_name(kind));
    if (!strstr(err.text, words))
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void assert_span(span got, const char *wanted)
{
    assert_true(span_equal(got, span_of_text(wanted)));
}

static void reads_mappings_with_lines(void **state)
{
    (void)state;
    const struct yaml *root = parsed("# settings\nstrict: true\n\ndb: 'a b'\n");
    assert_int_equal(root->kind, YAML_MAPPING);
    assert_span(root->first->key, "strict");
    assert_span(root->first->text, "true");
    assert_int_equal(root->first->line, 2);
    assert_int_equal(root->first->column, 9);
    assert_int_equal(root->first->key_line, 2);
    assert_int_equal(root->first->key_column, 1);
    assert_span(root->first->next->key, "db");
    assert_span(root->first->next->text, "a b");
    assert_int_equal(root->first->next->line, 4);
    assert_null(root->first->next->next);
}

static void reads_lists_of_both_forms(void **state)
{
    (void)state;
    static const char *const forms[] = {"a: [x, y]", "a:\n  - x\n  - y\n", "a:\n- x\n- \"y\""};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const struct yaml *list = parsed(forms[i])->first;
        assert_int_equal(list->kind, YAML_SEQUENCE);
        assert_span(list->first->text, "x");
        assert_span(list->first->next->text, "y");
        assert_span(list->first->next->key, "");
        assert_null(list->first->next->next);
    }
}

static void reads_nothing(void **state)
{
    (void)state;
    assert_null(parsed(""));
    assert_null(parsed("# only words\n"));
    assert_span(parsed("key:\n")->first->text, "");
    assert_null(parsed("{}")->first);
}

static void refuses_what_settings_do_not_need(void **state)
{
    (void)state;
    assert_refused("a: &x 1\nb: *x\n", ERR_UNSUPPORTED, "line 1");
    assert_refused("a: 1\nb: *x\n", ERR_UNSUPPORTED, "line 2");
    assert_refused("a: !!int 1\n", ERR_UNSUPPORTED, "tag");
    assert_refused("a: !own [1]\n", ERR_UNSUPPORTED, "tag");
    assert_refused("[a]: 1\n", ERR_UNSUPPORTED, "key");
    assert_refused("a: 1\n---\nb: 2\n", ERR_INPUT, "second document");
}

static void refuses_repeated_keys(void **state)
{
    (void)state;
    assert_refused("a: 1\nb: 2\na: 3\n", ERR_INPUT, "'a' is there already");
    assert_refused("x:\n  a: 1\n  'a': 1\n", ERR_INPUT, "line 3");
    assert_non_null(parsed("x:\n  a: 1\na: 1\n"));
}

static void refuses_what_is_no_yaml(void **state)
{
    (void)state;
    assert_refused("a: [1\nb: 2\n", ERR_INPUT, "line ");
    assert_refused("a: 'open\n", ERR_INPUT, "line ");
    assert_refused("\tb: 1\n", ERR_INPUT, "line ");
    assert_refused("}", ERR_INPUT, "line ");
    const struct yaml *root = NULL;
    assert_false(yaml_parse(S("a: \0b"), &limits, mem, &root, NULL));
}

static void keeps_to_its_limits(void **state)
{
    (void)state;
    limits.document_bytes = 4;
    assert_non_null(parsed("a: 1"));
    assert_refused("a: 12", ERR_LIMIT, "5 bytes");
    limits.document_bytes = 1 << 20;
    limits.depth = 3;
    assert_non_null(parsed("[[[x]]]"));
    assert_refused("[[[[x]]]]", ERR_LIMIT, "too deep");
    assert_non_null(parsed("[[[1]], [[2]]]"));
}

static void says_when_memory_is_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *small = arena_new(256);
    const struct yaml *root = NULL;
    struct err err = {0};
    assert_false(yaml_parse(S("[a, b, c, d, e, f, g, h]"), &limits, small, &root, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void survives_cuts(void **state)
{
    (void)state;
    span whole = S("a: [x, 'y', {b: \"\\u00e9\"}]\nc: |\n  text\n  more\nd:\n- e\n- f: g\n");
    for (size_t len = 0; len <= whole.len; len++) {
        const struct yaml *root = NULL;
        arena_reset(mem);
        (void)yaml_parse(span_first(whole, len), &limits, mem, &root, NULL); // either is fine
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_mappings_with_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_lists_of_both_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_settings_do_not_need, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_repeated_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_yaml, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_to_its_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_when_memory_is_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_cuts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
