#include "os/os.h"
#include "stream/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 64 << 20 };

// The real programs make the input; a kind whose program is absent is skipped by name.
struct kind {
    enum compression compression;
    const char *name;
    const char *command[4];
};

static const struct kind kinds[] = {
    {COMPRESSION_GZIP, "gzip", {"gzip", "-nc", NULL}},
    {COMPRESSION_GZIP, "gzip -1", {"gzip", "-1c", NULL}},
    {COMPRESSION_ZSTD, "zstd", {"zstd", "-qc", NULL}},
    {COMPRESSION_ZSTD, "zstd --long=27", {"zstd", "-qc", "--long=27", NULL}},
    {COMPRESSION_XZ, "xz", {"xz", "-c", NULL}},
    {COMPRESSION_BZIP2, "bzip2", {"bzip2", "-c", NULL}},
};

static span compress(const struct kind *kind, span bytes, struct arena *mem)
{
    span out = {0};
    int status = -1;
    struct err err = {0};
    if (os_run(kind->command, bytes, MOST, 30, mem, &out, &status, &err) && status == 0)
        return out;
    print_message("SKIP: %s: %s\n", kind->name, err.text);
    return (span){0};
}

static span pattern(size_t len, struct arena *mem)
{
    uint8_t *bytes = arena_alloc(mem, len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i % 7 ? i >> 9 : i * 2654435761u >> 20);
    return span_of(bytes, len);
}

static span join(span a, span b, struct arena *mem)
{
    struct text text;
    text_init(&text, mem, MOST);
    text_add(&text, a);
    text_add(&text, b);
    assert_true(text_ok(&text));
    return text_span(&text);
}

// Reads everything; false when the stream fails, with what came before in *ret.
static bool expand_with(enum compression compression, span bytes, const struct limits *limits,
                        struct arena *mem, span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct stream *inner = NULL;
    struct text out;
    assert_true(stream_open_memory(bytes, &inner, NULL));
    assert_true(stream_open_decompress(compression, inner, limits, NULL, &stream, NULL));
    text_init(&out, mem, MOST);
    span chunk = {0};
    bool ok = true;
    do {
        ok = stream_next(stream, &chunk, err);
        text_add(&out, ok ? chunk : (span){0});
    } while (ok && chunk.len);
    assert_true(ok || !stream_next(stream, &chunk, NULL)); // failed once, failed for good
    *ret = text_span(&out);
    return ok;
}

static bool expand(enum compression compression, span bytes, struct arena *mem, span *ret)
{
    struct limits limits = limits_default();
    struct err err = {0};
    return expand_with(compression, bytes, &limits, mem, ret, &err);
}

static const size_t sizes[] = {0, 1, 262143, 262144, 1000000};
enum { SIZES = sizeof sizes / sizeof *sizes, KINDS = sizeof kinds / sizeof *kinds };

static void what_the_programs_write_is_read(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < SIZES; i++) {
            CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
            span plain = pattern(sizes[i], mem);
            span packed = compress(&kinds[k], plain, mem);
            span found = {0};
            if (packed.len == 0)
                break;
            assert_int_equal(compression_detect(packed), kinds[k].compression);
            assert_true(expand(kinds[k].compression, packed, mem, &found));
            assert_true(span_equal(found, plain));
        }
}

static void many_members_are_one_stream(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(2 * MOST);
        span tiny = compress(&kinds[k], S("x"), mem);
        span large = compress(&kinds[k], pattern(300000, mem), mem);
        if (tiny.len == 0)
            continue;
        struct text packed;
        text_init(&packed, mem, MOST);
        for (int i = 0; i < 300; i++)
            text_add(&packed, tiny);
        text_add(&packed, large);
        text_add(&packed, tiny);
        span found = {0};
        assert_true(expand(kinds[k].compression, text_span(&packed), mem, &found));
        assert_int_equal(found.len, 300 + 300000 + 1);
        assert_int_equal(found.ptr[299], 'x');
        assert_true(span_equal(span_slice(found, 300, 300000), pattern(300000, mem)));
    }
}

// A window of 128 MiB is cleared for each stream where malloc is made to fill what it gives.
static bool has_large_window(const struct kind *kind)
{
    return kind->command[2] != NULL;
}

static void truncated_anywhere_is_an_error(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        if (has_large_window(&kinds[k]))
            continue;
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
        span packed = compress(&kinds[k], pattern(3000, mem), mem);
        span found = {0};
        for (size_t len = 1; len < packed.len; len++)
            assert_false(expand(kinds[k].compression, span_first(packed, len), mem, &found));
    }
}

