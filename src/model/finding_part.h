// model: what is wrong, and everything there is to report of a scan.
#ifndef PLIMSOLL_MODEL_FINDING_PART_H
#define PLIMSOLL_MODEL_FINDING_PART_H

#include "model/advisory_part.h"
#include "model/package_part.h"

// ---------------------------------------------------------------- findings

enum finding_kind {
    FINDING_VULNERABILITY,
    FINDING_INTEGRITY,
    FINDING_MALWARE,
    FINDING_SECRET,
    FINDING_RULE,
    FINDING_CONFIG,
};
const char *finding_kind_name(enum finding_kind kind);

// Why it matched: whose word, which range, which two versions were compared and how.
struct evidence {
    span database;
    span advisory;
    span range;    // ">= 1.2, < 1.4-3"
    span compared; // "1.3-1 < 1.4-3 (deb, source openssl)"
};

// How it comes that a finding does not count, where somebody other than Plimsoll says so.
enum suppression_kind {
    SUPPRESSION_IGNORED,      // an entry of an ignore file
    SUPPRESSION_NOT_AFFECTED, // a VEX document says that the flaw does no harm here
    SUPPRESSION_FIXED,        // a VEX document says that it was removed
    SUPPRESSION_KNOWN,        // an earlier result has it
};
const char *suppression_kind_name(enum suppression_kind kind); // "ignored", "not_affected", …

struct suppression {
    enum suppression_kind kind;
    span source;        // the file that says so: ".plimsollignore", "vex.json"
    span origin;        // how it came here: "file", or, unverified, "referrer" or "image"
    unsigned line;      // in that file, from 1; 0: unknown
    span reason;        // in its own words; or empty
    span justification; // VEX's word: "vulnerable_code_not_present"; or empty
    uint32_t expires;   // days since 1970-01-01: from that day on it counts again; 0: never
};

// A file that says of findings that they do not count.
struct suppressor {
    span source;
    span format; // "plimsollignore", "trivyignore", "openvex", "csaf", "cyclonedx"
    span origin;
    size_t statements;
    size_t findings; // suppressed because of it
};

// An earlier result, of which only the difference counts.
struct baseline {
    span source;     // the file; empty: none was given
    size_t known;    // findings that it has, too
    size_t resolved; // that it has and this scan has not
};

// A finding that is about no package.
#define NO_PACKAGE SIZE_MAX

struct finding {
    span id; // the flaw: CVE-… where there is one; else what is wrong: "file-changed"
    enum finding_kind kind;
    size_t package; // index into bom.packages, or NO_PACKAGE
    span location;  // the path that it is about; empty: the package's
    span text;      // in words what is wrong; empty: the id says all
    enum severity severity;
    span severity_source; // the database whose rating it is
    enum status status;
    span fixed_version; // the smallest that fixes it in this distribution and release; or empty
    struct spans aliases;
    span cvss;
    double score; // below 0: none
    double epss;  // below 0: none
    bool exploited;
    bool disputed;                // somebody who should know says that it is no flaw
    double risk;                  // 0 to 100
    const struct rating *ratings; // what each database says, by its name
    size_t rating_count;
    const struct weakness *weaknesses; // what kind of mistake it is; names may be empty
    size_t weakness_count;
    const struct evidence *evidence;
    size_t evidence_count;
    uint32_t layer;
    span suppressed;                       // why it does not count; empty: it does
    const struct suppression *suppression; // who says so; null: nobody but Plimsoll itself
};

struct findings {
    struct finding *items; // worst first, then package, then id, then location
    size_t count;
};

// Sorts them so. Findings of no package stand behind those of packages.
void findings_sort(struct findings *findings);
// Those of both, sorted.
bool findings_join(const struct findings *a, const struct findings *b, struct arena *mem,
                   struct findings *ret, struct err *err);
// Findings as bytes (doc/formats/findings-wire.md) and back, for the pipe out of the worker; as
// distrustful as extract_read. Packages are indexes below `packages`. They must be sorted.
void findings_write(const struct findings *findings, struct text *out);
bool findings_read(span bytes, size_t packages, const struct limits *limits, struct arena *mem,
                   struct findings *ret, struct err *err);

struct database_info {
    span built;           // date and time of the newest fact, RFC 3339
    struct spans sources; // "debian 2025-02-12", …
    span path;
};

// Everything there is to report of one scan.
struct scan {
    struct image image;
    struct bom bom;
    struct findings findings;
    struct database_info database;
    const struct suppressor *suppressors; // that were asked, in this order
    size_t suppressor_count;
    struct baseline baseline;
    bool matched;      // vulnerabilities were looked for (scan, not bom)
    bool inspected;    // files were compared with what packages record
    bool bom_complete; // all of the image was read, whatever is known of what is in it
    bool complete;
};

#endif
