#include "crypto/openssl_inner.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

enum {
    LEAST_BITS = 2048,
    MOST_BITS = 8192,
    P256_BYTES = 32, // of a coordinate, and of half a signature
};

struct rsa_key {
    EVP_PKEY *key;
};

static void number_cleanup(BIGNUM **number)
{
    BN_free(*number);
}

static void key_context_cleanup(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

static void builder_cleanup(OSSL_PARAM_BLD **builder)
{
    OSSL_PARAM_BLD_free(*builder);
}

static void params_cleanup(OSSL_PARAM **params)
{
    OSSL_PARAM_free(*params);
}

static void pair_cleanup(ECDSA_SIG **pair)
{
    ECDSA_SIG_free(*pair);
}

// ---------------------------------------------------------------- public keys

static EVP_PKEY *key_of(const char *kind, OSSL_PARAM_BLD *builder)
{
    CLEANUP(params_cleanup) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    CLEANUP(key_context_cleanup)
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    EVP_PKEY *key = NULL;
    bool made = params && context && EVP_PKEY_fromdata_init(context) == 1 &&
                EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) == 1;
    return made ? key : NULL;
}

static EVP_PKEY *rsa_public(span modulus, span exponent)
{
    CLEANUP(number_cleanup) BIGNUM *n = BN_bin2bn(modulus.ptr, (int)modulus.len, NULL);
    CLEANUP(number_cleanup) BIGNUM *e = BN_bin2bn(exponent.ptr, (int)exponent.len, NULL);
    CLEANUP(builder_cleanup) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    bool built = n && e && builder && BN_num_bits(n) >= LEAST_BITS &&
                 OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
                 OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1;
    return built ? key_of("RSA", builder) : NULL;
}

static EVP_PKEY *p256_public(span x, span y)
{
    uint8_t point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    memcpy(point + 1, x.ptr, P256_BYTES);
    memcpy(point + 1 + P256_BYTES, y.ptr, P256_BYTES);
    CLEANUP(builder_cleanup) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    bool built = builder &&
                 OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                                 0) == 1 &&
                 OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                  sizeof point) == 1;
    return built ? key_of("EC", builder) : NULL;
}

// ---------------------------------------------------------------- checking

static bool check(EVP_PKEY *key, span message, span claimed, struct err *err)
{
    CLEANUP(digest_context_cleanup) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) != 1)
        return err_set(err, ERR_MEMORY, "no memory to verify a signature");
    if (EVP_DigestVerify(context, claimed.ptr, claimed.len, message.ptr, message.len) != 1)
        return err_set(err, ERR_UNTRUSTED, "the signature is not the key's");
    return true;
}

bool rs256_check(span modulus, span exponent, span message, span claimed, struct err *err)
{
    enum { MOST_EXPONENT_BYTES = 8 };
    if (!openssl_is_ready(err))
        return false;
    bool sized = modulus.len <= MOST_BITS / 8 && exponent.len <= MOST_EXPONENT_BYTES;
    CLEANUP(key_cleanup) EVP_PKEY *key = sized ? rsa_public(modulus, exponent) : NULL;
    return key ? check(key, message, claimed, err)
               : err_set(err, ERR_INPUT, "not an RSA key of %d to %d bits", LEAST_BITS, MOST_BITS);
}

// OpenSSL wants the two numbers in DER (RFC 3279, section 2.2.3).
static bool check_pair(EVP_PKEY *key, span message, span claimed, struct err *err)
{
    enum { MOST_DER = 80 };
    uint8_t der[MOST_DER] = {0};
    uint8_t *end = der;
    CLEANUP(number_cleanup) BIGNUM *r = BN_bin2bn(claimed.ptr, P256_BYTES, NULL);
    CLEANUP(number_cleanup) BIGNUM *s = BN_bin2bn(claimed.ptr + P256_BYTES, P256_BYTES, NULL);
    CLEANUP(pair_cleanup) ECDSA_SIG *pair = ECDSA_SIG_new();
    if (!r || !s || !pair || ECDSA_SIG_set0(pair, r, s) != 1)
        return err_set(err, ERR_MEMORY, "no memory to verify a signature");
    r = NULL; // the pair has taken them over
    s = NULL;
    int len = i2d_ECDSA_SIG(pair, &end);
    return len > 0 ? check(key, message, span_of(der, (size_t)len), err)
                   : err_set(err, ERR_MEMORY, "no memory to verify a signature");
}

bool es256_check(span x, span y, span message, span claimed, struct err *err)
{
    if (!openssl_is_ready(err))
        return false;
    bool sized = x.len == P256_BYTES && y.len == P256_BYTES;
    CLEANUP(key_cleanup) EVP_PKEY *key = sized ? p256_public(x, y) : NULL;
    if (!key)
        return err_set(err, ERR_INPUT, "not a key on P-256");
    if (claimed.len != 2 * P256_BYTES)
        return err_set(err, ERR_UNTRUSTED, "the signature is not the key's");
    return check_pair(key, message, claimed, err);
}

// ---------------------------------------------------------------- signing

static bool wrap(EVP_PKEY **key, struct rsa_key **ret, struct err *err)
{
    struct rsa_key *made = OPENSSL_zalloc(sizeof *made);
    if (!made)
        return err_set(err, ERR_MEMORY, "no memory for a key");
    made->key = take(key);
    *ret = made;
    return true;
}

bool rsa_key_parse(span pem, struct rsa_key **ret, struct err *err)
{
    CLEANUP(key_cleanup) EVP_PKEY *key = NULL;
    if (!private_key_parse(pem, &key, err))
        return false;
    int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_get_id(key) != EVP_PKEY_RSA || bits < LEAST_BITS || bits > MOST_BITS)
        return err_set(err, ERR_UNSUPPORTED, "the key is not an RSA key of %d to %d bits",
                       LEAST_BITS, MOST_BITS);
    return wrap(&key, ret, err);
}

bool rs256_sign(const struct rsa_key *key, span message, struct arena *mem, span *ret,
                struct err *err)
{
    CLEANUP(digest_context_cleanup) EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t len = MOST_BITS / 8;
    uint8_t *out = arena_alloc(mem, len);
    if (!out)
        return arena_err(mem, err, "signature");
    if (!context || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->key) != 1 ||
        EVP_DigestSign(context, out, &len, message.ptr, message.len) != 1)
        return err_set(err, ERR_MEMORY, "no memory to sign");
    *ret = span_of(out, len);
    return true;
}

void rsa_key_free(struct rsa_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->key); // overwrites the secret
    OPENSSL_free(key);
}

void rsa_key_cleanup(struct rsa_key **key)
{
    rsa_key_free(*key);
}
