// What the steps of matching share: what is asked, what is compared, what came out.
#ifndef PLIMSOLL_MATCH_INNER_H
#define PLIMSOLL_MATCH_INNER_H

#include "match/match.h"

// ---------------------------------------------------------------- ecosystems

struct language;
struct matcher;

// Whose advisories speak of packages of one kind (doc/formats/ecosystem.md): a distribution's, or
// those on the packages of a programming language.
struct ecosystem {
    span key; // "debian:12", "npm"; empty: nothing says which distribution it is
    struct known_ecosystem known;    // to the source, once packages of it came
    enum scheme scheme;              // of the packages at hand
    bool is_usual_scheme;            // the claims have keys of that order
    const struct language *language; // null: a distribution
    bool found_any;                  // of some name something is said
    size_t asked;                    // packages that it was to speak of
    size_t asked_by_cpe;             // those of them that NVD has a name for
    size_t asked_in_vain;            // those without such a name of which nobody speaks
    // The rest is of distributions.
    span version;       // "12"
    span type;          // purl type of its packages; empty: whatever is there
    span vendor;        // how its own databases' names begin: whose rating of a flaw counts
    bool follows_rhel;  // CentOS: Red Hat's advisories, with versions that differ in suffixes
    bool is_ahead;      // CentOS Stream: builds come before those that the advisories name
    bool lists_unfixed; // its databases say of every known flaw whether it is there
};

// The distribution's. ERR_LIMIT: `mem` is full.
bool ecosystem_of(const struct distro *distro, struct arena *mem, struct ecosystem *ret,
                  struct err *err);

// Makes it ready for its packages: finds it in the source, and the order of its advisories.
void ecosystem_open(struct ecosystem *ecosystem, const struct advisory_source *source);

enum { LANGUAGES_MOST = 24 };
// The last day on which anybody looks for flaws in it.
uint32_t release_last_day(const struct release *release);

// One for each language; `ret` has room for LANGUAGES_MOST.
size_t language_ecosystems(struct ecosystem *ret);
// Are packages of this purl type meant?
bool language_has_type(const struct language *language, span type);
// A name that every collection of advisories on this language has.
span language_known_name(const struct language *language);
// Is the name one that advisories can speak of? A jar of which only the file name is known has
// none.
bool language_can_name(const struct language *language, span name);
// The name as advisories write it. ERR_LIMIT: `mem` is full.
bool language_name(const struct language *language, span name, struct arena *mem, span *ret,
                   struct err *err);
// The version as advisories write it; empty if the package has none that means anything.
span language_version(const struct language *language, const struct package *package);
// Who rebuilds what others publish and marks that in the version: "Red Hat" of 2.6.0.redhat-00006.
// *ret_published is the version without the mark. Empty for all others.
span rebuilt_by(span version, span *ret_published);

// ---------------------------------------------------------------- what is said of a name

// What one statement says of one flaw.
struct opinion {
    span flaw;
    size_t claim; // of which claim the statement is one
    const struct statement *statement;
};

// Says which flaws `said` is about, whose flaws are empty, and adds that to `ret`, a list of struct
// opinion. Databases have names of their own for one flaw; those that aliases tie together get the
// same: the CVE if there is one, else GHSA's, else the first. Two CVEs are two flaws, whoever names
// them in one breath.
bool opinions_name_flaws(const struct opinion *said, size_t count, struct arena *mem,
                         struct list *ret, struct err *err);

// Everything that is said of packages of one name in one ecosystem: as claims, and once somebody
// asks who makes them, by flaw.
struct topic {
    const struct ecosystem *ecosystem;
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
    struct arena *mem;
    struct topic **slots; // open addressing; null is free
    size_t mask;
    size_t count;
};

bool topics_init(struct topics *topics, const struct advisory_source *source, struct arena *mem,
                 struct err *err);
bool topics_find(struct topics *topics, struct ecosystem *ecosystem, span name, struct topic **ret,
                 struct err *err);
// Fills the topic's opinions.
bool topics_read(const struct topics *topics, struct topic *topic, struct err *err);

// ---------------------------------------------------------------- what is compared

