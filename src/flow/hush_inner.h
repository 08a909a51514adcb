// Inside of flow/: what rules of projects silence of what was learned, so that nobody is told.
#ifndef PLIMSOLL_FLOW_HUSH_INNER_H
#define PLIMSOLL_FLOW_HUSH_INNER_H

#include "flow/service_inner.h"

struct hush;

// *ret: null: there are no rules; else for hush_cleanup. `lessons` must outlive it, and so must
// what they point to. Inside of a transaction, as all that follows.
bool hush_new(struct service *service, const struct lesson *lessons, size_t count,
              struct arena *mem, struct hush **ret, struct err *err);

void hush_cleanup(struct hush **hush);

enum hush_answer {
    HUSH_COUNTS,
    HUSH_SILENCED, // in all images of the project
    HUSH_BY_IMAGE, // a rule names images or paths: hush_ask_image
};
bool hush_ask(const struct hush *hush, const struct lesson *lesson, int64_t project,
              enum hush_answer *ret, struct err *err);

// An image that holds the package by this bundle.
struct hush_place {
    int64_t bundle;
    const struct named_image *names;
    size_t name_count;
};
// *ret: is it silenced there?
bool hush_ask_image(struct hush *hush, const struct lesson *lesson, int64_t project,
                    const struct hush_place *at, bool *ret, struct err *err);

#endif
