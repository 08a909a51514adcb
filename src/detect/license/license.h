// license: are the licences of an image's packages those that a policy lets be used? Pure. What the
// words of a policy mean is in doc/decisions/0068-licences.md.
#ifndef PLIMSOLL_DETECT_LICENSE_H
#define PLIMSOLL_DETECT_LICENSE_H

#include "model/model.h"

// Identifiers of the SPDX License List, in any case; '*' stands for any run of bytes. One without
// an exception is about the licence with and without one.
struct license_policy {
    struct spans allowed; // none: all that are not denied
    struct spans denied;
};

// Findings of kind FINDING_RULE, sorted, one a package whose licences do not permit to use it:
//   license-denied       one that is needed is denied
//   license-not-allowed  one that is needed is not among the allowed ones
// Of alternatives (OR) one that is permitted is enough; of what is joined by AND all have to be.
// Packages of which no licence is known have none. The findings point into `bom` and `mem`.
// ERR_LIMIT: `mem` is full.
bool license_check(const struct bom *bom, const struct license_policy *policy, struct arena *mem,
                   struct findings *ret, struct err *err);

#endif
