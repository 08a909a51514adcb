#include "format/json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void write_sample(struct json_out *out)
{
    json_begin_object(out);
    json_field_text(out, "name", S("a\"b"));
    json_field_u64(out, "size", UINT64_MAX);
    json_field_bool(out, "ok", true);
    json_key(out, "list");
    json_begin_array(out);
    json_write_number(out, 9.84, 1);
    json_write_null(out);
    json_begin_object(out);
    json_end_object(out);
    json_begin_array(out);
    json_end_array(out);
    json_end_array(out);
    json_end_object(out);
}

static void commas_and_lines_are_its_business(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    struct text text = {0};
    text_init(&text, arena, 1000);
    write_sample(&(struct json_out){.text = &text});
    assert_true(span_equal(text_span(&text),
                           S("{\"name\":\"a\\\"b\",\"size\":18446744073709551615,\"ok\":true,"
                             "\"list\":[9.8,null,{},[]]}")));

    text_init(&text, arena, 1000);
    write_sample(&(struct json_out){.text = &text, .indent = 2});
    assert_true(span_equal(text_span(&text), S("{\n"
                                               "  \"name\": \"a\\\"b\",\n"
                                               "  \"size\": 18446744073709551615,\n"
                                               "  \"ok\": true,\n"
                                               "  \"list\": [\n"
                                               "    9.8,\n"
                                               "    null,\n"
                                               "    {},\n"
                                               "    []\n"
                                               "  ]\n"
                                               "}")));
}

static span written(struct arena *arena, span value)
{
    struct text text = {0};
    text_init(&text, arena, 10000);
    json_write_text(&(struct json_out){.text = &text}, value);
    return text_span(&text);
}

static void valid_text_comes_back_the_same(void **state)
{
    (void)state;
    const span valid[] = {
        S(""),
        S("\0\x01\x1f\x7f \"\\/\b\f\n\r\t"),
        S("\xc2\x80 \xdf\xbf"),
        S("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"),
        S("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"),
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
        CLEANUP(json_cleanup) struct json *json = NULL;
        struct err err = {0};
        assert_true(json_parse(written(arena, valid[i]), 10000, &json, &err));
        assert_true(span_equal(json_text(json), valid[i]));
    }
}

static void each_bad_byte_becomes_one_replacement(void **state)
{
    (void)state;
    const struct {
        span bytes;
        size_t replaced;
    } table[] = {
        {S("\x80"), 1},
        {S("\xc0\xaf"), 2},
        {S("\xc1\xbf"), 2},
        {S("\xe0\x9f\xbf"), 3},
        {S("\xed\xa0\x80"), 3},
        {S("\xf0\x8f\xbf\xbf"), 4},
        {S("\xf4\x90\x80\x80"), 4},
        {S("\xf5\x80"), 2},
        {S("\xff"), 1},
        {S("\xe2\x82"), 2},
        {S("\xf0\x9f\x98"), 3},
        {S("\xc3("), 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
        CLEANUP(json_cleanup) struct json *json = NULL;
        struct err err = {0};
        assert_true(json_parse(written(arena, table[i].bytes), 10000, &json, &err));
        span rest = json_text(json);
        size_t count = 0;
        for (; span_starts_with(rest, S("\xef\xbf\xbd")); count++)
            rest = span_from(rest, 3);
        assert_int_equal(count, table[i].replaced);
    }
}

static void control_bytes_never_come_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    for (unsigned c = 0; c < 256; c++) {
        uint8_t byte = (uint8_t)c;
        span out = written(arena, span_of(&byte, 1));
        for (size_t i = 0; i < out.len; i++)
            assert_true(out.ptr[i] >= 0x20 && out.ptr[i] != 0x7f);
    }
}

static void numbers_that_json_lacks_are_null(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    struct text text = {0};
    text_init(&text, arena, 1000);
    struct json_out out = {.text = &text};
    json_begin_array(&out);
    json_write_number(&out, __builtin_inf(), 1);
    json_write_number(&out, -__builtin_inf(), 1);
    json_write_number(&out, __builtin_nan(""), 1);
    json_write_number(&out, 0, 0);
    json_end_array(&out);
    assert_true(span_equal(text_span(&text), S("[null,null,null,0]")));
}

static void a_key_may_be_any_text(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
    struct text text = {0};
    struct json_out out = {.text = &text};
    text_init(&text, arena, 1000);
    json_begin_object(&out);
    json_key_text(&out, S("a\"b\n"));
    json_write_u64(&out, 1);
    json_key_text(&out, (span){0});
    json_begin_array(&out);
    json_end_array(&out);
    json_end_object(&out);
    assert_true(span_equal(text_span(&text), S("{\"a\\\"b\\n\":1,\"\":[]}")));
}

static void a_full_text_fails_quietly(void **state)
{
    (void)state;
    for (size_t most = 0; most < 40; most++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 16);
        struct text text = {0};
        text_init(&text, arena, most);
        write_sample(&(struct json_out){.text = &text});
        assert_false(text_ok(&text));
        assert_int_equal(text_span(&text).len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_lines_are_its_business),
        cmocka_unit_test(valid_text_comes_back_the_same),
        cmocka_unit_test(each_bad_byte_becomes_one_replacement),
        cmocka_unit_test(control_bytes_never_come_out),
        cmocka_unit_test(numbers_that_json_lacks_are_null),
        cmocka_unit_test(a_key_may_be_any_text),
        cmocka_unit_test(a_full_text_fails_quietly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
