#include "crypto/openssl_inner.h"

#include <openssl/pem.h>

void bio_cleanup(BIO **bio)
{
    BIO_free(*bio);
}

void digest_context_cleanup(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

void key_cleanup(EVP_PKEY **key)
{
    EVP_PKEY_free(*key); // overwrites the secret
}

bool openssl_is_ready(struct err *err)
{
    return OSSL_LIB_CTX_get0_global_default() || err_set(err, ERR_MEMORY, "no memory for keys");
}

// OpenSSL would ask the terminal for a passphrase.
static int refuse_passphrase(char *buffer, int size, int writing, void *self)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)self;
    return -1;
}

bool private_key_parse(span pem, EVP_PKEY **ret, struct err *err)
{
    enum { MOST_PEM = 1 << 16 };
    if (!openssl_is_ready(err))
        return false;
    if (pem.len == 0 || pem.len > MOST_PEM)
        return err_set(err, ERR_INPUT, "not a private key (PEM)");
    CLEANUP(bio_cleanup) BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    if (!bio)
        return err_set(err, ERR_MEMORY, "no memory for a key");
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL);
    if (!key)
        return err_set(err, ERR_INPUT, "not a private key (PEM) without a passphrase");
    *ret = key;
    return true;
}
