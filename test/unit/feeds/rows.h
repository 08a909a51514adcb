// rows: a sink that writes what it takes as lines, so that tests and people can read it.
//
//   advisory|database|id|flaws|aliases|severity|score|modified|withdrawn|ecosystem|name|source or
//       binary|status|severity|introduced|fixed|last_affected|module|repository
//     The column of "withdrawn" says "malicious", too. A ">" in front of introduced means that it is
//     not affected itself.
//   flaw|database|id|severity|cvss|score|epss|exploited|published
//   release|distro|version_id|codename|end_of_life|end_of_extended_life
//   source|database|day|licence
#ifndef PLIMSOLL_TEST_ROWS_H
#define PLIMSOLL_TEST_ROWS_H

#include "base/base.h"
#include "model/model.h"

struct advisory_sink rows_sink(struct text *text);

#endif
