// An empty store, for tests that need no more than one of their own.
#ifndef PLIMSOLL_TEST_STORE_PLACE_H
#define PLIMSOLL_TEST_STORE_PLACE_H

#include "service/store/store.h"

struct place {
    struct arena *mem;
    struct limits limits;
    span url;
    struct store *store;
};

void ok(bool good, const struct err *err); // the test fails unless
// `name` is the test's own, of small letters. Ended by place_tear_down, which is cmocka's.
struct place *place_new(const char *name);
int place_tear_down(void **state);

#endif
