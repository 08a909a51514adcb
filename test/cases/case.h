// A .case file as values: what matching is given, and what it must answer (README.md).
#ifndef PLIMSOLL_TEST_CASE_H
#define PLIMSOLL_TEST_CASE_H

#include "match/match.h"

struct expected_finding {
    struct span_pair {
        span key;
        span value;
    } * extra; // what else must hold
    size_t extra_count;
    span flaw;
    span package;
    span severity;
    span status;
    span fixed; // "-": none
};

struct expected_note {
    span kind;
    span part;
};

struct test_case {
    struct bom bom;
    struct match_options options;
    struct list packages;     // of struct package
    struct list content_sets; // of span
    struct list releases;     // of struct release
    struct list advisories;   // of struct advisory
    struct list affected;     // of struct case_affected, in the order of the file
    struct list flaws;        // of struct flaw
    struct list products;     // of struct cpe_product
    struct list findings;     // of struct expected_finding
    struct list notes;        // of struct expected_note
};

struct case_affected {
    size_t advisory; // index
    struct affected affected;
};

// Reads a case. ERR_INPUT names the line.
bool case_read(span bytes, struct arena *mem, struct test_case *ret, struct err *err);

// The case's advisories as the port that matching asks. Counts the look-ups.
struct case_source {
    const struct test_case *test;
    size_t look_ups;
};
struct advisory_source case_advisories(struct case_source *source);

#endif
