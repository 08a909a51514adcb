#include "crypto/crypto.h"

#include <openssl/evp.h>

enum { MD5, SHA1, SHA256, DIGESTS };

static const char *const names[DIGESTS] = {[MD5] = "MD5", [SHA1] = "SHA1", [SHA256] = "SHA256"};

struct file_hasher {
    EVP_MD_CTX *contexts[DIGESTS];
    bool failed; // without memory for the next file
};

// OpenSSL fails these calls only for misuse: what needs memory was set up before.
static void must(int succeeded)
{
    assert(succeeded == 1);
}

static bool set_up(struct file_hasher *hasher, size_t index, struct err *err)
{
    if (!OSSL_LIB_CTX_get0_global_default()) // see hasher_new
        return err_set(err, ERR_MEMORY, "no memory for digests");
    EVP_MD *method = EVP_MD_fetch(NULL, names[index], NULL);
    if (!method)
        return err_set(err, ERR_UNSUPPORTED, "OpenSSL offers no %s", names[index]);
    hasher->contexts[index] = EVP_MD_CTX_new();
    bool ok =
        hasher->contexts[index] && EVP_DigestInit_ex2(hasher->contexts[index], method, NULL) == 1;
    EVP_MD_free(method);
    return ok || err_set(err, ERR_MEMORY, "no memory for a digest");
}

bool file_hasher_new(struct file_hasher **ret, struct err *err)
{
    CLEANUP(file_hasher_cleanup)
    struct file_hasher *hasher = OPENSSL_zalloc(sizeof *hasher);
    if (!hasher)
        return err_set(err, ERR_MEMORY, "no memory for a digest");
    for (size_t i = 0; i < DIGESTS; i++)
        if (!set_up(hasher, i, err))
            return false;
    *ret = take(&hasher);
    return true;
}

void file_hasher_add(struct file_hasher *hasher, span bytes)
{
    for (size_t i = 0; i < DIGESTS && !hasher->failed; i++)
        must(EVP_DigestUpdate(hasher->contexts[i], bytes.ptr, bytes.len));
}

// OpenSSL 3.0 sets up a context afresh for each message, with memory of its own.
static bool reset(struct file_hasher *hasher)
{
    for (size_t i = 0; i < DIGESTS; i++)
        if (EVP_DigestInit_ex2(hasher->contexts[i], NULL, NULL) != 1)
            return false;
    return true;
}

bool file_hasher_finish(struct file_hasher *hasher, struct file_digests *ret)
{
    uint8_t *const digests[DIGESTS] = {
        [MD5] = ret->md5, [SHA1] = ret->sha1, [SHA256] = ret->sha256};
    if (hasher->failed)
        return false;
    for (size_t i = 0; i < DIGESTS; i++)
        must(EVP_DigestFinal_ex(hasher->contexts[i], digests[i], NULL));
    hasher->failed = !reset(hasher); // of the next
    return true;
}

void file_hasher_free(struct file_hasher *hasher)
{
    if (!hasher)
        return;
    for (size_t i = 0; i < DIGESTS; i++)
        EVP_MD_CTX_free(hasher->contexts[i]);
    OPENSSL_free(hasher);
}

void file_hasher_cleanup(struct file_hasher **hasher)
{
    file_hasher_free(*hasher);
}
