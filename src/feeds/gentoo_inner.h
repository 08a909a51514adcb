// Gentoo's security announcements (GLSA): gentoo.c reads them, gentoo_ranges.c turns their bounds
// into ranges.
#ifndef PLIMSOLL_FEEDS_GENTOO_INNER_H
#define PLIMSOLL_FEEDS_GENTOO_INNER_H

#include "feeds/feeds_inner.h"

// One bound of one package: vulnerable or unaffected are the versions that stand to `version` as
// the operator says: lt le eq ge gt; rlt rle rge rgt are the same among the revisions of one
// version.
struct glsa_bound {
    span operator;
    span version;
    span slot; // "" or "*": any
    bool vulnerable;
};

// Adds to the draft what the bounds (struct glsa_bound) say of the package: what is vulnerable
// without what is unaffected. Slots are not known of installed packages: one that is the beginning
// of its versions is written as a range; any other widens what is vulnerable, and is a note.
void glsa_add_package(struct draft *draft, span name, const struct list *bounds);

#endif
