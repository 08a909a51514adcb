// What the steps of matching share: what is asked, what is compared, what came out.
#ifndef PLIMSOLL_MATCH_INNER_H
#define PLIMSOLL_MATCH_INNER_H

#include "match/match.h"

// ---------------------------------------------------------------- the distribution

// Whose advisories speak of the packages (doc/formats/ecosystem.md).
struct ecosystem {
    span key;          // "debian:12"; empty: nothing says which distribution it is
    span version;      // "12"
    span type;         // purl type of its packages; empty: whatever is there
    bool follows_rhel; // CentOS: Red Hat's advisories, with versions that differ in suffixes
    span vendor;       // how its own databases' names begin: whose rating of a flaw counts
    bool is_ahead;     // CentOS Stream: builds come before those that the advisories name
};

bool ecosystem_of(const struct distro *distro, struct arena *mem, struct ecosystem *ret,
                  struct err *err);

// ---------------------------------------------------------------- what is said of a name

// What one statement says of one flaw.
struct opinion {
    span flaw;
    size_t claim; // of which claim the statement is one
    const struct statement *statement;
};

// Everything that is said of packages of one name: as claims, and once somebody asks who makes
// them, by flaw. Withdrawn advisories are left out of the latter.
struct topic {
    span name;
    struct claims claims;
    bool has_streams; // some of it is about one stream of a module
    bool is_read;
    const struct opinion *opinions;
    size_t count;
};

// Topics asked for so far: each name is looked up once.
struct topics {
    const struct advisory_source *source;
    span ecosystem;
    bool has_modules; // its packages are rpms
    struct arena *mem;
    struct topic **slots; // open addressing; null is free
    size_t mask;
    bool found_any; // some topic is not empty
};

// Room for all names of a bom with so many packages.
bool topics_init(struct topics *topics, const struct advisory_source *source,
                 const struct ecosystem *ecosystem, size_t packages, struct arena *mem,
                 struct err *err);
bool topics_find(struct topics *topics, span name, struct topic **ret, struct err *err);
// Fills the topic's opinions.
bool topics_read(const struct topics *topics, struct topic *topic, struct err *err);

// ---------------------------------------------------------------- what is compared

// The epoch of source packages, which the name of a source rpm lacks: taken from those packages in
// the bom that were built in their source's own version.
struct epochs {
    struct list known; // of struct known_epoch, sorted
};
bool epochs_init(struct epochs *epochs, const struct bom *bom, struct arena *mem, struct err *err);

// A package as advisories may name it.
struct subject {
    const struct package *package;
    size_t index; // in the bom
    enum scheme scheme;
    span source_name;
    span source_version;
    bool epoch_unknown; // of source_version
    bool is_modular;    // built for a module, named or not
};
bool subject_of(const struct bom *bom, const struct epochs *epochs, size_t index,
                enum scheme scheme, struct arena *mem, struct subject *ret, struct err *err);

// ---------------------------------------------------------------- tables of field knowledge

// Why the package holds no code that a flaw in its source could be in; empty if it may well.
span codeless_reason(const struct package *package);
// Who built the package, when it was not the distribution; empty if it was, as far as one can tell.
span foreign_builder(const struct distro *distro, const struct package *package);
// The source of which advisories speak instead of this one, or empty: signed kernels.
bool source_alias(const struct distro *distro, const struct package *package, struct arena *mem,
                  span *ret_source, struct err *err);

// ---------------------------------------------------------------- rpm versions

// Was this version built for a module?
bool version_is_modular(span version);
// The minor release that a rebuild was made for: "el9_2" of 3.0.7-18.el9_2; empty for others.
span version_branch(span version);
// Red Hat's and CentOS's spellings of one build made equal: `version` without the identity of a
// module's build; for a pair of which one is CentOS's own rebuild, without ".centos" and the minor
// release.
bool version_without_builder(span version, bool is_rebuild, struct arena *mem, span *ret,
                             struct err *err);
bool version_is_rebuild(span version); // ".el7.centos"

// ---------------------------------------------------------------- what comes out

// Where the package's version stands in what one statement calls affected.
enum stage {
    STAGE_NOT_AFFECTED, // no version is
    STAGE_BEFORE,       // not yet introduced
    STAGE_INSIDE,
    STAGE_PAST,
};

enum view_weight {
    WEIGHT_SUPERSEDED, // a bulletin, where the same database has a record of the flaw itself
    WEIGHT_MAIN,
    WEIGHT_PRODUCT, // limited to a product that the image has
};

// One statement that speaks of the subject. What does not depend on whose statement it is, is found
// once for its claim.
struct view {
    bool speaks; // false: the claim is about another package, another stream, another product
    enum stage stage;
    enum view_weight weight; // the heaviest decide
    span version;            // of the subject: its source's or its own
    const struct statement *statement;
    bool own_record; // the vendor's record of the flaw itself, no bulletin that lists it
};

struct matcher {
    const struct bom *bom;
    const struct advisory_source *source;
    const struct match_options *options;
    struct arena *mem;
    struct notes *notes;
    struct ecosystem ecosystem;
    struct topics topics;
    struct epochs epochs;
    bool is_past_life;    // all support has ended
    struct list findings; // of struct finding
    struct list claimed;  // of struct view, of all claims on the package at hand
    struct list views;    // of struct view, of the flaw at hand
    struct list builders; // of span: foreign ones, each once
    size_t foreign;
    size_t owned;     // packages that came with a package of the distribution
    size_t uncovered; // packages of types that the advisories do not speak of
    size_t suppressed;
    size_t bad_statements; // with a version that is none, once for each package
};

// Does the claim speak of the subject, and what does it say?
bool view_of(struct matcher *matcher, const struct subject *subject, const struct topic *topic,
             const struct claim *claim, struct view *ret, struct err *err);

// What follows from all views of one flaw.
struct verdict {
    bool affected;
    enum status status;
    span fixed;              // smallest version that is not affected
    enum view_weight weight; // of the views that decided
};
// Takes the weight of bulletins that their own database overrules.
struct verdict verdict_of(struct matcher *matcher, const struct subject *subject);

// Adds the finding for the views at hand.
bool finding_add(struct matcher *matcher, const struct subject *subject, span flaw,
                 const struct verdict *verdict, span suppressed, struct err *err);

#endif
