#include "stream/stream_inner.h"

#include <zstd.h>

enum { WINDOW_LOG_MAX = 27 }; // 128 MiB: what `zstd --long` writes

struct zstd_stream {
    struct stream base;
    struct supply supply;
    ZSTD_DCtx *context;
    bool in_frame;
};

static bool zstd_next(struct stream *stream, span *ret, struct err *err)
{
    struct zstd_stream *zstd = (struct zstd_stream *)stream;
    ZSTD_outBuffer out = {.dst = stream_room(stream), .size = CHUNK_SIZE};
    while (out.pos < out.size) {
        if (!supply_more(&zstd->supply, stream->inner, err))
            return false;
        ZSTD_inBuffer in = {.src = zstd->supply.input.ptr, .size = zstd->supply.input.len};
        size_t before = out.pos;
        size_t hint =
            in.size || zstd->in_frame ? ZSTD_decompressStream(zstd->context, &out, &in) : 0;
        if (ZSTD_isError(hint))
            return err_set(err, ERR_INPUT, "zstd: %s", ZSTD_getErrorName(hint));
        zstd->supply.input = span_from(zstd->supply.input, in.pos);
        zstd->in_frame = hint != 0;
        if (zstd->supply.ended && out.pos == before) {
            if (zstd->in_frame)
                return err_set(err, ERR_INPUT, "zstd: ends in the middle");
            break;
        }
    }
    if (!supply_count(&zstd->supply, out.pos, err))
        return false;
    *ret = stream_filled(stream, out.pos);
    return true;
}

static void zstd_close(struct stream *stream)
{
    ZSTD_freeDCtx(((struct zstd_stream *)stream)->context);
}

bool zstd_open(struct stream *inner, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = zstd_next, .close = zstd_close};
    struct zstd_stream *zstd = stream_new(sizeof *zstd, &ops, inner, lane, err);
    if (!zstd)
        return false;
    supply_init(&zstd->supply, limits);
    zstd->context = ZSTD_createDCtx();
    if (!zstd->context ||
        ZSTD_isError(ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
        stream_close(&zstd->base);
        return err_set(err, ERR_MEMORY, "zstd: no memory");
    }
    *ret = &zstd->base;
    return true;
}
