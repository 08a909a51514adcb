#include "stream/stream_inner.h"

#include <lzma.h>

enum { MEMORY_MAX = 128 << 20 };

struct xz_stream {
    struct stream base;
    struct supply supply;
    lzma_stream lzma;
    bool finished;
};

static bool xz_next(struct stream *stream, span *ret, struct err *err)
{
    struct xz_stream *xz = (struct xz_stream *)stream;
    uint8_t *room = stream_room(stream);
    xz->lzma.next_out = room;
    xz->lzma.avail_out = CHUNK_SIZE;
    while (xz->lzma.avail_out && !xz->finished) {
        if (!supply_more(&xz->supply, stream->inner, err))
            return false;
        xz->lzma.next_in = xz->supply.input.ptr;
        xz->lzma.avail_in = xz->supply.input.len;
        lzma_ret result = lzma_code(&xz->lzma, xz->supply.ended ? LZMA_FINISH : LZMA_RUN);
        xz->supply.input = span_from(xz->supply.input, xz->supply.input.len - xz->lzma.avail_in);
        if (result != LZMA_OK && result != LZMA_STREAM_END)
            return err_set(err, result == LZMA_MEMLIMIT_ERROR ? ERR_LIMIT : ERR_INPUT,
                           "xz: invalid data (%d)", (int)result);
        xz->finished = result == LZMA_STREAM_END;
    }
    size_t len = CHUNK_SIZE - xz->lzma.avail_out;
    if (!supply_count(&xz->supply, len, err))
        return false;
    *ret = stream_filled(stream, len);
    return true;
}

static void xz_close(struct stream *stream)
{
    lzma_end(&((struct xz_stream *)stream)->lzma);
}

bool xz_open(struct stream *inner, const struct limits *limits, struct lane *lane,
             struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = xz_next, .close = xz_close};
    struct xz_stream *xz = stream_new(sizeof *xz, &ops, inner, lane, err);
    if (!xz)
        return false;
    supply_init(&xz->supply, limits);
    xz->lzma = (lzma_stream)LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&xz->lzma, MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK) {
        stream_close(&xz->base);
        return err_set(err, ERR_MEMORY, "xz: no memory");
    }
    *ret = &xz->base;
    return true;
}
