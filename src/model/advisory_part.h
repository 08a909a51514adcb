// model: what the world knows of packages.
#ifndef PLIMSOLL_MODEL_ADVISORY_PART_H
#define PLIMSOLL_MODEL_ADVISORY_PART_H

#include "model/notes_part.h"

// ---------------------------------------------------------------- advisories

enum severity {
    SEVERITY_UNKNOWN,
    SEVERITY_NEGLIGIBLE,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
};
const char *severity_name(enum severity severity); // "unknown", "negligible", …
// Any case, and the vendors' words: important is high, moderate medium, minor low, unimportant and
// CVSS's none negligible, untriaged and "not yet assigned" unknown. False for any other word.
bool severity_parse(span text, enum severity *ret);

// What a vendor says of one package: is it affected, and will that change?
enum status {
    STATUS_FIXED,    // a fixed version exists
    STATUS_AFFECTED, // affected, no fix yet
    STATUS_WONT_FIX, // affected, and the vendor will not fix it
    STATUS_UNDER_INVESTIGATION,
    STATUS_END_OF_LIFE,  // nobody looks any more
    STATUS_NOT_AFFECTED, // never reported; says that another source's opinion is wrong here
};
const char *status_name(enum status status); // as in the JSON of a scan

// Does a name in an advisory mean what was built, or what it was built from?
enum name_kind {
    NAME_BINARY,
    NAME_SOURCE,
};

// One package in one ecosystem, as one advisory speaks of it.
// Versions v with introduced <= v < fixed (or v <= last_affected) are affected; an empty
// `introduced` is the beginning, an empty `fixed` never ends. With both ends the versions up to
// `last_affected` are, and `fixed` is the one to take.
struct affected {
    span ecosystem; // "debian:12", "alpine:3.20", "ubuntu:22.04", "rhel:9", "npm": see ecosystem.md
    span name;
    enum name_kind name_kind;
    enum status status;
    enum severity severity; // the vendor's, for this package; UNKNOWN: the advisory's counts
    span introduced;
    span fixed;
    span last_affected;
    bool after_introduced; // introduced < v: `introduced` itself is not affected
    span module;     // "nodejs:18": only packages of that stream are meant; of a CPE its target_sw
    span repository; // product or content set the statement is limited to; empty: the main ones
};

// One flaw or one update, in one database. feeds/ makes these, database/ keeps them.
struct advisory {
    span database;        // "debian", "alpine-secdb", …: the segment that it goes to
    span id;              // as the database calls it: CVE-…, DSA-…, RHSA-…
    struct spans flaws;   // the CVEs that it is about; empty: `id` itself is the flaw
    struct spans aliases; // other names of the same flaw or update
    enum severity severity;
    span cvss;         // vector string, as given
    double score;      // CVSS base score 0.0 to 10.0; below 0: none given
    uint32_t modified; // days since 1970-01-01, 0: unknown
    bool withdrawn;
    bool disputed;  // somebody who should know says that it is no flaw
    bool malicious; // the packages themselves are malware: a finding of kind malware
    const struct affected *affected;
    size_t affected_count;
};

// How one database rates a flaw.
struct rating {
    span database;
    enum severity severity;
    span cvss;    // vector; of several the newest version's
    double score; // below 0: none
};

// What is known of one flaw beyond any package: scores of NVD and vendors, exploitation.
struct flaw {
    span id; // CVE-…; GHSA-… and the like of what has no CVE
    span database;
    enum severity severity;
    span cvss;
    double score;             // below 0: none
    double epss;              // probability 0 to 1; below 0: none
    double epss_percentile;   // 0 to 1; below 0: none
    bool exploited;           // in CISA's KEV catalogue
    bool rejected;            // whoever assigned the id took it back
    bool disputed;            // somebody who should know says that it is no flaw
    uint32_t exploited_since; // the day it was listed there, days since 1970-01-01; 0: unknown
    uint32_t published;       // days since 1970-01-01, 0: unknown
    struct spans weaknesses;  // CWE-79 …
    // Only in what look_up_flaw answers: one of each database that rates it, by name.
    const struct rating *ratings;
    size_t rating_count;
};

// One entry of the Common Weakness Enumeration.
struct weakness {
    span id; // CWE-79
    span database;
    span name;
};

// A package and the product that CPE names know it by.
struct cpe_product {
    span database;
    span type; // purl type: "github", "generic", "deb" …
    span name; // as in struct package
    span cpe;  // "vendor:product"
};

// One release of a distribution and when support for it ends.
struct release {
    span distro;     // os-release ID
    span database;   // who says so
    span version_id; // as the ecosystem writes it: "12", "3.20", "22.04"
    span codename;
    uint32_t end_of_life;          // days since 1970-01-01, 0: not announced
    uint32_t end_of_extended_life; // the last paid or volunteer support; 0: none
};

