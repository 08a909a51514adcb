// What the fuzz targets of feeds share.
#ifndef PLIMSOLL_TEST_FEEDS_FUZZING_H
#define PLIMSOLL_TEST_FEEDS_FUZZING_H

#include "feeds/feeds_inner.h"

// Translates the bytes as a document at `path` and aborts when something that no database could
// keep reaches the sink, or when a document that is refused gives no reason.
void fuzz_translator(feed_translator *translator, const char *path, const uint8_t *data,
                     size_t size);

#endif
