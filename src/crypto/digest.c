#include "crypto/crypto.h"

#include <openssl/evp.h>
#include <string.h>

size_t digest_size(enum digest_algorithm algorithm)
{
    switch (algorithm) {
    case DIGEST_SHA256:
        return 32;
    case DIGEST_SHA512:
        return 64;
    case DIGEST_SHA1:
        return 20;
    }
    return 0;
}

static span name_of(enum digest_algorithm algorithm)
{
    switch (algorithm) {
    case DIGEST_SHA256:
        return S("sha256");
    case DIGEST_SHA512:
        return S("sha512");
    case DIGEST_SHA1:
        return S("sha1");
    }
    return (span){0};
}

static bool hex_value(uint8_t c, uint8_t *ret)
{
    if (c >= '0' && c <= '9')
        *ret = (uint8_t)(c - '0');
    else if (c >= 'a' && c <= 'f')
        *ret = (uint8_t)(c - 'a' + 10);
    else
        return false;
    return true;
}

bool hex_parse(span hex, uint8_t *ret, size_t len)
{
    if (hex.len != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint8_t high = 0;
        uint8_t low = 0;
        if (!hex_value(hex.ptr[2 * i], &high) || !hex_value(hex.ptr[2 * i + 1], &low))
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool digest_parse(span text, digest *ret, struct err *err)
{
    span hex = text;
    span name = span_cut(&hex, ':');
    digest out = {0};
    if (span_equal(name, S("sha512")))
        out.algorithm = DIGEST_SHA512;
    else if (!span_equal(name, S("sha256")))
        return err_set(err, ERR_UNSUPPORTED, "digest '%s' is neither sha256 nor sha512",
                       quote(text).text);
    if (!hex_parse(hex, out.bytes, digest_size(out.algorithm)))
        return err_set(err, ERR_INPUT, "'%s' is not a digest", quote(text).text);
    *ret = out;
    return true;
}

bool digest_equal(digest a, digest b)
{
    return a.algorithm == b.algorithm && memcmp(a.bytes, b.bytes, digest_size(a.algorithm)) == 0;
}

struct digest_text digest_text(digest value)
{
    static const char hex[] = "0123456789abcdef";
    struct digest_text out = {0};
    span name = name_of(value.algorithm);
    memcpy(out.text, name.ptr, name.len);
    out.text[name.len] = ':';
    char *at = out.text + name.len + 1;
    for (size_t i = 0; i < digest_size(value.algorithm); i++) {
        *at++ = hex[value.bytes[i] >> 4];
        *at++ = hex[value.bytes[i] & 15];
    }
    return out;
}

bool digest_of(enum digest_algorithm algorithm, span bytes, digest *ret, struct err *err)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    if (!hasher_new(algorithm, &hasher, err))
        return false;
    hasher_add(hasher, bytes);
    *ret = hasher_finish(hasher);
    return true;
}

bool digest_check(span bytes, digest expected, struct err *err)
{
    digest found = {0};
    if (!digest_of(expected.algorithm, bytes, &found, err))
        return false;
    if (!digest_equal(found, expected))
        return err_set(err, ERR_UNTRUSTED, "digest is %s, expected %s", digest_text(found).text,
                       digest_text(expected).text);
    return true;
}

struct hasher {
    enum digest_algorithm algorithm;
    EVP_MD_CTX *context;
};

// OpenSSL fails these calls only for misuse, or for want of memory at the first use of an
// algorithm, which hasher_new does.
static void must(int succeeded)
{
    assert(succeeded == 1);
}

static const EVP_MD *method_of(enum digest_algorithm algorithm)
{
    switch (algorithm) {
    case DIGEST_SHA256:
        return EVP_sha256();
    case DIGEST_SHA512:
        return EVP_sha512();
    case DIGEST_SHA1:
        return EVP_sha1();
    }
    return NULL;
}

bool hasher_new(enum digest_algorithm algorithm, struct hasher **ret, struct err *err)
{
    // Without memory for its context OpenSSL 3.0 crashes instead of failing.
    if (!OSSL_LIB_CTX_get0_global_default())
        return err_set(err, ERR_MEMORY, "no memory for digests");
    struct hasher *hasher = OPENSSL_zalloc(sizeof *hasher);
    if (hasher)
        hasher->context = EVP_MD_CTX_new();
    if (!hasher || !hasher->context ||
        EVP_DigestInit_ex(hasher->context, method_of(algorithm), NULL) != 1) {
        hasher_free(hasher);
        return err_set(err, ERR_MEMORY, "no memory for a digest");
    }
    hasher->algorithm = algorithm;
    *ret = hasher;
    return true;
}

void hasher_add(struct hasher *hasher, span bytes)
{
    must(EVP_DigestUpdate(hasher->context, bytes.ptr, bytes.len));
}

digest hasher_finish(struct hasher *hasher)
{
    digest out = {.algorithm = hasher->algorithm};
    must(EVP_DigestFinal_ex(hasher->context, out.bytes, NULL));
    return out;
}

void hasher_free(struct hasher *hasher)
{
    if (!hasher)
        return;
    EVP_MD_CTX_free(hasher->context);
    OPENSSL_free(hasher);
}

void hasher_cleanup(struct hasher **hasher)
{
    hasher_free(*hasher);
}
