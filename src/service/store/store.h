// store: what the service keeps, on SQLite or PostgreSQL: images, layers, packages, findings,
// owners, messages and what is to be done. The tables are schema.c, their meaning
// doc/formats/store.md.
#ifndef PLIMSOLL_SERVICE_STORE_H
#define PLIMSOLL_SERVICE_STORE_H

#include "base/base.h"
#include "model/model.h"
#include "sql/sql.h"

struct store; // one connection: it belongs to one thread at a time

// Opens a store of exactly this program's version. ERR_MISSING: there is none yet, see
// store_migrate; ERR_UNSUPPORTED: a later program made it; ERR_CONFLICT: an earlier one did.
bool store_open(span url, const struct limits *limits, struct store **ret, struct err *err);
void store_close(struct store *store); // null is fine
void store_cleanup(struct store **store);
// Makes a store, or brings one of an earlier version to this one's: whole or not at all, and once
// if several try.
bool store_migrate(span url, const struct limits *limits, struct err *err);

// Runs work(self) in one transaction: sql_transact.
bool store_transact(struct store *store, bool (*work)(void *self, struct err *err), void *self,
                    struct err *err);
// The same: sql_transact_snapshot. For what many workers do at once.
bool store_transact_snapshot(struct store *store, bool (*work)(void *self, struct err *err),
                             void *self, struct err *err);

// The same for work that only reads: sql_observe.
bool store_observe(struct store *store, bool (*work)(void *self, struct err *err), void *self,
                   struct err *err);

#include "service/store/access_part.h"
#include "service/store/browse_part.h"
#include "service/store/extracts_part.h"
#include "service/store/images_part.h"
#include "service/store/jobs_part.h"
#include "service/store/maintain_part.h"
#include "service/store/messages_part.h"
#include "service/store/polls_part.h"
#include "service/store/rules_part.h"

#endif
