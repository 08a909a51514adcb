#include "scene.h"
#include "tar_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// ---------------------------------------------------------------- ustar and V7

static void every_type_is_read(void **state)
{
    struct scene *scene = *state;
    struct block link = block_of(magic_ustar, '1', "hard", 0);
    block_set(&link, 157, S("a/b"));
    struct block symlink = block_of(magic_ustar, '2', "soft", 0);
    block_set(&symlink, 157, S("../x"));
    struct block device = block_of(magic_ustar, '3', "null", 0);
    block_set_octal(&device, 329, 7, 1);
    block_set_octal(&device, 337, 7, 3);
    add_member(&scene->tar, magic_ustar, '0', "a/b", S("content"));
    add_block(&scene->tar, link);
    add_block(&scene->tar, symlink);
    add_block(&scene->tar, device);
    add_block(&scene->tar, block_of(magic_ustar, '4', "block", 0));
    add_block(&scene->tar, block_of(magic_ustar, '5', "dir/", 0));
    add_block(&scene->tar, block_of(magic_ustar, '6', "fifo", 0));
    add_member(&scene->tar, magic_ustar, '7', "contiguous", S("x"));
    add_member(&scene->tar, magic_ustar, 'V', "label", S("skipped"));
    add_end(&scene->tar);
    reads_as(scene, "- a/b ->  7 644 1:2 0,0\n"
                    "h hard -> a/b 0 644 1:2 0,0\n"
                    "l soft -> ../x 0 644 1:2 0,0\n"
                    "c null ->  0 644 1:2 1,3\n"
                    "b block ->  0 644 1:2 0,0\n"
                    "d dir/ ->  0 644 1:2 0,0\n"
                    "p fifo ->  0 644 1:2 0,0\n"
                    "- contiguous ->  1 644 1:2 0,0\n"
                    "? label ->  7 644 1:2 0,0\n"
                    "end\n");
}

static void a_slash_makes_a_v7_directory_only(void **state)
{
    struct scene *scene = *state;
    add_block(&scene->tar, block_of(magic_v7, '\0', "old/", 0));
    add_member(&scene->tar, magic_v7, '\0', "old/file", S("1"));
    add_block(&scene->tar, block_of(magic_ustar, '0', "new/", 0));
    add_end(&scene->tar);
    reads_as(scene, "d old/ ->  0 644 1:2 0,0\n"
                    "- old/file ->  1 644 1:2 0,0\n"
                    "- new/ ->  0 644 1:2 0,0\n"
                    "end\n");
}

static void a_prefix_counts_in_ustar_only(void **state)
{
    struct scene *scene = *state;
    const span magics[] = {magic_ustar, magic_gnu, magic_v7};
    for (size_t i = 0; i < 3; i++) {
        struct block block = block_of(magics[i], '0', "name", 0);
        block_set(&block, 345, i == 1 ? S("00000000001 ") : S("a/prefix"));
        add_block(&scene->tar, block);
    }
    reads_as(scene, "- a/prefix/name ->  0 644 1:2 0,0\n"
                    "- name ->  0 644 1:2 0,0\n"
                    "- name ->  0 644 1:2 0,0\n"
                    "end\n");
}

static void a_gnu_header_that_cannot_hold_times_has_a_prefix(void **state)
{
    struct scene *scene = *state;
    struct block block = block_of(magic_gnu, '0', "name", 0);
    block_set(&block, 345, S("etc"));
    add_block(&scene->tar, block);
    block_set(&block, 345, S("\xc3\xa4"));
    add_block(&scene->tar, block);
    reads_as(scene, "- etc/name ->  0 644 1:2 0,0\n"
                    "- name ->  0 644 1:2 0,0\n"
                    "end\n");
}

static void star_has_times_behind_a_shorter_prefix(void **state)
{
    struct scene *scene = *state;
    struct block block = block_of(magic_ustar, '0', "name", 0);
    uint8_t prefix[155];
    memset(prefix, 'p', sizeof prefix);
    block_set(&block, 345, span_of(prefix, sizeof prefix));
    block_set(&block, 508, S("tar\0"));
    add_block(&scene->tar, block);
    span whole = dump(scene, text_span(&scene->tar), 512);
    assert_true(span_starts_with(span_from(whole, 2 + 131), S("/name ->")));
}

