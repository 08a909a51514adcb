// catalog: what single files of an image say of the packages in them: the metadata that language
// package managers install, lock files, archives of classes, executables. Each is looked into once,
// while its layer is read; what it says stays in the layer's extract and its bytes do not.
#ifndef PLIMSOLL_SCAN_CATALOG_H
#define PLIMSOLL_SCAN_CATALOG_H

#include "model/model.h"

struct catalog;

struct catalog_options {
    const struct limits *limits; // file_bytes, document_bytes, field_bytes, packages,
                                 // depth, expansion_*, archive_*
    // Manifests and lock files too, which say what is meant to be installed: for directories of
    // source code. In an image only what is installed counts.
    bool declared;
};

// A catalog that any number of threads may use. ERR_MEMORY.
bool catalog_new(const struct catalog_options *options, struct catalog **ret, struct err *err);
void catalog_free(struct catalog *catalog); // null is fine
// The port that unpack takes; valid as long as the catalog. limits: as above.
struct inspector catalog_inspector(const struct catalog *catalog);

#endif
