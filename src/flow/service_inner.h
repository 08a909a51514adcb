// Inside of flow/: what the loops of the service share.
#ifndef PLIMSOLL_FLOW_SERVICE_INNER_H
#define PLIMSOLL_FLOW_SERVICE_INNER_H

#include "flow/flow.h"
#include "flow/judge_inner.h"
#include "net/net.h"
#include "os/os.h"
#include "scan/source/source.h"
#include "service/notify/notify.h"
#include "service/store/store.h"

// A repository in a registry that was talked to: registry_session.c.
struct held_registry {
    const struct registry_settings *settings; // null: there is none
    span repository;
    struct arena *mem;
    struct net_options net;
    struct credentials credentials;
    struct registry *registry;
    uint64_t until; // seconds since 1970: then it is opened anew
    uint64_t used;  // monotonic, of the last use
};

enum { REGISTRIES_HELD = 8 };

// One loop's own: nothing of it is shared with another thread.
struct service {
    const struct serve_options *options;
    struct store *store;
    struct os_companion scanner; // that waits for an image
    struct held_registry held[REGISTRIES_HELD];
    uint32_t today; // days since 1970-01-01: by it support and rules of projects have ended
    char seen[80];  // stamp of the live database when it was looked at last; empty: not yet
};

uint32_t service_today(void); // of the clock: days since 1970-01-01

// ---------------------------------------------------------------- advisory databases

// The copy of the live database that has a stamp, or the live one. ERR_MISSING: neither has it.
bool service_database(const struct service *service, span stamp, struct database **ret,
                      struct err *err);
// Looks at the live database: the first one is what everything is judged by from then on; one that
// is news becomes a job. Keeps a copy of it, which costs no room, so that it can be compared later.
bool service_watch_database(struct service *service, struct err *err);

// ---------------------------------------------------------------- what was learned, and who is
// told

// Something that became known of a unit.
struct lesson {
    int64_t unit;
    const struct finding *finding; // that it is about
    struct learned learned;        // without images
};

// What one finding says, in the words of a message.
bool lesson_fill(enum learned_kind kind, const struct unit *unit, const struct finding *finding,
                 struct arena *mem, struct learned *ret, struct err *err);
// Adds to `ret`, a list of struct lesson, what changed from `before` to `after`.
bool lessons_compare(const struct stored_unit *unit, const struct findings *before,
                     const struct findings *after, struct list *ret, struct err *err);

// Who is to be told what, found before the transaction that says so.
struct telling {
    struct subscriptions subscriptions;
    const span *contents; // of a message for each of them; empty: nothing for it
    span key;             // of this occasion: part of each message's key
};
// `image`: only in that one (0: wherever the units are).
bool tell(struct service *service, const struct lesson *lessons, size_t count, int64_t image,
          span occasion, span built, struct arena *mem, struct telling *ret, struct err *err);
// Inside of a transaction: queues the messages.
bool telling_keep(struct store *store, const struct telling *telling, uint64_t now,
                  struct err *err);

// ---------------------------------------------------------------- jobs

bool do_scan(struct service *service, const struct job *job, struct arena *mem, struct err *err);
bool do_rejudge(struct service *service, const struct job *job, struct arena *mem, struct err *err);
bool do_poll(struct service *service, const struct job *job, struct arena *mem, struct err *err);
// Adds a job for each registry that is to be looked at by now.
bool service_watch_registries(const struct service *service, struct err *err);
// Forgets notices that are older than any that would still be taken.
bool service_forget_notices(const struct service *service, struct err *err);

// ---------------------------------------------------------------- registries

// A repository to talk to: one that is held already, or opened now. *ret is the service's, until
// the next call.
bool service_hold_registry(struct service *service, const struct registry_settings *settings,
                           span repository, const struct held_registry **ret, struct err *err);
// For one that failed: the next try begins anew. And for all of them.
void service_leave_registry(struct service *service, const struct held_registry *held);
void service_leave_registries(struct service *service);

enum { PLATFORMS_MOST = 64 }; // of one index

// What a push stands for.
struct push_view {
    struct spans platforms; // of an index ("linux/arm64"), those that the settings want looked at;
                            // none: it is one image
    struct source_documents known; // what had to be read for that, and what a scan begins with
};

// Asks the registry what a push stands for, and fills push->digest if only a tag was named.
// Everything in *ret is in `mem`. ERR_MISSING: it is gone, or has no such platform.
bool push_look(const struct held_registry *held, const struct limits *limits, struct push *push,
               struct arena *mem, struct push_view *ret, struct err *err);

// Is what was said to be deleted really not there? Notices come late, and a tag may be there again.
bool push_is_gone(const struct held_registry *held, const struct push *push, struct arena *mem,
                  bool *ret, struct err *err);

// Scans an image of the registry in a process of its own.
bool scan_apart(struct service *service, const struct held_registry *held, span target,
                span platform, const struct source_documents *known, struct arena *mem,
                struct scan *ret, struct err *err);
// Starts the process for the next scan ahead of it; ends one that nobody needs any more.
void service_expect_scan(struct service *service);
void service_expect_no_scan(struct service *service);

#endif
