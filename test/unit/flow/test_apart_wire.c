#include "flow/apart_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct source_document documents[] = {
    {S("sha256:aa"), S("application/json"), S("{}")},
    {S("sha256:bb"), S(""), S("")},
};

static struct apart_request sample(void)
{
    return (struct apart_request){
        .target = S("registry:host/name@sha256:aa"),
        .platform = S("linux/arm64"),
        .ca_file = S("/etc/ca.pem"),
        .plain_http = S("host"),
        .host = S("host"),
        .credentials = {S("user"), S("password"), S("identity"), S("bearer")},
        .shares = true,
        .known = {.items = documents, .count = 2},
    };
}

static span written(const struct apart_request *request, struct arena *mem)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    apart_request_write(request, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void a_request_comes_back(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct apart_request request = sample();
    struct apart_request got = {0};
    struct err err = {0};
    if (!apart_request_read(written(&request, mem), mem, &got, &err))
        fail_msg("%s", err.text);
    assert_true(got.shares);
    assert_true(span_equal(got.target, request.target));
    assert_true(span_equal(got.host, S("host")));
    assert_true(span_equal(got.credentials.password, S("password")));
    assert_true(span_equal(got.credentials.bearer, S("bearer")));
    assert_int_equal(got.known.count, 2);
    assert_true(span_equal(got.known.items[0].media_type, S("application/json")));
    assert_true(span_equal(got.known.items[1].digest, S("sha256:bb")));
    assert_true(span_equal(written(&got, mem), written(&request, mem)));
}

static void what_is_cut_short_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct apart_request request = sample();
    span bytes = written(&request, mem);
    for (size_t i = 0; i < bytes.len; i++) {
        struct apart_request got = {0};
        assert_false(apart_request_read(span_first(bytes, i), mem, &got, NULL));
    }
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct apart_request request = sample();
    struct apart_request got = {0};
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    text_add(&out, written(&request, mem));
    text_add_byte(&out, 0);
    assert_false(apart_request_read(text_span(&out), mem, &got, NULL));
}

static void more_documents_than_there_can_be_are_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct apart_request none = {0};
    struct apart_request got = {0};
    struct text out;
    span bytes = written(&none, mem);
    text_init(&out, mem, SIZE_MAX);
    text_add(&out, span_first(bytes, bytes.len - 4));
    text_add_u32le(&out, UINT32_MAX);
    assert_true(apart_request_read(bytes, mem, &got, NULL));
    assert_false(apart_request_read(text_span(&out), mem, &got, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back),
        cmocka_unit_test(what_is_cut_short_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(more_documents_than_there_can_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