// The epoch of source packages, which the name of a source rpm lacks: taken from those packages in
// the bom that were built in their source's own version.
struct epochs {
    struct list known; // of struct known_epoch, sorted
};
struct known_epoch {
    span source_name;
    span source;    // version-release
    span epoch;     // empty: none
    size_t package; // index of the one in the bom that tells it
};
bool epochs_init(struct epochs *epochs, const struct bom *bom, struct arena *mem, struct err *err);
// What tells the epoch of the package's source; null: nothing does, or nothing needs to.
const struct known_epoch *epochs_of_source(const struct epochs *epochs,
                                           const struct package *package);

// A package that others may have come with.
struct owner {
    const struct package *package;
    bool is_asked;
    bool is_foreign; // if it was asked: somebody else's than the distribution's
};

// Those of the distribution's packaging system, by id.
struct owners {
    struct owner *slots; // open addressing; free without a package
    size_t mask;
    struct owner *last; // that was asked for: packages stand beside others of their owner
};
bool owners_init(struct owners *owners, const struct bom *bom, struct arena *mem, struct err *err);
// The package of the distribution that brought this one; null: none did, or it is not in the bom.
const struct package *owner_package(struct owners *owners, const struct package *package);

// A name under which databases may speak of a package.
struct asked_name {
    struct ecosystem *ecosystem;
    span name;
    bool is_source; // the name of its source
    bool is_own;    // its own name, which may be the same, or one that CPE has for it
};

enum { NAMES_MOST = 12 }; // of one package

// A package as advisories may name it.
struct subject {
    const struct package *package;
    size_t index; // in the bom
    struct ecosystem *ecosystem;
    enum scheme scheme;
    span name;
    span version;
    span source_name; // of packages of languages both are the same
    span source_version;
    bool epoch_unknown; // of source_version
    bool is_modular;    // built for a module, named or not
    span rebuilder;     // who built it and may have mended it; empty: whoever published it
    span key;           // of `version`
    span source_key;
    struct asked_name *names; // that of its source, its own, those of CPE; each once
    size_t name_count;
};
// Fills in what advisories may call it, of a subject that has its package's name and version. It
// is valid until the next one.
bool subject_complete(struct matcher *matcher, struct subject *subject, struct err *err);

// Adds a name to the subject's, unless it is there.
void subject_add_name(struct subject *subject, struct ecosystem *ecosystem, span name);

// ---------------------------------------------------------------- CPE names

// Is it the key of an ecosystem of statements by CPE names?
bool cpe_is_key(span ecosystem);
// The ecosystem of such a key, one of matcher->languages.
struct ecosystem *cpe_ecosystem(struct matcher *matcher, span key);
// Is it a Java runtime, of which nobody but these speaks?
bool cpe_speaks_of_runtime(const struct package *package);
// Adds the products, "vendor:product", as which CPE names know a package that no distribution
// brought: only exact knowledge, from the table of classified programs and from the database.
// Nothing is guessed, least of all from the group of a jar.
bool cpe_add_names(struct matcher *matcher, struct subject *subject, struct err *err);
// Is it a repository at a version? That may be an action of GitHub, and the source of a product.
bool cpe_speaks_of_repository(const struct package *package);
// Is a statement for this target_sw about the package? A plugin of WordPress is no plugin of
// another program; whatever runs by itself has no target.
bool cpe_target_fits(const struct package *package, span target);
// Takes the weight of what is said by CPE names of the flaw at hand where others know better: the
// database of the package's own ecosystem; who overrules NVD; NVD itself where others only report.
bool cpe_weigh(struct matcher *matcher, span flaw, struct err *err);

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

// Versions of the subject at hand as keys.
struct subject_keys {
    struct version_key own;
    struct version_key source;
    struct version_key bound; // of a claim
    struct version_key fix;   // one after the other of those that a finding names
};

struct type_count {
    span type; // purl type
    size_t count;
};

