#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int start(void **state)
{
    *state = arena_new(1 << 20);
    return *state ? 0 : -1;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

// RFC 8032, section 7.1, TEST 2: the message is one byte.
static void test_known_answer(void **state)
{
    (void)state;
    public_key key = {0};
    signature claimed = {0};
    struct err err = {0};
    assert_true(hex_parse(S("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
                          key.bytes, sizeof key.bytes));
    assert_true(hex_parse(S("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                          claimed.bytes, sizeof claimed.bytes));
    assert_true(signature_check(key, S("\x72"), claimed, NULL));
    assert_false(signature_check(key, S("\x73"), claimed, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(signature_check(key, (span){0}, claimed, NULL));
    key.bytes[0] ^= 1;
    assert_false(signature_check(key, S("\x72"), claimed, NULL));
}

static void test_sign_and_check(void **state)
{
    struct arena *mem = *state;
    CLEANUP(signing_key_cleanup) struct signing_key *key = NULL;
    CLEANUP(signing_key_cleanup) struct signing_key *again = NULL;
    span pem = {0};
    public_key one = {0};
    public_key two = {0};
    signature made = {0};
    assert_true(signing_key_new(&key, NULL));
    assert_true(signing_key_pem(key, mem, &pem, NULL));
    assert_true(span_starts_with(pem, S("-----BEGIN PRIVATE KEY-----\n")));
    assert_true(signing_key_parse(pem, &again, NULL));
    assert_true(signing_key_public(key, &one, NULL));
    assert_true(signing_key_public(again, &two, NULL));
    assert_memory_equal(one.bytes, two.bytes, sizeof one.bytes);
    assert_true(signing_key_sign(again, S("hull"), &made, NULL));
    assert_true(signature_check(one, S("hull"), made, NULL));
    for (size_t i = 0; i < sizeof made.bytes; i++) {
        signature wrong = made;
        wrong.bytes[i] ^= 0x10;
        assert_false(signature_check(one, S("hull"), wrong, NULL));
    }
}

static void test_refuses(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct signing_key *key = NULL;
        struct err err = {0};
        assert_false(signing_key_parse(span_of_text(texts[i]), &key, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_null(key);
    }
}

static void test_refuses_other_kinds(void **state)
{
    (void)state;
    // X25519, RFC 8410's other curve.
    static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq\n"
                              "-----END PRIVATE KEY-----\n";
    struct signing_key *key = NULL;
    struct err err = {0};
    assert_false(signing_key_parse(span_of_text(pem), &key, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
}

static void test_hex(void **state)
{
    (void)state;
    uint8_t bytes[2] = {0};
    assert_true(hex_parse(S("0aff"), bytes, 2));
    assert_int_equal(bytes[0], 0x0a);
    assert_int_equal(bytes[1], 0xff);
    assert_false(hex_parse(S("0AFF"), bytes, 2));
    assert_false(hex_parse(S("0af"), bytes, 2));
    assert_false(hex_parse(S("0aff0"), bytes, 2));
    assert_false(hex_parse(S("0agg"), bytes, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answer),
        cmocka_unit_test_setup_teardown(test_sign_and_check, start, end),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_refuses_other_kinds),
        cmocka_unit_test(test_hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