// Every format but plain zstd frames has a checksum that the flip must break, or a structure.
static void a_flipped_bit_is_an_error(void **state)
{
    (void)state;
    static const struct kind checked = {COMPRESSION_ZSTD, "zstd", {"zstd", "-qc", "--check", NULL}};
    for (size_t k = 0; k < KINDS; k++) {
        if (has_large_window(&kinds[k]))
            continue;
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
        const struct kind *kind = kinds[k].compression == COMPRESSION_ZSTD ? &checked : &kinds[k];
        span plain = pattern(3000, mem);
        span packed = compress(kind, plain, mem);
        for (size_t i = 10; i < packed.len; i++) { // gzip's first ten bytes are not checked
            span copy = {0};
            span found = {0};
            assert_true(arena_span(mem, packed, &copy));
            ((uint8_t *)(uintptr_t)copy.ptr)[i] ^= (uint8_t)(1 << (i % 8));
            bool ok = expand(kind->compression, copy, mem, &found);
            assert_true(!ok || span_equal(found, plain)); // unused bits may be anything
        }
    }
}

static void bytes_behind_the_end_are_an_error_but_zeros_behind_gzip(void **state)
{
    (void)state;
    static const uint8_t zeros[1000];
    for (size_t k = 0; k < KINDS; k++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
        span packed = compress(&kinds[k], S("content"), mem);
        span found = {0};
        if (packed.len == 0)
            continue;
        enum compression kind = kinds[k].compression;
        assert_false(expand(kind, join(packed, S("garbage"), mem), mem, &found));
        if (kind != COMPRESSION_GZIP)
            continue;
        span padded = join(packed, span_of(zeros, sizeof zeros), mem);
        assert_true(expand(kind, padded, mem, &found));
        assert_true(span_equal(found, S("content")));
        assert_false(expand(kind, join(padded, packed, mem), mem, &found));
    }
}

static void zstd_skippable_frames_are_skipped(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
    span frame = compress(&kinds[2], S("content"), mem);
    span skip = S("\x5f\x2a\x4d\x18\x03\0\0\0abc");
    span found = {0};
    if (frame.len == 0)
        return;
    span packed = join(join(skip, frame, mem), join(skip, frame, mem), mem);
    assert_int_equal(compression_detect(packed), COMPRESSION_ZSTD);
    assert_true(expand(COMPRESSION_ZSTD, join(packed, skip, mem), mem, &found));
    assert_true(span_equal(found, S("contentcontent")));
}

static void zeros_stop_at_the_ratio(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(4ull * MOST);
        static const uint8_t zeros[8 << 20];
        struct limits limits = limits_default();
        struct err err = {0};
        span packed = compress(&kinds[k], span_of(zeros, sizeof zeros), mem);
        span found = {0};
        if (packed.len == 0)
            continue;
        limits.expansion_ratio = 100;
        limits.expansion_floor = sizeof zeros;
        assert_true(expand_with(kinds[k].compression, packed, &limits, mem, &found, &err));
        limits.expansion_floor = 1 << 20;
        assert_false(expand_with(kinds[k].compression, packed, &limits, mem, &found, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
        limits.expansion_ratio = 0; // what a user may set
        assert_false(expand_with(kinds[k].compression, packed, &limits, mem, &found, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
}

static void detection_needs_the_whole_magic(void **state)
{
    (void)state;
    const span starts[] = {S("\x1f"),
                           S("\x28\xb5\x2f"),
                           S("\x50\x2a\x4d"),
                           S("\xfd"
                             "7zXZ"),
                           S("BZ"),
                           S(""),
                           S("\x60\x2a\x4d\x18")};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        assert_int_equal(compression_detect(starts[i]), COMPRESSION_NONE);
}

static void a_peek_consumes_nothing(void **state)
{
    (void)state;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    span chunk = {0};
    assert_true(stream_open_memory(S("abc"), &stream, NULL));
    for (int i = 0; i < 2; i++)
        assert_true(stream_peek(stream, &chunk, NULL) && span_equal(chunk, S("abc")));
    assert_int_equal(stream_position(stream), 0);
    assert_true(stream_next(stream, &chunk, NULL) && span_equal(chunk, S("abc")));
    assert_int_equal(stream_position(stream), 3);
    assert_true(stream_next(stream, &chunk, NULL) && chunk.len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_programs_write_is_read),
        cmocka_unit_test(many_members_are_one_stream),
        cmocka_unit_test(truncated_anywhere_is_an_error),
        cmocka_unit_test(a_flipped_bit_is_an_error),
        cmocka_unit_test(bytes_behind_the_end_are_an_error_but_zeros_behind_gzip),
        cmocka_unit_test(zstd_skippable_frames_are_skipped),
        cmocka_unit_test(zeros_stop_at_the_ratio),
        cmocka_unit_test(detection_needs_the_whole_magic),
        cmocka_unit_test(a_peek_consumes_nothing),
    };
    return cmocka_run_group_tests_name("decompress", tests, NULL, NULL);
}
