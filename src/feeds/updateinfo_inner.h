// What an RPM repository says of its updates: updateinfo.xml, which its repodata/repomd.xml names.
// Distributions differ in how they name their repositories.
#ifndef PLIMSOLL_FEEDS_UPDATEINFO_INNER_H
#define PLIMSOLL_FEEDS_UPDATEINFO_INNER_H

#include "feeds/feeds_inner.h"

struct updateinfo_dialect {
    // Fills ecosystem and repository from the short name of a collection of packages, or from the
    // document's path; false for one that is none of the distribution's.
    bool (*read_collection)(struct draft *draft, span name, span path, struct affected *ret);
};

// Is it XML? Files that come by way of a list of mirrors do not bear its name.
bool updateinfo_is(span bytes);
// Translates all security updates of one document, whose memory is that of one update.
bool updateinfo_translate(struct translation *translation, const struct updateinfo_dialect *dialect,
                          span path, span bytes, struct err *err);

#endif
