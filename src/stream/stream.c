#include "stream/stream_inner.h"

#include "os/os.h"

#include <stdlib.h>
#include <string.h>

void *stream_new(size_t size, const struct stream_ops *ops, struct stream *inner, struct lane *lane,
                 struct err *err)
{
    assert(size >= sizeof(struct stream));
    struct stream *stream = calloc(1, size);
    uint8_t *buffer = lane ? NULL : malloc(CHUNK_SIZE);
    if (!stream || (!lane && !buffer)) {
        free(buffer);
        free(stream);
        stream_close(inner);
        (void)err_set(err, ERR_MEMORY, "no memory for a stream");
        return NULL;
    }
    stream->ops = ops;
    stream->inner = inner;
    stream->lane = lane;
    stream->buffer = buffer;
    return stream;
}

uint8_t *stream_room(struct stream *stream)
{
    return stream->lane ? lane_room(stream->lane) : stream->buffer;
}

span stream_filled(struct stream *stream, size_t len)
{
    if (!stream->lane)
        return span_of(stream->buffer, len);
    span chunk = span_of(lane_room(stream->lane), len);
    if (len)
        lane_publish(stream->lane, len);
    return chunk;
}

static bool pull(struct stream *stream, span *ret, struct err *err)
{
    if (stream->failed)
        return err_set(err, ERR_INPUT, "the stream has failed before");
    if (stream->ops->next(stream, ret, err))
        return true;
    stream->failed = true;
    return false;
}

bool stream_next(struct stream *stream, span *ret, struct err *err)
{
    span chunk = stream->held;
    if (chunk.len == 0 && !pull(stream, &chunk, err))
        return false;
    stream->held = (span){0};
    stream->position += chunk.len;
    *ret = chunk;
    return true;
}

bool stream_peek(struct stream *stream, span *ret, struct err *err)
{
    if (stream->held.len == 0 && !pull(stream, &stream->held, err))
        return false;
    *ret = stream->held;
    return true;
}

void stream_close(struct stream *stream)
{
    while (stream) {
        struct stream *inner = stream->inner;
        stream->ops->close(stream);
        free(stream->buffer);
        free(stream);
        stream = inner;
    }
}

void stream_cleanup(struct stream **stream)
{
    stream_close(*stream);
}

uint64_t stream_position(const struct stream *stream)
{
    return stream->position;
}

// ---------------------------------------------------------------- memory

struct memory_stream {
    struct stream base;
    span rest;
};

static bool memory_next(struct stream *stream, span *ret, struct err *err)
{
    (void)err; // memory cannot fail
    struct memory_stream *memory = (struct memory_stream *)stream;
    *ret = memory->rest;
    memory->rest = (span){0};
    return true;
}

static void close_nothing(struct stream *stream)
{
    (void)stream; // the bytes and the descriptor are the caller's
}

bool stream_open_memory(span bytes, struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = memory_next, .close = close_nothing};
    struct memory_stream *memory = stream_new(sizeof *memory, &ops, NULL, NULL, err);
    if (!memory)
        return false;
    memory->rest = bytes;
    *ret = &memory->base;
    return true;
}

// ---------------------------------------------------------------- content

struct content_stream {
    struct stream base;
    const struct content *content;
    uint64_t offset;
    uint64_t length;
};

static bool content_next(struct stream *stream, span *ret, struct err *err)
{
    struct content_stream *part = (struct content_stream *)stream;
    size_t len = part->length < CHUNK_SIZE ? (size_t)part->length : CHUNK_SIZE;
    uint8_t *room = stream_room(stream);
    if (len && !part->content->read(part->content->self, part->offset, room, len, err))
        return false;
    part->offset += len;
    part->length -= len;
    *ret = stream_filled(stream, len);
    return true;
}

