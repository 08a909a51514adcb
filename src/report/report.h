// report: the result of a scan as bytes, in the forms that people and programs read. Pure. All text
// in a scan comes from outside: each form escapes it in its own way.
#ifndef PLIMSOLL_REPORT_H
#define PLIMSOLL_REPORT_H

#include "base/base.h"
#include "model/model.h"

enum report_format {
    REPORT_TABLE,         // for people
    REPORT_JSON,          // plimsoll.scan/1: doc/formats/scan.md
    REPORT_CYCLONEDX,     // CycloneDX 1.6, JSON: doc/formats/sbom.md
    REPORT_SPDX,          // SPDX 2.3, JSON: the same
    REPORT_SARIF,         // SARIF 2.1.0: doc/formats/reports.md, as are those that follow
    REPORT_CSV,           // RFC 4180, one row a finding
    REPORT_JUNIT,         // JUnit XML, one test case a finding
    REPORT_CYCLONEDX_VDR, // CycloneDX 1.6, JSON, a vulnerability disclosure report
    REPORT_HTML,          // one page for people, self-contained
    REPORT_GITLAB,        // GitLab's container or dependency scanning report, 15.0.7
};

// By the name that follows -o: "table", "json", "cyclonedx-json", …; report_format_names has all.
bool report_format_parse(span name, enum report_format *ret);

// "table, json, …", for people.
extern const char report_format_names[];

struct report_options {
    bool color;
    unsigned width;      // columns of the terminal; 0: unknown
    uint32_t severities; // those to show, bit 1 << enum severity; 0: all
    bool only_fixed;     // only what an upgrade fixes
    bool show_suppressed;
    bool verbose; // why each finding matched
    bool has_fail_on;
    enum severity fail_on;
    bool strict; // what is incomplete has failed
    span tool_version;
    uint32_t today;     // days since 1970-01-01
    bool has_timestamp; // bills of materials are dated `timestamp`, not as the image or `now`
    uint64_t timestamp; // seconds since 1970-01-01, as SOURCE_DATE_EPOCH
    uint64_t now;       // the same
};

// Appends the report. The same scan and options give the same bytes.
void report_write(enum report_format format, const struct scan *scan,
                  const struct report_options *options, struct text *out);

// ---------------------------------------------------------------- Harbor

// What Harbor asks about, in its words.
struct harbor_artifact {
    span repository; // "library/alpine"
    span digest;
    span tag;        // or empty
    span media_type; // of the manifest; or empty
};

// The reports of Harbor's pluggable scanner API. Flaws of packages that the options show, and that
// are not suppressed; application/vnd.security.vulnerability.report, version 1.1.
void report_harbor(const struct scan *scan, const struct harbor_artifact *artifact,
                   const struct report_options *options, struct text *out);
// A bill of materials (REPORT_SPDX or REPORT_CYCLONEDX) in its envelope;
// application/vnd.security.sbom.report+json, version 1.0.
void report_harbor_sbom(const struct scan *scan, const struct harbor_artifact *artifact,
                        enum report_format format, const struct report_options *options,
                        struct text *out);

// The worst severity among the findings that the options show and that are not suppressed; false
// when there is none.
bool report_worst(const struct scan *scan, const struct report_options *options,
                  enum severity *ret);

#endif
