// Inside of report/: the parts of the page.
#ifndef PLIMSOLL_REPORT_HTML_INNER_H
#define PLIMSOLL_REPORT_HTML_INNER_H

#include "report/upgrade_inner.h"

// How many findings there are, of those that count.
struct tally {
    size_t all;
    size_t fixed;
    size_t exploited;
    size_t inherited; // from the base image
};

struct page {
    const struct scan *scan;
    const struct report_options *options;
    struct text *out;
    struct groups groups;
    struct upgrades upgrades;
    struct tally by_severity[SEVERITY_CRITICAL + 1];
    struct tally total;
    size_t failing;    // at or above --fail-on
    size_t suppressed; // do not count
    size_t hidden;     // by options
};

// Our own markup, as it stands.
void page_markup(struct page *page, const char *markup);
// Text from outside: nothing of it is markup.
void page_text(struct page *page, span text);
void page_number(struct page *page, size_t number);
// Our own words and numbers; a text from outside goes through page_text.
void page_format(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
// "<tag>text</tag>", the class may be null.
void page_element(struct page *page, const char *tag, const char *class, span text);
// The id of a flaw, with a link to the page about it if there is one.
void page_id(struct page *page, span id);
// The word for a severity, coloured.
void page_severity(struct page *page, enum severity severity);
// What the distribution calls itself.
void page_distro(struct page *page);
// "layer 2, own" of a layer; nothing where there is only one.
void page_layer(struct page *page, uint32_t layer);
// Opens a section with a heading; "</section>" ends it.
void page_section(struct page *page, const char *id, const char *heading);
// "<table>" with a caption and the heads of its columns, up to "<tbody>"; the last is
// null, one that begins with '#' is of numbers.
void page_table(struct page *page, const char *caption, const char *const *heads);

extern const char page_style[];

void page_verdict(struct page *page);
void page_counts(struct page *page);
void page_exploited(struct page *page);
void page_upgrades(struct page *page);
void page_findings(struct page *page);
void page_files(struct page *page);
void page_suppressed(struct page *page);
void page_layers(struct page *page);
void page_notes(struct page *page);
void page_data(struct page *page);

#endif
