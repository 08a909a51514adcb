#include "catalog_scene.h"
#include "classifier_examples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PIECE = 256 * 1024 }; // as in classifier.c

static span join(struct scene *scene, span a, span b)
{
    struct text text;
    text_init(&text, scene->mem, SIZE_MAX);
    text_add(&text, a);
    text_add(&text, b);
    assert_true(text_ok(&text));
    return text_span(&text);
}

// An ELF file as far as the classifiers care, with some bytes at some place and zeros elsewhere.
static span elf_with(struct scene *scene, span bytes, size_t offset, size_t size)
{
    uint8_t *file = arena_alloc(scene->mem, size);
    assert_non_null(file);
    memcpy(file,
           "\x7f"
           "ELF",
           4);
    assert_true(offset + bytes.len <= size);
    memcpy(file + offset, bytes.ptr, bytes.len);
    return span_of(file, size);
}

static bool is_found(const struct scene *scene, span name, span version)
{
    for (size_t i = 0; i < scene_count(scene); i++) {
        const struct package *package = scene_package(scene, i);
        if (span_equal(package->name, name) && span_equal(package->version, version) &&
            span_equal(package->type, S("generic")))
            return true;
    }
    return false;
}

static void every_row_finds_its_example(void **state)
{
    (void)state;
    assert_true(example_count >= 100);
    for (size_t i = 0; i < example_count; i++) {
        struct scene scene;
        scene_open(&scene);
        const struct example *example = &examples[i];
        span file = elf_with(&scene, example->bytes, 64, 1024);
        assert_true(scene_show(&scene, join(&scene, S("usr/bin/"), example->file), file));
        if (!is_found(&scene, example->package, example->version))
            fail_msg("row %zu: %.*s finds '%.*s'", i, (int)example->package.len,
                     (const char *)example->package.ptr, (int)scene_list(&scene).len,
                     (const char *)scene_list(&scene).ptr);
        scene_close(&scene);
    }
}

static void a_row_asks_for_the_name_of_the_file(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    span file = elf_with(&scene, S("\0nginx/1.22.1\0"), 100, 300);
    assert_true(scene_show(&scene, S("usr/sbin/nginx"), file));
    assert_true(span_equal(scene_list(&scene), S("generic nginx 1.22.1\n")));
    assert_true(scene_show(&scene, S("usr/sbin/nginx-debug"), file));
    assert_int_equal(scene_count(&scene), 1);
    assert_true(scene_show(&scene, S("usr/sbin/server"), file));
    assert_int_equal(scene_count(&scene), 0);
    scene_close(&scene);
}

static void only_executables_are_classified(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_false(scene_show(&scene, S("usr/sbin/nginx"), S("#!/bin/sh\n\0nginx/1.22.1\0")));
    assert_false(scene_show(&scene, S("usr/sbin/nginx"), S("")));
    assert_true(scene_show(&scene, S("usr/sbin/nginx"),
                           S("\x7f"
                             "ELF")));
    assert_int_equal(scene_count(&scene), 0);
    scene_close(&scene);
}

// Content that is not in memory, as that of a large file.
static bool read_elsewhere(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const span *file = self;
    if (offset > file->len || len > file->len - offset)
        return err_set(err, ERR_INPUT, "behind the end");
    memcpy(to, file->ptr + offset, len);
    return true;
}

static void show_elsewhere(struct scene *scene, span path, span file)
{
    struct inspector inspector = catalog_inspector(scene->catalog);
    struct content content = {.size = file.len, .self = &file, .read = read_elsewhere};
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 24);
    scene->insight = NULL;
    assert_true(inspector.look(inspector.self, path, &content, scene->mem, scratch, &scene->notes,
                               &scene->insight, NULL));
}

static void the_borders_of_pieces_do_not_matter(void **state)
{
    (void)state;
    const span text = S("\0nginx/1.22.10\0");
    for (size_t offset = PIECE - 700; offset < PIECE + 60; offset++) {
        struct scene scene;
        scene_open(&scene);
        span file = elf_with(&scene, text, offset, 2 * PIECE);
        if (offset % 2)
            assert_true(scene_show(&scene, S("usr/sbin/nginx"), file));
        else
            show_elsewhere(&scene, S("usr/sbin/nginx"), file);
        assert_true(span_equal(scene_list(&scene), S("generic nginx 1.22.10\n")));
        scene_close(&scene);
    }
}

static void the_last_bytes_of_a_file_count(void **state)
{
    (void)state;
    const span text = S("\0nginx/1.22.1");
    const size_t sizes[] = {100, PIECE - 1, PIECE, PIECE + 1, PIECE + 640, 2 * PIECE - 640};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct scene scene;
        scene_open(&scene);
        span file = elf_with(&scene, text, sizes[i] - text.len, sizes[i]);
        show_elsewhere(&scene, S("usr/sbin/nginx"), file);
        assert_true(span_equal(scene_list(&scene), S("generic nginx 1.22.1\n")));
        scene_close(&scene);
    }
}

static void two_versions_are_two_packages_and_one_twice_is_one(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    span text = S("\0nginx/1.22.1\0nginx/1.22.1\0nginx/1.24.0\0");
    assert_true(scene_show(&scene, S("usr/sbin/nginx"), elf_with(&scene, text, 10, 200)));
    assert_true(span_equal(scene_list(&scene), S("generic nginx 1.22.1\ngeneric nginx 1.24.0\n")));
    scene_close(&scene);
}

// Time is bounded by the captures of one row, of which no more are made than a program can mean.
static void a_flood_of_versions_is_cut(void **state)
{
    (void)state;
    struct scene scene;
    struct text text;
    scene_open(&scene);
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("\x7f"
                      "ELF"));
    for (unsigned i = 0; i < 100000; i++)
        text_addf(&text, "%cnginx/1.%u.7%c", 0, i, 0);
    assert_true(text_ok(&text));
    assert_true(scene_show(&scene, S("usr/sbin/nginx"), text_span(&text)));
    assert_int_equal(scene_count(&scene), 16);
    scene_close(&scene);
}

// A match whose capture would take for ever, or is longer than any version, is none.
static void endless_digits_are_no_version(void **state)
{
    (void)state;
    struct scene scene;
    struct text text;
    scene_open(&scene);
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("\x7f"
                      "ELF\0nginx/"));
    for (unsigned i = 0; i < 100000; i++)
        text_add(&text, S("1."));
    assert_true(scene_show(&scene, S("usr/sbin/nginx"), text_span(&text)));
    assert_true(scene_count(&scene) <= 1);
    scene_close(&scene);
}

static void unreadable_content_is_noted(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    span file = S("\x7f"
                  "ELF");
    struct inspector inspector = catalog_inspector(scene.catalog);
    struct content content = {.size = 4096, .self = &file, .read = read_elsewhere};
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 24);
    assert_true(inspector.look(inspector.self, S("usr/sbin/nginx"), &content, scene.mem, scratch,
                               &scene.notes, &scene.insight, NULL));
    assert_null(scene.insight);
    assert_true(scene.notes.incomplete);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_finds_its_example),
        cmocka_unit_test(a_row_asks_for_the_name_of_the_file),
        cmocka_unit_test(only_executables_are_classified),
        cmocka_unit_test(the_borders_of_pieces_do_not_matter),
        cmocka_unit_test(the_last_bytes_of_a_file_count),
        cmocka_unit_test(two_versions_are_two_packages_and_one_twice_is_one),
        cmocka_unit_test(a_flood_of_versions_is_cut),
        cmocka_unit_test(endless_digits_are_no_version),
        cmocka_unit_test(unreadable_content_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
