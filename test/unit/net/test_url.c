#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/http_inner.h"

static void knows_this_machine(void **state)
{
    (void)state;
    const char *const here[] = {"localhost",      "LocalHost:5000", "127.0.0.1",
                                "127.255.0.9:80", "[::1]:5000",     "[::1]"};
    const char *const there[] = {"localhost.example",
                                 "127.0.0.1.example",
                                 "127.0.0",
                                 "128.0.0.1",
                                 "[::2]",
                                 "127.0.0.256",
                                 "",
                                 "0127.0.0.1",
                                 "127.0.0.1.1"};
    for (size_t i = 0; i < sizeof here / sizeof *here; i++)
        assert_true(http_is_loopback(span_of_text(here[i])));
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        assert_false(http_is_loopback(span_of_text(there[i])));
}

static void allows_plain_http_by_name(void **state)
{
    (void)state;
    assert_false(http_plain_allowed(S("registry.example:80"), NULL));
    assert_true(http_plain_allowed(S("registry.example:80"), "registry.example"));
    assert_true(http_plain_allowed(S("registry.example:5000"), "registry.example:5000"));
    assert_false(http_plain_allowed(S("registry.example:5000"), "registry.example"));
    assert_false(http_plain_allowed(S("other.example:80"), "registry.example"));
    assert_true(http_plain_allowed(S("127.0.0.1:80"), "registry.example"));
}

static void finds_the_host_of_a_url(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    span host = {0};
    bool tls = false;
    assert_true(http_url_host(S("https://a.example/b?c"), mem, &host, &tls));
    assert_true(tls && span_equal(host, S("a.example:443")));
    assert_true(http_url_host(S("http://[::1]:5000/"), mem, &host, &tls));
    assert_true(!tls && span_equal(host, S("[::1]:5000")));
    assert_true(http_url_host(S("https://trusted.example@evil.example/"), mem, &host, &tls));
    assert_true(span_equal(host, S("evil.example:443")));
    const char *const bads[] = {"", "file:///etc/passwd", "ftp://a/", "/path", "https://", "a b"};
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++)
        assert_false(http_url_host(span_of_text(bads[i]), mem, &host, &tls));
}

static void joins_redirects(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    span joined = {0};
    assert_true(http_url_join(S("https://a.example/v2/x/blobs/y"), S("/z?q=1"), mem, &joined));
    assert_true(span_equal(joined, S("https://a.example/z?q=1")));
    assert_true(http_url_join(S("https://a.example/v2/"), S("//b.example/"), mem, &joined));
    assert_true(span_equal(joined, S("https://b.example/")));
}

static void escapes_what_is_reserved(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct text out = {0};
    text_init(&out, mem, 1024);
    http_escape(&out, S("a-Z_0.~ :/&=\xc3\n"));
    assert_true(span_equal(text_span(&out), S("a-Z_0.~%20%3A%2F%26%3D%C3%0A")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_this_machine),       cmocka_unit_test(allows_plain_http_by_name),
        cmocka_unit_test(finds_the_host_of_a_url),  cmocka_unit_test(joins_redirects),
        cmocka_unit_test(escapes_what_is_reserved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
