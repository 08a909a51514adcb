#include "crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

bool secret_equal(span a, span b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}

static const EVP_MD *hash_of(enum digest_algorithm algorithm)
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

bool hmac_of(enum digest_algorithm algorithm, span key, span message, digest *ret, struct err *err)
{
    digest out = {.algorithm = algorithm};
    unsigned len = 0;
    // OpenSSL takes a null key for "the one of the last call".
    const uint8_t *key_bytes = key.len ? key.ptr : (const uint8_t *)"";
    if (key.len > INT32_MAX)
        return err_set(err, ERR_LIMIT, "the key is too long");
    if (!HMAC(hash_of(algorithm), key_bytes, (int)key.len, message.ptr, message.len, out.bytes,
              &len) ||
        len != digest_size(algorithm))
        return err_set(err, ERR_MEMORY, "no memory for a digest");
    *ret = out;
    return true;
}
