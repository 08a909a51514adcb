#include "os/os.h"
#include "stream/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 64 << 20 };

// What zip members hold: a gzip file without header (10 bytes) and trailer (8).
static span deflated(span plain, struct arena *mem)
{
    static const char *const command[] = {"gzip", "-nc", NULL};
    span packed = {0};
    int status = -1;
    if (!os_run(command, plain, MOST, 30, mem, &packed, &status, NULL) || status != 0) {
        print_message("SKIP: inflate: gzip is absent\n");
        skip();
    }
    return span_slice(packed, 10, packed.len - 18);
}

// RFC 1950, section 8.
static uint32_t adler32(span bytes)
{
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        a = (a + bytes.ptr[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static span zlib_of(span plain, struct arena *mem)
{
    struct text out;
    uint32_t sum = adler32(plain);
    text_init(&out, mem, MOST);
    text_add(&out, S("\x78\x9c"));
    text_add(&out, deflated(plain, mem));
    for (int shift = 24; shift >= 0; shift -= 8)
        text_add_byte(&out, (uint8_t)(sum >> shift));
    assert_true(text_ok(&out));
    return text_span(&out);
}

static span pattern(size_t len, struct arena *mem)
{
    uint8_t *bytes = arena_alloc(mem, len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i % 7 ? i >> 9 : i * 2654435761u >> 20);
    return span_of(bytes, len);
}

// A content that is in memory and does not say so.
static bool read_far(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    (void)err;
    memcpy(to, ((const span *)self)->ptr + offset, len);
    return true;
}

static struct content far_content(span *bytes)
{
    return (struct content){.size = bytes->len, .self = bytes, .read = read_far};
}

static bool expand(enum compression compression, const struct content *content, struct arena *mem,
                   uint64_t most, span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct limits limits = limits_default();
    struct stream *inner = NULL;
    assert_true(stream_open_content(content, 0, content->size, &inner, NULL));
    assert_true(stream_open_decompress(compression, inner, &limits, NULL, &stream, NULL));
    return stream_read_all(stream, most, mem, ret, err);
}

static const size_t sizes[] = {0, 1, 262143, 262144, 262145, 1000000};

static void near_or_far_it_expands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
        span plain = pattern(sizes[i], mem);
        span packed[] = {deflated(plain, mem), zlib_of(plain, mem)};
        const enum compression kinds[] = {COMPRESSION_DEFLATE, COMPRESSION_ZLIB};
        for (size_t k = 0; k < 2; k++) {
            struct content near = content_of(packed[k]);
            struct content far = far_content(&packed[k]);
            span found = {0};
            assert_true(expand(kinds[k], &near, mem, MOST, &found, NULL));
            assert_true(span_equal(found, plain));
            assert_true(expand(kinds[k], &far, mem, MOST, &found, NULL));
            assert_true(span_equal(found, plain));
        }
    }
}

static void what_is_cut_or_changed_is_an_error(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
    span plain = pattern(3000, mem);
    span packed = zlib_of(plain, mem);
    span found = {0};
    span bare = deflated(plain, mem);
    for (size_t len = 0; len < packed.len; len++) {
        struct content content = content_of(span_first(packed, len));
        assert_false(expand(COMPRESSION_ZLIB, &content, mem, MOST, &found, NULL));
        content = content_of(span_first(bare, len < bare.len ? len : 0));
        assert_false(expand(COMPRESSION_DEFLATE, &content, mem, MOST, &found, NULL));
    }
    ((uint8_t *)(uintptr_t)packed.ptr)[packed.len - 1] ^= 1;
    struct content content = content_of(packed);
    assert_false(expand(COMPRESSION_ZLIB, &content, mem, MOST, &found, NULL));
}

static void what_follows_the_end_is_not_read(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
    struct text packed;
    span found = {0};
    text_init(&packed, mem, MOST);
    text_add(&packed, zlib_of(S("content"), mem));
    text_add(&packed, S("something else"));
    struct content content = content_of(text_span(&packed));
    assert_true(expand(COMPRESSION_ZLIB, &content, mem, MOST, &found, NULL));
    assert_true(span_equal(found, S("content")));
}

static void a_part_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct content content = content_of(S("0123456789"));
    const uint64_t parts[][2] = {{0, 11}, {10, 1}, {11, 0}, {UINT64_MAX, 1}, {1, UINT64_MAX}};
    struct stream *stream = NULL;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_false(stream_open_content(&content, parts[i][0], parts[i][1], &stream, NULL));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST);
    span found = {0};
    assert_true(stream_open_content(&content, 3, 4, &stream, NULL));
    assert_true(stream_read_all(stream, 4, mem, &found, NULL));
    assert_true(span_equal(found, S("3456")));
    stream_close(stream);
}

static bool read_exactly(span bytes, uint64_t length, struct arena *mem, span *ret)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    assert_true(stream_open_memory(bytes, &stream, NULL));
    return stream_read_exactly(stream, length, mem, ret, NULL);
}

static void whole_streams_keep_to_what_is_said(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span found = {0};
    assert_true(read_exactly(S("12345"), 5, mem, &found));
    assert_true(span_equal(found, S("12345")));
    assert_true(read_exactly(S(""), 0, mem, &found) && found.len == 0);
    assert_false(read_exactly(S("12345"), 4, mem, &found));
    assert_false(read_exactly(S("12345"), 6, mem, &found));
    assert_false(read_exactly(S("12345"), 1 << 21, mem, &found)); // the arena's budget
    struct content content = content_of(S("12345"));
    struct err err = {0};
    assert_true(expand(COMPRESSION_NONE, &content, mem, 5, &found, &err));
    assert_false(expand(COMPRESSION_NONE, &content, mem, 4, &found, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_or_far_it_expands),
        cmocka_unit_test(what_is_cut_or_changed_is_an_error),
        cmocka_unit_test(what_follows_the_end_is_not_read),
        cmocka_unit_test(a_part_that_is_not_there_is_an_error),
        cmocka_unit_test(whole_streams_keep_to_what_is_said),
    };
    return cmocka_run_group_tests_name("inflate", tests, NULL, NULL);
}
