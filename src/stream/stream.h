// stream: pull streams of bytes. A stream yields chunks; decompressors are streams around streams;
// digests are computed beside the reading, on whatever thread is idle.
#ifndef PLIMSOLL_STREAM_H
#define PLIMSOLL_STREAM_H

#include "base/base.h"
#include "crypto/crypto.h"

// ---------------------------------------------------------------- crew and lanes

// Threads that run jobs and, when there is none, compute digests for those that do. One job at a
// time leaves the other threads to its digests; with as many jobs as threads each job computes its
// own: no thread ever idles while there is something to do, and none is needed.
struct crew;

bool crew_new(struct crew **ret, struct err *err);
void crew_free(struct crew *crew); // after every crew_help has returned
// Works until crew_dismiss. Any number of threads may be in here.
void crew_help(struct crew *crew);
void crew_dismiss(struct crew *crew);
// Queues run(self) for the next free thread. ERR_MEMORY if it cannot be remembered.
bool crew_submit(struct crew *crew, void (*run)(void *self), void *self, struct err *err);

// The digest of one stream's bytes, in order, behind its back: the stream fills the lane's buffers
// instead of its own and goes on while others digest them.
struct lane;

// `crew` may be null: everything is then computed by the reading thread.
bool lane_new(struct crew *crew, enum digest_algorithm algorithm, struct lane **ret,
              struct err *err);
void lane_free(struct lane *lane); // waits for a digest in progress
void lane_cleanup(struct lane **lane);
// The digest of everything the stream has yielded; waits for what is still to be computed.
digest lane_finish(struct lane *lane);

// A lane that a caller fills himself: its bytes go to `consume`, in order and one buffer at a time,
// on whatever thread is idle, or on the filling one when all buffers are full.
bool lane_new_to(struct crew *crew, void (*consume)(void *self, span bytes), void *self,
                 struct lane **ret, struct err *err);
enum { LANE_ROOM = 256 * 1024 };
uint8_t *lane_room(struct lane *lane);                 // LANE_ROOM bytes to fill
void lane_publish(struct lane *lane, size_t len);      // so many of them are filled
void lane_settle(struct lane *lane);                   // waits until all is taken
void lane_settle_to(struct lane *lane, uint64_t most); // until at most so many buffers are not

// ---------------------------------------------------------------- streams

struct stream;

// The next chunk, valid until the next call; empty at the end. After an error every call fails.
bool stream_next(struct stream *stream, span *ret, struct err *err);
// The same without consuming it: the next stream_next yields it again.
bool stream_peek(struct stream *stream, span *ret, struct err *err);
void stream_close(struct stream *stream); // and all streams inside it; null is fine
void stream_cleanup(struct stream **stream);
// Bytes yielded so far.
uint64_t stream_position(const struct stream *stream);

// Bytes in memory that outlive the stream.
bool stream_open_memory(span bytes, struct stream **ret, struct err *err);

// `length` bytes from `offset` of a content that outlives the stream: zip members, sections of
// executables. ERR_INPUT when they are not all there.
bool stream_open_content(const struct content *content, uint64_t offset, uint64_t length,
                         struct stream **ret, struct err *err);

// A descriptor, which stays the caller's. `seekable`: `length` bytes from `offset`, whatever the
// file position; shorter is ERR_INPUT. Otherwise reads to the end. `lane` may be null.
struct stream_file {
    int fd;
    bool seekable;
    uint64_t offset;
    uint64_t length;
};
bool stream_open_file(struct stream_file file, struct lane *lane, struct stream **ret,
                      struct err *err);

enum compression {
    COMPRESSION_NONE,
    COMPRESSION_GZIP, // RFC 1952, any number of members; zeros may follow the last
    COMPRESSION_ZSTD, // RFC 8878, any number of frames, skippable ones too; window up to 128 MiB
    COMPRESSION_XZ,
    COMPRESSION_BZIP2,
    // Inside other formats, which say so; never detected. What follows the end is not read.
    COMPRESSION_ZLIB,    // RFC 1950, without a preset dictionary
    COMPRESSION_DEFLATE, // RFC 1951: no header and no checksum
};
// By the first bytes; anything unknown is COMPRESSION_NONE.
enum compression compression_detect(span start);

// A decompressor around `inner`, which it owns from now on, also when opening fails. Checks every
// checksum the format has and limits->expansion_ratio. COMPRESSION_NONE hands `inner` through, or
// copies it where there is a lane to feed.
bool stream_open_decompress(enum compression compression, struct stream *inner,
                            const struct limits *limits, struct lane *lane, struct stream **ret,
                            struct err *err);

// ---------------------------------------------------------------- packing

enum pack_effort {
    PACK_SMALL, // as small as can be had, for what is packed once and fetched often
    PACK_FAST,
};
// `bytes` as one zstd frame. With a `base` it is a patch: what is also in the base, up to 128 MiB
// away, costs next to nothing, and it can be unpacked with the same base only.
bool stream_pack(span bytes, span base, enum pack_effort effort, struct arena *mem, span *ret,
                 struct err *err);
// What was packed without a base, at most `most` bytes of it. ERR_INPUT: it is damaged.
bool stream_unpack(span packed, uint64_t most, const struct limits *limits, struct arena *mem,
                   span *ret, struct err *err);
// The stream of such bytes around `inner`, which it owns from now on, also when opening fails;
// `base` may be empty and outlives it.
bool stream_open_patch(struct stream *inner, span base, const struct limits *limits,
                       struct stream **ret, struct err *err);

// ---------------------------------------------------------------- whole streams

// All that is left of the stream, in `mem`. ERR_LIMIT past `most` bytes.
bool stream_read_all(struct stream *stream, uint64_t most, struct arena *mem, span *ret,
                     struct err *err);
// The same where the length is said beforehand, so that no memory is lost to guesses: ERR_INPUT
// when the stream is shorter or longer. The caller has held `length` against a limit.
bool stream_read_exactly(struct stream *stream, uint64_t length, struct arena *mem, span *ret,
                         struct err *err);

#endif