static void names_fill_their_fields(void **state)
{
    struct scene *scene = *state;
    uint8_t name[100];
    uint8_t prefix[155];
    memset(name, 'n', sizeof name);
    memset(prefix, 'p', sizeof prefix);
    struct block block = block_of(magic_ustar, '2', "", 0);
    block_set(&block, 0, span_of(name, sizeof name));
    block_set(&block, 157, span_of(name, sizeof name));
    block_set(&block, 345, span_of(prefix, sizeof prefix));
    add_block(&scene->tar, block);
    span whole = dump(scene, text_span(&scene->tar), 1);
    assert_true(span_starts_with(span_from(whole, 2 + 155), S("/nnn")));
    assert_true(span_starts_with(span_from(whole, 2 + 155 + 1 + 100), S(" -> nnn")));
    assert_true(span_starts_with(span_from(whole, 2 + 155 + 1 + 100 + 4 + 100), S(" 0 644")));
}

static void numbers_may_be_base_256_or_padded(void **state)
{
    struct scene *scene = *state;
    struct block block = block_of(magic_gnu, '0', "a", 0);
    block_set(&block, 124, S("\x80\0\0\0\0\0\0\0\0\0\0\x03"));
    block_set(&block, 108, S("\x80\0\0\0\xff\xff\xff\xfe"));
    block_set(&block, 116, S("   17 \0\0"));
    add_block(&scene->tar, block);
    text_add(&scene->tar, S("abc"));
    add_padding(&scene->tar);
    block = block_of(magic_v7, '\0', "b", 0);
    block_set(&block, 124, S("         2  "));
    block_set(&block, 108, S("\0\0\0\0\0\0\0\0"));
    add_block(&scene->tar, block);
    text_add(&scene->tar, S("xy"));
    add_padding(&scene->tar);
    reads_as(scene, "- a ->  3 644 4294967294:15 0,0\n"
                    "- b ->  2 644 0:2 0,0\n"
                    "end\n");
}

