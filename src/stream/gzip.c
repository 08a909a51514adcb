#include "stream/stream_inner.h"

#include <isa-l/igzip_lib.h>

#include <stdlib.h>

// RFC 1952: a gzip file is a sequence of members; eStargz and pigz write many.
struct gzip_stream {
    struct stream base;
    struct supply supply;
    struct inflate_state state;
    bool in_member;
    bool trailer; // zeros after the last member
};

static void begin_member(struct gzip_stream *gzip)
{
    isal_inflate_reset(&gzip->state);
    gzip->state.crc_flag = ISAL_GZIP;
    gzip->in_member = true;
}

// Between members: another one, padding of zeros, or the end.
static bool after_member(struct gzip_stream *gzip, struct err *err)
{
    span *input = &gzip->supply.input;
    while (input->len && input->ptr[0] == 0) {
        gzip->trailer = true;
        *input = span_from(*input, 1);
    }
    if (input->len == 0)
        return true;
    if (gzip->trailer || input->ptr[0] != 0x1f)
        return err_set(err, ERR_INPUT, "gzip: bytes behind the last member");
    begin_member(gzip);
    return true;
}

static bool inflate_some(struct gzip_stream *gzip, uint8_t *room, size_t cap, size_t *ret_len,
                         struct err *err)
{
    struct inflate_state *state = &gzip->state;
    span input = gzip->supply.input;
    state->next_in = (uint8_t *)(uintptr_t)input.ptr;
    state->avail_in = (uint32_t)(input.len < UINT32_MAX ? input.len : UINT32_MAX);
    uint32_t offered = state->avail_in;
    state->next_out = room;
    state->avail_out = (uint32_t)cap;

    int result = isal_inflate(state);
    gzip->supply.input = span_from(input, offered - state->avail_in);
    *ret_len = cap - state->avail_out;
    if (result == ISAL_INCORRECT_CHECKSUM)
        return err_set(err, ERR_INPUT, "gzip: checksum is wrong");
    if (result < 0 || result == ISAL_NEED_DICT)
        return err_set(err, ERR_INPUT, "gzip: invalid data (%d)", result);
    if (state->block_state == ISAL_BLOCK_FINISH)
        gzip->in_member = false;
    return true;
}

static bool gzip_next(struct stream *stream, span *ret, struct err *err)
{
    struct gzip_stream *gzip = (struct gzip_stream *)stream;
    uint8_t *room = stream_room(stream);
    size_t len = 0;
    while (len < CHUNK_SIZE) {
        if (!supply_more(&gzip->supply, stream->inner, err))
            return false;
        if (!gzip->in_member && !after_member(gzip, err))
            return false;
        if (gzip->supply.ended && !gzip->in_member)
            break;
        if (!gzip->in_member)
            continue;
        size_t got = 0;
        if (!inflate_some(gzip, room + len, CHUNK_SIZE - len, &got, err))
            return false;
        len += got;
        if (gzip->supply.ended && gzip->in_member && got == 0)
            return err_set(err, ERR_INPUT, "gzip: ends in the middle");
    }
    if (!supply_count(&gzip->supply, len, err))
        return false;
    *ret = stream_filled(stream, len);
    return true;
}

static void gzip_close(struct stream *stream)
{
    (void)stream; // ISA-L keeps all its state inside the struct
}

bool gzip_open(struct stream *inner, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err)
{
    static const struct stream_ops ops = {.next = gzip_next, .close = gzip_close};
    struct gzip_stream *gzip = stream_new(sizeof *gzip, &ops, inner, lane, err);
    if (!gzip)
        return false;
    supply_init(&gzip->supply, limits);
    isal_inflate_init(&gzip->state);
    begin_member(gzip);
    *ret = &gzip->base;
    return true;
}
