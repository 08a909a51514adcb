#include "stream/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static span noise(struct arena *mem, size_t len, uint64_t seed)
{
    uint8_t *bytes = arena_alloc(mem, len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(seed >> 56);
    }
    return span_of(bytes, len);
}

// `bytes` with some of them taken out of the middle and others put in.
static span changed(struct arena *mem, span bytes)
{
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    text_add(&out, span_first(bytes, bytes.len / 2));
    text_add(&out, S("something new"));
    text_add(&out, span_from(bytes, bytes.len / 2 + 100));
    assert_true(text_ok(&out));
    return text_span(&out);
}

static bool unpack(struct arena *mem, span packed, span base, uint64_t len, span *ret,
                   struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *inner = NULL;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct limits limits = limits_default();
    return stream_open_memory(packed, &inner, err) &&
           stream_open_patch(take(&inner), base, &limits, &stream, err) &&
           stream_read_exactly(stream, len, mem, ret, err);
}

static void round_trips(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 1000, 1 << 20, (4 << 20) + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
        span bytes = noise(mem, sizes[i], i);
        span packed = {0};
        span again = {0};
        assert_true(stream_pack(bytes, (span){0}, PACK_SMALL, mem, &packed, NULL));
        assert_true(unpack(mem, packed, (span){0}, bytes.len, &again, NULL));
        assert_true(span_equal(bytes, again));
    }
}

static void a_patch_is_small(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(128 << 20);
    span base = noise(mem, 5 << 20, 7);
    span next = changed(mem, base);
    span patch = {0};
    span again = {0};
    assert_true(stream_pack(next, base, PACK_SMALL, mem, &patch, NULL));
    assert_true(patch.len < 2000);
    assert_true(unpack(mem, patch, base, next.len, &again, NULL));
    assert_true(span_equal(next, again));
}

static void with_another_base_it_is_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(128 << 20);
    span base = noise(mem, 1 << 20, 7);
    span next = changed(mem, base);
    span patch = {0};
    span again = {0};
    assert_true(stream_pack(next, base, PACK_SMALL, mem, &patch, NULL));
    const span wrong[] = {noise(mem, 1 << 20, 8), {0}, span_first(base, 1000)};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(unpack(mem, patch, wrong[i], next.len, &again, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void damage_is_noticed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(128 << 20);
    span base = noise(mem, 1 << 16, 7);
    span next = changed(mem, base);
    span patch = {0};
    assert_true(stream_pack(next, base, PACK_SMALL, mem, &patch, NULL));
    for (size_t i = 0; i < patch.len; i++) {
        struct text copy = {0};
        span again = {0};
        text_init(&copy, mem, SIZE_MAX);
        text_add(&copy, patch);
        copy.ptr[i] ^= 0x55;
        if (unpack(mem, text_span(&copy), base, next.len, &again, NULL))
            assert_true(span_equal(again, next)); // a bit that says nothing
        assert_false(unpack(mem, span_first(patch, i), base, next.len, &again, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(a_patch_is_small),
        cmocka_unit_test(with_another_base_it_is_nothing),
        cmocka_unit_test(damage_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
