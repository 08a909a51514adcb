#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json/json.h"

enum { BUDGET = 1 << 20, MOST = 64 };

// Cuts `document`, given in pieces of `piece` bytes, and joins the elements with '|'.
static bool cut(const char *document, bool as_members, size_t piece, struct text *ret,
                struct err *err)
{
    struct json_items items = {0};
    json_items_init(&items, as_members, ret->mem, MOST);
    span rest = span_of_text(document);
    while (rest.len) {
        span input = span_first(rest, piece);
        rest = span_from(rest, piece);
        while (input.len) {
            span item = {0};
            if (!json_items_step(&items, &input, &item, err))
                return false;
            text_add(ret, item);
            if (item.len)
                text_add_byte(ret, '|');
        }
    }
    return json_items_finish(&items, err);
}

static void assert_cut(const char *document, bool as_members, const char *expected)
{
    for (size_t piece = 1; piece < 80; piece++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
        struct text found = {0};
        struct err err = {0};
        text_init(&found, mem, BUDGET);
        assert_true(cut(document, as_members, piece, &found, &err));
        assert_true(span_equal(text_span(&found), span_of_text(expected)));
    }
}

static void assert_items(const char *document, const char *expected)
{
    assert_cut(document, false, expected);
}

static void assert_not_cut(const char *document, bool as_members, enum err_kind kind)
{
    for (size_t piece = 1; piece < 80; piece++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
        struct text found = {0};
        struct err err = {0};
        text_init(&found, mem, BUDGET);
        assert_false(cut(document, as_members, piece, &found, &err));
        assert_int_equal(err.kind, kind);
    }
}

static void assert_refused(const char *document, enum err_kind kind)
{
    assert_not_cut(document, false, kind);
}

static void elements_of_a_member_come_one_by_one(void **state)
{
    (void)state;
    assert_items("{\"a\":[]}", "");
    assert_items("{\"a\":[1]}", "1|");
    assert_items(" { \"n\" : 3, \"a\" : [ {\"b\": [1, 2]}, \"x\" , [[]] ] } ",
                 "{\"b\": [1, 2]}|\"x\"|[[]]|");
    assert_items("{\"a\":[1,2],\"b\":{\"c\":[9]},\"d\":[3]}", "1|2|3|");
}

static void brackets_and_commas_in_strings_are_text(void **state)
{
    (void)state;
    assert_items("{\"[,]\":\"[1]\",\"a\":[\"],[\",\"\\\",]\",\"\\\\\"]}",
                 "\"],[\"|\"\\\",]\"|\"\\\\\"|");
}

static void members_become_objects_of_their_own(void **state)
{
    (void)state;
    assert_cut("{}", true, "");
    assert_cut("{\"a\":1}", true, "{\"a\":1}|");
    assert_cut("{\"a\":{\"b\":[1,2]},\"c,}\":\"}\"}", true,
               "{\"a\":{\"b\":[1,2]}}|{\"c,}\":\"}\"}|");
    assert_not_cut("[{\"a\":1}]", true, ERR_INPUT);
    assert_not_cut("7", true, ERR_INPUT);
    assert_not_cut("{\"a\":1", true, ERR_INPUT);
    assert_not_cut("{\"a\":\"0123456789012345678901234567890123456789012345678901234567890\"}",
                   true, ERR_LIMIT);
}

static void what_is_no_object_with_a_list_is_refused(void **state)
{
    (void)state;
    assert_refused("{}", ERR_INPUT);
    assert_refused("[1]", ERR_INPUT);
    assert_refused("1", ERR_INPUT);
    assert_refused("{\"a\":{\"b\":[1]}}", ERR_INPUT);
    assert_refused("{\"a\":[1]}}", ERR_INPUT);
    assert_refused("{\"a\":[1]", ERR_INPUT);
    assert_refused("{\"a\":[1", ERR_INPUT);
    assert_refused("{\"a\":[\"1]}", ERR_INPUT);
}

static void elements_have_a_longest_length(void **state)
{
    (void)state;
    char document[MOST + 16] = "{\"a\":[";
    size_t start = 6;
    for (size_t i = 0; i < MOST; i++)
        document[start + i] = '1';
    document[start + MOST] = ']';
    document[start + MOST + 1] = '}';
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct text found = {0};
    text_init(&found, mem, BUDGET);
    assert_true(cut(document, false, 7, &found, NULL));
    assert_int_equal(found.len, MOST + 1);
    document[start + MOST] = '1';
    document[start + MOST + 1] = ']';
    document[start + MOST + 2] = '}';
    assert_refused(document, ERR_LIMIT);
}

static void depth_is_limited(void **state)
{
    (void)state;
    char document[600] = "{\"a\":";
    for (size_t i = 5; i < sizeof document - 1; i++)
        document[i] = '{';
    assert_refused(document, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_of_a_member_come_one_by_one),
        cmocka_unit_test(brackets_and_commas_in_strings_are_text),
        cmocka_unit_test(members_become_objects_of_their_own),
        cmocka_unit_test(what_is_no_object_with_a_list_is_refused),
        cmocka_unit_test(elements_have_a_longest_length),
        cmocka_unit_test(depth_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
