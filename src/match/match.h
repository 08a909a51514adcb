// match: the version orders of the packaging systems, and bills of materials × advisories →
// findings. Pure: the same input always gives the same answer.
#ifndef PLIMSOLL_MATCH_H
#define PLIMSOLL_MATCH_H

#include "model/model.h"

// ---------------------------------------------------------------- version orders

// How the versions of one packaging system are written and ordered.
enum scheme {
    SCHEME_DEB,    // Debian Policy 5.6.12, deb-version(7)
    SCHEME_RPM,    // [epoch:]version[-release], rpm-version(7), with ~ and ^
    SCHEME_APK,    // apk-tools 2.14: 1.2.3a_rc1~hash-r4
    SCHEME_PACMAN, // [epoch:]version[-pkgrel], alpm's vercmp
};

// By the name of the scheme or of the purl type that uses it: "deb", "rpm", "apk", "pacman",
// "alpm".
bool scheme_parse(span name, enum scheme *ret);
const char *scheme_name(enum scheme scheme);

// Is this how the scheme writes a version?
bool version_valid(enum scheme scheme, span version);

// The order of two versions: -1, 0 or 1. False when either is not valid. A total order on the
// valid versions of every scheme but pacman, whose own rule ignores a pkgrel that only one has.
bool version_compare(enum scheme scheme, span a, span b, int *ret);

// Does `version` satisfy `constraint`? That is terms "OPERATOR VERSION" joined by ',' (and), which
// binds closer than "||" (or): ">= 1.0, < 1.4-2 || > 2.0". The operators are < << <= = == != >= >
// >>, and ~ (starts with) in apk; none is "=". An empty constraint or "*" holds for every version.
// ERR_INPUT when the version or the constraint is not valid.
bool version_satisfies(enum scheme scheme, span constraint, span version, bool *ret,
                       struct err *err);

// One line of `plimsoll version compare SCHEME`: "a TAB b" appends "-1", "0", "1" or "invalid", and
// a newline.
void version_answer_compare(enum scheme scheme, span line, struct text *out);
// The same for `plimsoll version satisfies SCHEME`: "constraint TAB version" appends "true",
// "false" or "invalid".
void version_answer_satisfies(enum scheme scheme, span line, struct text *out);

// ---------------------------------------------------------------- matching

struct match_options {
    uint32_t today;  // days since 1970-01-01: is the distribution still supported?
    bool suppressed; // keep the findings that do not count too, each with its reason
};

// Fills distro->end_of_life and end_of_extended_life with what the database knows of the release;
// leaves them empty otherwise. ERR_INPUT: the database is damaged.
bool match_fill_distro(const struct advisory_source *source, struct distro *distro,
                       struct arena *mem, struct err *err);

// What the advisories say of the packages of `bom`: one finding for each flaw in each package, with
// the words of every database that speaks of it as evidence; worst first, then by package, then by
// id. The rules and their reasons are in doc/decisions/0020-matching.md. What could not be judged
// becomes a note. The findings point into `bom`, into `mem` and into what `source` answers.
// ERR_LIMIT: `mem` is full; ERR_INPUT: the database is damaged.
bool match_bom(const struct bom *bom, const struct advisory_source *source,
               const struct match_options *options, struct arena *mem, struct findings *ret,
               struct notes *notes, struct err *err);

#endif
