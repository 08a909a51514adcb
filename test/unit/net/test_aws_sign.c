#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/cloud_inner.h"

// AWS's test suite for Signature Version 4 ("get-vanilla", …), and the example of the IAM user
// guide ("ListUsers").
static const struct aws_key suite_key = {
    .id = {(const uint8_t *)"AKIDEXAMPLE", 11},
    .secret = {(const uint8_t *)"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 40},
    .region = {(const uint8_t *)"us-east-1", 9},
    .service = {(const uint8_t *)"service", 7},
};

#define SESSION                                                                                    \
    "AQoDYXdzEPT//////////"                                                                        \
    "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPf"                     \
    "IeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7" \
    "WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm" \
    "8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

static const struct web_header vanilla[] = {
    {"host", {(const uint8_t *)"example.amazonaws.com", 21}},
    {"x-amz-date", {(const uint8_t *)"20150830T123600Z", 16}},
};
static const struct web_header with_session[] = {
    {"host", {(const uint8_t *)"example.amazonaws.com", 21}},
    {"x-amz-date", {(const uint8_t *)"20150830T123600Z", 16}},
    {"x-amz-security-token", {(const uint8_t *)SESSION, sizeof SESSION - 1}},
};
static const struct web_header with_form[] = {
    {"content-type", {(const uint8_t *)"application/x-www-form-urlencoded", 33}},
    {"host", {(const uint8_t *)"example.amazonaws.com", 21}},
    {"x-amz-date", {(const uint8_t *)"20150830T123600Z", 16}},
};
static const struct web_header list_users[] = {
    {"content-type", {(const uint8_t *)"application/x-www-form-urlencoded; charset=utf-8", 48}},
    {"host", {(const uint8_t *)"iam.amazonaws.com", 17}},
    {"x-amz-date", {(const uint8_t *)"20150830T123600Z", 16}},
};

#define CREDENTIAL(service) \
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" service "/aws4_request, "

static void check(const char *method, const char *query, const struct web_header *headers,
                  size_t count, const char *content, const char *service, const char *want)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct aws_key key = suite_key;
    span got = {0};
    struct aws_request request = {
        .method = method,
        .path = S("/"),
        .query = span_of_text(query),
        .headers = headers,
        .header_count = count,
        .content = span_of_text(content),
        .date = S("20150830T123600Z"),
    };
    key.service = span_of_text(service);
    assert_true(aws_sign(&key, &request, mem, &got, NULL));
    if (!span_equal(got, span_of_text(want)))
        fail_msg("%.*s", (int)got.len, (const char *)got.ptr);
}

static void signs_as_the_suite_does(void **state)
{
    (void)state;
    check("GET", "", vanilla, 2, "", "service",
          CREDENTIAL("service") "SignedHeaders=host;x-amz-date, Signature="
                                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    check("POST", "", vanilla, 2, "", "service",
          CREDENTIAL("service") "SignedHeaders=host;x-amz-date, Signature="
                                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    check("POST", "", with_form, 3, "Param1=value1", "service",
          CREDENTIAL("service") "SignedHeaders=content-type;host;x-amz-date, Signature="
                                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    check("POST", "", with_session, 3, "", "service",
          CREDENTIAL("service") "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
                                "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
}

static void signs_as_the_user_guide_does(void **state)
{
    (void)state;
    check("GET", "Action=ListUsers&Version=2010-05-08", list_users, 3, "", "iam",
          CREDENTIAL("iam") "SignedHeaders=content-type;host;x-amz-date, Signature="
                            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

static void what_is_too_long_is_an_error(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    static char value[1 << 17];
    memset(value, 'a', sizeof value);
    struct web_header headers[] = {{"host", span_of(value, sizeof value)}};
    struct aws_request request = {
        .method = "GET",
        .path = S("/"),
        .headers = headers,
        .header_count = 1,
        .date = S("20150830T123600Z"),
    };
    span got = {0};
    struct err err = {0};
    assert_false(aws_sign(&suite_key, &request, mem, &got, &err));
    assert_int_equal(err.kind, ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_the_suite_does),
        cmocka_unit_test(signs_as_the_user_guide_does),
        cmocka_unit_test(what_is_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
