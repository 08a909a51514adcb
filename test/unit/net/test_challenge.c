#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/auth_inner.h"

struct row {
    const char *header;
    enum challenge_scheme scheme;
    const char *realm;
    const char *service;
    const char *scope;
};

static const struct row rows[] = {
    {"", CHALLENGE_NONE, "", "", ""},
    {"Basic realm=\"Registry Realm\"", CHALLENGE_BASIC, "Registry Realm", "", ""},
    {"basic", CHALLENGE_BASIC, "", "", ""},
    {"Bearer realm=\"https://auth.example/token\",service=\"registry.example\","
     "scope=\"repository:a/b:pull,push\"",
     CHALLENGE_BEARER, "https://auth.example/token", "registry.example",
     "repository:a/b:pull,push"},
    {"BEARER  REALM = \"r\" , Service = s", CHALLENGE_BEARER, "r", "s", ""},
    {"Bearer realm=\"a\\\"b\\\\c\"", CHALLENGE_BEARER, "a\"b\\c", "", ""},
    {"Basic realm=\"x\", Bearer realm=\"y\"", CHALLENGE_BEARER, "y", "", ""},
    {"Bearer realm=\"y\", Basic realm=\"x\"", CHALLENGE_BEARER, "y", "", ""},
    {"Negotiate, Basic realm=\"x\"", CHALLENGE_BASIC, "x", "", ""},
    {"Negotiate abc/def==, Basic realm=\"x\"", CHALLENGE_BASIC, "x", "", ""},
    {"NTLM", CHALLENGE_NONE, "", "", ""},
    {", , Basic realm=\"x\",", CHALLENGE_BASIC, "x", "", ""},
    {"Bearer realm=\"y\",error=\"invalid_token\",other=1", CHALLENGE_BEARER, "y", "", ""},
};

static const char *const bads[] = {
    "Bearer realm=\"unfinished", "Bearer realm=\"a\\", "Bearer service=\"no realm\"",
    "Bearer realm=\"\"",         "\"Bearer\"",         "=",
    "Bearer realm=\"a\" ;b",
};

static void assert_text(span got, const char *want)
{
    assert_true(span_equal(got, span_of_text(want)));
}

static void reads_challenges(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct challenge got = {0};
        if (!challenge_parse(span_of_text(rows[i].header), mem, &got, NULL))
            fail_msg("'%s' was not understood", rows[i].header);
        assert_int_equal(got.scheme, rows[i].scheme);
        assert_text(got.realm, rows[i].realm);
        assert_text(got.service, rows[i].service);
        assert_text(got.scope, rows[i].scope);
    }
}

static void refuses_what_is_malformed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        struct challenge got = {0};
        struct err err = {0};
        if (challenge_parse(span_of_text(bads[i]), mem, &got, &err))
            fail_msg("'%s' was taken for a challenge", bads[i]);
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_challenges),
        cmocka_unit_test(refuses_what_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
