// What the user names: a scheme, a path, and a name within what is at the path.
#ifndef PLIMSOLL_SCAN_SOURCE_TARGET_INNER_H
#define PLIMSOLL_SCAN_SOURCE_TARGET_INNER_H

#include "base/base.h"

enum target_kind {
    TARGET_IMAGE,   // a bare name: local engines, then the registry
    TARGET_ARCHIVE, // a bare file: by its content
    TARGET_REGISTRY,
    TARGET_DOCKER,
    TARGET_PODMAN,
    TARGET_DOCKER_ARCHIVE,
    TARGET_OCI_ARCHIVE,
    TARGET_OCI_DIRECTORY,
    TARGET_DIRECTORY,
    TARGET_FILE, // of any kind, alone
    TARGET_SBOM,
    TARGET_HOST,
};

struct target {
    enum target_kind kind;
    span path; // "-" is standard input
    span name;
};

// Looks at the file system to tell paths from names. ERR_USAGE, ERR_MISSING, ERR_UNSUPPORTED.
bool target_parse(span text, struct arena *mem, struct target *ret, struct err *err);

#endif
