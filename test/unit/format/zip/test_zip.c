#include "format/zip/zip.h"
#include "make_zip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct limits limits;
static struct arena *mem;
static struct zip_maker maker;

static int set_up(void **state)
{
    (void)state;
    limits = limits_default();
    mem = arena_new(1 << 28);
    zip_begin(&maker, mem);
    return mem ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static struct zip open_zip(span bytes)
{
    struct content content = content_of(bytes);
    struct zip zip = {0};
    struct err err = {0};
    if (!zip_open(&content, &limits, mem, &zip, &err))
        fail_msg("%s", err.text);
    return zip;
}

static enum err_kind failure_of(span bytes)
{
    struct content content = content_of(bytes);
    struct zip zip = {0};
    struct err err = {0};
    assert_false(zip_open(&content, &limits, mem, &zip, &err));
    return err.kind;
}

static enum err_kind locate(span bytes, const struct zip_entry *entry, uint64_t *ret_offset)
{
    struct content content = content_of(bytes);
    struct err err = {0};
    (void)zip_locate(&content, entry, mem, ret_offset, &err);
    return err.kind;
}

static void expect_data(span bytes, const struct zip_entry *entry, span expected)
{
    uint64_t offset = 0;
    assert_int_equal(locate(bytes, entry, &offset), ERR_NONE);
    assert_int_equal(entry->size, expected.len);
    assert_true(span_equal(span_slice(bytes, offset, entry->packed_size), expected));
    assert_false(entry->overlaps);
}

static void two_entries(void)
{
    zip_add(&maker, S("a"), S("first"));
    zip_add(&maker, S("b/c"), S("second"));
}

static void expect_two_entries(span bytes)
{
    struct zip zip = open_zip(bytes);
    assert_int_equal(zip.count, 2);
    assert_int_equal(zip.damage.kind, ERR_NONE);
    expect_data(bytes, zip_find(&zip, S("a")), S("first"));
    expect_data(bytes, zip_find(&zip, S("b/c")), S("second"));
    assert_null(zip_find(&zip, S("b")));
}

static void entries_are_where_the_directory_says(void **state)
{
    (void)state;
    two_entries();
    expect_two_entries(zip_end(&maker));
}

static void empty_archive_has_no_entries(void **state)
{
    (void)state;
    span bytes = zip_end(&maker);
    assert_true(zip_detect(bytes));
    assert_int_equal(open_zip(bytes).count, 0);
}

static void comment_may_look_like_an_end(void **state)
{
    (void)state;
    two_entries();
    span comment = S("PK\x05\x06\0\0\0\0\xff\0\xff\0\xff\xff\xff\x7f\0\0\0\0\0\0 and more");
    expect_two_entries(zip_end_with(&maker, 2, comment, false));
}

static void longest_comment_is_read(void **state)
{
    (void)state;
    static uint8_t comment[65535];
    two_entries();
    expect_two_entries(zip_end_with(&maker, 2, span_of(comment, sizeof comment), false));
}

static void prefix_moves_everything(void **state)
{
    (void)state;
    struct text whole;
    text_init(&whole, mem, SIZE_MAX);
    two_entries();
    text_add(&whole, S("#!/bin/sh\nexec java -jar $0\n"));
    text_add(&whole, zip_end(&maker));
    expect_two_entries(text_span(&whole));
    assert_int_equal(open_zip(text_span(&whole)).prefix, 28);
}

static void zip64_is_read(void **state)
{
    (void)state;
    zip_add_entry(&maker,
                  (struct made_entry){.name = S("a"), .content = S("first"), .zip64 = true});
    zip_add(&maker, S("b/c"), S("second"));
    expect_two_entries(zip_end_with(&maker, UINT16_MAX, (span){0}, true));
}

static void number_of_entries_is_a_claim(void **state)
{
    (void)state;
    two_entries();
    span bytes = zip_end_with(&maker, 7, (span){0}, false);
    expect_two_entries(bytes);
    assert_int_equal(open_zip(bytes).declared, 7);
}

static void names_are_anything(void **state)
{
    (void)state;
    zip_add(&maker, S("../../etc/passwd"), S("1"));
    zip_add(&maker, S("a\0b"), S("2"));
    zip_add(&maker, S("same"), S("3"));
    zip_add(&maker, S("same"), S("4"));
    zip_add(&maker, S(""), S("5"));
    span bytes = zip_end(&maker);
    struct zip zip = open_zip(bytes);
    assert_int_equal(zip.count, 5);
    expect_data(bytes, zip_find(&zip, S("a\0b")), S("2"));
    expect_data(bytes, zip_find(&zip, S("same")), S("4"));
    expect_data(bytes, zip_find(&zip, S("")), S("5"));
}

// D. Fifield, "A better zip bomb" (2019): many entries of the directory share one local header.
static void entries_that_share_bytes_are_marked(void **state)
{
    (void)state;
    zip_add(&maker, S("k"), S("kernel"));
    for (size_t i = 0; i < 3; i++)
        zip_add_entry(&maker, (struct made_entry){.name = S("k"), .content = S("kernel"), .at = 1});
    zip_add(&maker, S("alone"), S("alone"));
    struct zip zip = open_zip(zip_end(&maker));
    assert_int_equal(zip.count, 5);
    for (size_t i = 0; i < 4; i++)
        assert_true(zip.entries[i].overlaps);
    assert_false(zip.entries[4].overlaps);
}

// The other kind: each file holds the local headers of those behind it.
static void entries_that_hold_others_are_marked(void **state)
{
    (void)state;
    struct zip_maker inner;
    zip_begin(&inner, mem);
    zip_add(&inner, S("in"), S("inner"));
    zip_add(&maker, S("out"), text_span(&inner.archive));
    zip_add_entry(&maker, (struct made_entry){.name = S("in"), .content = S("inner"), .at = 34});
    struct zip zip = open_zip(zip_end(&maker));
    assert_true(zip.entries[0].overlaps);
    assert_true(zip.entries[1].overlaps);
}

static void entry_in_the_directory_is_marked(void **state)
{
    (void)state;
    zip_add(&maker, S("a"), S("first"));
    zip_add_entry(&maker, (struct made_entry){.name = S("b"), .content = S("x"), .at = 1 + 67});
    struct zip zip = open_zip(zip_end(&maker));
    assert_false(zip.entries[0].overlaps);
    assert_true(zip.entries[1].overlaps);
}

static void local_header_must_agree(void **state)
{
    (void)state;
    uint64_t offset = 0;
    zip_add_entry(
        &maker, (struct made_entry){.name = S("good"), .content = S("x"), .local_name = S("evil")});
    zip_add_entry(&maker, (struct made_entry){.name = S("far"), .content = S("x"), .at = 100000});
    zip_add_entry(&maker, (struct made_entry){.name = S("off"), .content = S("x"), .at = 2});
    zip_add_entry(&maker, (struct made_entry){.name = S("secret"), .content = S("x"), .flags = 1});
    span bytes = zip_end(&maker);
    struct zip zip = open_zip(bytes);
    assert_int_equal(locate(bytes, &zip.entries[0], &offset), ERR_INPUT);
    assert_int_equal(locate(bytes, &zip.entries[1], &offset), ERR_INPUT);
    assert_int_equal(locate(bytes, &zip.entries[2], &offset), ERR_INPUT);
    assert_int_equal(locate(bytes, &zip.entries[3], &offset), ERR_UNSUPPORTED);
    assert_int_equal(offset, 0);
}

static void what_is_no_archive_is_refused(void **state)
{
    (void)state;
    static uint8_t zeros[70000];
    assert_int_equal(failure_of((span){0}), ERR_INPUT);
    assert_int_equal(failure_of(S("PK\x05\x06")), ERR_INPUT);
    assert_int_equal(failure_of(span_of(zeros, sizeof zeros)), ERR_INPUT);
    assert_false(zip_detect(span_of(zeros, 4)));
    two_entries();
    span bytes = zip_end(&maker);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(failure_of(span_first(bytes, len)), ERR_INPUT);
}

static void any_flipped_byte_is_survived(void **state)
{
    (void)state;
    two_entries();
    span bytes = zip_end(&maker);
    uint8_t *copy = arena_alloc(mem, bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        struct content content = content_of(span_of(copy, bytes.len));
        struct zip zip = {0};
        copy[i] ^= 0xff;
        if (zip_open(&content, &limits, mem, &zip, NULL))
            assert_true(zip.count <= 2);
        copy[i] ^= 0xff;
    }
}

static void directory_is_read_as_far_as_it_is_whole(void **state)
{
    (void)state;
    two_entries();
    maker.directory.ptr[46 + 1] ^= 1; // the signature of the second header
    struct zip zip = open_zip(zip_end(&maker));
    assert_int_equal(zip.count, 1);
    assert_int_equal(zip.damage.kind, ERR_INPUT);
}

static void number_of_entries_is_limited(void **state)
{
    (void)state;
    two_entries();
    span bytes = zip_end(&maker);
    limits.archive_entries = 2;
    assert_int_equal(open_zip(bytes).damage.kind, ERR_NONE);
    limits.archive_entries = 1;
    assert_int_equal(open_zip(bytes).damage.kind, ERR_LIMIT);
    assert_int_equal(open_zip(bytes).count, 1);
}

// More than the end record can count without zip64: older tools let the number wrap around.
static void many_entries_are_read(void **state)
{
    (void)state;
    enum { MANY = 65536 + 3 };
    for (size_t i = 0; i < MANY; i++)
        zip_add(&maker, S("x"), (span){0});
    struct zip zip = open_zip(zip_end(&maker));
    assert_int_equal(zip.count, MANY);
    assert_int_equal(zip.declared, 3);
    assert_false(zip.entries[MANY - 1].overlaps);
}

struct apart {
    span bytes;
    size_t reads;
};

static bool read_apart(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    struct apart *apart = self;
    (void)err;
    apart->reads++;
    memcpy(to, apart->bytes.ptr + offset, len);
    return true;
}

static void content_need_not_be_in_memory(void **state)
{
    (void)state;
    two_entries();
    struct apart apart = {.bytes = zip_end(&maker)};
    struct content content = {.size = apart.bytes.len, .self = &apart, .read = read_apart};
    struct zip zip = {0};
    uint64_t offset = 0;
    assert_true(zip_open(&content, &limits, mem, &zip, NULL));
    assert_int_equal(apart.reads, 2);
    assert_true(zip_locate(&content, &zip.entries[1], mem, &offset, NULL));
    assert_true(span_starts_with(span_from(apart.bytes, offset), S("second")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entries_are_where_the_directory_says),
        TEST(empty_archive_has_no_entries),
        TEST(comment_may_look_like_an_end),
        TEST(longest_comment_is_read),
        TEST(prefix_moves_everything),
        TEST(zip64_is_read),
        TEST(number_of_entries_is_a_claim),
        TEST(names_are_anything),
        TEST(entries_that_share_bytes_are_marked),
        TEST(entries_that_hold_others_are_marked),
        TEST(entry_in_the_directory_is_marked),
        TEST(local_header_must_agree),
        TEST(what_is_no_archive_is_refused),
        TEST(any_flipped_byte_is_survived),
        TEST(directory_is_read_as_far_as_it_is_whole),
        TEST(number_of_entries_is_limited),
        TEST(many_entries_are_read),
        TEST(content_need_not_be_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
