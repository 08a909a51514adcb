// Inside of flow/: from what was learned to messages, in two parts: who is concerned by what, and
// what he is told.
#ifndef PLIMSOLL_FLOW_TELL_INNER_H
#define PLIMSOLL_FLOW_TELL_INNER_H

#include "flow/hush_inner.h"
#include "flow/service_inner.h"

enum { SAMPLES = GATHER_HELD_BY }; // images that hold a unit, at most

// An image that holds something of which something was learned.
struct seen_image {
    int64_t id;
    const struct named_image *names;
    size_t name_count;
    const size_t *subscribers; // indexes of subscriptions, each once
    size_t subscriber_count;
    size_t unit_mark;                   // number, from 1, of the last unit that was counted in it
    bool is_named;                      // in a message
    const struct bundled_layer *layers; // of those that are named
    size_t layer_count;
};

// One of the first images of a subscription that hold a unit.
struct sampled {
    struct seen_image *image;
    uint32_t layer;
};

// What a subscription sees of one unit.
struct tally {
    uint64_t images;
    size_t mark; // number, from 1, of the unit that this is of
    struct sampled samples[SAMPLES];
    size_t sample_count;
};

// What a subscription is to hear.
struct wanted {
    const struct lesson *lesson;
    uint64_t images;
    const struct sampled *samples;
    size_t sample_count;
};

struct teller {
    struct service *service;
    struct arena *mem;
    struct subscriptions subscriptions;
    struct audience *audience;
    struct list *wanted;            // of struct wanted, one for each subscription
    struct tally *tallies;          // the same
    const struct holding *holdings; // sorted by unit
    size_t holding_count;
    const struct holder *holders; // sorted by bundle
    size_t holder_count;
    struct seen_image **images_of_holders; // the same order
    struct seen_image *images;             // sorted by id
    size_t image_count;
    struct hush *hush; // null: no project has rules
    size_t mark;       // of what was counted last
};

// Writes what each subscription wants to hear.
bool tell_messages(struct teller *teller, span occasion, span built, struct telling *ret,
                   struct err *err);
bool message_key(span occasion, int64_t subscription, struct arena *mem, span *ret,
                 struct err *err);

#endif
