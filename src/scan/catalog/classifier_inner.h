// The table of classifiers: data/classifiers.tsv as C, made by tools/make-classifiers, and its
// patterns compiled. doc/formats/classifiers.md says what the columns mean.
#ifndef PLIMSOLL_SCAN_CATALOG_CLASSIFIER_H
#define PLIMSOLL_SCAN_CATALOG_CLASSIFIER_H

#include "base/base.h"

// A program or a library, as its own bytes name it.
struct classifier {
    span package;
    span files;          // patterns of file names, with blanks between them
    const char *anchor;  // what the one pass looks for
    const char *pattern; // what has to match there; its first group is the version
};

extern const struct classifier classifiers[];
extern const size_t classifier_count;

// What pattern_compile makes of the anchors, in their order.
extern const uint8_t classifier_anchors[];
extern const size_t classifier_anchors_len;

#endif
