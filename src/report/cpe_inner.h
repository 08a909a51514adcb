// What CPE calls programs and libraries that bear another name.
#ifndef PLIMSOLL_REPORT_CPE_INNER_H
#define PLIMSOLL_REPORT_CPE_INNER_H

#include <stddef.h>

struct cpe_known {
    const char *name;
    const char *vendor;
    const char *product;
};

// Those that the classifiers find: data/classifiers.tsv as C, made by tools/make-classifiers.
extern const struct cpe_known cpe_programs[];
extern const size_t cpe_program_count;

#endif
