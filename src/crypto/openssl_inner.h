// What the signing parts share of OpenSSL.
#ifndef PLIMSOLL_CRYPTO_OPENSSL_INNER_H
#define PLIMSOLL_CRYPTO_OPENSSL_INNER_H

#include "crypto/crypto.h"

#include <openssl/bio.h>
#include <openssl/evp.h>

// For CLEANUP.
void bio_cleanup(BIO **bio);
void digest_context_cleanup(EVP_MD_CTX **context);
void key_cleanup(EVP_PKEY **key);

// Before anything else is asked of it: without memory for its context OpenSSL 3.0 crashes instead
// of failing.
bool openssl_is_ready(struct err *err);

// The private key of a PEM file without a passphrase, of any kind. The caller frees it.
bool private_key_parse(span pem, EVP_PKEY **ret, struct err *err);

#endif
