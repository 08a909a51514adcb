// crypto: digests, keys and signatures. PKCS#11 joins them with the trust arc.
#ifndef PLIMSOLL_CRYPTO_H
#define PLIMSOLL_CRYPTO_H

#include "base/base.h"

enum digest_algorithm {
    DIGEST_SHA256,
    DIGEST_SHA512,
    DIGEST_SHA1, // only to look things up, and for what old records say
};

// A digest as the OCI image specification names it (descriptor.md, "Digests").
typedef struct digest {
    enum digest_algorithm algorithm;
    uint8_t bytes[64]; // the first digest_size() of them
} digest;

size_t digest_size(enum digest_algorithm algorithm);
// "sha256:<64 lower-case hex digits>" or "sha512:<128>"; anything else is ERR_INPUT, or
// ERR_UNSUPPORTED for another algorithm, SHA-1 included.
bool digest_parse(span text, digest *ret, struct err *err);
bool digest_equal(digest a, digest b);
// `len` bytes from twice as many lower-case hex digits; false for anything else.
bool hex_parse(span hex, uint8_t *ret, size_t len);
// The text form, e.g. for a path or a message.
enum { DIGEST_TEXT_MAX = 7 + 128 };
struct digest_text {
    char text[DIGEST_TEXT_MAX + 1];
};
struct digest_text digest_text(digest value);

// The digest of bytes at hand.
bool digest_of(enum digest_algorithm algorithm, span bytes, digest *ret, struct err *err);
// ERR_UNTRUSTED naming both digests when the bytes do not have the digest `expected`.
bool digest_check(span bytes, digest expected, struct err *err);

// A digest of bytes that come in pieces.
struct hasher;
bool hasher_new(enum digest_algorithm algorithm, struct hasher **ret, struct err *err);
void hasher_add(struct hasher *hasher, span bytes);
// The digest of everything added. Nothing can be added or asked for afterwards.
digest hasher_finish(struct hasher *hasher);
void hasher_free(struct hasher *hasher);
void hasher_cleanup(struct hasher **hasher); // for CLEANUP

// ---------------------------------------------------------------- what package records name

// The three digests of one file that records of packages use: dpkg's MD5, apk's SHA-1, SHA-256 of
// rpm and of Python's RECORD. MD5 and SHA-1 tell what a record means; they prove nothing against
// who can make collisions.
struct file_digests {
    uint8_t md5[16];
    uint8_t sha1[20];
    uint8_t sha256[32];
};

// All three of bytes that come in pieces. One hasher serves one file after the other, as long as
// there is memory: OpenSSL takes some for each.
struct file_hasher;
// ERR_UNSUPPORTED where the machine's policy forbids one of them.
bool file_hasher_new(struct file_hasher **ret, struct err *err);
void file_hasher_add(struct file_hasher *hasher, span bytes);
// False without memory, now or before: then it stays so.
bool file_hasher_finish(struct file_hasher *hasher, struct file_digests *ret);
void file_hasher_free(struct file_hasher *hasher);
void file_hasher_cleanup(struct file_hasher **hasher); // for CLEANUP

// ---------------------------------------------------------------- shared secrets

// Compares in a time that depends on the lengths alone.
bool secret_equal(span a, span b);
// HMAC (RFC 2104).
bool hmac_of(enum digest_algorithm algorithm, span key, span message, digest *ret, struct err *err);

// ---------------------------------------------------------------- signatures of web tokens

// RS256 and ES256 (RFC 7518, sections 3.3 and 3.4). Public keys are numbers, most significant byte
// first, as JWK has them (section 6). ERR_UNTRUSTED when `claimed` is not the signature of these
// bytes; ERR_INPUT for what is no such key, or an RSA key of fewer than 2048 or more than 8192
// bits.
bool rs256_check(span modulus, span exponent, span message, span claimed, struct err *err);
bool es256_check(span x, span y, span message, span claimed, struct err *err);

// A private RSA key.
struct rsa_key;
// PEM of PKCS #8 or PKCS #1 without a passphrase. ERR_INPUT for what is none, ERR_UNSUPPORTED for
// a key of another kind or size.
bool rsa_key_parse(span pem, struct rsa_key **ret, struct err *err);
bool rs256_sign(const struct rsa_key *key, span message, struct arena *mem, span *ret,
                struct err *err);
void rsa_key_free(struct rsa_key *key);     // null is fine
void rsa_key_cleanup(struct rsa_key **key); // for CLEANUP

// ---------------------------------------------------------------- signatures

// Ed25519 (RFC 8032, without context or prehash).
typedef struct public_key {
    uint8_t bytes[32];
} public_key;

typedef struct signature {
    uint8_t bytes[64];
} signature;

// A private key. ERR_MEMORY is the only way in which using one fails.
struct signing_key;

bool signing_key_new(struct signing_key **ret, struct err *err); // a random one
// PEM of PKCS #8 (RFC 5958, RFC 8410) without a passphrase. ERR_INPUT for what is none,
// ERR_UNSUPPORTED for a key of another kind.
bool signing_key_parse(span pem, struct signing_key **ret, struct err *err);
bool signing_key_pem(const struct signing_key *key, struct arena *mem, span *ret, struct err *err);
bool signing_key_public(const struct signing_key *key, public_key *ret, struct err *err);
bool signing_key_sign(const struct signing_key *key, span message, signature *ret, struct err *err);
void signing_key_free(struct signing_key *key);
void signing_key_cleanup(struct signing_key **key); // for CLEANUP

// ERR_UNTRUSTED when `claimed` is not the signer's signature of these bytes.
bool signature_check(public_key signer, span message, signature claimed, struct err *err);

#endif
