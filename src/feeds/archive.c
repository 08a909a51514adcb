#include "feeds/feeds_inner.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "os/os.h"

// Bytes of a zstd file, uncompressed on demand.
struct pull {
    int fd;
    ZSTD_DStream *stream;
    ZSTD_inBuffer in;
    bool ended;
    uint8_t buffer[1 << 16];
};

enum { WINDOW_LOG = 27 }; // 128 MiB, what `zstd --long=27` writes

static void pull_close(struct pull **pull)
{
    if (!*pull)
        return;
    os_close(&(*pull)->fd);
    (void)ZSTD_freeDStream((*pull)->stream); // cannot fail
    free(*pull);
}

static bool pull_open(const char *path, struct pull **ret, struct err *err)
{
    CLEANUP(pull_close) struct pull *pull = calloc(1, sizeof *pull);
    if (!pull)
        return err_set(err, ERR_MEMORY, "zstd");
    pull->fd = -1;
    if (!os_open_read(path, &pull->fd, err))
        return false;
    pull->stream = ZSTD_createDStream();
    if (!pull->stream)
        return err_set(err, ERR_MEMORY, "zstd");
    if (ZSTD_isError(ZSTD_DCtx_setParameter(pull->stream, ZSTD_d_windowLogMax, WINDOW_LOG)))
        return err_set(err, ERR_UNSUPPORTED, "zstd: a window of 2^%d bytes", WINDOW_LOG);
    pull->in.src = pull->buffer;
    *ret = take(&pull);
    return true;
}

// Up to `len` bytes; fewer only at the end.
static bool pull_read(struct pull *pull, void *buffer, size_t len, size_t *ret_len, struct err *err)
{
    ZSTD_outBuffer out = {.dst = buffer, .size = len};
    while (out.pos < len && !pull->ended) {
        if (pull->in.pos == pull->in.size) {
            size_t got = 0;
            if (!os_read(pull->fd, pull->buffer, sizeof pull->buffer, &got, err))
                return false;
            pull->in = (ZSTD_inBuffer){.src = pull->buffer, .size = got};
            pull->ended = got == 0;
        }
        size_t result = ZSTD_decompressStream(pull->stream, &out, &pull->in);
        if (ZSTD_isError(result))
            return err_set(err, ERR_INPUT, "zstd: %s", ZSTD_getErrorName(result));
    }
    *ret_len = out.pos;
    return true;
}

static bool pull_exactly(struct pull *pull, void *buffer, size_t len, struct err *err)
{
    size_t got = 0;
    if (!pull_read(pull, buffer, len, &got, err))
        return false;
    return got == len ? true : err_set(err, ERR_INPUT, "tar: ends in the middle");
}

enum { BLOCK = 512 };

static bool is_end(const uint8_t block[BLOCK])
{
    for (size_t i = 0; i < BLOCK; i++)
        if (block[i])
            return false;
    return true;
}

static span header_text(const uint8_t *field, size_t len)
{
    const uint8_t *nul = memchr(field, 0, len);
    return span_trim(span_of(field, nul ? (size_t)(nul - field) : len));
}

static bool read_member(struct pull *pull, const uint8_t block[BLOCK], const struct limits *limits,
                        struct arena *mem, span *ret, struct err *err)
{
    uint64_t size = 0;
    if (!span_to_u64_octal(header_text(block + 124, 12), &size))
        return err_set(err, ERR_INPUT, "tar: a size is no number");
    if (size > limits->feed_bytes)
        return err_set(err, ERR_LIMIT, "tar: %llu bytes in one document", (unsigned long long)size);
    size_t padded = (size_t)((size + BLOCK - 1) / BLOCK * BLOCK);
    uint8_t *bytes = arena_alloc(mem, padded);
    if (!bytes)
        return arena_err(mem, err, "document");
    if (!pull_exactly(pull, bytes, padded, err))
        return false;
    *ret = span_of(bytes, (size_t)size);
    return true;
}

static bool each_member(struct pull *pull, const struct limits *limits, struct arena *mem,
                        archive_visitor *visit, void *self, struct err *err)
{
    char long_name[BLOCK];
    span name = {0};
    for (;;) {
        uint8_t block[BLOCK];
        span bytes = {0};
        arena_reset(mem);
        if (!pull_exactly(pull, block, BLOCK, err))
            return false;
        if (is_end(block))
            return true;
        if (!read_member(pull, block, limits, mem, &bytes, err))
            return false;
        if (block[156] == 'L') { // GNU: the name of the next member
            bytes = span_trim_end(span_first(bytes, sizeof long_name), 0);
            memcpy(long_name, bytes.ptr, bytes.len);
            name = span_of(long_name, bytes.len);
            continue;
        }
        bool is_file = block[156] == '0' || block[156] == 0;
        if (is_file && !visit(self, name.len ? name : header_text(block, 100), bytes, err))
            return false;
        name = (span){0};
    }
}

static bool whole_file(struct pull *pull, const char *path, const struct limits *limits,
                       struct arena *mem, archive_visitor *visit, void *self, struct err *err)
{
    struct text bytes = {0};
    text_init(&bytes, mem, limits->feed_bytes);
    for (;;) {
        uint8_t chunk[1 << 14];
        size_t got = 0;
        if (!pull_read(pull, chunk, sizeof chunk, &got, err))
            return false;
        text_add(&bytes, span_of(chunk, got));
        if (got < sizeof chunk)
            break;
    }
    if (!text_ok(&bytes))
        return arena_err(mem, err, "document");
    return visit(self, span_of_text(path), text_span(&bytes), err);
}

bool archive_each(const char *path, const struct limits *limits, archive_visitor *visit, void *self,
                  struct err *err)
{
    CLEANUP(pull_close) struct pull *pull = NULL;
    if (!pull_open(path, &pull, err))
        return false;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 * limits->feed_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "document");
    if (span_ends_with(span_of_text(path), S(".tar.zst")))
        return each_member(pull, limits, mem, visit, self, err);
    return whole_file(pull, path, limits, mem, visit, self, err);
}
