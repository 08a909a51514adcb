// store: who wants to be told, and what they are told.
#ifndef PLIMSOLL_SERVICE_STORE_MESSAGES_PART_H
#define PLIMSOLL_SERVICE_STORE_MESSAGES_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

// ---------------------------------------------------------------- subscriptions

// What subscription_check refuses is ERR_USAGE; a project that there is not, ERR_CONFLICT. The
// subscription's own id does not count.
bool store_add_subscription(struct store *store, const struct subscription *subscription,
                            uint64_t now, int64_t *ret_id, struct err *err);
// Changes the one of this id and project. An empty address or secret stays what it is, since nobody
// is shown them; another channel needs its own. ERR_MISSING: there is none.
bool store_change_subscription(struct store *store, const struct subscription *subscription,
                               struct err *err);
// With all of its messages. ERR_MISSING as above.
bool store_remove_subscription(struct store *store, int64_t project, int64_t id, struct err *err);

// As others may see it: without the secret, and only subscription_shown_address of the address.
// Project 0: any. ERR_MISSING: there is none.
bool store_subscription(struct store *store, int64_t project, int64_t id, struct arena *mem,
                        struct subscription *ret, struct err *err);
struct subscriptions {
    struct subscription *items; // by id
    size_t count;
};
// The same for at most `most` of them whose id is greater than `after`.
bool store_subscriptions(struct store *store, int64_t project, int64_t after, size_t most,
                         struct arena *mem, struct subscriptions *ret, struct err *err);

// ---------------------------------------------------------------- messages

enum notification_state {
    NOTIFICATION_WAITING, // to be delivered
    NOTIFICATION_SENT,
    NOTIFICATION_DEAD,   // given up; can be sent again by hand
    NOTIFICATION_PART,   // collected until its subscription's period ends
    NOTIFICATION_JOINED, // has become part of another message
};
const char *notification_state_name(enum notification_state state); // "waiting", "sent", …
bool notification_state_parse(span text, enum notification_state *ret);

enum { NOTIFICATION_BYTES = 2 << 20 }; // of the content of one

// Adds what a subscription is to be told: message_write's bytes under the message's key, at once
// or, if the subscription collects, with all else of the period that `now` is in. What has been
// added under the key before stays: nothing is said twice. One statement, for the transaction that
// finds something worth saying. ERR_LIMIT: more than NOTIFICATION_BYTES.
bool store_add_notification(struct store *store, const struct subscription *subscription, span key,
                            span content, uint64_t now, struct err *err);

// Makes one message of several.
struct collector {
    void *self;
    // Forgets what an earlier try has collected.
    bool (*begin)(void *self, struct err *err);
    bool (*part)(void *self, span content, struct err *err);
    bool (*finish)(void *self, span key, struct arena *mem, span *ret_content, struct err *err);
};
// Joins the parts of one subscription whose period is over, in one transaction. *ret: there were
// some.
bool store_join_notifications(struct store *store, uint64_t now, const struct collector *collector,
                              bool *ret, struct err *err);

struct leased_notification {
    int64_t id;
    span key;
    span content;
    uint32_t attempts; // this one included
    span lease;
    struct subscription subscription; // with address and secret
};
// Takes the one that is due longest for `seconds`, after which others may take it. *ret is in
// `mem`. ERR_MISSING: there is none.
bool store_lease_notification(struct store *store, uint64_t now, uint64_t seconds,
                              struct arena *mem, struct leased_notification *ret, struct err *err);
// Prolongs the lease. ERR_CONFLICT: it is another's by now.
bool store_renew_notification(struct store *store, const struct leased_notification *leased,
                              uint64_t now, uint64_t seconds, struct err *err);
// How it ended. ERR_CONFLICT: the lease is another's by now; the message may be sent twice then,
// under one key.
bool store_sent_notification(struct store *store, const struct leased_notification *leased,
                             uint64_t now, struct err *err);
// To be tried again at `due`, or given up; `why` is kept.
bool store_fail_notification(struct store *store, const struct leased_notification *leased,
                             uint64_t due, bool give_up, span why, struct err *err);
// Not tried at all: does not count. All others of the subscription that nobody delivers at the
// moment wait until then, too, so that they need not be put off one by one.
bool store_put_off_notification(struct store *store, const struct leased_notification *leased,
                                uint64_t due, struct err *err);

// ---------------------------------------------------------------- what became of them

struct notification {
    int64_t id;
    int64_t subscription;
    int64_t project;
    span key;
    enum notification_state state;
    uint64_t created;
    uint64_t due;
    uint32_t attempts;
    uint64_t sent; // 0: not yet
    span error;    // of the last try
};
struct notification_filter {
    int64_t project;      // 0: any
    int64_t subscription; // 0: any
    bool has_state;
    enum notification_state state;
    int64_t before; // ids smaller than this; 0: from the newest on
    size_t most;
};
struct notifications {
    struct notification *items; // newest first
    size_t count;
};
bool store_notifications(struct store *store, const struct notification_filter *filter,
                         struct arena *mem, struct notifications *ret, struct err *err);
// A dead one waits again, as if it had not been tried. ERR_MISSING: there is no dead one of this id
// in the project (0: any).
bool store_resend_notification(struct store *store, int64_t project, int64_t id, uint64_t now,
                               struct err *err);
// What is sent, joined or dead and was made before that time.
bool store_forget_notifications(struct store *store, uint64_t before, struct err *err);

struct notification_counts {
    uint64_t waiting;
    uint64_t dead;
    uint64_t oldest; // when the oldest that waits was made; 0: none waits
};
bool store_count_notifications(struct store *store, struct notification_counts *ret,
                               struct err *err);

#endif
