#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct block gnu_sparse(const char *name, uint64_t stored, uint64_t size)
{
    struct block block = block_of(magic_gnu, 'S', name, stored);
    block_set_octal(&block, 483, 11, size);
    return block;
}

static void set_run(struct block *block, size_t at, uint64_t offset, uint64_t length)
{
    block_set_octal(block, at, 11, offset);
    block_set_octal(block, at + 12, 11, length);
}

static void old_gnu_maps_go_on_in_further_blocks(void **state)
{
    struct scene *scene = *state;
    enum { RUNS = 4 + 21 + 2 };
    struct block header = gnu_sparse("s", RUNS, RUNS * 1000 + 5);
    struct block more[2] = {0};
    struct part parts[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        parts[i] = (struct part){i * 1000 + 3, span_slice(S("abcdefghijklmnopqrstuvwxyzA"), i, 1)};
        if (i < 4)
            set_run(&header, 386 + i * 24, parts[i].offset, 1);
        else
            set_run(&more[(i - 4) / 21], (i - 4) % 21 * 24, parts[i].offset, 1);
    }
    header.bytes[482] = 1;
    more[0].bytes[504] = 1;
    add_block(&scene->tar, header);
    text_add(&scene->tar, span_of(more[0].bytes, BLOCK));
    text_add(&scene->tar, span_of(more[1].bytes, BLOCK));
    text_add(&scene->tar, S("abcdefghijklmnopqrstuvwxyzA"));
    add_padding(&scene->tar);
    reads_as(scene, "- s ->  27005 644 1:2 0,0 sparse\nend\n");
    same_content(scene, parts, RUNS);
}

// The same file of 2000 bytes, "abc" at 10 and "de" at 1000, in every pax form.
static const struct part pax_parts[] = {{10, {(const uint8_t *)"abc", 3}},
                                        {1000, {(const uint8_t *)"de", 2}}};

static void pax_sparse_0_0(void **state)
{
    struct scene *scene = *state;
    struct text records = records_of(scene);
    add_record(&records, "GNU.sparse.size", S("2000"));
    add_record(&records, "GNU.sparse.numblocks", S("2"));
    add_record(&records, "GNU.sparse.offset", S("10"));
    add_record(&records, "GNU.sparse.numbytes", S("3"));
    add_record(&records, "GNU.sparse.offset", S("1000"));
    add_record(&records, "GNU.sparse.numbytes", S("2"));
    add_pax(scene, &records);
    add_member(&scene->tar, magic_ustar, '0', "s", S("abcde"));
    reads_as(scene, "- s ->  2000 644 1:2 0,0 sparse\nend\n");
    same_content(scene, pax_parts, 2);
}

static void pax_sparse_0_1(void **state)
{
    struct scene *scene = *state;
    struct text records = records_of(scene);
    add_record(&records, "GNU.sparse.major", S("0"));
    add_record(&records, "GNU.sparse.minor", S("1"));
    add_record(&records, "GNU.sparse.name", S("real/name"));
    add_record(&records, "GNU.sparse.size", S("2000"));
    add_record(&records, "GNU.sparse.map", S("10,3,1000,2"));
    add_pax(scene, &records);
    add_member(&scene->tar, magic_ustar, '0', "GNUSparseFile.0/name", S("abcde"));
    reads_as(scene, "- real/name ->  2000 644 1:2 0,0 sparse\nend\n");
    same_content(scene, pax_parts, 2);
}

static void add_sparse_1_0(struct scene *scene, span realsize, span content)
{
    struct text records = records_of(scene);
    add_record(&records, "GNU.sparse.major", S("1"));
    add_record(&records, "GNU.sparse.minor", S("0"));
    add_record(&records, "GNU.sparse.name", S("real/name"));
    add_record(&records, "GNU.sparse.realsize", realsize);
    add_pax(scene, &records);
    add_member(&scene->tar, magic_ustar, '0', "GNUSparseFile.0/name", content);
}

static span map_1_0(struct scene *scene, span map, span content)
{
    struct text text;
    text_init(&text, scene->mem, 1 << 20);
    text_add(&text, map);
    add_padding(&text);
    text_add(&text, content);
    return text_span(&text);
}

static void pax_sparse_1_0(void **state)
{
    struct scene *scene = *state;
    add_sparse_1_0(scene, S("2000"), map_1_0(scene, S("2\n10\n3\n1000\n2\n"), S("abcde")));
    reads_as(scene, "- real/name ->  2000 644 1:2 0,0 sparse\nend\n");
    same_content(scene, pax_parts, 2);
}

