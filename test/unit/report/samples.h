// Scans made by hand, for the golden files and the tests beside them.
#ifndef PLIMSOLL_TEST_REPORT_SAMPLES_H
#define PLIMSOLL_TEST_REPORT_SAMPLES_H

#include "report/report.h"

enum { SAMPLE_TODAY = 20778 }; // 2026-11-21

// By name: "debian" (everything that a finding can be), "hostile" (names that attack the reader),
// "kernel" (many findings), "modern" (supported, with new advisories), "tampered" (only
// files are wrong), "clean" (packages without
// findings), "unjudged" (as clean, but not all was compared), "empty" (no packages), "bom" (nothing
// was looked for). False for any other name.
bool sample_make(const char *name, struct arena *mem, struct scan *ret);

#endif
