// identify: which distribution an image is, as its own files say. Pure: works on the merged files
// that unpack kept.
#ifndef PLIMSOLL_SCAN_IDENTIFY_H
#define PLIMSOLL_SCAN_IDENTIFY_H

#include "model/model.h"

// The files that identify_distro reads.
extern const struct wants identify_wants;

// Names the distribution from os-release (etc/ before usr/lib/, os-release(5)), else from the
// release files that came before it. What the files say is kept verbatim with these exceptions:
// `id` is lower case; a Debian without VERSION_ID (testing, sid) gets the version that its codename
// will be released as; a missing codename of a known version is filled in; a missing PRETTY_NAME is
// made of NAME and VERSION, so that "CentOS Stream" can always be told by pretty_name. An Alpine
// edge keeps its version_id ("3.21.0_alpha20240923"): match knows what that means.
// An image without a known distribution is no error: `id` stays empty, and a NOTE_INFORMATION says
// so. Damaged lines become notes. *ret points into the contents in `tree` or into `mem`.
// Fails with ERR_LIMIT when `mem` is full.
bool identify_distro(const struct tree *tree, const struct limits *limits, struct arena *mem,
                     struct notes *notes, struct distro *ret, struct err *err);

// What the user says instead: "NAME:VERSION", such as "debian:12", "ubuntu:jammy", "alpine:edge".
// The codename of a known release stands for its version. Anything else is ERR_USAGE; ERR_LIMIT
// when `mem` is full. *ret points into `mem`.
bool identify_parse_override(span text, struct arena *mem, struct distro *ret, struct err *err);

#endif