struct matcher {
    const struct bom *bom;
    const struct advisory_source *source;
    const struct match_options *options;
    struct arena *mem;
    struct notes *notes;
    struct ecosystem system;
    struct ecosystem languages[LANGUAGES_MOST];
    size_t language_count;
    struct ecosystem *cpe; // one of the languages: statements by CPE names
    struct ecosystem *jvm; // another: those on Java runtimes
    struct topics topics;
    struct epochs epochs;
    struct owners owners;
    struct subject_keys *keys;
    struct asked_name *names; // of the package at hand
    bool is_past_life;        // all support has ended
    bool is_spoken_of;        // somebody says something of the package at hand
    bool withdrew;            // some database took its record of the flaw at hand back
    struct list findings;     // of struct finding
    struct list claimed;      // of struct view, of all claims on the package at hand
    struct list views;        // of struct view, of the flaw at hand
    struct list builders;     // of span: foreign ones, each once
    struct list uncovered;    // of struct type_count: types that no ecosystem speaks of
    size_t foreign;
    size_t owned;       // packages that came with a package of the distribution
    size_t unversioned; // packages of languages without a version that could be compared
    size_t nameless;    // jars without a group
    size_t suppressed;
    size_t rejected;       // findings of flaws whose names were taken back
    size_t bad_statements; // with a version that is none, once for each package
};

// Judges the subject by all that is claimed of its names.
bool match_claims(struct matcher *matcher, const struct subject *subject, struct err *err);
// Is it an installation of Go? Its own database speaks of it, as "stdlib" and "toolchain".
bool package_is_go(const struct package *package);
// Did a package of the distribution bring it, as far as one can tell?
bool is_of_distribution(struct matcher *matcher, const struct package *package);
// Is all that is to be said of it said of the package of the distribution that brought it?
bool is_judged_by_owner(struct matcher *matcher, const struct package *package);
// Does the distribution say anything of the flaw in the package that brought this one? Then that
// is the answer.
bool owner_answers(struct matcher *matcher, const struct package *package, span flaw, bool *ret,
                   struct err *err);
// Notes what the reader should know of how the packages were judged: above all which were not.
bool note_matching(struct matcher *matcher, struct err *err);

// How the bounds of a range are compared.
struct range_order {
    enum scheme scheme;
    struct version_key *scratch; // overwritten
};

// Where the version of a key stands in a range, whose bounds may have keys already. False: a bound
// is no version.
bool range_stage(const struct range_order *order, const struct affected *affected,
                 const struct bound_keys *keys, span key, enum stage *ret);
// Is it compared in some other way than by the keys of its versions?
bool subject_is_rewritten(const struct subject *subject);
// Does the claim speak of the subject, and what does it say?
bool view_of(struct matcher *matcher, const struct subject *subject, const struct topic *topic,
             const struct claim *claim, struct view *ret, struct err *err);

// What follows from all views of one flaw.
struct verdict {
    bool affected;
    bool malicious; // the package is malware
    enum status status;
    span fixed;              // smallest version that is not affected
    enum view_weight weight; // of the views that decided
};
// Takes the weight of bulletins that their own database overrules.
struct verdict verdict_of(struct matcher *matcher, const struct subject *subject);
// The same for packages of languages, of which nobody is the vendor.
struct verdict verdict_of_language(struct matcher *matcher, const struct subject *subject);
// Does it know which versions it means?
bool affected_is_bounded(const struct affected *affected);
// What a statement on a range means for a package inside of it.
enum status status_of(const struct affected *affected);
bool is_fix(const struct affected *affected); // does it name a version that is not affected?

// ---------------------------------------------------------------- findings

struct score {
    double value; // below 0: none
    span vector;
    span source; // the database
};

// Fills severity, score, risk and the opinions of all who rate the flaw.
bool finding_rate(const struct matcher *matcher, enum view_weight weight, const struct flaw *flaw,
                  struct finding *finding, struct err *err);
// Fills the evidence: all views of the flaw at hand.
bool finding_prove(const struct matcher *matcher, const struct subject *subject,
                   struct finding *finding, struct err *err);
// Adds the finding for the views at hand. `suppressed` says why it does not count, or is empty.
bool finding_add(struct matcher *matcher, const struct subject *subject, span flaw,
                 const struct verdict *verdict, span suppressed, struct err *err);

#endif
