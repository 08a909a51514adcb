#include "stream/stream_inner.h"

#include <isa-l/igzip_lib.h>

#include <stdlib.h>

// The three wrappings of deflate. RFC 1952: a gzip file is a sequence of members; eStargz and pigz
// write many. The others, zlib (RFC 1950) and bare deflate (RFC 1951), are one member.
struct inflate_stream {
    struct stream base;
    struct supply supply;
    struct inflate_state state;
    const char *name;  // of the format, for messages
    uint32_t wrapping; // ISAL_GZIP, ISAL_ZLIB or ISAL_DEFLATE
    bool in_member;
    bool trailer; // zeros after the last member
};

static void begin_member(struct inflate_stream *inflate)
{
    isal_inflate_reset(&inflate->state);
    inflate->state.crc_flag = inflate->wrapping;
    inflate->in_member = true;
}

// Between members: another one, padding of zeros, or the end.
static bool after_member(struct inflate_stream *inflate, struct err *err)
{
    span *input = &inflate->supply.input;
    if (inflate->wrapping != ISAL_GZIP) {
        inflate->supply.ended = true;
        *input = (span){0};
    }
    while (input->len && input->ptr[0] == 0) {
        inflate->trailer = true;
        *input = span_from(*input, 1);
    }
    if (input->len == 0)
        return true;
    if (inflate->trailer || input->ptr[0] != 0x1f)
        return err_set(err, ERR_INPUT, "gzip: bytes behind the last member");
    begin_member(inflate);
    return true;
}

static bool inflate_some(struct inflate_stream *inflate, uint8_t *room, size_t cap, size_t *ret_len,
                         struct err *err)
{
    struct inflate_state *state = &inflate->state;
    span input = inflate->supply.input;
    state->next_in = (uint8_t *)(uintptr_t)input.ptr;
    state->avail_in = (uint32_t)(input.len < UINT32_MAX ? input.len : UINT32_MAX);
    uint32_t offered = state->avail_in;
    state->next_out = room;
    state->avail_out = (uint32_t)cap;

    int result = isal_inflate(state);
    inflate->supply.input = span_from(input, offered - state->avail_in);
    *ret_len = cap - state->avail_out;
    if (result == ISAL_INCORRECT_CHECKSUM)
        return err_set(err, ERR_INPUT, "%s: checksum is wrong", inflate->name);
    if (result < 0 || result == ISAL_NEED_DICT)
        return err_set(err, ERR_INPUT, "%s: invalid data (%d)", inflate->name, result);
    if (state->block_state == ISAL_BLOCK_FINISH)
        inflate->in_member = false;
    return true;
}

static bool inflate_next(struct stream *stream, span *ret, struct err *err)
{
    struct inflate_stream *inflate = (struct inflate_stream *)stream;
    uint8_t *room = stream_room(stream);
    size_t len = 0;
    while (len < CHUNK_SIZE) {
        if (!supply_more(&inflate->supply, stream->inner, err))
            return false;
        if (!inflate->in_member && !after_member(inflate, err))
            return false;
        if (inflate->supply.ended && !inflate->in_member)
            break;
        if (!inflate->in_member)
            continue;
        size_t got = 0;
        if (!inflate_some(inflate, room + len, CHUNK_SIZE - len, &got, err))
            return false;
        len += got;
        if (inflate->supply.ended && inflate->in_member && got == 0)
            return err_set(err, ERR_INPUT, "%s: ends in the middle", inflate->name);
    }
    if (!supply_count(&inflate->supply, len, err))
        return false;
    *ret = stream_filled(stream, len);
    return true;
}

static void inflate_close(struct stream *stream)
{
    (void)stream; // ISA-L keeps all its state inside the struct
}

static bool inflate_open(const char *name, uint32_t wrapping, struct stream *inner,
                         const struct limits *limits, struct lane *lane, struct stream **ret,
                         struct err *err)
{
    static const struct stream_ops ops = {.next = inflate_next, .close = inflate_close};
    struct inflate_stream *inflate = stream_new(sizeof *inflate, &ops, inner, lane, err);
    if (!inflate)
        return false;
    supply_init(&inflate->supply, limits);
    inflate->name = name;
    inflate->wrapping = wrapping;
    isal_inflate_init(&inflate->state);
    begin_member(inflate);
    *ret = &inflate->base;
    return true;
}

bool gzip_open(struct stream *inner, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err)
{
    return inflate_open("gzip", ISAL_GZIP, inner, limits, lane, ret, err);
}

bool zlib_open(struct stream *inner, const struct limits *limits, struct lane *lane,
               struct stream **ret, struct err *err)
{
    return inflate_open("zlib", ISAL_ZLIB, inner, limits, lane, ret, err);
}

bool deflate_open(struct stream *inner, const struct limits *limits, struct lane *lane,
                  struct stream **ret, struct err *err)
{
    return inflate_open("deflate", ISAL_DEFLATE, inner, limits, lane, ret, err);
}
