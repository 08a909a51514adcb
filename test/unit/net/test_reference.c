#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/net.h"

struct good {
    const char *text;
    const char *domain;
    const char *host;
    const char *repository;
    const char *tag;
    const char *digest;
    const char *full;
};

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct good goods[] = {
    {"alpine", "docker.io", "registry-1.docker.io", "library/alpine", "latest", "",
     "docker.io/library/alpine:latest"},
    {"alpine:3.20", "docker.io", "registry-1.docker.io", "library/alpine", "3.20", "",
     "docker.io/library/alpine:3.20"},
    {"team/app", "docker.io", "registry-1.docker.io", "team/app", "latest", "",
     "docker.io/team/app:latest"},
    {"docker.io/alpine", "docker.io", "registry-1.docker.io", "library/alpine", "latest", "",
     "docker.io/library/alpine:latest"},
    {"index.docker.io/team/app:x", "docker.io", "registry-1.docker.io", "team/app", "x", "",
     "docker.io/team/app:x"},
    {"localhost/app", "localhost", "localhost", "app", "latest", "", "localhost/app:latest"},
    {"localhost:5000/app:1", "localhost:5000", "localhost:5000", "app", "1", "",
     "localhost:5000/app:1"},
    {"[::1]:5000/app", "[::1]:5000", "[::1]:5000", "app", "latest", "", "[::1]:5000/app:latest"},
    {"[fe80::1]/app", "[fe80::1]", "[fe80::1]", "app", "latest", "", "[fe80::1]/app:latest"},
    {"registry.example/a/b/c__d.e--f_g:T_1-x", "registry.example", "registry.example",
     "a/b/c__d.e--f_g", "T_1-x", "", "registry.example/a/b/c__d.e--f_g:T_1-x"},
    {"Registry/app", "Registry", "Registry", "app", "latest", "", "Registry/app:latest"},
    {"a.b/c@sha256:" HEX, "a.b", "a.b", "c", "", "sha256:" HEX, "a.b/c@sha256:" HEX},
    {"a.b:1/c:t@sha256:" HEX, "a.b:1", "a.b:1", "c", "t", "sha256:" HEX, "a.b:1/c:t@sha256:" HEX},
    {"c@sha512:" HEX HEX, "docker.io", "registry-1.docker.io", "library/c", "", "sha512:" HEX HEX,
     "docker.io/library/c@sha512:" HEX HEX},
};

static const char *const bads[] = {
    "",
    ":tag",
    "/",
    "a/",
    "/a",
    "a//b",
    "a:",
    "a:-x",
    "a:.x",
    "a:b:c",
    "a:b c",
    "Alpine",
    "a/B",
    "a..b/../c",
    "docker.io/../etc",
    "-a",
    "a-",
    "a.",
    "a._b",
    "a___b",
    "a@",
    "a@sha256",
    "a@sha256:",
    "a@sha256:" HEX "0",
    "a@sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
    "a@md5:0123456789abcdef0123456789abcdef",
    "host:0/a",
    "host:65536/a",
    "host:x/a",
    "host:/a",
    "[::1/a",
    "[]/a",
    "[zz]/a",
    "a.b@c/d",
    "user:password@host.example/a",
    "-host.example/a",
    "ho st.example/a",
    "host.example/a\r\nX: y",
    "host.example/",
};

static void assert_text(span got, const char *want)
{
    assert_true(span_equal(got, span_of_text(want)));
}

static void takes_good_references_apart(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        struct reference r = {0};
        span full = {0};
        struct err err = {0};
        assert_true(reference_parse(span_of_text(goods[i].text), mem, &r, &err));
        assert_text(r.domain, goods[i].domain);
        assert_text(r.host, goods[i].host);
        assert_text(r.repository, goods[i].repository);
        assert_text(r.tag, goods[i].tag);
        assert_text(r.digest, goods[i].digest);
        assert_true(reference_text(&r, mem, &full, &err));
        assert_text(full, goods[i].full);
    }
}

static void the_full_form_means_the_same(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        struct reference r = {0};
        span again = {0};
        assert_true(reference_parse(span_of_text(goods[i].full), mem, &r, NULL));
        assert_true(reference_text(&r, mem, &again, NULL));
        assert_text(again, goods[i].full);
    }
}

static void refuses_bad_references(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        struct reference r = {0};
        struct err err = {0};
        if (reference_parse(span_of_text(bads[i]), mem, &r, &err))
            fail_msg("'%s' was taken for a reference", bads[i]);
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

static bool parses_with_repository_of(size_t len)
{
    char text[300] = {0};
    for (size_t i = 0; i < len; i++)
        text[i] = 'a';
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct text name = {0};
    struct reference r = {0};
    text_init(&name, mem, 1024);
    text_add(&name, S("host.example/"));
    text_add(&name, span_of(text, len));
    return reference_parse(text_span(&name), mem, &r, NULL);
}

static void bounds_the_repository(void **state)
{
    (void)state;
    assert_true(parses_with_repository_of(254));
    assert_true(parses_with_repository_of(255));
    assert_false(parses_with_repository_of(256));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_good_references_apart),
        cmocka_unit_test(the_full_form_means_the_same),
        cmocka_unit_test(refuses_bad_references),
        cmocka_unit_test(bounds_the_repository),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
