// When to try again, and how long to wait before.
#ifndef PLIMSOLL_NET_RETRY_INNER_H
#define PLIMSOLL_NET_RETRY_INNER_H

#include "base/base.h"

struct retry {
    unsigned failures; // in a row, without progress
    unsigned total;
};

// After a failure: waits and returns true if another try makes sense (ERR_IO and ERR_TIMEOUT, not
// too often). Waits half a second, doubled each time, with a random part, or as long as the server
// asks (`retry_after` seconds); false if it asks for longer than a minute.
bool retry_again(struct retry *retry, const struct err *failed, uint64_t retry_after);
// Bytes came before the failure: patience begins anew, up to a bound.
void retry_progress(struct retry *retry, uint64_t bytes);

#endif