static void impossible_sizes_are_refused(void **state)
{
    struct scene *scene = *state;
    const span sizes[] = {
        S("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), // -1
        S("\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"),
        S("\x80\xff\0\0\0\0\0\0\0\0\0\0"),
        S("\x81\0\0\0\0\0\0\0\0\0\0\0"),
        S("-0000000001\0"),
        S("0000000000x\0"),
        S("00000000009\0"),
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct block block = block_of(magic_gnu, '0', "a", 0);
        block_set(&block, 124, sizes[i]);
        text_init(&scene->tar, scene->mem, 1 << 20);
        add_block(&scene->tar, block);
        reads_as(scene, "input: tar: size is not a number\n");
    }
}

static void header_only_types_have_no_data_whatever_their_size(void **state)
{
    struct scene *scene = *state;
    const char flags[] = "123456";
    for (size_t i = 0; i < 6; i++)
        add_block(&scene->tar, block_of(magic_ustar, flags[i], "a", 1000));
    add_member(&scene->tar, magic_ustar, '0', "etc/os-release", S("ID=x"));
    span whole = dump(scene, text_span(&scene->tar), 512);
    assert_true(span_contains(whole, S("- etc/os-release ->  4 ")));
    assert_false(span_contains(whole, S("1000")));
}

// ---------------------------------------------------------------- damage

static void a_wrong_checksum_is_damage(void **state)
{
    struct scene *scene = *state;
    add_member(&scene->tar, magic_ustar, '0', "good", S("1"));
    size_t start = scene->tar.len;
    add_block(&scene->tar, block_of(magic_ustar, '0', "bad", 0));
    scene->tar.ptr[start + 3]++;
    reads_as(scene, "- good ->  1 644 1:2 0,0\n"
                    "input: tar: header checksum is wrong\n");
}

static void a_checksum_of_signed_bytes_holds(void **state)
{
    struct scene *scene = *state;
    struct block block = block_of(magic_v7, '\0', "a\xff", 0);
    add_block(&scene->tar, block);
    uint64_t sum = 0;
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= 148 && i < 156 ? ' ' : scene->tar.ptr[i];
    char digits[8];
    (void)snprintf(digits, sizeof digits, "%06llo", (unsigned long long)sum - 256); // fits
    memcpy(scene->tar.ptr + 148, digits, 6);
    reads_as(scene, "- a\\xff ->  0 644 1:2 0,0\nend\n");
}

static void a_zero_block_in_the_middle_is_damage(void **state)
{
    struct scene *scene = *state;
    static const uint8_t zeros[BLOCK];
    add_member(&scene->tar, magic_ustar, '0', "a", S("1"));
    text_add(&scene->tar, span_of(zeros, BLOCK));
    add_member(&scene->tar, magic_ustar, '0', "b", S("2"));
    add_end(&scene->tar);
    reads_as(scene, "- a ->  1 644 1:2 0,0\n"
                    "input: tar: a zero block in the middle of the archive\n");
}

static void ends_without_a_marker_are_fine(void **state)
{
    struct scene *scene = *state;
    static const uint8_t zeros[BLOCK];
    reads_as(scene, "end\n"); // of nothing at all
    add_member(&scene->tar, magic_ustar, '0', "a", S("1"));
    reads_as(scene, "- a ->  1 644 1:2 0,0\nend\n");
    text_add(&scene->tar, span_of(zeros, BLOCK)); // half a marker
    reads_as(scene, "- a ->  1 644 1:2 0,0\nend\n");
    text_add(&scene->tar, span_of(zeros, BLOCK));
    reads_as(scene, "- a ->  1 644 1:2 0,0\nend\n");
    text_add(&scene->tar, S("whatever stands behind the marker"));
    reads_as(scene, "- a ->  1 644 1:2 0,0\nend\n");
}

static void the_last_padding_may_be_missing(void **state)
{
    struct scene *scene = *state;
    add_block(&scene->tar, block_of(magic_ustar, '0', "a", 3));
    text_add(&scene->tar, S("abc"));
    reads_as(scene, "- a ->  3 644 1:2 0,0\nend\n");
    text_add(&scene->tar, S("\0\0\0"));
    reads_as(scene, "- a ->  3 644 1:2 0,0\nend\n");
}

static void truncated_at_every_byte_is_seen(void **state)
{
    struct scene *scene = *state;
    add_pax_record(scene, "path", S("long"));
    size_t content = scene->tar.len + BLOCK;
    add_member(&scene->tar, magic_ustar, '0', "a", S("content"));
    span archive = text_span(&scene->tar);
    for (size_t len = 1; len <= archive.len; len++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        struct text out;
        text_init(&out, mem, 1 << 16);
        tar_dump(span_first(archive, len), 512, &scene->limits, &out);
        bool whole = len >= content + S("content").len;
        assert_int_equal(span_ends_with(text_span(&out), S("\nend\n")), whole);
        assert_true(whole || span_contains(text_span(&out), S("ends in the middle of member 1")) ||
                    span_contains(text_span(&out), S("ends in the middle of member 2")));
    }
}

// ---------------------------------------------------------------- extension headers

static void pax_records_replace_the_header(void **state)
{
    struct scene *scene = *state;
    struct text records = records_of(scene);
    add_record(&records, "path", S("a/long name"));
    add_record(&records, "linkpath", S("unused"));
    add_record(&records, "size", S("4"));
    add_record(&records, "uid", S("3000000000"));
    add_record(&records, "gid", S("-2"));
    add_record(&records, "mtime", S("nonsense that nobody reads"));
    add_record(&records, "SCHILY.xattr.trusted.overlay.opaque", S("y"));
    add_pax(scene, &records);
    add_block(&scene->tar, block_of(magic_ustar, '0', "short", 0));
    text_add(&scene->tar, S("1234"));
    add_padding(&scene->tar);
    add_member(&scene->tar, magic_ustar, '0', "next", S(""));
    reads_as(scene, "- a/long\\x20name -> unused 4 644 3000000000:4294967294 0,0 opaque\n"
                    "- next ->  0 644 1:2 0,0\n"
                    "end\n");
    same_content(scene, &(struct part){0}, 0);
}

static void an_empty_value_takes_a_record_back(void **state)
{
    struct scene *scene = *state;
    struct text records = records_of(scene);
    add_record(&records, "path", S("gone"));
    add_record(&records, "size", S("100"));
    add_record(&records, "path", S(""));
    add_record(&records, "size", S(""));
    add_pax(scene, &records);
    add_member(&scene->tar, magic_ustar, '0', "stays", S("1"));
    reads_as(scene, "- stays ->  1 644 1:2 0,0\nend\n");
}

static void a_second_pax_header_replaces_the_first(void **state)
{
    struct scene *scene = *state;
    add_pax_record(scene, "path", S("first"));
    add_pax_record(scene, "uid", S("7"));
    add_member(&scene->tar, magic_ustar, '0', "own", S(""));
    reads_as(scene, "- own ->  0 644 7:2 0,0\nend\n");
}

static void a_global_header_changes_nothing_and_ends_what_came_before(void **state)
{
    struct scene *scene = *state;
    struct text records = records_of(scene);
    add_record(&records, "path", S("global"));
    add_pax_record(scene, "path", S("lost"));
    add_member(&scene->tar, magic_ustar, 'g', "g", text_span(&records));
    add_member(&scene->tar, magic_ustar, '0', "own", S(""));
    reads_as(scene, "- own ->  0 644 1:2 0,0\nend\n");
}

static void gnu_long_names_beat_pax(void **state)
{
    struct scene *scene = *state;
    add_member(&scene->tar, magic_gnu, 'L', "././@LongLink", S("gnu/name\0rest"));
    add_member(&scene->tar, magic_gnu, 'K', "././@LongLink", S("gnu/link\0"));
    struct text records = records_of(scene);
    add_record(&records, "path", S("pax/name"));
    add_record(&records, "linkpath", S("pax/link"));
    add_pax(scene, &records);
    add_block(&scene->tar, block_of(magic_gnu, '2', "own", 0));
    add_block(&scene->tar, block_of(magic_gnu, '2', "own", 0));
    reads_as(scene, "l gnu/name -> gnu/link 0 644 1:2 0,0\n"
                    "l own ->  0 644 1:2 0,0\n"
                    "end\n");
}

static void damaged_pax_records_are_refused(void **state)
{
    struct scene *scene = *state;
    const struct {
        span records;
        const char *expected;
    } cases[] = {
        {S("x"), "input: tar: pax: record length is wrong\n"},
        {S(" path=a\n"), "input: tar: pax: record length is wrong\n"},
        {S("99 path=a\n"), "input: tar: pax: record length is wrong\n"},
        {S("0 path=a\n"), "input: tar: pax: record length is wrong\n"},
        {S("99999999999999999999 path=a\n"), "input: tar: pax: record length is wrong\n"},
        {S("8 path=a\n"), "input: tar: pax: not a record\n"},
        {S("10 path=ab"), "input: tar: pax: not a record\n"},
        {S("8 patha\n"), "input: tar: pax: not a record\n"},
        {S("5 =a\n"), "input: tar: pax: not a record\n"},
        {S("11 path=a\0\n"), "input: tar: pax: path holds a NUL byte\n"},
        {S("11 size=1x\n"), "input: tar: pax: size '1x' is not a number\n"},
        {S("11 size=-1\n"), "input: tar: pax: size '-1' is not a number\n"},
        {S("28 size=9223372036854775807\n"), "input: tar: size is out of range\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_init(&scene->tar, scene->mem, 1 << 20);
        add_member(&scene->tar, magic_ustar, 'x', "pax", cases[i].records);
        add_member(&scene->tar, magic_ustar, '0', "a", S(""));
        reads_as(scene, cases[i].expected);
    }
}

// ---------------------------------------------------------------- limits

static void limits_are_exact(void **state)
{
    struct scene *scene = *state;
    add_member(&scene->tar, magic_ustar, '0', "a", S(""));
    add_member(&scene->tar, magic_ustar, '0', "b", S(""));
    scene->limits.layer_entries = 2;
    reads_as(scene, "- a ->  0 644 1:2 0,0\n- b ->  0 644 1:2 0,0\nend\n");
    scene->limits.layer_entries = 1;
    reads_as(scene, "- a ->  0 644 1:2 0,0\nlimit: tar: more than 1 members\n");

    text_init(&scene->tar, scene->mem, 1 << 20);
    add_member(&scene->tar, magic_gnu, 'L', "long", S("12345678"));
    add_member(&scene->tar, magic_gnu, '0', "a", S(""));
    scene->limits.header_bytes = 8;
    reads_as(scene, "- 12345678 ->  0 644 1:2 0,0\nend\n");
    scene->limits.header_bytes = 7;
    reads_as(scene, "limit: tar: extension header of 8 bytes\n");
}

// ---------------------------------------------------------------- writing

static void what_is_written_reads_back(void **state)
{
    struct scene *scene = *state;
    uint8_t name[300];
    memset(name, 'n', sizeof name);
    const size_t lengths[] = {1, 99, 100, 101, 155, 300};
    struct text expected;
    text_init(&expected, scene->mem, 1 << 20);
    for (size_t i = 0; i < 6; i++) {
        span text = span_of(name, lengths[i]);
        const struct tar_entry entries[] = {
            {.path = text, .type = TAR_REGULAR, .mode = 07777, .uid = 2097151, .gid = 2097152},
            {.path = text, .link = text, .type = TAR_SYMLINK, .uid = UINT32_MAX},
            {.path = text, .type = TAR_CHARACTER, .device_major = 259, .device_minor = 65536},
            {.path = text, .type = TAR_DIRECTORY, .opaque = true},
        };
        for (size_t j = 0; j < 4; j++)
            tar_write_header(&scene->tar, &entries[j]);
        const char *row = (const char *)name;
        int len = (int)lengths[i];
        text_addf(&expected, "- %.*s ->  0 7777 2097151:2097152 0,0\n", len, row);
        text_addf(&expected, "l %.*s ->", len, row);
        text_addf(&expected, " %.*s 0 0 4294967295:0 0,0\n", len, row);
        text_addf(&expected, "c %.*s ->  0 0 0:0 259,65536\n", len, row);
        text_addf(&expected, "d %.*s ->  0 0 0:0 0,0 opaque\n", len, row);
    }
    tar_write_end(&scene->tar);
    text_add(&expected, S("end\n\0"));
    assert_true(text_ok(&expected));
    reads_as(scene, (const char *)text_span(&expected).ptr);
}

static void a_size_past_octal_is_written_as_a_record(void **state)
{
    struct scene *scene = *state;
    const struct tar_entry small = {.path = S("a"), .size = 077777777777};
    const struct tar_entry large = {.path = S("a"), .size = 0100000000000};
    tar_write_header(&scene->tar, &small);
    assert_int_equal(scene->tar.len, BLOCK);
    text_init(&scene->tar, scene->mem, 1 << 20);
    tar_write_header(&scene->tar, &large);
    span whole = dump(scene, text_span(&scene->tar), 512);
    assert_true(span_starts_with(whole, S("- a ->  8589934592 ")));
}

static void a_full_builder_stays_failed(void **state)
{
    struct scene *scene = *state;
    const struct tar_entry entry = {.path = S("a"), .opaque = true};
    for (size_t most = 0; most < 3 * BLOCK; most += 100) {
        struct text out;
        text_init(&out, scene->mem, most);
        tar_write_header(&out, &entry);
        assert_false(text_ok(&out));
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_type_is_read),
        TEST(a_slash_makes_a_v7_directory_only),
        TEST(a_prefix_counts_in_ustar_only),
        TEST(a_gnu_header_that_cannot_hold_times_has_a_prefix),
        TEST(star_has_times_behind_a_shorter_prefix),
        TEST(names_fill_their_fields),
        TEST(numbers_may_be_base_256_or_padded),
        TEST(impossible_sizes_are_refused),
        TEST(header_only_types_have_no_data_whatever_their_size),
        TEST(a_wrong_checksum_is_damage),
        TEST(a_checksum_of_signed_bytes_holds),
        TEST(a_zero_block_in_the_middle_is_damage),
        TEST(ends_without_a_marker_are_fine),
        TEST(the_last_padding_may_be_missing),
        TEST(truncated_at_every_byte_is_seen),
        TEST(pax_records_replace_the_header),
        TEST(an_empty_value_takes_a_record_back),
        TEST(a_second_pax_header_replaces_the_first),
        TEST(a_global_header_changes_nothing_and_ends_what_came_before),
        TEST(gnu_long_names_beat_pax),
        TEST(damaged_pax_records_are_refused),
        TEST(limits_are_exact),
        TEST(what_is_written_reads_back),
        TEST(a_size_past_octal_is_written_as_a_record),
        TEST(a_full_builder_stays_failed),
    };
    return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
