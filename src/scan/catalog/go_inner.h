// What Go's build information says; shared by who finds it and who understands it.
#ifndef PLIMSOLL_SCAN_CATALOG_GO_INNER_H
#define PLIMSOLL_SCAN_CATALOG_GO_INNER_H

#include "scan/catalog/executable_inner.h"

struct go_build {
    span toolchain; // "go1.22.3"
    span modules;   // lines of runtime/debug's BuildInfo; empty: built without modules
};

// Takes the modules and the standard library (doc/decisions/0064-what-executables-say.md).
bool go_take_build(struct inspection *inspection, const struct go_build *build, struct err *err);

#endif
