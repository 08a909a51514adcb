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

static inline void assert_span(span actual, span expected)
{
    if (!span_equal(actual, expected))
        fail_msg("'%s' is not '%s'", quote(actual).text, quote(expected).text);
}

#endif