static void a_sparse_1_0_map_of_many_blocks(void **state)
{
    struct scene *scene = *state;
    enum { RUNS = 200 };
    struct text map;
    struct text content;
    struct part parts[RUNS];
    text_init(&map, scene->mem, 1 << 20);
    text_init(&content, scene->mem, RUNS);
    text_addf(&map, "%d\n", RUNS);
    for (size_t i = 0; i < RUNS; i++) {
        text_addf(&map, "%zu\n1\n", 1000000 + i * 10);
        text_add_byte(&content, (uint8_t)i);
        parts[i].offset = 1000000 + i * 10;
    }
    for (size_t i = 0; i < RUNS; i++)
        parts[i].data = span_slice(text_span(&content), i, 1);
    add_sparse_1_0(scene, S("2000000"), map_1_0(scene, text_span(&map), text_span(&content)));
    reads_as(scene, "- real/name ->  2000000 644 1:2 0,0 sparse\nend\n");
    same_content(scene, parts, RUNS);
}

static void a_sparse_file_may_be_all_hole(void **state)
{
    struct scene *scene = *state;
    add_sparse_1_0(scene, S("2000"), map_1_0(scene, S("1\n2000\n0\n"), S("")));
    add_sparse_1_0(scene, S("3000"), map_1_0(scene, S("0\n"), S("")));
    struct block header = gnu_sparse("s", 0, 4000);
    set_run(&header, 386, 4000, 0);
    add_block(&scene->tar, header);
    reads_as(scene, "- real/name ->  2000 644 1:2 0,0 sparse\n"
                    "- real/name ->  3000 644 1:2 0,0 sparse\n"
                    "- s ->  4000 644 1:2 0,0 sparse\n"
                    "end\n");
    same_content(scene, &(struct part){0}, 0);
}

// A name that only a sparse file may have must not rename what every engine takes for a plain one.
static void a_sparse_name_counts_with_a_version_only(void **state)
{
    struct scene *scene = *state;
    add_pax_record(scene, "GNU.sparse.name", S("etc/os-release"));
    add_member(&scene->tar, magic_ustar, '0', "plain", S("1"));
    struct text records = records_of(scene);
    add_record(&records, "GNU.sparse.major", S("2"));
    add_record(&records, "GNU.sparse.minor", S("0"));
    add_record(&records, "GNU.sparse.name", S("etc/os-release"));
    add_record(&records, "GNU.sparse.map", S("0,1"));
    add_record(&records, "GNU.sparse.unheard-of", S("not a number"));
    add_pax(scene, &records);
    add_member(&scene->tar, magic_ustar, '0', "unknown", S("1"));
    reads_as(scene, "- plain ->  1 644 1:2 0,0\n"
                    "- unknown ->  1 644 1:2 0,0\n"
                    "end\n");
}

static void wrong_sparse_maps_are_refused(void **state)
{
    struct scene *scene = *state;
    const struct {
        span map;
        const char *expected;
    } cases[] = {
        {S("1\n0\n6\n"), "input: tar: sparse map: 6 bytes mapped, 5 stored\n"},
        {S("1\n0\n4\n"), "input: tar: sparse map: 4 bytes mapped, 5 stored\n"},
        {S("2\n10\n3\n12\n2\n"), "input: tar: sparse map: run 1 is out of order\n"},
        {S("1\n1999\n5\n"), "input: tar: sparse map: run 0 is out of order\n"},
        {S("1\n18446744073709551615\n5\n"), "input: tar: sparse map: run 0 is out of order\n"},
        {S("x\n0\n5\n"), "input: tar: sparse map: not a number\n"},
        {S("1\n0\n-5\n"), "input: tar: sparse map: not a number\n"},
        {S("9\n0\n5\n"), "input: tar: sparse map is longer than its member\n"},
        {S("99999999999\n0\n5\n"), "limit: tar: sparse map: too many runs\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_init(&scene->tar, scene->mem, 1 << 20);
        add_sparse_1_0(scene, S("2000"), map_1_0(scene, cases[i].map, S("abcde")));
        add_block(&scene->tar, block_of(magic_ustar, '0', "next", 0));
        reads_as(scene, cases[i].expected);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(old_gnu_maps_go_on_in_further_blocks),
        TEST(pax_sparse_0_0),
        TEST(pax_sparse_0_1),
        TEST(pax_sparse_1_0),
        TEST(a_sparse_1_0_map_of_many_blocks),
        TEST(a_sparse_file_may_be_all_hole),
        TEST(a_sparse_name_counts_with_a_version_only),
        TEST(wrong_sparse_maps_are_refused),
    };
    return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
