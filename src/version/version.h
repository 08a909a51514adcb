// version: how the packaging systems write their versions, which of two is newer, and which satisfy
// a constraint. Pure: the same input always gives the same answer.
#ifndef PLIMSOLL_VERSION_H
#define PLIMSOLL_VERSION_H

#include "base/base.h"

// How the versions of one packaging system are written and ordered.
enum scheme {
    SCHEME_DEB,      // Debian Policy 5.6.12, deb-version(7); opam's and opkg's too
    SCHEME_RPM,      // [epoch:]version[-release], rpm-version(7), with ~ and ^
    SCHEME_APK,      // apk-tools 2.14: 1.2.3a_rc1~hash-r4
    SCHEME_PACMAN,   // [epoch:]version[-pkgrel], alpm's vercmp
    SCHEME_PORTAGE,  // Gentoo's Package Manager Specification, section 3.3
    SCHEME_SEMVER,   // Semantic Versioning 2.0.0, section 11; parts may be missing
    SCHEME_NPM,      // node-semver: the same, exactly three parts; "v" and "=" before it
    SCHEME_GOLANG,   // Go modules: v1.2.3-pre, pseudo-versions, +incompatible; go1.21rc2
    SCHEME_HEX,      // Elixir's Version: exactly three parts
    SCHEME_PUB,      // Dart: builds count (1.0.0 < 1.0.0+1)
    SCHEME_PEP440,   // Python, with its normalisations
    SCHEME_GEM,      // RubyGems and CocoaPods
    SCHEME_MAVEN,    // Maven's ComparableVersion
    SCHEME_NUGET,    // one to four numbers, labels in any case
    SCHEME_COMPOSER, // Packagist: Composer's normalisation, then PHP's version_compare
    SCHEME_CRAN,     // R's package_version: numbers between dots and hyphens
    SCHEME_HACKAGE,  // the Haskell PVP: numbers between dots
    SCHEME_CONAN,    // any number of parts, pre-releases, builds
    SCHEME_JVM,      // Java runtimes: 1.8.0_131-b11, 8u131, 11.0.4+11; builds do not count
    SCHEME_GENERIC,  // whatever else: numbers, pre-release words, letters
};
#define SCHEME_COUNT (SCHEME_GENERIC + 1)

// By the name of the scheme or of the purl type that uses it: "deb", "rpm", "apk", "pacman" or
// "alpm", "portage" or "ebuild", "semver" …
bool scheme_parse(span name, enum scheme *ret);
const char *scheme_name(enum scheme scheme);
// Does a distribution of an operating system version its own packages so?
bool scheme_is_system(enum scheme scheme);
// The order of the versions of an ecosystem, by its key (doc/formats/ecosystem.md): "debian:12",
// "npm"; SCHEME_GENERIC for "cpe", "generic" and all that are not known.
enum scheme scheme_of_ecosystem(span ecosystem);

enum {
    VERSION_MOST = 1000,                // bytes of a version; a longer one is not valid
    VERSION_KEY_MOST = 5 * VERSION_MOST // bytes of its key
};

// A version as bytes that memcmp puts into the scheme's order. Encode once, compare often.
struct version_key {
    size_t len;
    bool failed; // for version_key alone
    uint8_t bytes[VERSION_KEY_MOST];
};

// False when this is not how the scheme writes a version.
bool version_key_of(enum scheme scheme, span version, struct version_key *ret);
// -1, 0 or 1, for keys of one scheme. A total order for every scheme but pacman, whose own rule
// ignores a pkgrel that only one of the two has.
int version_key_compare(enum scheme scheme, span a, span b);

bool version_valid(enum scheme scheme, span version);
// The order of two versions: -1, 0 or 1. False when either is not valid.
bool version_compare(enum scheme scheme, span a, span b, int *ret);

// Does `version` satisfy `constraint`? That is terms "OPERATOR VERSION" joined by ',' (and), which
// binds closer than "||" (or): ">= 1.0, < 1.4-2 || > 2.0". The operators are < << <= = == != >= >
// >>, and ~ (starts with) in apk; none is "=". An empty constraint or "*" holds for every version.
// ERR_INPUT when the version or the constraint is not valid.
bool version_satisfies(enum scheme scheme, span constraint, span version, bool *ret,
                       struct err *err);

// One side of an interval; without a version it is open.
struct version_bound {
    span version;
    span key; // of the version
    bool is_inclusive;
};

struct version_interval {
    struct version_bound low;
    struct version_bound high;
};

// A set of versions: intervals with gaps between them, the lowest first.
struct version_intervals {
    const struct version_interval *items;
    size_t count;
};

// The versions that satisfy a constraint, by their order alone: node-semver's rule that leaves out
// pre-releases which no bound names is about what to install, not about what is meant. ERR_INPUT
// when the constraint is not valid, ERR_UNSUPPORTED when it asks how a version starts (apk's ~).
// This and what follows lives in `mem`; ERR_LIMIT when that is full.
bool version_intervals(enum scheme scheme, span constraint, struct arena *mem,
                       struct version_intervals *ret, struct err *err);
// The versions in a or in b.
bool version_intervals_or(enum scheme scheme, struct version_intervals a,
                          struct version_intervals b, struct arena *mem,
                          struct version_intervals *ret, struct err *err);
// The versions in a that are not in b.
bool version_intervals_without(enum scheme scheme, struct version_intervals a,
                               struct version_intervals b, struct arena *mem,
                               struct version_intervals *ret, struct err *err);
struct version_intervals version_intervals_all(void); // every version

// The version that somebody would install for a bound: some constraints end before the first
// pre-release of a version ("1.2-dev" in Composer, "1.2.0-0" in npm, "1.2.A" of gems), which is
// none that anybody publishes.
span version_without_floor(enum scheme scheme, span version);

// [epoch:]version[-release], as rpm and pacman write it.
struct evr {
    span epoch; // digits; empty: none given
    span version;
    span release;
    bool has_release;
};

// Cuts at the last '-' and at a ':' behind leading digits; any other ':' is part of the version.
struct evr evr_of(span text);
span version_without_epoch(span version);

// One line of `plimsoll version compare SCHEME`: "a TAB b" appends "-1", "0", "1" or "invalid", and
// a newline.
void version_answer_compare(enum scheme scheme, span line, struct text *out);
// The same for `plimsoll version satisfies SCHEME`: "constraint TAB version" appends "true",
// "false" or "invalid".
void version_answer_satisfies(enum scheme scheme, span line, struct text *out);

#endif
