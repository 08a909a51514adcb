// store: what projects say of findings.
#ifndef PLIMSOLL_SERVICE_STORE_RULES_PART_H
#define PLIMSOLL_SERVICE_STORE_RULES_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

enum { RULES_MOST = 1000 }; // of one project, and for all projects

// Inside of a transaction. What project_rule_check refuses is ERR_USAGE; a project that there is
// not, or that has RULES_MOST, ERR_CONFLICT. The rule's own id does not count.
bool store_add_rule(struct store *store, const struct project_rule *rule, uint64_t now,
                    int64_t *ret, struct err *err);
// Inside of a transaction: replaces the one of this id but for its project and kind, which stay.
// ERR_MISSING: there is none.
bool store_change_rule(struct store *store, const struct project_rule *rule, struct err *err);
bool store_remove_rule(struct store *store, int64_t id, struct err *err); // ERR_MISSING

// Whose is it? *ret: 0: of all projects. ERR_MISSING: there is none.
bool store_rule_project(struct store *store, int64_t id, int64_t *ret, struct err *err);

// Those that say something on that day (days since 1970-01-01) of what a project sees: its own and
// those for all. Project 0, that is whoever sees all of them: those for all and, where there is but
// one project, its own; a rule of one team does not silence what others see. By id; all in `mem`.
bool store_rules(struct store *store, int64_t project, uint32_t today, struct arena *mem,
                 struct project_rules *ret, struct err *err);
// Those of all projects.
bool store_all_rules(struct store *store, uint32_t today, struct arena *mem,
                     struct project_rules *ret, struct err *err);

#endif
