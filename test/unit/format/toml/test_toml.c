#include "format/toml/toml.h"

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
    mem = arena_new(1 << 28);
    return mem ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static const struct toml *parsed(const char *text)
{
    const struct toml *root = NULL;
    struct err err = {0};
    if (!toml_parse(span_of_text(text), &limits, mem, &root, &err))
        fail_msg("%s", err.text);
    return root;
}

static void assert_refused(const char *text, enum err_kind kind, const char *words)
{
    const struct toml *root = NULL;
    struct err err = {0};
    assert_false(toml_parse(span_of_text(text), &limits, mem, &root, &err));
    assert_null(root);
    assert_string_equal(err_kind_name(err.kind), err_kind_name(kind));
    if (!strstr(err.text, words))
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void assert_span(span got, const char *wanted)
{
    assert_true(span_equal(got, span_of_text(wanted)));
}

static void reads_a_lock_file(void **state)
{
    (void)state;
    const struct toml *root = parsed("# made by a tool\nversion = 3\n\n"
                                     "[[package]]\nname = \"a\"\nversion = '1.0'\n"
                                     "[package.source]\ngit = \"x\"\n\n"
                                     "[[package]]\nname = \"b\"\nfiles = [{hash = \"h\"},\n]\n");
    const struct toml *version = toml_get(root, S("version"));
    assert_int_equal(version->kind, TOML_INTEGER);
    assert_int_equal(version->line, 2);
    const struct toml *a = toml_get(root, S("package"))->first;
    assert_span(toml_get_text(a, S("name")), "a");
    assert_span(toml_get_text(a, S("version")), "1.0");
    assert_span(toml_get_text(toml_get(a, S("source")), S("git")), "x");
    const struct toml *b = a->next;
    assert_int_equal(b->line, 10);
    assert_span(toml_get_text(toml_get(b, S("files"))->first, S("hash")), "h");
    assert_null(b->next);
}

static void look_ups_accept_anything(void **state)
{
    (void)state;
    const struct toml *root = parsed("a = 1\nb = 'x'\n");
    assert_null(toml_get(NULL, S("a")));
    assert_null(toml_get(root, S("c")));
    assert_null(toml_get(toml_get(root, S("a")), S("a")));
    assert_span(toml_get_text(root, S("a")), "");
    assert_span(toml_get_text(root, S("b")), "x");
}

static void strings_lose_quotes_and_escapes(void **state)
{
    (void)state;
    const struct toml *root =
        parsed("a = \"\\t\\u00e9\\\\\"\nb = \"\"\"\nx\\\n  y\"\"\"\"\nc = '\\'\n");
    assert_span(toml_get_text(root, S("a")), "\t\xc3\xa9\\");
    assert_span(toml_get_text(root, S("b")), "xy\"");
    assert_span(toml_get_text(root, S("c")), "\\");
    assert_int_equal(toml_get(root, S("c"))->line, 5);
}

static void reads_nothing(void **state)
{
    (void)state;
    assert_null(parsed("")->first);
    assert_null(parsed("# only words")->first);
    assert_non_null(parsed("\xef\xbb\xbf"
                           "a = 1")
                        ->first);
}

static void refuses_what_is_no_toml(void **state)
{
    (void)state;
    assert_refused("a = 1\nb", ERR_INPUT, "line 2: a key without '='");
    assert_refused("a = \"x", ERR_INPUT, "without an end");
    assert_refused("\n[a", ERR_INPUT, "line 2: a header");
    assert_refused("a = zero", ERR_INPUT, "'zero' is no value");
    assert_refused("a = 9223372036854775808", ERR_INPUT, "is no value");
    assert_refused("a = 1 2", ERR_INPUT, "stands behind");
    assert_refused("\na = '\xff'", ERR_INPUT, "line 2: this is no UTF-8");
    assert_refused("a = 1\rb = 2", ERR_INPUT, "a control character");
    const struct toml *root = NULL;
    assert_false(toml_parse(S("a = '\0'"), &limits, mem, &root, NULL));
}

static void refuses_repeated_keys(void **state)
{
    (void)state;
    assert_refused("a = 1\nb = 2\na = 3\n", ERR_INPUT, "line 3: 'a' is there already");
    assert_refused("[a]\n[b]\n[a]\n", ERR_INPUT, "line 3: 'a' is something else already");
    assert_refused("a = {b = 1}\n[a.c]\n", ERR_INPUT, "line 2");
}

static void keeps_to_its_limits(void **state)
{
    (void)state;
    limits.document_bytes = 5;
    assert_non_null(parsed("a = 1"));
    assert_refused("a = 12", ERR_LIMIT, "6 bytes");
    limits.document_bytes = 1 << 20;
    limits.depth = 3;
    assert_non_null(parsed("a = [[1]]"));
    assert_refused("a = [[[1]]]", ERR_LIMIT, "too deep");
    assert_non_null(parsed("a.b.c = 1\n[x.y]\n"));
    assert_refused("a.b.c.d = 1", ERR_LIMIT, "too deep");
    assert_refused("[x.y.z]", ERR_LIMIT, "too deep");
    assert_refused("[[x.y]]", ERR_LIMIT, "too deep");
}

// Ends only because nothing in it takes quadratic time.
static void a_table_may_be_wide(void **state)
{
    (void)state;
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    for (unsigned i = 0; i < 200000; i++)
        text_addf(&text, "k%u = 1\n[t.x%u]\n", i, i);
    const struct toml *root = NULL;
    assert_true(text_ok(&text));
    assert_true(toml_parse(text_span(&text), &limits, mem, &root, NULL));
    assert_non_null(root);
}

static void says_when_memory_is_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *small = arena_new(512);
    const struct toml *root = NULL;
    struct err err = {0};
    assert_false(toml_parse(S("a = [1, 2, 3, 4, 5, 6, 7, 8]"), &limits, small, &root, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void survives_cuts(void **state)
{
    (void)state;
    span whole = S("a = ['x', {b.c = \"\\u00e9\"}] # c\n[d.\"e\"]\nf = \"\"\"x\\\n y\"\"\"\n"
                   "[[g]]\nh = 1979-05-27 07:32:00Z\ni = -1.5e3\n");
    for (size_t len = 0; len <= whole.len; len++) {
        const struct toml *root = NULL;
        arena_reset(mem);
        (void)toml_parse(span_first(whole, len), &limits, mem, &root, NULL); // either is fine
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_a_lock_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(look_ups_accept_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strings_lose_quotes_and_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_toml, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_repeated_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_to_its_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_may_be_wide, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_when_memory_is_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_cuts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
