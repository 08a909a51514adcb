// Shared by the readers of Red Hat's formats.
#ifndef PLIMSOLL_FEEDS_REDHAT_INNER_H
#define PLIMSOLL_FEEDS_REDHAT_INNER_H

#include "feeds/feeds_inner.h"

// Fills ecosystem and repository from a CPE 2.2 name without "cpe:/o:redhat:"; false for products
// that are no RPM repositories of a RHEL release.
bool redhat_read_cpe(struct draft *draft, span cpe, struct affected *ret);

#endif
