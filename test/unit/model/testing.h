// What the tests of model share: cmocka with the headers it needs, and a seeded generator.
#ifndef PLIMSOLL_TEST_MODEL_H
#define PLIMSOLL_TEST_MODEL_H

#include "model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

// xorshift64*: the same numbers on every machine.
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline size_t random_below(uint64_t *state, size_t limit)
{
    return (size_t)((random_next(state) >> 33) % limit);
}

// Up to `longest` bytes out of `alphabet`, in `mem`.
static inline span random_text(uint64_t *state, span alphabet, size_t longest, struct arena *mem)
{
    size_t len = random_below(state, longest + 1);
    uint8_t *bytes = arena_alloc(mem, len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = alphabet.ptr[random_below(state, alphabet.len)];
    return span_of(bytes, len);
}

// Reads a noun's bytes into `mem`; what it reads is thrown away.
typedef bool read_wire(span bytes, struct arena *mem, struct err *err);

// `bytes` with anything cut off, and with a byte more, are refused: never believed, never a crash.
static inline void check_lengths(span bytes, struct arena *mem, read_wire *read)
{
    struct text longer = {0};
    text_init(&longer, mem, SIZE_MAX);
    text_add(&longer, bytes);
    text_add_byte(&longer, 0);
    for (size_t len = 0; len <= longer.len; len++) {
        struct err err = {0};
        bool ok = read(span_first(text_span(&longer), len), mem, &err);
        assert_int_equal(ok, len == bytes.len);
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_INPUT);
    }
}

// With too little memory reading fails cleanly; `enough` is enough.
static inline void check_budgets(span bytes, uint64_t enough, read_wire *read)
{
    bool ok = false;
    for (uint64_t budget = 0; budget < enough; budget++) {
        CLEANUP(arena_cleanup) struct arena *small = arena_new(budget);
        struct err err = {0};
        ok = read(bytes, small, &err);
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_LIMIT);
    }
    assert_true(ok);
}

static inline void assert_span(span actual, span expected)
{
    if (!span_equal(actual, expected))
        fail_msg("'%s' is not '%s'", quote(actual).text, quote(expected).text);
}

#endif