bool stream_open_content(const struct content *content, uint64_t offset, uint64_t length,
                         struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = content_next, .close = close_nothing};
    if (offset > content->size || length > content->size - offset)
        return err_set(err, ERR_INPUT, "%llu bytes at %llu are behind the end at %llu",
                       (unsigned long long)length, (unsigned long long)offset,
                       (unsigned long long)content->size);
    if (content->memory.len || length == 0)
        return stream_open_memory(span_slice(content->memory, (size_t)offset, (size_t)length), ret,
                                  err);
    struct content_stream *part = stream_new(sizeof *part, &ops, NULL, NULL, err);
    if (!part)
        return false;
    part->content = content;
    part->offset = offset;
    part->length = length;
    *ret = &part->base;
    return true;
}

// ---------------------------------------------------------------- file

struct file_stream {
    struct stream base;
    struct stream_file file;
};

static bool read_region(struct stream_file *file, uint8_t *room, size_t *ret_len, struct err *err)
{
    size_t want = file->length < CHUNK_SIZE ? (size_t)file->length : CHUNK_SIZE;
    if (want == 0) {
        *ret_len = 0;
        return true;
    }
    if (!os_read_at(file->fd, file->offset, room, want, ret_len, err))
        return false;
    if (*ret_len == 0)
        return err_set(err, ERR_INPUT, "%llu bytes are missing at the end",
                       (unsigned long long)file->length);
    file->offset += *ret_len;
    file->length -= *ret_len;
    return true;
}

// Pipes give a little at a time: gather, so that chunks are large.
static bool read_pipe(const struct stream_file *file, uint8_t *room, size_t *ret_len,
                      struct err *err)
{
    size_t len = 0;
    size_t got = 1;
    while (len < CHUNK_SIZE && got) {
        if (!os_read(file->fd, room + len, CHUNK_SIZE - len, &got, err))
            return false;
        len += got;
    }
    *ret_len = len;
    return true;
}

static bool file_next(struct stream *stream, span *ret, struct err *err)
{
    struct file_stream *file = (struct file_stream *)stream;
    uint8_t *room = stream_room(stream);
    size_t len = 0;
    bool ok = file->file.seekable ? read_region(&file->file, room, &len, err)
                                  : read_pipe(&file->file, room, &len, err);
    if (!ok)
        return false;
    *ret = stream_filled(stream, len);
    return true;
}

bool stream_open_file(struct stream_file file, struct lane *lane, struct stream **ret,
                      struct err *err)
{
    static const struct stream_ops ops = {.next = file_next, .close = close_nothing};
    struct file_stream *stream = stream_new(sizeof *stream, &ops, NULL, lane, err);
    if (!stream)
        return false;
    stream->file = file;
    *ret = &stream->base;
    return true;
}

// ---------------------------------------------------------------- decompressors

void supply_init(struct supply *supply, const struct limits *limits)
{
    *supply = (struct supply){
        .ratio = limits->expansion_ratio,
        .floor = limits->expansion_floor,
    };
}

bool supply_more(struct supply *supply, struct stream *inner, struct err *err)
{
    if (supply->input.len || supply->ended)
        return true;
    if (!stream_next(inner, &supply->input, err))
        return false;
    supply->ended = supply->input.len == 0;
    supply->in_bytes += supply->input.len;
    return true;
}

bool supply_count(struct supply *supply, size_t produced, struct err *err)
{
    supply->out_bytes += produced;
    if (supply->out_bytes <= supply->floor)
        return true;
    if (supply->ratio == 0 || supply->out_bytes / supply->ratio > supply->in_bytes)
        return err_set(err, ERR_LIMIT, "%llu bytes expand to more than %llu times as many",
                       (unsigned long long)supply->in_bytes, (unsigned long long)supply->ratio);
    return true;
}

