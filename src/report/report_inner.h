// Inside of report/: what the forms share, and the parts of the table.
#ifndef PLIMSOLL_REPORT_INNER_H
#define PLIMSOLL_REPORT_INNER_H

#include "report/report.h"

// ---------------------------------------------------------------- forms

// Do the options show this finding?
bool report_shows(const struct finding *finding, const struct report_options *options);
// The package that the finding is about; null if it is about none.
const struct package *report_package(const struct scan *scan, const struct finding *finding);

// Does it count for the exit status? Without --fail-on everything does that is shown and not
// suppressed.
bool report_counts(const struct finding *finding, const struct report_options *options);
// The path that a finding is about, or else that of its package's record; may be empty.
span report_location(const struct scan *scan, const struct finding *finding);
// The diffID of a layer, or empty.
span report_layer(const struct scan *scan, uint32_t layer);
// Did the base image bring the layer? False, too, where it is not known what that was.
bool report_is_inherited(const struct image *image, uint32_t layer);
// Is its name a reference, as registries and engines have them?
bool report_is_reference(const struct image *image);
// The name of an image without its tag and digest, "host:5000/a/b"; the name itself of all else.
span report_repository(const struct image *image, span *ret_tag);
// Is it known what the image was built on?
bool report_knows_base(const struct image *image);
// Does the reader of this scan depend on that database? It is about the distribution, or a finding
// rests on it.
bool report_depends_on(const struct scan *scan, span database);
enum { REPORT_STALE_DAYS = 7 }; // so old a database must say that it is
// In words what is wrong; empty where the id says all.
span report_text(const struct finding *finding);
// "Critical", "Unknown": as registries and forges write severities.
span report_capital_severity(enum severity severity);
// "1.4-3", "no fix yet", "won't be fixed", …
span report_outcome(const struct finding *finding);
// "curl 7.74.0-1: CVE-2024-8096 (high), fixed in 7.74.0-2", as it stands in the scan.
void report_sentence(const struct scan *scan, const struct finding *finding, struct text *out);
// Appends text through glyphs, with a backslash in front of each of these ASCII characters.
void report_put_marked(struct text *out, span text, span marked);

// What tells one finding from all others in every scan of an image and its successors: neither the
// version nor the layer counts. One for each finding of the scan: 32 hexadecimal digits, ":" and a
// number from 1 for those that differ in nothing else. False when the arena is full.
bool report_fingerprints(const struct scan *scan, struct arena *mem, span **ret);

void report_table(const struct scan *scan, const struct report_options *options, struct text *out);
void report_json(const struct scan *scan, const struct report_options *options, struct text *out);
void report_cyclonedx(const struct scan *scan, const struct report_options *options,
                      struct text *out);
void report_spdx(const struct scan *scan, const struct report_options *options, struct text *out);
void report_disclosure(const struct scan *scan, const struct report_options *options,
                       struct text *out);
void report_sarif(const struct scan *scan, const struct report_options *options, struct text *out);
void report_csv(const struct scan *scan, const struct report_options *options, struct text *out);
void report_junit(const struct scan *scan, const struct report_options *options, struct text *out);
void report_html(const struct scan *scan, const struct report_options *options, struct text *out);
void report_gitlab(const struct scan *scan, const struct report_options *options, struct text *out);

// ---------------------------------------------------------------- lines

enum ink {
    INK_CRITICAL,
    INK_HIGH,
    INK_MEDIUM,
    INK_LOW,
    INK_STRONG, // what a group is about
    INK_GOOD,
    INK_FAINT,
};

// Where the table is being written. All text goes through glyphs.
struct line {
    struct text *out;
    size_t width;  // columns; SIZE_MAX: unknown, nothing is cut
    size_t wrap;   // where sentences go on in the next line; at most `width`
    size_t column; // of the next glyph
    bool color;
};

void line_put(struct line *line, span text);
void line_format(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
// At most `columns`, an ellipsis for the rest.
void line_put_cut(struct line *line, span text, size_t columns);
// The same, as far as the width allows.
void line_put_rest(struct line *line, span text);
// Spaces up to the column; at least two behind other text.
void line_pad(struct line *line, size_t column);
// Word by word; what does not fit goes to new lines that begin at `indent`. Only words longer than
// a whole line are broken.
void line_wrap(struct line *line, size_t indent, span text);
// The same for a sentence that was put together; one that failed fails the report.
void line_wrap_text(struct line *line, size_t indent, const struct text *text);
void line_ink(struct line *line, enum ink ink);
void line_ink_end(struct line *line);
void line_put_ink(struct line *line, enum ink ink, span text);
void line_end(struct line *line);

// ---------------------------------------------------------------- groups

// A package that has findings to show.
struct member {
    const struct package *package;
    const struct finding **findings; // worst first, then by id
    size_t count;
    uint64_t hash; // of everything that a row of the table shows of them
};

// Packages that were built from one source, came with one layer and have the same findings: one
// upgrade for the reader.
struct group {
    const struct member *members; // in the order of the bom
    size_t count;
    unsigned rank; // of the worst finding that counts, 0 if none does
    double risk;   // the highest
};

struct groups {
    struct group *items; // worst first
    size_t count;
    size_t packages; // that have a finding which counts
};

// Of vulnerabilities only: other findings are about files. False when the arena is full.
bool groups_make(const struct scan *scan, const struct report_options *options, struct arena *mem,
                 struct groups *ret);

// ---------------------------------------------------------------- parts of the table

struct table {
    const struct scan *scan;
    const struct report_options *options;
    struct line line;
};

span span_of_severity(enum severity severity);
enum ink ink_of_severity(enum severity severity);
const char *plural(uint64_t count); // "" or "s"
size_t larger(size_t a, size_t b);
size_t smaller(size_t a, size_t b);
// Is there more than one layer, and this one among them?
bool table_names_layer(const struct table *table, uint32_t layer);
// "layer 2 a36efe6def81", "base layer 1 …"; layers count from 1. Only if table_names_layer.
void table_put_layer(struct table *table, uint32_t layer);
// A sentence under a row, in a colour; text from outside goes through glyphs.
enum { TABLE_REMARK = 6 }; // its column
void table_put_remark(struct table *table, enum ink ink, const struct text *sentence);
// Why a finding does not count.
void table_put_suppressed(struct table *table, span reason);
// Are there findings about files to show?
bool table_has_files(const struct table *table);
// Do any of the advisories speak of this distribution?
bool table_has_advisories(const struct table *table);

void table_header(struct table *table);
void table_groups(struct table *table, const struct groups *groups);
void table_files(struct table *table);
void table_packages(struct table *table);
void table_notes(struct table *table);
void table_summary(struct table *table, const struct groups *groups);

#endif
