#include "stream/stream_inner.h"

#include <zstd.h>

enum {
    WINDOW_LOG_MIN = 10,
    WINDOW_LOG_MAX = 27, // 128 MiB: what `zstd --long` writes
};

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

bool zstd_open(struct stream *inner, span base, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = zstd_next, .close = zstd_close};
    struct zstd_stream *zstd = stream_new(sizeof *zstd, &ops, inner, lane, err);
    if (!zstd)
        return false;
    supply_init(&zstd->supply, limits);
    zstd->context = ZSTD_createDCtx();
    if (!zstd->context ||
        ZSTD_isError(ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX)) ||
        (base.len && ZSTD_isError(ZSTD_DCtx_refPrefix(zstd->context, base.ptr, base.len)))) {
        stream_close(&zstd->base);
        return err_set(err, ERR_MEMORY, "zstd: no memory");
    }
    *ret = &zstd->base;
    return true;
}

// ---------------------------------------------------------------- packing

static void context_cleanup(ZSTD_CCtx **context)
{
    ZSTD_freeCCtx(*context); // never fails for null
}

// The smallest window that reaches from the end of `bytes` to the start of `base`.
static int window_log(uint64_t reach)
{
    int log = WINDOW_LOG_MIN;
    while (log < WINDOW_LOG_MAX && (UINT64_C(1) << log) < reach)
        log++;
    return log;
}

static bool set_up(ZSTD_CCtx *context, span bytes, span base, enum pack_effort effort)
{
    enum { LEVEL_SMALL = 19, LEVEL_FAST = 3, LEVEL_PATCH = 12 }; // long matches make most of one
    int level = effort == PACK_FAST ? LEVEL_FAST : LEVEL_SMALL;
    size_t results[] = {
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, base.len ? LEVEL_PATCH : level),
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1),
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log(bytes.len + base.len)),
        ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, base.len > 0),
        base.len ? ZSTD_CCtx_refPrefix(context, base.ptr, base.len) : 0,
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (ZSTD_isError(results[i]))
            return false;
    return true;
}

bool stream_pack(span bytes, span base, enum pack_effort effort, struct arena *mem, span *ret,
                 struct err *err)
{
    CLEANUP(context_cleanup) ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(bytes.len);
    uint8_t *packed = context ? arena_alloc(mem, room) : NULL;
    if (!packed)
        return arena_err(mem, err, "packing");
    if (!set_up(context, bytes, base, effort))
        return err_set(err, ERR_MEMORY, "zstd: no memory");
    size_t len = ZSTD_compress2(context, packed, room, bytes.ptr, bytes.len);
    if (ZSTD_isError(len))
        return err_set(err, ERR_MEMORY, "zstd: %s", ZSTD_getErrorName(len));
    *ret = span_of(packed, len);
    return true;
}

bool stream_open_patch(struct stream *inner, span base, const struct limits *limits,
                       struct stream **ret, struct err *err)
{
    return zstd_open(inner, base, limits, NULL, ret, err);
}

bool stream_unpack(span packed, uint64_t most, const struct limits *limits, struct arena *mem,
                   span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *memory = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    return stream_open_memory(packed, &memory, err) &&
           stream_open_patch(take(&memory), (span){0}, limits, &stream, err) &&
           stream_read_all(stream, most, mem, ret, err);
}
