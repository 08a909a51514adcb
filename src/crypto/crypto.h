// crypto: digests. Keys, signatures and PKCS#11 join it with the trust arc.
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

#endif
