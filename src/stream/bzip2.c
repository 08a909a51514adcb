#include "stream/stream_inner.h"

#include <bzlib.h>

struct bzip2_stream {
    struct stream base;
    struct supply supply;
    bz_stream state;
    bool open;
};

static bool begin_file(struct bzip2_stream *bzip2, struct err *err)
{
    bzip2->state = (bz_stream){0};
    bzip2->open = BZ2_bzDecompressInit(&bzip2->state, 0, 0) == BZ_OK;
    return bzip2->open || err_set(err, ERR_MEMORY, "bzip2: no memory");
}

static void end_file(struct bzip2_stream *bzip2)
{
    if (bzip2->open)
        (void)BZ2_bzDecompressEnd(&bzip2->state); // fails only on null
    bzip2->open = false;
}

static bool decompress_some(struct bzip2_stream *bzip2, struct err *err)
{
    span input = bzip2->supply.input;
    bzip2->state.next_in = (char *)(uintptr_t)input.ptr;
    bzip2->state.avail_in = (unsigned)input.len;
    int result = BZ2_bzDecompress(&bzip2->state);
    bzip2->supply.input = span_from(input, input.len - bzip2->state.avail_in);
    if (result == BZ_STREAM_END)
        end_file(bzip2);
    else if (result != BZ_OK)
        return err_set(err, ERR_INPUT, "bzip2: invalid data (%d)", result);
    return true;
}

static bool bzip2_next(struct stream *stream, span *ret, struct err *err)
{
    struct bzip2_stream *bzip2 = (struct bzip2_stream *)stream;
    uint8_t *room = stream_room(stream);
    size_t len = 0;
    while (len < CHUNK_SIZE) {
        if (!supply_more(&bzip2->supply, stream->inner, err))
            return false;
        if (bzip2->supply.ended && !bzip2->open)
            break;
        if (!bzip2->open && !begin_file(bzip2, err)) // files may follow each other
            return false;
        bzip2->state.next_out = (char *)room + len;
        bzip2->state.avail_out = (unsigned)(CHUNK_SIZE - len);
        if (!decompress_some(bzip2, err))
            return false;
        size_t now = CHUNK_SIZE - bzip2->state.avail_out;
        if (bzip2->supply.ended && bzip2->open && now == len)
            return err_set(err, ERR_INPUT, "bzip2: ends in the middle");
        len = now;
    }
    if (!supply_count(&bzip2->supply, len, err))
        return false;
    *ret = stream_filled(stream, len);
    return true;
}

static void bzip2_close(struct stream *stream)
{
    end_file((struct bzip2_stream *)stream);
}

bool bzip2_open(struct stream *inner, const struct limits *limits, struct lane *lane,
                struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = bzip2_next, .close = bzip2_close};
    struct bzip2_stream *bzip2 = stream_new(sizeof *bzip2, &ops, inner, lane, err);
    if (!bzip2)
        return false;
    supply_init(&bzip2->supply, limits);
    if (!begin_file(bzip2, err)) {
        stream_close(&bzip2->base);
        return false;
    }
    *ret = &bzip2->base;
    return true;
}
