// What the fuzz targets of decompressors share: a stream ends or fails, and its digest is that of
// what it yielded.
#ifndef PLIMSOLL_FUZZ_STREAM_H
#define PLIMSOLL_FUZZ_STREAM_H

#include "stream/stream.h"

#include <stdlib.h>

static inline void fuzz_decompress(enum compression compression, span bytes)
{
    struct limits limits = limits_default();
    limits.expansion_floor = 4 << 20;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    CLEANUP(lane_cleanup) struct lane *lane = NULL;
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    struct stream *memory = NULL;
    if (!lane_new(NULL, DIGEST_SHA256, &lane, NULL) || !hasher_new(DIGEST_SHA256, &hasher, NULL) ||
        !stream_open_memory(bytes, &memory, NULL))
        abort();
    if (!stream_open_decompress(compression, memory, &limits, lane, &stream, NULL))
        return;
    span chunk = {0};
    while (stream_next(stream, &chunk, NULL) && chunk.len)
        hasher_add(hasher, chunk);
    if (!digest_equal(lane_finish(lane), hasher_finish(hasher)))
        abort();
}

#endif
