#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/auth_inner.h"

// base64 of "user:pass:word"
#define AUTH "dXNlcjpwYXNzOndvcmQ="

struct row {
    const char *text;
    const char *reference;
    const char *helper;
    const char *server;
    const char *user;
    const char *password;
    const char *identity_token;
};

static const struct row rows[] = {
    {"{}", "a.example/b", "", "", "", "", ""},
    {"{\"auths\":{\"a.example\":{\"auth\":\"" AUTH "\"}}}", "a.example/b", "", "", "user",
     "pass:word", ""},
    {"{\"auths\":{\"A.Example\":{\"auth\":\"" AUTH "\"}}}", "a.example/b", "", "", "user",
     "pass:word", ""},
    {"{\"auths\":{\"https://a.example/v1/\":{\"auth\":\"" AUTH "\"}}}", "a.example/b", "", "",
     "user", "pass:word", ""},
    {"{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" AUTH "\"}}}", "alpine", "", "",
     "user", "pass:word", ""},
    // Another port or a longer name is another host.
    {"{\"auths\":{\"a.example\":{\"auth\":\"" AUTH "\"}}}", "a.example:5000/b", "", "", "", "", ""},
    {"{\"auths\":{\"a.example\":{\"auth\":\"" AUTH "\"}}}", "a.example.evil/b", "", "", "", "", ""},
    {"{\"auths\":{\"a.example\":{\"auth\":\"" AUTH "\"}}}", "evil.a.example/b", "", "", "", "", ""},
    // podman files by namespace; the longest counts, and only whole components.
    {"{\"auths\":{\"a.example/team\":{\"username\":\"t\",\"password\":\"p\"},"
     "\"a.example\":{\"auth\":\"" AUTH "\"}}}",
     "a.example/team/app", "", "", "t", "p", ""},
    {"{\"auths\":{\"a.example/team\":{\"username\":\"t\",\"password\":\"p\"}}}",
     "a.example/teams/app", "", "", "", "", ""},
    {"{\"auths\":{\"a.example\":{\"identitytoken\":\"id\"}}}", "a.example/b", "", "", "", "", "id"},
    {"{\"credsStore\":\"pass\"}", "a.example/b", "pass", "a.example", "", "", ""},
    {"{\"credsStore\":\"pass\"}", "alpine", "pass", "https://index.docker.io/v1/", "", "", ""},
    {"{\"credsStore\":\"pass\",\"credHelpers\":{\"a.example\":\"ecr-login\"}}", "a.example/b",
     "ecr-login", "a.example", "", "", ""},
    {"{\"credHelpers\":{\"a.example\":\"ecr-login\"}}", "b.example/b", "", "", "", "", ""},
    {"{\"auths\":[],\"credsStore\":7,\"credHelpers\":\"x\"}", "a.example/b", "", "", "", "", ""},
};

static const char *const bads[] = {
    "",
    "[]",
    "{\"auths\":",
    "{\"auths\":{\"a.example\":{\"auth\":\"geheim\"}}}",
    "{\"auths\":{\"a.example\":{\"auth\":\"Z2VoZWlt\"}}}",
    "{\"credsStore\":\"../../bin/sh\"}",
    "{\"credsStore\":\"a b\"}",
    "{\"credHelpers\":{\"a.example\":\"/bin/sh\"}}",
};

static void assert_text(span got, const char *want)
{
    assert_true(span_equal(got, span_of_text(want)));
}

static void finds_what_is_filed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reference reference = {0};
        struct docker_config got = {0};
        assert_true(reference_parse(span_of_text(rows[i].reference), mem, &reference, NULL));
        assert_true(
            docker_config_parse(span_of_text(rows[i].text), &reference, &limits, mem, &got, NULL));
        assert_text(got.helper, rows[i].helper);
        assert_text(got.server, rows[i].server);
        assert_text(got.credentials.user, rows[i].user);
        assert_text(got.credentials.password, rows[i].password);
        assert_text(got.credentials.identity_token, rows[i].identity_token);
    }
}

static void refuses_what_is_malformed_without_quoting_it(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct reference reference = {0};
    assert_true(reference_parse(S("a.example/b"), mem, &reference, NULL));
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        struct docker_config got = {0};
        struct err err = {0};
        assert_false(
            docker_config_parse(span_of_text(bads[i]), &reference, &limits, mem, &got, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_false(span_contains(span_of_text(err.text), S("geheim")));
        assert_false(span_contains(span_of_text(err.text), S("Z2VoZWlt")));
    }
}

static void reads_a_helpers_answer(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct credentials got = {0};
    assert_true(
        helper_answer_parse(S("{\"Username\":\"u\",\"Secret\":\"s\"}"), &limits, mem, &got, NULL));
    assert_text(got.user, "u");
    assert_text(got.password, "s");
    assert_true(helper_answer_parse(S("{\"Username\":\"<token>\",\"Secret\":\"s\"}"), &limits, mem,
                                    &got, NULL));
    assert_text(got.user, "");
    assert_text(got.identity_token, "s");
    assert_false(helper_answer_parse(S("credentials not found"), &limits, mem, &got, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_filed),
        cmocka_unit_test(refuses_what_is_malformed_without_quoting_it),
        cmocka_unit_test(reads_a_helpers_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
