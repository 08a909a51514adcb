// The examples of data/classifiers.tsv, made by tools/make-classifiers: for each row bytes that its
// program holds, and the version that they say.
#ifndef PLIMSOLL_TEST_CLASSIFIER_EXAMPLES_H
#define PLIMSOLL_TEST_CLASSIFIER_EXAMPLES_H

#include "base/base.h"

struct example {
    span package;
    span file; // a name that fits
    span bytes;
    span version;
};

extern const struct example examples[];
extern const size_t example_count;

#endif
