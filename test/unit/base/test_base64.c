#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/base.h"

struct row {
    const char *plain;
    const char *encoded;
};

// RFC 4648 section 10.
static const struct row rows[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xfe\xfb", "//77"},
};

static void goes_there_and_back(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span encoded = {0};
        span plain = {0};
        assert_true(base64_encode(span_of_text(rows[i].plain), mem, &encoded));
        assert_true(span_equal(encoded, span_of_text(rows[i].encoded)));
        assert_true(base64_decode(encoded, mem, &plain));
        assert_true(span_equal(plain, span_of_text(rows[i].plain)));
        assert_true(base64_decode(span_trim_end(encoded, '='), mem, &plain));
        assert_true(span_equal(plain, span_of_text(rows[i].plain)));
    }
}

static void refuses_what_is_no_base64(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    const char *const bads[] = {"Z", "Zg===", "Zm9vY", "Zm9\n", "Zm-_", "Zg==Zg==", "===="};
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        span plain = {0};
        assert_false(base64_decode(span_of_text(bads[i]), mem, &plain));
    }
}

static void the_alphabet_for_urls_is_another(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    span encoded = {0};
    span plain = {0};
    assert_true(base64url_encode(S("\xff\xfe\xfb"), mem, &encoded));
    assert_true(span_equal(encoded, S("__77")));
    assert_true(base64url_encode(S("f"), mem, &encoded));
    assert_true(span_equal(encoded, S("Zg")));
    assert_true(base64url_decode(S("__77"), mem, &plain));
    assert_true(span_equal(plain, S("\xff\xfe\xfb")));
    assert_true(base64url_decode(S("Zg=="), mem, &plain));
    assert_true(span_equal(plain, S("f")));
    assert_false(base64url_decode(S("//77"), mem, &plain));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(refuses_what_is_no_base64),
        cmocka_unit_test(the_alphabet_for_urls_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
