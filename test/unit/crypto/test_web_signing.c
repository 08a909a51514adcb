#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/crypto.h"

static span decode(struct arena *mem, const char *text)
{
    span bytes = {0};
    assert_true(base64url_decode(span_of_text(text), mem, &bytes));
    return bytes;
}

// RFC 7515, appendices A.2 and A.3.
#define PAYLOAD                                                                                    \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl" \
    "fQ"
static const char rs256_message[] = "eyJhbGciOiJSUzI1NiJ9." PAYLOAD;
static const char rs256_modulus[] =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
static const char rs256_signature[] =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5ju"
    "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
    "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU"
    "TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
static const char es256_message[] = "eyJhbGciOiJFUzI1NiJ9." PAYLOAD;
static const char es256_x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
static const char es256_y[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
static const char es256_signature[] =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

// The private key of appendix A.2, in PEM.
static const char rs256_key[] = "RSA key ok\n"
                                "-----BEGIN PRIVATE KEY-----\n"
                                "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO\n"
                                "jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL\n"
                                "aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn\n"
                                "juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5\n"
                                "ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf\n"
                                "toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg\n"
                                "VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW\n"
                                "PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G\n"
                                "O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj\n"
                                "kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6\n"
                                "XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB\n"
                                "4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K\n"
                                "pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr\n"
                                "0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE\n"
                                "lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6\n"
                                "kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP\n"
                                "rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw\n"
                                "kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp\n"
                                "5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2\n"
                                "9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/\n"
                                "evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG\n"
                                "yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj\n"
                                "OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2\n"
                                "tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3\n"
                                "ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56\n"
                                "03k2+ZQwVK0JKSHuLFkuQ3U=\n"
                                "-----END PRIVATE KEY-----\n";

static void rs256_holds_as_in_the_rfc(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span modulus = decode(mem, rs256_modulus);
    span exponent = decode(mem, "AQAB");
    span claimed = decode(mem, rs256_signature);
    span message = span_of_text(rs256_message);
    struct err err = {0};
    assert_true(rs256_check(modulus, exponent, message, claimed, NULL));
    assert_false(
        rs256_check(modulus, exponent, span_first(message, message.len - 1), claimed, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(rs256_check(modulus, exponent, message, span_first(claimed, 255), &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(rs256_check(modulus, exponent, message, (span){0}, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(rs256_check(modulus, decode(mem, "Aw"), message, claimed, NULL));
}

static void es256_holds_as_in_the_rfc(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span x = decode(mem, es256_x);
    span y = decode(mem, es256_y);
    span claimed = decode(mem, es256_signature);
    span message = span_of_text(es256_message);
    struct err err = {0};
    assert_true(es256_check(x, y, message, claimed, NULL));
    assert_false(es256_check(x, y, span_of_text(rs256_message), claimed, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(es256_check(x, y, message, span_first(claimed, 63), &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(es256_check(y, x, message, claimed, &err)); // no point of the curve
    assert_int_equal(err.kind, ERR_INPUT);
    uint8_t zeros[64] = {0}; // CVE-2022-21449
    assert_false(es256_check(x, y, message, span_of(zeros, sizeof zeros), &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
}

static void keys_of_other_sizes_are_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct err err = {0};
    span modulus = decode(mem, rs256_modulus);
    span message = span_of_text(rs256_message);
    span claimed = decode(mem, rs256_signature);
    uint8_t large[1025] = {1};
    large[1024] = 1;
    const span moduli[] = {{0}, span_first(modulus, 255), span_of(large, sizeof large)};
    for (size_t i = 0; i < sizeof moduli / sizeof *moduli; i++) {
        assert_false(rs256_check(moduli[i], decode(mem, "AQAB"), message, claimed, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    assert_false(rs256_check(modulus, span_first(modulus, 9), message, claimed, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    span x = decode(mem, es256_x);
    assert_false(es256_check(x, span_first(x, 31), message, claimed, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void signing_gives_the_signature_of_the_rfc(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(rsa_key_cleanup) struct rsa_key *key = NULL;
    span made = {0};
    span text = {0};
    assert_true(rsa_key_parse(span_of_text(rs256_key), &key, NULL));
    assert_true(rs256_sign(key, span_of_text(rs256_message), mem, &made, NULL));
    assert_true(base64url_encode(made, mem, &text));
    assert_true(span_equal(text, span_of_text(rs256_signature)));
}

static void what_is_no_rsa_key_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(signing_key_cleanup) struct signing_key *other = NULL;
    struct rsa_key *key = NULL;
    struct err err = {0};
    span pem = {0};
    assert_false(rsa_key_parse((span){0}, &key, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_false(rsa_key_parse(S("-----BEGIN PRIVATE KEY-----\n"), &key, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_true(signing_key_new(&other, NULL));
    assert_true(signing_key_pem(other, mem, &pem, NULL));
    assert_false(rsa_key_parse(pem, &key, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rs256_holds_as_in_the_rfc),
        cmocka_unit_test(es256_holds_as_in_the_rfc),
        cmocka_unit_test(keys_of_other_sizes_are_refused),
        cmocka_unit_test(signing_gives_the_signature_of_the_rfc),
        cmocka_unit_test(what_is_no_rsa_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
