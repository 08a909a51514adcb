// integrity: is the image what the records of its packages claim? Each file that a record lists is
// compared with what is there, and programs that no record lists are named. Pure. What counts and
// what does not is in doc/decisions/0062-integrity.md.
#ifndef PLIMSOLL_DETECT_INTEGRITY_H
#define PLIMSOLL_DETECT_INTEGRITY_H

#include "model/model.h"

// The files that the roster has to hold, all of them; the tree has to hold the links among them.
extern const struct wants integrity_wants;

// Findings of kind FINDING_INTEGRITY, sorted, by their ids:
//   file-changed           it has not the recorded content, or is no file any more
//   file-missing           it is not there
//   file-mode-changed      it has not the recorded permissions
//   file-claimed-twice     two packages record different contents for one path
//   program-unowned        a program in a directory of the system that no package lists
//   set-id-unrecorded      a set-user-ID or set-group-ID bit that no record accounts for
//   package-without-files  nothing of what a package lists is there
//   jar-entry-changed      an entry of a signed archive is not what its manifest says
// `listing`, `tree` and `roster` are of one image, of which `bom` is the bill. The findings point
// into `bom` and `mem`. ERR_LIMIT: `mem` is full. limits: depth, path_bytes.
bool integrity_check(const struct bom *bom, const struct listing *listing, const struct tree *tree,
                     const struct roster *roster, const struct limits *limits, struct arena *mem,
                     struct notes *notes, struct findings *ret, struct err *err);

#endif
