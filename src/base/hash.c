#include "base/base.h"

// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012).

struct state {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void take_round(struct state *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32) + s->v3;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 = rotate(s->v2, 32);
}

static void take_word(struct state *s, uint64_t word)
{
    s->v3 ^= word;
    take_round(s);
    take_round(s);
    s->v0 ^= word;
}

uint64_t span_keyed_hash(span s, hash_key key)
{
    struct state state = {
        .v0 = key.first ^ 0x736f6d6570736575u,
        .v1 = key.second ^ 0x646f72616e646f6du,
        .v2 = key.first ^ 0x6c7967656e657261u,
        .v3 = key.second ^ 0x7465646279746573u,
    };
    uint64_t tail = (uint64_t)s.len << 56;
    reader r = reader_of(s);
    while (r.rest.len >= 8)
        take_word(&state, read_u64le(&r));
    for (unsigned shift = 0; r.rest.len; shift += 8)
        tail |= (uint64_t)read_u8(&r) << shift;
    take_word(&state, tail);
    state.v2 ^= 0xff;
    for (unsigned i = 0; i < 4; i++)
        take_round(&state);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}
