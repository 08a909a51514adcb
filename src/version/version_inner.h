// What one version order consists of, and what several of them share.
#ifndef PLIMSOLL_VERSION_INNER_H
#define PLIMSOLL_VERSION_INNER_H

#include "version/version.h"

// ---------------------------------------------------------------- keys

// An order is written as an encoding: a version becomes a row of tokens, each a byte that says
// where its kind sorts, followed by what it says in a form that ends by itself. So memcmp finds the
// first token in which two versions differ, and the order is total because that of bytes is.

span key_span(const struct version_key *key);
// Here, because every byte of every key goes through it.
static inline void key_byte(struct version_key *key, uint8_t byte)
{
    if (key->len < sizeof key->bytes)
        key->bytes[key->len++] = byte;
    else
        key->failed = true;
}
// Room for `count` bytes, which are then written behind each other and counted by key_end; null:
// there is none, and the key has failed.
static inline uint8_t *key_room(struct version_key *key, size_t count)
{
    if (count <= sizeof key->bytes - key->len)
        return key->bytes + key->len;
    key->failed = true;
    return NULL;
}
static inline void key_end(struct version_key *key, const uint8_t *end)
{
    key->len = (size_t)(end - key->bytes);
}
// Digits as a number: leading zeros do not count, none at all is zero. At most 254 that count.
enum { NUMBER_MOST = 254 };
static inline void key_number(struct version_key *key, span digits)
{
    while (digits.len && digits.ptr[0] == '0')
        digits = span_from(digits, 1);
    uint8_t *to = key_room(key, 1 + digits.len);
    if (!to || digits.len > NUMBER_MOST) {
        key->failed = true;
        return;
    }
    *to++ = (uint8_t)digits.len;
    for (size_t i = 0; i < digits.len; i++) // mostly a few, for which memcpy is not worth its call
        *to++ = digits.ptr[i];
    key_end(key, to);
}
// Cuts the digits off the front of `rest` and appends them as a number. False: there are none.
static inline bool key_cut_number(struct version_key *key, span *rest)
{
    const span text = *rest;
    size_t zeros = 0;
    while (zeros < text.len && text.ptr[zeros] == '0')
        zeros++;
    uint8_t *to = key_room(key, 1 + text.len - zeros);
    if (!to)
        return false;
    size_t at = zeros;
    for (; at < text.len && ascii_is_digit(text.ptr[at]); at++)
        to[1 + at - zeros] = text.ptr[at];
    size_t count = at - zeros;
    key->failed = key->failed || count > NUMBER_MOST;
    *to = (uint8_t)count;
    key->len += 1 + count;
    *rest = span_from(text, at);
    return at > 0;
}
void key_integer(struct version_key *key, unsigned value); // the same
// Bytes in the order of strcmp; without a NUL.
void key_text(struct version_key *key, span text);
void key_text_lower(struct version_key *key, span text); // A to Z as a to z

// ---------------------------------------------------------------- orders

struct constraint_grammar; // constraint_inner.h

// One packaging system's order. A new one is a file NAME.c and a line in version.c.
struct version_order {
    const char *name;
    const char *purl_type; // that uses it; null: none alone
    // Appends the key. False for what is no version of this scheme.
    bool (*encode)(span version, struct version_key *key);
    const struct constraint_grammar *grammar;
    // Are a version and the same with something behind it equal? alpm ignores a pkgrel that only
    // one of two versions has.
    bool longer_is_equal;
    bool refuses_nul; // encode does; for all others it is looked for beforehand
};

extern const struct version_order version_apk;
extern const struct version_order version_composer;
extern const struct version_order version_conan;
extern const struct version_order version_cran;
extern const struct version_order version_deb;
extern const struct version_order version_gem;
extern const struct version_order version_generic;
extern const struct version_order version_golang;
extern const struct version_order version_hackage;
extern const struct version_order version_hex;
extern const struct version_order version_jvm;
extern const struct version_order version_maven;
extern const struct version_order version_npm;
extern const struct version_order version_nuget;
extern const struct version_order version_pacman;
extern const struct version_order version_pep440;
extern const struct version_order version_portage;
extern const struct version_order version_pub;
extern const struct version_order version_rpm;
extern const struct version_order version_semver;

const struct version_order *version_order_of(enum scheme scheme);

// ---------------------------------------------------------------- words

// Takes `byte` from the front of *s if it stands there.
bool version_take_byte(span *s, uint8_t byte);
// Takes `word` from the front of *s if it stands there, in any case.
bool version_take_word(span *s, span word);

// Neither rpm nor pacman restricts the characters much: something must stand before the release,
// and nothing may be white space or a control character.
bool evr_valid(span text);
// Epoch, version and, where there is one, release, the latter two by `encode_part`.
bool evr_encode(span text, void (*encode_part)(span part, struct version_key *key),
                struct version_key *key);

#endif
