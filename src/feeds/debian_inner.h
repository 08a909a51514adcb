// Debian's security tracker in three forms: OSV records (debian.c), the lists that it is kept in
// (debian_lists.c) and the JSON that it publishes (debian_tracker.c).
#ifndef PLIMSOLL_FEEDS_DEBIAN_INNER_H
#define PLIMSOLL_FEEDS_DEBIAN_INNER_H

#include "feeds/feeds_inner.h"

// "12" of "bookworm"; empty for what is no release, and for sid.
span debian_release_of(span codename);
// The releases that CVE records are kept up for, the oldest first; null past the last one.
const char *debian_kept_release(size_t index);
// The tracker's urgencies: "medium", "unimportant", "end-of-life". Sets status and severity.
void debian_read_urgency(span urgency, struct affected *affected);

// data/CVE/list, data/DSA/list and the like.
bool debian_translate_list(struct translation *translation, span bytes, struct err *err);
// One document of packages, in each of them flaws, in each of them releases.
bool debian_translate_tracker(struct translation *translation, const struct json *document,
                              struct err *err);

#endif
