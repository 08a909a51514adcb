// sbom: a bill of materials that somebody else made, or Plimsoll itself, becomes an image and a
// bom. Pure: doc/formats/sbom.md says how each field is read.
#ifndef PLIMSOLL_SCAN_SBOM_H
#define PLIMSOLL_SCAN_SBOM_H

#include "base/base.h"
#include "model/model.h"

// Reads CycloneDX 1.2 to 1.7 JSON, SPDX 2.2 and 2.3 JSON, and Syft's JSON. `given` is the
// distribution that the user names, which beats the document's; null: the document's. Everything in
// *ret_image and *ret lives in `mem`; packages are identified and sorted. What cannot be used
// becomes a note: components without a package URL, package URLs that are none, packages of a
// distribution that nothing names. ERR_INPUT: it is no JSON, or no bill of materials;
// ERR_UNSUPPORTED: of another kind (SPDX 3, XML); ERR_LIMIT: longer than limits->file_bytes, or
// `mem` is full. ret->notes is left empty: `notes` has them.
bool sbom_read(span bytes, const struct distro *given, const struct limits *limits,
               struct arena *mem, struct notes *notes, struct image *ret_image, struct bom *ret,
               struct err *err);

#endif
