// Inside of report/: which upgrades clear which findings.
#ifndef PLIMSOLL_REPORT_UPGRADE_INNER_H
#define PLIMSOLL_REPORT_UPGRADE_INNER_H

#include "report/report_inner.h"

// Of one group of packages: the smallest version that all of its fixes are in.
struct upgrade {
    const struct group *group;
    span version;
    size_t cleared; // flaws of one package of the group
    size_t left;    // flaws that no version fixes
    size_t by_severity[SEVERITY_CRITICAL + 1];
    size_t exploited;
    enum severity worst;
    double risk; // the highest
};

struct upgrades {
    struct upgrade *items; // most urgent first
    size_t count;
    size_t cleared;   // findings that all of them clear together
    size_t exploited; // of these
};

// False when the arena is full.
bool upgrades_make(const struct groups *groups, struct arena *mem, struct upgrades *ret);

#endif
