#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "httpd/httpd_inner.h"

static void takes_paths_apart(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *path;
        const char *query;
    } cases[] = {
        {"/", "/", ""},
        {"/v1/images?limit=2&after=3", "/v1/images", "limit=2&after=3"},
        {"/a%2Fb%20c/%c3%a4", "/a/b c/ä", ""},
        {"/+?+", "/+", "+"},
        {"http://host.example:80/x?y", "/x", "y"},
        {"https://host.example/", "/", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
        span path = {0};
        span query = {0};
        assert_true(http_target_parse(span_of_text(cases[i].target), mem, &path, &query, NULL));
        assert_true(span_equal(path, span_of_text(cases[i].path)));
        assert_true(span_equal(query, span_of_text(cases[i].query)));
    }
}

static void refuses_what_can_be_read_in_two_ways(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",        "*",           "v1",           "/%",      "/%0",      "/%0g",
        "/%00",    "/a\x01",      "/a%7f",        "/%0d%0a", "/%c0%af",  "/%ed%a0%80",
        "/?a=%",   "/?%zz=1",     "/?a=%0",       "/?a=%00", "/?%0a",    "/?a=%ff",
        "http://", "http://host", "ftp://host/x", "?a",      "//\x7f/x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
        span path = {0};
        span query = {0};
        struct err err = {0};
        assert_false(http_target_parse(span_of_text(bad[i]), mem, &path, &query, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void finds_parameters_that_are_there_once(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct http_request request = {.query = S("a=1+2&b=%3C2.17&b&=x&c")};
    span value = {0};
    assert_true(http_request_parameter(&request, S("a"), mem, &value));
    assert_true(span_equal(value, S("1 2")));
    assert_true(http_request_parameter(&request, S("c"), mem, &value));
    assert_int_equal(value.len, 0);
    assert_true(http_request_parameter(&request, S(""), mem, &value));
    assert_false(http_request_parameter(&request, S("b"), mem, &value));
    assert_false(http_request_parameter(&request, S("d"), mem, &value));
}

static void bounds_the_number_of_parameters(void **state)
{
    (void)state;
    for (size_t count = MOST_PARAMETERS - 1; count <= MOST_PARAMETERS + 1; count++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
        struct text target;
        text_init(&target, mem, SIZE_MAX);
        text_add(&target, S("/?a=1"));
        for (size_t i = 1; i < count; i++)
            text_add(&target, S("&a=1"));
        span path = {0};
        span query = {0};
        assert_int_equal(http_target_parse(text_span(&target), mem, &path, &query, NULL),
                         count <= MOST_PARAMETERS);
    }
}

static void finds_headers_that_are_there_once(void **state)
{
    (void)state;
    static const struct http_header headers[] = {
        {S("Accept"), S("a")}, {S("X-Twice"), S("b")}, {S("x-twice"), S("c")}};
    struct http_request request = {.headers = headers, .header_count = 3};
    assert_true(span_equal(http_request_header(&request, S("accept")), S("a")));
    assert_int_equal(http_request_header(&request, S("X-Twice")).len, 0);
    assert_int_equal(http_request_header(&request, S("X-None")).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_paths_apart),
        cmocka_unit_test(refuses_what_can_be_read_in_two_ways),
        cmocka_unit_test(finds_parameters_that_are_there_once),
        cmocka_unit_test(bounds_the_number_of_parameters),
        cmocka_unit_test(finds_headers_that_are_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
