#include "scan/unpack/unpack_inner.h"

#include <string.h>

// What goes through the lane: a byte that says what comes, and a u32le: so many bytes of content,
// which follow; so many zeros; or the end of a file.
enum operation { TAPE_BYTES, TAPE_ZEROS, TAPE_END };
enum { HEAD_BYTES = 1 + 4 };

struct tape {
    struct lane *lane;
    uint8_t *room; // of the lane, being filled; null: none
    size_t filled;
    uint32_t ended; // files so far
    // The other side: touched by whoever takes from the lane, one at a time, and after it has
    // settled.
    struct file_hasher *hasher;
    struct arena *mem;
    struct list digests; // of struct file_digests
};

// ---------------------------------------------------------------- the taking side

static void digest_zeros(struct file_hasher *hasher, uint32_t count)
{
    static const uint8_t zeros[4096];
    while (count) {
        uint32_t step = count < sizeof zeros ? count : sizeof zeros;
        file_hasher_add(hasher, span_of(zeros, step));
        count -= step;
    }
}

static void end_file(struct tape *tape)
{
    struct file_digests digests = {0};
    struct file_digests *kept = NULL;
    if (file_hasher_finish(tape->hasher, &digests))
        kept = LIST_ADD(&tape->digests, struct file_digests);
    if (kept)
        *kept = digests;
}

static void take_bytes(void *self, span bytes)
{
    struct tape *tape = self;
    reader r = reader_of(bytes);
    while (r.rest.len) {
        enum operation operation = (enum operation)read_u8(&r);
        uint32_t count = read_u32le(&r);
        switch (operation) {
        case TAPE_BYTES:
            file_hasher_add(tape->hasher, read_bytes(&r, count));
            break;
        case TAPE_ZEROS:
            digest_zeros(tape->hasher, count);
            break;
        case TAPE_END:
            end_file(tape);
            break;
        }
    }
}

// ---------------------------------------------------------------- the filling side

bool tape_new(struct crew *crew, struct tape **ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_MAX);
    struct tape *tape = mem ? ARENA_NEW(mem, struct tape) : NULL;
    if (!tape)
        return err_set(err, ERR_MEMORY, "no memory for digests");
    list_init(&tape->digests, mem, sizeof(struct file_digests), UINT32_MAX - 1);
    if (!file_hasher_new(&tape->hasher, err))
        return false;
    if (!lane_new_to(crew, take_bytes, tape, &tape->lane, err)) {
        file_hasher_free(tape->hasher);
        return false;
    }
    tape->mem = take(&mem);
    *ret = tape;
    return true;
}

void tape_free(struct tape *tape)
{
    if (!tape)
        return;
    lane_free(tape->lane);
    file_hasher_free(tape->hasher);
    arena_free(tape->mem); // the tape itself is in it
}

static void flush(struct tape *tape)
{
    if (tape->room)
        lane_publish(tape->lane, tape->filled);
    tape->room = NULL;
    tape->filled = 0;
}

// Room for an operation and some bytes of content: how many.
static size_t make_room(struct tape *tape)
{
    if (tape->room && LANE_ROOM - tape->filled <= HEAD_BYTES)
        flush(tape);
    if (!tape->room)
        tape->room = lane_room(tape->lane);
    return LANE_ROOM - tape->filled - HEAD_BYTES;
}

static void put(struct tape *tape, enum operation operation, uint32_t count)
{
    uint8_t *at = tape->room + tape->filled;
    at[0] = (uint8_t)operation;
    for (unsigned i = 0; i < 4; i++)
        at[1 + i] = (uint8_t)(count >> (8 * i));
    tape->filled += HEAD_BYTES;
}

void tape_add(struct tape *tape, span bytes)
{
    while (bytes.len) {
        span piece = span_first(bytes, make_room(tape));
        put(tape, TAPE_BYTES, (uint32_t)piece.len);
        memcpy(tape->room + tape->filled, piece.ptr, piece.len);
        tape->filled += piece.len;
        bytes = span_from(bytes, piece.len);
    }
}

void tape_add_zeros(struct tape *tape, uint64_t count)
{
    enum { LARGEST = 1 << 30 };
    while (count) {
        uint32_t step = count < LARGEST ? (uint32_t)count : LARGEST;
        (void)make_room(tape);
        put(tape, TAPE_ZEROS, step);
        count -= step;
    }
}

uint32_t tape_end(struct tape *tape)
{
    (void)make_room(tape);
    put(tape, TAPE_END, 0);
    return tape->ended++;
}

void tape_settle(struct tape *tape)
{
    flush(tape);
    lane_settle(tape->lane);
}

const struct file_digests *tape_digests(const struct tape *tape, uint32_t number)
{
    return number < tape->digests.count ? LIST_AT(&tape->digests, struct file_digests, number)
                                        : NULL;
}
