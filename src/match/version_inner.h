// What one version order consists of, and what several of them share.
#ifndef PLIMSOLL_MATCH_VERSION_INNER_H
#define PLIMSOLL_MATCH_VERSION_INNER_H

#include "match/match.h"

// One packaging system's order. A new one is a file version_NAME.c and a line in version.c.
struct version_order {
    const char *name;
    const char *purl_type;
    bool (*valid)(span version);
    int (*compare)(span a, span b); // of valid versions: -1, 0 or 1
    // Does `version` start with the components of `prefix`? Null: the scheme has no such operator.
    bool (*starts_with)(span version, span prefix);
};

extern const struct version_order version_deb;
extern const struct version_order version_rpm;
extern const struct version_order version_apk;
extern const struct version_order version_pacman;

const struct version_order *version_order_of(enum scheme scheme);

// Runs of ASCII digits as numbers of any length: leading zeros do not count.
int version_compare_digits(span a, span b);
// Takes the longest run of ASCII digits, or letters, from the front of *s.
span version_take_digits(span *s);
span version_take_letters(span *s);

// [epoch:]version[-release], as rpm and pacman write it.
struct evr {
    span epoch; // digits; empty: none given
    span version;
    span release;
    bool has_release;
};

// Cuts at the last '-' and at a ':' behind leading digits; any other ':' is part of the version.
struct evr evr_of(span text);
// Neither rpm nor pacman restricts the characters much: something must stand before the release,
// and nothing may be white space or a control character.
bool evr_valid(span text);

#endif
