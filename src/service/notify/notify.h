// notify: messages to owners: who wants to hear of what, what is said at once, how it looks on each
// channel (doc/formats/notification.md), and how it gets there.
#ifndef PLIMSOLL_SERVICE_NOTIFY_H
#define PLIMSOLL_SERVICE_NOTIFY_H

#include "base/base.h"
#include "model/model.h"
#include "net/net.h"

// ---------------------------------------------------------------- who wants to hear

// An image as subscriptions look at it.
struct sight {
    int64_t project;
    span digest; // "sha256:…" of its manifest
    span name;   // "REGISTRY/REPOSITORY"
    const struct image_label *labels;
    size_t label_count;
};

// Does the subscription look at such images? Not if it is disabled.
bool subscription_sees(const struct subscription *subscription, const struct sight *sight);
// Does it want to hear of such a finding? What changed is wanted if it is or was.
bool subscription_wants(const struct subscription *subscription, const struct learned *learned);

// Many subscriptions, arranged so that for an image few of them are looked at: those whose pattern
// begins as the image's name does.
struct audience;
// Keeps pointers to the subscriptions.
bool audience_make(const struct subscription *subscriptions, size_t count, struct arena *mem,
                   struct audience **ret, struct err *err);
// Calls found(self, index) for each that sees the image, once, in no certain order.
void audience_find(const struct audience *audience, const struct sight *sight,
                   void (*found)(void *self, size_t index), void *self);

// ---------------------------------------------------------------- what is said at once

enum {
    GATHER_LEARNED = 200,      // the worst of them; the others are counted
    GATHER_HELD_BY = 20,       // images of each
    GATHER_IMAGES = 1000,      // of all, so that a message stays below some 300 kB
    GATHER_DISTINCT = 1 << 20, // that can be told from each other; more are counted twice
};

// Makes one message of however much there is to say.
struct gather;
// What is gathered is kept in `mem`.
bool gather_new(struct arena *mem, struct gather **ret, struct err *err);
// The same flaw in the same package joins what was added of it before: their images are added up,
// those that both name once. Texts are copied, without secrets and shortened.
bool gather_add(struct gather *gather, const struct learned *learned, struct err *err);
// All of a message, of which only what it lists can be told apart.
bool gather_add_message(struct gather *gather, const struct message *message, struct err *err);
// Fills in what was learned, worst first, what was left out and, unless `message` knows of more,
// the number of images.
bool gather_finish(struct gather *gather, struct message *message, struct err *err);

// ---------------------------------------------------------------- how it looks

// A line of an image's history may hold credentials: appends it without user names and passwords in
// URLs, values of variables and options that are named like secrets, and tokens that are known by
// their form.
void notify_redact(struct text *out, span line);

// Something ready to be handed over.
struct rendering {
    span content_type;
    span body;
    struct web_header headers[3]; // of Standard Webhooks: id, time, and the signature of a webhook
    size_t header_count;
};

struct notify_options {
    const struct service_settings *settings;
    struct web *web;  // for what goes by http
    uint64_t now;     // seconds since 1970: when it is sent
    uint64_t seconds; // that a delivery may take
};

// The message as the channel wants it; in `mem`.
bool notify_render(const struct subscription *subscription, const struct message *message,
                   const struct notify_options *options, struct arena *mem, struct rendering *ret,
                   struct err *err);

// ---------------------------------------------------------------- delivery

enum delivery_state {
    DELIVERY_DONE,
    DELIVERY_AGAIN,   // it may pass
    DELIVERY_REFUSED, // the same would most likely happen again
};

struct delivery {
    enum delivery_state state;
    uint64_t wait;  // seconds that the other side asks for; 0: it does not
    bool unreached; // the other side could not be talked to: others would not reach it either
    char why[200];  // of what is not done; fit to be shown, without secrets
};

// Hands a message over, once. False only if that could not even be tried (memory, limits).
bool notify_deliver(const struct subscription *subscription, const struct message *message,
                    const struct notify_options *options, struct delivery *ret, struct err *err);

// Who would be talked to: subscriptions of one peer are reached or not reached together.
bool notify_peer(const struct subscription *subscription, const struct notify_options *options,
                 struct arena *mem, span *ret, struct err *err);

// Which peers do not answer, so that nobody waits for them again and again: after three failures in
// a row nothing is tried for half a minute, then one thing, and twice as long after each failure,
// up to a quarter of an hour.
struct circuits {
    struct circuit {
        uint64_t peer; // hash; 0: free
        unsigned failures;
        uint64_t until; // seconds since 1970
    } items[256];
};
// Seconds for which the peer is better left alone; 0: it may be tried.
uint64_t circuits_wait(const struct circuits *circuits, span peer, uint64_t now);
void circuits_note(struct circuits *circuits, span peer, bool reached, uint64_t now);

// Seconds until the next try after so many (from 1) have failed, doubled each time with some chance
// in it, and never less than the other side asks for within reason.
uint64_t notify_delay(unsigned attempts, uint64_t asked, uint32_t chance);
// After so many it is given up: MOST_ATTEMPTS in about a day, or few if it was refused.
bool notify_is_dead(unsigned attempts, enum delivery_state state);

#endif
