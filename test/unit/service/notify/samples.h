// Messages to look at: what is usual, what is hostile, what is much.
#ifndef PLIMSOLL_TEST_NOTIFY_SAMPLES_H
#define PLIMSOLL_TEST_NOTIFY_SAMPLES_H

#include "service/notify/notify.h"

enum { SAMPLE_TIME = 1795348800 }; // 2026-11-22T12:00:00Z

// "usual", "hostile", "flood", "empty"; false for any other name.
bool sample_message(span name, struct arena *mem, struct message *ret);
// What goes with them: a mail server, a public URL.
struct service_settings sample_settings(void);
struct subscription sample_subscription(enum channel_kind channel);

#endif
