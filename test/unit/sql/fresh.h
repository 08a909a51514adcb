// An empty database of the kind that a test is run with, and the test's skipping where there is
// none. A test is run once a kind: its argument is "sqlite" or "postgresql".
#ifndef PLIMSOLL_TEST_FRESH_H
#define PLIMSOLL_TEST_FRESH_H

#include "sql/sql.h"

// To be called first by main. Returns 0, or the status with which the test ends: 77 without
// PLIMSOLL_TEST_POSTGRESQL (test/with-postgresql sets it).
int fresh_start(int argc, char **argv);
enum sql_kind fresh_kind(void);
// The URL of a new database without tables; lives as long as `mem`. `name` is the test's own, of
// small letters.
span fresh_url(const char *name, struct arena *mem);

#endif
