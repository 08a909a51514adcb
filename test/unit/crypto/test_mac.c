#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/crypto.h"

struct row {
    enum digest_algorithm algorithm;
    const char *key;
    const char *message;
    const char *hex;
};

// RFC 2202, section 3, case 2; RFC 4231, sections 4.3 and, with an empty key, a value of HMAC's
// definition.
static const struct row rows[] = {
    {DIGEST_SHA1, "Jefe", "what do ya want for nothing?",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {DIGEST_SHA256, "Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {DIGEST_SHA512, "Jefe", "what do ya want for nothing?",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
     "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
    {DIGEST_SHA256, "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
};

static void authenticates_as_in_the_rfcs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        digest got = {0};
        uint8_t want[64] = {0};
        size_t len = digest_size(rows[i].algorithm);
        assert_true(hex_parse(span_of_text(rows[i].hex), want, len));
        assert_true(hmac_of(rows[i].algorithm, span_of_text(rows[i].key),
                            span_of_text(rows[i].message), &got, NULL));
        assert_int_equal(got.algorithm, rows[i].algorithm);
        assert_memory_equal(got.bytes, want, len);
    }
}

static void secrets_are_equal_or_not(void **state)
{
    (void)state;
    assert_true(secret_equal((span){0}, S("")));
    assert_true(secret_equal(S("secret"), S("secret")));
    assert_false(secret_equal(S("secret"), S("secreT")));
    assert_false(secret_equal(S("secret"), S("secre")));
    assert_false(secret_equal(S("secret"), (span){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(authenticates_as_in_the_rfcs),
        cmocka_unit_test(secrets_are_equal_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
