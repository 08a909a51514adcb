// flow: messages in the store on their way to owners.
#ifndef PLIMSOLL_FLOW_DELIVER_PART_H
#define PLIMSOLL_FLOW_DELIVER_PART_H

#include "base/base.h"
#include "model/model.h"
#include "net/net.h"

struct leased_notification;
struct store;

struct notifier_options {
    const struct service_settings *settings;
    const struct net_options *net;
    const struct limits *limits;
    uint64_t seconds; // that one delivery may take; 0: half a minute
    // Seconds for which a message is leased, if somebody is told what is leased, and renews it
    // until he is told null; 0 and null: for longer than a delivery may take.
    uint64_t lease;
    void (*leased)(void *self, const struct leased_notification *leased);
    void *leased_self;
};

// What one step came to, for logs and counters.
struct notifier_step {
    bool worked; // there was something to do: there may be more
    bool sent;
    bool dead;     // given up
    bool put_off;  // not tried, since its peer does not answer
    span peer;     // "http https://hooks.example", "mail mail.example"; valid until the next step
    char why[200]; // of what is not sent
};

// Delivers what is in a store, one message after the other; several may do so at once. It knows for
// itself which peers do not answer.
struct notifier;
// What it is given must outlive it. ERR_USAGE: the list of those who may get messages means
// nothing.
bool notifier_open(struct store *store, const struct notifier_options *options,
                   struct notifier **ret, struct err *err);
void notifier_close(struct notifier *notifier); // null is fine
void notifier_cleanup(struct notifier **notifier);
// Joins what has been collected long enough, and tries to deliver the message that is due longest.
// It is leased meanwhile: if this process dies, another one tries again, under the same key. What
// is over is forgotten after 30 days. False if the store fails; what fails on the way to the owner
// is recorded there.
bool notifier_step(struct notifier *notifier, uint64_t now, struct notifier_step *ret,
                   struct err *err);

#endif
