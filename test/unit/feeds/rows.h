// rows: a sink that writes what it takes as lines, so that tests and people can read it.
//
//   advisory|database|id|flaws|aliases|severity|score|modified|withdrawn|ecosystem|name|source or
//       binary|status|severity|introduced|fixed|last_affected|module|repository
//       [|after introduced][|disputed][|malicious]
//   flaw|database|id|severity|cvss|score|epss|exploited|published
//       [|percentile NUMBER][|since DAY][|rejected][|disputed][|weaknesses]
//   release|distro|version_id|codename|end_of_life|end_of_extended_life
//   weakness|database|id|name
//   product|database|type|name|cpe
//   source|database|day|licence
//
// What stands in brackets is there only when it is so.
#ifndef PLIMSOLL_TEST_ROWS_H
#define PLIMSOLL_TEST_ROWS_H

#include "base/base.h"
#include "model/model.h"

struct advisory_sink rows_sink(struct text *text);

#endif
