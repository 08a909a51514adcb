#include "tuf/tuf_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool canonical(const char *text, struct arena *mem, span *ret)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    if (!json_parse_strict(span_of_text(text), 1 << 20, &document, NULL))
        return false;
    bool ok = canonical_add(&out, document) && text_ok(&out);
    *ret = text_span(&out);
    return ok;
}

static void check(struct arena *mem, const char *text, const char *expected)
{
    span found = {0};
    assert_true(canonical(text, mem, &found));
    assert_int_equal(found.len, span_of_text(expected).len);
    assert_memory_equal(found.ptr, expected, found.len);
}

static void test_forms(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    check(mem, "{ \"b\" : 1, \"a\":[true , false,\"x\"] }", "{\"a\":[true,false,\"x\"],\"b\":1}");
    check(mem, "{}", "{}");
    check(mem, "[]", "[]");
    check(mem, "\"a\\\"b\\\\c\\n\\u0041\\u00e4\"", "\"a\\\"b\\\\c\nA\xc3\xa4\"");
    check(mem, "{\"a\":0,\"A\":0,\"\":0,\"aa\":0}", "{\"\":0,\"A\":0,\"a\":0,\"aa\":0}");
    check(mem, "9223372036854775807", "9223372036854775807");
}

static void test_without_form(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span found = {0};
    static const char *const texts[] = {
        "1.0",
        "1e3",
        "-1",
        "null",
        "{\"a\":null}",
        "[1.5]",
        "{\"a\":1,\"a\":1}",
        "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(canonical(texts[i], mem, &found));
}

static void test_without_memory(void **state)
{
    (void)state;
    for (uint64_t budget = 0; budget < 2048; budget += 64) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        span found = {0};
        (void)canonical("{\"b\":[\"long enough to need room\"],\"a\":1}", mem, &found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_without_form),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
