// What CPE names call the programs that the classifiers find: data/classifiers.tsv as C, made by
// tools/make-classifiers.
#ifndef PLIMSOLL_MODEL_CPE_INNER_H
#define PLIMSOLL_MODEL_CPE_INNER_H

#include "base/base.h"

struct cpe_program {
    span package;
    span products; // "vendor:product", joined by ','
};

extern const struct cpe_program cpe_programs[]; // sorted by package
extern const size_t cpe_program_count;

#endif
