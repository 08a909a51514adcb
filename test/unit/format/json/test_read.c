#include "format/json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 1 << 16 };

static struct json *parsed(const char *text)
{
    struct json *json = NULL;
    struct err err = {0};
    assert_true(json_parse(span_of_text(text), MOST, &json, &err));
    return json;
}

static void a_path_of_look_ups(void **state)
{
    (void)state;
    CLEANUP(json_cleanup)
    struct json *json = parsed("{\"a\": [{\"b\": \"x\\u0000y\"}, 7], \"t\": true, \"n\": null}");
    span text = json_get_text(json_at(json_get(json, "a"), 0), "b");
    assert_true(span_equal(text, S("x\0y")));
    assert_int_equal(json_count(json_get(json, "a")), 2);
    assert_true(json_is_true(json_get(json, "t")));
    assert_false(json_is_true(json_get(json, "n")));
    assert_true(json_is_object(json));
    assert_true(json_is_array(json_get(json, "a")));
    assert_true(json_is_string(json_get(json_at(json_get(json, "a"), 0), "b")));
}

static void nothing_comes_of_nothing(void **state)
{
    (void)state;
    uint64_t u64 = 4711;
    double number = 1;
    struct json_member member = {0};
    CLEANUP(json_cleanup) struct json *array = parsed("[1]");
    const struct json *wrong[] = {NULL, array, json_at(array, 0), json_at(array, 1)};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(json_get(wrong[i], "a"));
        assert_int_equal(json_text(wrong[i]).len, 0);
        assert_int_equal(json_get_text(wrong[i], "a").len, 0);
        assert_false(json_get_u64(wrong[i], "a", &u64));
        assert_false(json_is_true(wrong[i]));
        assert_false(json_is_object(wrong[i]));
        assert_false(json_is_string(wrong[i]));
        assert_false(json_next(wrong[i], &member));
    }
    assert_null(json_at(NULL, 0));
    assert_int_equal(json_count(NULL), 0);
    assert_false(json_is_array(NULL));
    assert_false(json_number(NULL, &number));
    assert_int_equal(u64, 4711);
    json_free(NULL);
}

static void numbers(void **state)
{
    (void)state;
    CLEANUP(json_cleanup)
    struct json *json =
        parsed("{\"a\":0,\"b\":9223372036854775807,\"c\":-1,\"d\":1.5,\"e\":\"1\"}");
    uint64_t value = 4711;
    assert_true(json_get_u64(json, "a", &value));
    assert_int_equal(value, 0);
    assert_true(json_get_u64(json, "b", &value));
    assert_int_equal(value, INT64_MAX);
    const char *none[] = {"c", "d", "e", "f"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(json_get_u64(json, none[i], &value));
    assert_int_equal(value, INT64_MAX);
    double number = 0;
    assert_true(json_number(json_get(json, "d"), &number));
    assert_true(number > 1.4 && number < 1.6);
    assert_false(json_number(json_get(json, "e"), &number));
}

static void members_come_in_the_order_of_the_text(void **state)
{
    (void)state;
    CLEANUP(json_cleanup) struct json *json = parsed("{\"z\":1,\"a\":2,\"\":3,\"m\":4}");
    const span keys[] = {S("z"), S("a"), S(""), S("m")};
    struct json_member member = {0};
    for (size_t i = 0; i < 4; i++) {
        assert_true(json_next(json, &member));
        assert_true(span_equal(member.key, keys[i]));
        double number = 0;
        assert_true(json_number(member.value, &number));
        assert_int_equal((int)number, i + 1);
    }
    assert_false(json_next(json, &member));
}

static void the_size_limit_is_exact(void **state)
{
    (void)state;
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct err err = {0};
    assert_false(json_parse(S("[1, 2]"), 5, &json, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_null(json);
    assert_true(json_parse(S("[1, 2]"), 6, &json, &err));
}

static bool parse_nested(size_t depth, struct err *err)
{
    static uint8_t text[2048];
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    CLEANUP(json_cleanup) struct json *json = NULL;
    return json_parse(span_of(text, 2 * depth), MOST, &json, err);
}

static void the_depth_limit_is_exact(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(parse_nested(1, &err));
    assert_true(parse_nested(512, &err));
    assert_false(parse_nested(513, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    // Brackets in a string, also behind an escaped quote, are no nesting.
    char text[2000];
    memset(text, '[', sizeof text);
    memcpy(text, "\"\\\"", 3);
    text[sizeof text - 1] = '"';
    CLEANUP(json_cleanup) struct json *json = NULL;
    assert_true(json_parse(span_of(text, sizeof text), MOST, &json, &err));
}

static void signed_data_repeats_no_key(void **state)
{
    (void)state;
    const span twice = S("{\"a\": {\"k\": 1, \"k\": 2}}");
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct err err = {0};
    assert_false(json_parse_strict(twice, MOST, &json, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_null(json);
    assert_true(json_parse(twice, MOST, &json, &err));
    uint64_t value = 0;
    assert_true(json_get_u64(json_get(json, "a"), "k", &value));
    assert_int_equal(value, 2);
}

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    const span bad[] = {
        {0},        S(""),     S(" "),        S("{"),           S("[1,]"),    S("nul"),
        S("1 2"),   S("[] x"), S("\"\xff\""), S("\"\\ud800\""), S("{\"a\"}"), S("\xef\xbb\xbf[]"),
        S("[1]\0"), S("12\0"), S("\"\n\""),   S("\"\\\""),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct json *json = NULL;
        struct err err = {0};
        assert_false(json_parse(bad[i], MOST, &json, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_memory_equal(err.text, "json: ", 6);
        assert_null(strstr(err.text, "line -1"));
        assert_null(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_of_look_ups),
        cmocka_unit_test(nothing_comes_of_nothing),
        cmocka_unit_test(numbers),
        cmocka_unit_test(members_come_in_the_order_of_the_text),
        cmocka_unit_test(the_size_limit_is_exact),
        cmocka_unit_test(the_depth_limit_is_exact),
        cmocka_unit_test(signed_data_repeats_no_key),
        cmocka_unit_test(what_is_no_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
