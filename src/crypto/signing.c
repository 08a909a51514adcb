#include "crypto/openssl_inner.h"

#include <openssl/pem.h>
#include <string.h>

struct signing_key {
    EVP_PKEY *key;
};

// Takes over `key`, which is null where OpenSSL failed to make it.
static bool wrap(EVP_PKEY **key, struct signing_key **ret, struct err *err)
{
    struct signing_key *made = *key ? OPENSSL_zalloc(sizeof *made) : NULL;
    if (!made)
        return err_set(err, ERR_MEMORY, "no memory for a key");
    made->key = take(key);
    *ret = made;
    return true;
}

bool signing_key_new(struct signing_key **ret, struct err *err)
{
    if (!openssl_is_ready(err))
        return false;
    CLEANUP(key_cleanup) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return wrap(&key, ret, err);
}

bool signing_key_parse(span pem, struct signing_key **ret, struct err *err)
{
    CLEANUP(key_cleanup) EVP_PKEY *key = NULL;
    if (!private_key_parse(pem, &key, err))
        return false;
    if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519)
        return err_set(err, ERR_UNSUPPORTED, "the key is not an Ed25519 key");
    return wrap(&key, ret, err);
}

bool signing_key_pem(const struct signing_key *key, struct arena *mem, span *ret, struct err *err)
{
    CLEANUP(bio_cleanup) BIO *bio = BIO_new(BIO_s_secmem());
    char *bytes = NULL;
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, key->key, NULL, NULL, 0, NULL, NULL) != 1)
        return err_set(err, ERR_MEMORY, "no memory for a key");
    long len = BIO_get_mem_data(bio, &bytes);
    if (len <= 0 || !arena_span(mem, span_of(bytes, (size_t)len), ret))
        return arena_err(mem, err, "key");
    return true;
}

bool signing_key_public(const struct signing_key *key, public_key *ret, struct err *err)
{
    public_key out = {0};
    size_t len = sizeof out.bytes;
    if (EVP_PKEY_get_raw_public_key(key->key, out.bytes, &len) != 1 || len != sizeof out.bytes)
        return err_set(err, ERR_MEMORY, "no memory for a key");
    *ret = out;
    return true;
}

bool signing_key_sign(const struct signing_key *key, span message, signature *ret, struct err *err)
{
    CLEANUP(digest_context_cleanup) EVP_MD_CTX *context = EVP_MD_CTX_new();
    signature out = {0};
    size_t len = sizeof out.bytes;
    if (!context || EVP_DigestSignInit(context, NULL, NULL, NULL, key->key) != 1 ||
        EVP_DigestSign(context, out.bytes, &len, message.ptr, message.len) != 1 ||
        len != sizeof out.bytes)
        return err_set(err, ERR_MEMORY, "no memory to sign");
    *ret = out;
    return true;
}

void signing_key_free(struct signing_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->key); // overwrites the secret
    OPENSSL_free(key);
}

void signing_key_cleanup(struct signing_key **key)
{
    signing_key_free(*key);
}

bool signature_check(public_key signer, span message, signature claimed, struct err *err)
{
    if (!openssl_is_ready(err))
        return false;
    CLEANUP(key_cleanup)
    EVP_PKEY *key =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, signer.bytes, sizeof signer.bytes);
    CLEANUP(digest_context_cleanup) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!key || !context || EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1)
        return err_set(err, ERR_MEMORY, "no memory to verify a signature");
    if (EVP_DigestVerify(context, claimed.bytes, sizeof claimed.bytes, message.ptr, message.len) !=
        1)
        return err_set(err, ERR_UNTRUSTED, "the signature is not the key's");
    return true;
}
