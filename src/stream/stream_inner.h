// Inside of stream/: what every kind of stream is made of.
#ifndef PLIMSOLL_STREAM_INNER_H
#define PLIMSOLL_STREAM_INNER_H

#include "stream/stream.h"

enum { CHUNK_SIZE = LANE_ROOM };

struct stream_ops {
    bool (*next)(struct stream *stream, span *ret, struct err *err);
    void (*close)(struct stream *stream); // what the kind itself holds
};

// First member of every kind.
struct stream {
    const struct stream_ops *ops;
    struct stream *inner; // null for a source
    struct lane *lane;    // null: chunks go to `buffer`
    uint8_t *buffer;
    span held; // peeked at, not consumed
    uint64_t position;
    bool failed;
};

// A zeroed stream of `size` bytes, at least a struct stream, with a buffer unless there is a lane.
// On failure `inner` is closed.
void *stream_new(size_t size, const struct stream_ops *ops, struct stream *inner, struct lane *lane,
                 struct err *err);
// CHUNK_SIZE bytes to fill for the next chunk.
uint8_t *stream_room(struct stream *stream);
// They hold `len` bytes now: the chunk to yield.
span stream_filled(struct stream *stream, size_t len);

// A decompressor's input: what is left of the inner stream's chunk, and the ratio so far.
struct supply {
    span input;
    bool ended;
    uint64_t in_bytes;
    uint64_t out_bytes;
    uint64_t ratio;
    uint64_t floor;
};
void supply_init(struct supply *supply, const struct limits *limits);
// Makes sure there is input unless the inner stream has ended.
bool supply_more(struct supply *supply, struct stream *inner, struct err *err);
// Counts what was produced: ERR_LIMIT past the expansion ratio.
bool supply_count(struct supply *supply, size_t produced, struct err *err);

bool gzip_open(struct stream *inner, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err);
bool zlib_open(struct stream *inner, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err);
bool deflate_open(struct stream *inner, const struct limits *limits, struct lane *lane,
                  struct stream **ret, struct err *err);
// `base`: what a patch refers to; empty for everything else.
bool zstd_open(struct stream *inner, span base, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err);
bool xz_open(struct stream *inner, const struct limits *limits, struct lane *lane,
             struct stream **ret, struct err *err);
bool bzip2_open(struct stream *inner, const struct limits *limits, struct lane *lane,
                struct stream **ret, struct err *err);

#endif
