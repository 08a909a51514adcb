#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json/json.h"

enum { BUDGET = 1 << 20, MOST = 256 };

static bool parse(const char *text, struct arena *mem, struct json **ret, struct err *err)
{
    static const span keys[] = {S("a"), S("b")};
    return json_parse_only(span_of_text(text), MOST, keys, 2, mem, ret, err);
}

static void only_members_asked_for_are_read(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    CLEANUP(json_cleanup) struct json *json = NULL;
    assert_true(
        parse("{\"x\" : {\"a\": [1,\"}\"]}, \"a\": [ {\"y\": 1, \"b\": \"t: \\\"\"}, {\"z\":[]} ],"
              " \"v\": -1.5e3 }",
              mem, &json, NULL));
    struct json_member member = {0};
    assert_true(json_next(json, &member));
    assert_true(span_equal(member.key, S("a")));
    assert_false(json_next(json, &member));
    const struct json *list = json_get(json, "a");
    assert_int_equal(json_count(list), 2);
    assert_true(span_equal(json_get_text(json_at(list, 0), "b"), S("t: \"")));
    assert_null(json_get(json_at(list, 0), "y"));
    assert_true(json_is_object(json_at(list, 1)));
}

static void members_are_dropped_from_any_place(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "{}",
        "{\"x\":1}",
        "{\"x\":1,\"y\":null}",
        "{\"x\":{\"y\":[{}]},\"a\":1}",
        "{\"a\":1,\"x\":\"\\\\\"}",
        "{\"a\":1,\n\t\"x\":[1,2] ,\r\n \"b\":2 , \"y\" : true }",
        "[{\"x\":1},{\"x\":2}]",
        "\"x\"",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
        CLEANUP(json_cleanup) struct json *json = NULL;
        assert_true(parse(documents[i], mem, &json, NULL));
        assert_null(json_get(json, "x"));
    }
}

static void what_is_no_json_stays_none(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "",          "{",         "{\"a\":1", "{\"a\":tr ue}", "{\"a\" 1}", "{\"a\":1 2}",
        "{\"x\":\"", "{\"x\":[}", "\"",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
        struct json *json = NULL;
        struct err err = {0};
        assert_false(parse(documents[i], mem, &json, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void length_and_memory_are_limited(void **state)
{
    (void)state;
    static const span keys[] = {S("a")};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    CLEANUP(arena_cleanup) struct arena *small = arena_new(8);
    struct json *json = NULL;
    struct err err = {0};
    span text = S("{\"a\":\"0123456789\"}");
    assert_false(json_parse_only(text, text.len - 1, keys, 1, mem, &json, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_false(json_parse_only(text, text.len, keys, 1, small, &json, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_true(json_parse_only(text, text.len, keys, 1, mem, &json, &err));
    json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_members_asked_for_are_read),
        cmocka_unit_test(members_are_dropped_from_any_place),
        cmocka_unit_test(what_is_no_json_stays_none),
        cmocka_unit_test(length_and_memory_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
