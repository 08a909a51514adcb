// Shared by the readers of Red Hat's formats.
#ifndef PLIMSOLL_FEEDS_REDHAT_INNER_H
#define PLIMSOLL_FEEDS_REDHAT_INNER_H

#include "feeds/feeds_inner.h"

// Fills ecosystem and repository from a CPE 2.2 name without "cpe:/o:redhat:"; false for products
// that are no RPM repositories of a RHEL release.
bool redhat_read_cpe(struct draft *draft, span cpe, struct affected *ret);
// Fills name and module: "perl:5.30/perl" is perl of the module stream perl:5.30. False where a
// slash shows a container image, and for a stream called flatpak, which is no RPM of the system.
bool redhat_read_package_name(span text, struct affected *ret);

// Translates a CSAF document unless a newer file has told of its flaw. One that is no VEX document
// is left alone: bulletins are in another feed.
bool redhat_give_vex(struct translation *translation, const struct json *document, struct err *err);

#endif
