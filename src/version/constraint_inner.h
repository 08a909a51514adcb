// What a term of a constraint comes down to, and what the grammars share.
#ifndef PLIMSOLL_VERSION_CONSTRAINT_INNER_H
#define PLIMSOLL_VERSION_CONSTRAINT_INNER_H

#include "version/version_inner.h"

enum operator_kind {
    OPERATOR_NONE, // just a version
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_EQUAL,
    OPERATOR_NOT_EQUAL,
    OPERATOR_GREATER_EQUAL,
    OPERATOR_GREATER,
    OPERATOR_TILDE,       // ~
    OPERATOR_PESSIMISTIC, // ~>
    OPERATOR_COMPATIBLE,  // ~=
    OPERATOR_CARET,       // ^
    OPERATOR_STARTS_WITH, // =~
    OPERATOR_IDENTICAL,   // ===
};

struct term {
    enum operator_kind kind;
    span operand;
    span upto; // of "1.0 - 2.0"; else empty
};

// One side of a range: a version that a grammar has written.
struct bound {
    bool is_set;
    bool is_inclusive;
    bool failed; // longer than any version
    size_t len;
    uint8_t bytes[VERSION_MOST];
};
void bound_add(struct bound *bound, span text);
void bound_add_number(struct bound *bound, uint64_t number);
void bound_set(struct bound *bound, bool is_inclusive, span version); // to a version as it stands
span bound_span(const struct bound *bound);

// Versions from `low` to `high`, or with `outside` all others. A side that is not set is open.
struct range {
    struct bound low;
    struct bound high;
    bool outside;
};

// < <= = == != >= > of a version that stands in full; false for other operators.
bool range_plain(const struct term *term, struct range *ret);

// The numbers at the front of an operand, and what is behind them.
enum { MOST_PARTS = 8 };
struct partial {
    uint64_t parts[MOST_PARTS];
    size_t count;      // of the numbers that are there, before any wildcard
    bool has_wildcard; // x, X or * stood behind them
    span rest;         // "-rc.1"; not behind a wildcard
};
// "v" and "=" before it are left out, builds behind it too. False for what is none.
bool partial_of(span text, struct partial *ret);
// Writes the first `count` numbers, the missing ones as zeros.
void partial_write(const struct partial *partial, size_t count, struct bound *bound);
// The same with number `at` one higher and zeros behind it. False where that is past 2^64.
bool partial_write_next(const struct partial *partial, size_t at, size_t count,
                        struct bound *bound);

// How one packaging system writes constraints.
struct constraint_grammar {
    bool spaces_join;   // terms may be joined by white space alone
    bool has_hyphens;   // "1.0 - 2.0"
    bool has_intervals; // "[1,2),[3,4)": alternatives
    bool has_prefixes;  // "~1.2": all versions whose keys begin so
    bool is_loose;  // "=>" and "=<" are signs, an alternative without terms holds for everything
    bool single_or; // "|" joins alternatives as "||" does
    // False when the term is none.
    bool (*range_of)(const struct term *term, struct range *ret);
    // Is a version to be refused though it lies in all ranges, unless this is true of one of them?
    // Null: no.
    bool (*admits)(span version, const struct range *range);
    bool (*guarded)(span version);
};

// Who is told of the alternatives of a constraint, and within each of the terms that must all hold.
// A false return ends the walk.
struct constraint_visitor {
    void *self;
    bool (*begin)(void *self);
    bool (*term)(void *self, const struct term *term);
    bool (*end)(void *self);
};

// False when the text is no constraint, or when the visitor said so.
bool constraint_walk(const struct constraint_grammar *grammar, span constraint,
                     const struct constraint_visitor *visitor);
// Is this a term that asks how a version starts, which is no range?
bool constraint_is_prefix(const struct constraint_grammar *grammar, const struct term *term);

extern const struct constraint_grammar constraint_plain;
extern const struct constraint_grammar constraint_apk;
extern const struct constraint_grammar constraint_semver;
extern const struct constraint_grammar constraint_npm;
extern const struct constraint_grammar constraint_generic;
extern const struct constraint_grammar constraint_gem;
extern const struct constraint_grammar constraint_hex;
extern const struct constraint_grammar constraint_pub;
extern const struct constraint_grammar constraint_composer;
extern const struct constraint_grammar constraint_conan;
extern const struct constraint_grammar constraint_pep440;
extern const struct constraint_grammar constraint_maven;
extern const struct constraint_grammar constraint_nuget;
extern const struct constraint_grammar constraint_portage;

#endif
