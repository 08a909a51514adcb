// flow: what the rules of projects silence of what is kept. Rules change nothing of what is kept:
// packages are shared by all projects. They are applied when it is read.
#ifndef PLIMSOLL_FLOW_RULES_PART_H
#define PLIMSOLL_FLOW_RULES_PART_H

#include "base/base.h"
#include "model/model.h"
#include "service/store/store.h"

// Whose rules, and when.
struct rules_request {
    int64_t project; // 0: see store_rules
    uint32_t today;  // days since 1970-01-01
    span image;      // digest of the one image that it is about; empty: wherever packages are
    const struct limits *limits;
};

// For lists of findings: *ret, in `mem`, says which of them are silenced. Null: there are no rules.
// Without an image, rules that name an image or a path silence nothing: what they are about may
// count elsewhere.
bool rules_silencer(struct store *store, const struct rules_request *request, struct arena *mem,
                    const struct silencer **ret, struct err *err);

// How many findings of packages request->image has, by severity.
struct finding_counts {
    uint64_t counts[SEVERITY_CRITICAL + 1];
    uint64_t suppressed; // of any
};
bool rules_count_findings(struct store *store, const struct rules_request *request,
                          struct arena *mem, struct finding_counts *ret, struct err *err);

#endif