// Appends the address of the page that explains an advisory or a flaw, by the form of its id;
// nothing for an id of no known form. Returns whether it is known. What it appends needs no escape
// anywhere.
bool advisory_url(span id, struct text *out);

// The score of a CVSS vector, in tenths from 0.0 to 10.0: "CVSS:4.0/AV:N/…", "CVSS:3.1/AV:N/…" (3.0
// too), or version 2, which has no prefix. It is the base score, in version 4.0 that of all that
// the vector gives: threat and environmental metrics count (section 1.3: CVSS-B, -BT, -BE, -BTE).
// False for any other version and for a vector that lacks or repeats a base metric.
bool cvss_score(span vector, double *ret);

// Where feeds/ puts what it translates; implemented by database/.
struct advisory_sink {
    void *self;
    bool (*take_advisory)(void *self, const struct advisory *advisory, struct err *err);
    bool (*take_flaw)(void *self, const struct flaw *flaw, struct err *err);
    bool (*take_release)(void *self, const struct release *release, struct err *err);
    bool (*take_weakness)(void *self, const struct weakness *weakness, struct err *err);
    bool (*take_product)(void *self, const struct cpe_product *product, struct err *err);
    // A database that was read whole: its name, the day of its newest entry, its licence.
    bool (*take_source)(void *self, span database, uint32_t day, span licence, struct err *err);
};

// What one advisory, here without its packages, says of one package.
struct statement {
    struct advisory advisory; // affected_count is 0
    struct affected affected;
};

struct statements {
    const struct statement *items;
    size_t count;
};

// The bounds of a range as keys of the ecosystem's order (version/version.h: version_key_compare).
// Empty: there is no such bound, or the order does not know it as a version; the text says which.
struct bound_keys {
    span introduced;
    span fixed;
    span last_affected;
};

// What one or more advisories of one database say of one package in the same words. Most packages
// can be judged by that alone, so the advisories themselves are read only when asked for.
struct claim {
    struct affected affected;
    struct bound_keys keys;
    span database;
    size_t count;    // of the advisories that make it
    span advisories; // where the source keeps them: for its read_statements
};

struct claims {
    const struct claim *items;
    size_t count;
};

// The versions of a package that asks what is said of its name, as keys of the ecosystem's order.
struct asked_versions {
    span of_binary; // held against statements on binary packages; empty: those do not mean it
    span of_source; // the same for source packages
};

// What is said of a name, seen from afar.
enum outlook {
    OUTLOOK_SILENT, // nothing
    OUTLOOK_CLEAR,  // something, and no range holds the versions
    OUTLOOK_OPEN,   // a range may hold them: look_up
};

// An ecosystem as a source has found it, for questions about many of its packages.
struct known_ecosystem {
    span key;
    const void *place; // the source's own; null: nothing is said of any of its packages
};

// Where match/ finds what is said; implemented by database/, by plain tables in tests.
struct advisory_source {
    void *self;
    // Finds an ecosystem, known or not. The answer is valid as long as the key and the source are.
    struct known_ecosystem (*find_ecosystem)(void *self, span key);
    // Could a package of these versions be in some range that is claimed of its name? Answers for
    // far less than look_up; modules and repositories are not looked at. ERR_INPUT: the database
    // is damaged.
    bool (*look_out)(void *self, const struct known_ecosystem *ecosystem, span name,
                     const struct asked_versions *versions, enum outlook *ret, struct err *err);
    // All that is claimed of a package. Nothing is an empty list, not an error; ERR_INPUT: the
    // database is damaged.
    bool (*look_up)(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                    struct err *err);
    // A claim that look_up gave as claim->count statements, for which `ret` has room.
    bool (*read_statements)(void *self, const struct claim *claim, struct arena *mem,
                            struct statement *ret, struct err *err);
    // False without an error (err->kind ERR_NONE) when nothing is known. Of several ratings that of
    // a database whose name begins with `vendor` is taken, if there is one; it may be empty.
    bool (*look_up_flaw)(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                         struct err *err);
    bool (*look_up_release)(void *self, span distro, span version_id, struct arena *mem,
                            struct release *ret, struct err *err);
    // The name of a weakness; empty, without an error, when nothing is known.
    bool (*look_up_weakness)(void *self, span id, struct arena *mem, span *ret, struct err *err);
    // The products, "vendor:product", that a package of this purl type and name is known as.
    bool (*look_up_products)(void *self, span type, span name, struct arena *mem, struct spans *ret,
                             struct err *err);
};

#endif
