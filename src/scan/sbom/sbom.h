// sbom: a bill of materials that somebody else made, or Plimsoll itself, becomes an image and a
// bom. Pure: doc/formats/sbom.md says how each field is read.
#ifndef PLIMSOLL_SCAN_SBOM_H
#define PLIMSOLL_SCAN_SBOM_H

#include "base/base.h"
#include "model/model.h"

// Reads CycloneDX 1.0 to 1.7 as JSON or XML, SPDX 2.1 to 2.3 as JSON or tags and values, Syft's
// JSON, and each of them in an in-toto statement, signed (DSSE) or not; signatures are not looked
// at. `given` is the distribution that the user names, which beats the document's; null: the
// document's. Everything in *ret_image and *ret lives in `mem`; packages are identified and sorted,
// their licences are expressions. What cannot be used becomes a note: components without a package
// URL, package URLs that are none, packages of a distribution that nothing names. ERR_INPUT: it is
// no bill of materials; ERR_UNSUPPORTED: of another kind (SPDX 3), or of several distributions;
// ERR_LIMIT: longer than limits->file_bytes, envelopes in envelopes, or `mem` is full. ret->notes
// is left empty: `notes` has them.
bool sbom_read(span bytes, const struct distro *given, const struct limits *limits,
               struct arena *mem, struct notes *notes, struct image *ret_image, struct bom *ret,
               struct err *err);

#endif