enum compression compression_detect(span start)
{
    if (span_starts_with(start, S("\x1f\x8b")))
        return COMPRESSION_GZIP;
    if (span_starts_with(start, S("\x28\xb5\x2f\xfd")))
        return COMPRESSION_ZSTD;
    // A zstd skippable frame: 0x184D2A50 to 0x184D2A5F, little-endian (RFC 8878, 3.1.2).
    if (start.len >= 4 && (start.ptr[0] & 0xf0) == 0x50 &&
        span_equal(span_slice(start, 1, 3), S("\x2a\x4d\x18")))
        return COMPRESSION_ZSTD;
    if (span_starts_with(start, S("\xfd"
                                  "7zXZ\0")))
        return COMPRESSION_XZ;
    if (span_starts_with(start, S("BZh")))
        return COMPRESSION_BZIP2;
    return COMPRESSION_NONE;
}

struct copy_stream {
    struct stream base;
    span rest; // of the inner stream's chunk
};

static bool copy_next(struct stream *stream, span *ret, struct err *err)
{
    struct copy_stream *copy = (struct copy_stream *)stream;
    if (copy->rest.len == 0 && !stream_next(stream->inner, &copy->rest, err))
        return false;
    span piece = span_first(copy->rest, CHUNK_SIZE);
    if (piece.len)
        memcpy(stream_room(stream), piece.ptr, piece.len);
    copy->rest = span_from(copy->rest, piece.len);
    *ret = stream_filled(stream, piece.len);
    return true;
}

static bool copy_open(struct stream *inner, struct lane *lane, struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = copy_next, .close = close_nothing};
    struct copy_stream *copy = stream_new(sizeof *copy, &ops, inner, lane, err);
    if (!copy)
        return false;
    *ret = &copy->base;
    return true;
}

bool stream_open_decompress(enum compression compression, struct stream *inner,
                            const struct limits *limits, struct lane *lane, struct stream **ret,
                            struct err *err)
{
    switch (compression) {
    case COMPRESSION_NONE:
        if (lane)
            return copy_open(inner, lane, ret, err);
        *ret = inner;
        return true;
    case COMPRESSION_GZIP:
        return gzip_open(inner, limits, lane, ret, err);
    case COMPRESSION_ZSTD:
        return zstd_open(inner, (span){0}, limits, lane, ret, err);
    case COMPRESSION_XZ:
        return xz_open(inner, limits, lane, ret, err);
    case COMPRESSION_BZIP2:
        return bzip2_open(inner, limits, lane, ret, err);
    case COMPRESSION_ZLIB:
        return zlib_open(inner, limits, lane, ret, err);
    case COMPRESSION_DEFLATE:
        return deflate_open(inner, limits, lane, ret, err);
    }
    stream_close(inner);
    return err_set(err, ERR_UNSUPPORTED, "unknown compression");
}

// ---------------------------------------------------------------- whole streams

bool stream_read_all(struct stream *stream, uint64_t most, struct arena *mem, span *ret,
                     struct err *err)
{
    struct text out;
    span chunk = {0};
    text_init(&out, mem, SIZE_MAX);
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        if (chunk.len > most - out.len)
            return err_set(err, ERR_LIMIT, "more than %llu bytes", (unsigned long long)most);
        text_add(&out, chunk);
        if (!text_ok(&out))
            return arena_err(mem, err, "stream");
    } while (chunk.len);
    *ret = text_span(&out);
    return true;
}

bool stream_read_exactly(struct stream *stream, uint64_t length, struct arena *mem, span *ret,
                         struct err *err)
{
    uint8_t *bytes = length <= SIZE_MAX ? arena_alloc(mem, (size_t)length) : NULL;
    size_t len = 0;
    span chunk = {0};
    if (!bytes)
        return arena_err(mem, err, "stream");
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        if (chunk.len > length - len)
            return err_set(err, ERR_INPUT, "there are more than the %llu bytes that were said",
                           (unsigned long long)length);
        if (chunk.len)
            memcpy(bytes + len, chunk.ptr, chunk.len);
        len += chunk.len;
    } while (chunk.len);
    if (len != length)
        return err_set(err, ERR_INPUT, "%zu bytes instead of the %llu that were said", len,
                       (unsigned long long)length);
    *ret = span_of(bytes, len);
    return true;
}
