#include "format/elf/elf.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *corpus;

struct scene {
    struct limits limits;
    struct arena *mem;
    struct content content;
    struct elf elf;
    struct text needed; // "NAME " each
};

static void open_bytes(struct scene *scene, span bytes)
{
    *scene = (struct scene){.limits = limits_default(), .mem = arena_new(1 << 28)};
    assert_non_null(scene->mem);
    scene->content = content_of(bytes);
    text_init(&scene->needed, scene->mem, 1 << 20);
    assert_true(elf_open(&scene->content, &scene->limits, scene->mem, &scene->elf, NULL));
}

static span read_seed(const char *name, struct arena *mem)
{
    char path[4096];
    span bytes = {0};
    (void)snprintf(path, sizeof path, "%s/%s", corpus, name);
    assert_true(os_read_file(path, 1 << 20, mem, &bytes, NULL));
    return bytes;
}

static void close_scene(struct scene *scene)
{
    arena_free(scene->mem);
}

static bool add_name(void *self, span name, struct err *err)
{
    (void)err;
    text_add(self, name);
    text_add_byte(self, ' ');
    return true;
}

static void classes_and_byte_orders_read_alike(void **state)
{
    (void)state;
    static const char *const names[] = {
        "program",       "program32",        "program-big",
        "program32-big", "without-sections", "extended-numbering",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 20);
        struct scene scene;
        struct elf_notes notes = {0};
        struct elf_note note = {0};
        struct err err = {0};
        span interpreter = {0};
        open_bytes(&scene, read_seed(names[i], bytes));
        assert_true(elf_read_segments(&scene.elf, NULL) && elf_read_sections(&scene.elf, NULL));
        assert_int_equal(scene.elf.segment_count, 4);
        assert_true(elf_interpreter(&scene.elf, &interpreter, NULL));
        assert_true(span_equal(interpreter, S("/lib/ld.so.1")));
        assert_true(elf_needed(&scene.elf, add_name, &scene.needed, NULL));
        assert_true(span_equal(text_span(&scene.needed), S("libc.so.6 libm.so.6 ")));
        assert_true(elf_next_note(&scene.elf, &notes, &note, &err));
        assert_true(note.type == 3 && span_equal(note.name, S("GNU")) && note.value.len == 20);
        assert_false(elf_next_note(&scene.elf, &notes, &note, &err));
        assert_int_equal(err.kind, ERR_NONE);
        close_scene(&scene);
    }
}

static void sections_are_found_by_their_whole_name(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 20);
    struct scene scene;
    struct elf_section section = {0};
    span content = {0};
    open_bytes(&scene, read_seed("program", bytes));
    assert_false(elf_find_section(&scene.elf, S(".dynstr"), &section)); // not read yet
    assert_true(elf_read_sections(&scene.elf, NULL));
    assert_false(elf_find_section(&scene.elf, S(".dyn"), &section));
    assert_false(elf_find_section(&scene.elf, S(".dynstrx"), &section));
    assert_true(elf_find_section(&scene.elf, S(".dynstr"), &section));
    assert_true(elf_section_bytes(&scene.elf, &section, &content, NULL));
    assert_true(span_equal(content, S("\0libc.so.6\0libm.so.6\0")));
    section.offset = 60; // into the header
    assert_false(elf_section_bytes(&scene.elf, &section, &content, NULL));
    section = (struct elf_section){.type = 1, .offset = UINT64_MAX, .size = 2};
    assert_false(elf_section_bytes(&scene.elf, &section, &content, NULL));
    section.type = ELF_SECTION_NOBITS;
    assert_true(elf_section_bytes(&scene.elf, &section, &content, NULL) && content.len == 0);
    close_scene(&scene);
}

static void tables_that_are_not_there_are_errors(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool segments;
        bool sections;
        enum err_kind kind;
    } rows[] = {
        {"header-only", false, false, ERR_INPUT},
        {"sections-beyond", true, false, ERR_INPUT},
        {"sections-at-the-end-of-numbers", true, false, ERR_INPUT},
        {"sections-on-segments", true, false, ERR_INPUT},
        {"sections-in-the-header", true, false, ERR_INPUT},
        {"small-section-headers", true, false, ERR_INPUT},
        {"many-sections", true, false, ERR_LIMIT},
        {"names-elsewhere", true, false, ERR_INPUT},
        {"segments-beyond", false, true, ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 20);
        struct scene scene;
        struct err err = {0};
        open_bytes(&scene, read_seed(rows[i].name, bytes));
        assert_int_equal(elf_read_segments(&scene.elf, &err), rows[i].segments);
        assert_int_equal(elf_read_sections(&scene.elf, &err), rows[i].sections);
        assert_int_equal(err.kind, rows[i].kind);
        assert_true(rows[i].segments || scene.elf.segment_count == 0);
        assert_true(rows[i].sections || scene.elf.section_count == 0);
        close_scene(&scene);
    }
}

static void no_header_no_file(void **state)
{
    (void)state;
    static const char *const names[] = {"empty", "magic-only", "header-cut"};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct content content = content_of(read_seed(names[i], mem));
        struct elf elf = {0};
        struct err err = {0};
        assert_false(elf_open(&content, &limits, mem, &elf, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void damaged_linking_is_an_error(void **state)
{
    (void)state;
    static const char *const names[] = {"name-behind-the-strings", "strings-nowhere"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 20);
        struct scene scene;
        open_bytes(&scene, read_seed(names[i], bytes));
        assert_true(elf_read_segments(&scene.elf, NULL));
        assert_false(elf_needed(&scene.elf, add_name, &scene.needed, NULL));
        close_scene(&scene);
    }
}

static void damaged_notes_end_with_an_error(void **state)
{
    (void)state;
    static const char *const names[] = {"endless-note", "note-behind-its-segment"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 20);
        struct scene scene;
        struct elf_notes notes = {0};
        struct elf_note note = {0};
        struct err err = {0};
        open_bytes(&scene, read_seed(names[i], bytes));
        assert_true(elf_read_segments(&scene.elf, NULL));
        assert_false(elf_next_note(&scene.elf, &notes, &note, &err));
        assert_int_not_equal(err.kind, ERR_NONE);
        assert_false(elf_next_note(&scene.elf, &notes, &note, &err)); // and that was all
        assert_int_equal(err.kind, ERR_NONE);
        close_scene(&scene);
    }
}

// A file of equal headers, `count` of them: what it costs must not grow with their product.
enum { HEADER = 64, SECTION = 64, SEGMENT = 56 };

static void put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static span repeated(struct arena *mem, bool sections, const uint8_t *one, size_t size,
                     size_t count, size_t extra)
{
    size_t len = HEADER + size * count + extra;
    uint8_t *bytes = arena_alloc(mem, len);
    assert_non_null(bytes);
    memset(bytes, 'a', len);
    memset(bytes, 0, HEADER);
    memcpy(bytes,
           "\x7f"
           "ELF\2\1\1",
           7);
    put(bytes + 16, ELF_EXECUTABLE, 2);
    put(bytes + (sections ? 40 : 32), HEADER, 8);
    put(bytes + (sections ? 58 : 54), size, 2);
    put(bytes + (sections ? 60 : 56), count, 2);
    put(bytes + 62, sections, 2); // the first but one holds the names
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + HEADER + size * i, one, size);
    return span_of(bytes, len);
}

static void many_sections_with_endless_names_take_no_time(void **state)
{
    (void)state;
    enum { COUNT = 0xfeff, NAMES = 4 << 20 };
    CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 28);
    uint8_t one[SECTION] = {0};
    struct scene scene;
    struct elf_section section = {0};
    put(one + 4, 1, 4);
    put(one + 24, HEADER + (uint64_t)SECTION * COUNT, 8);
    put(one + 32, NAMES, 8);
    open_bytes(&scene, repeated(bytes, true, one, SECTION, COUNT, NAMES));
    assert_true(elf_read_sections(&scene.elf, NULL));
    assert_int_equal(scene.elf.section_count, COUNT);
    for (int i = 0; i < 100; i++)
        assert_false(elf_find_section(&scene.elf, S("aaaaaaaaaaaaaaaaaaaaaaaaaaaa"), &section));
    close_scene(&scene);
}

static void many_segments_with_the_same_notes_reach_a_limit(void **state)
{
    (void)state;
    enum { COUNT = 0xfeff, NOTES = 12 * 350000 };
    CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 28);
    uint8_t one[SEGMENT] = {0};
    struct scene scene;
    struct elf_notes notes = {0};
    struct elf_note note = {0};
    struct err err = {0};
    put(one, ELF_SEGMENT_NOTE, 4);
    put(one + 8, HEADER + (uint64_t)SEGMENT * COUNT, 8);
    put(one + 32, NOTES, 8);
    span file = repeated(bytes, false, one, SEGMENT, COUNT, NOTES);
    memset((uint8_t *)(uintptr_t)file.ptr + HEADER + (size_t)SEGMENT * COUNT, 0, NOTES);
    open_bytes(&scene, file);
    assert_true(elf_read_segments(&scene.elf, NULL));
    while (elf_next_note(&scene.elf, &notes, &note, &err))
        continue;
    assert_int_equal(err.kind, ERR_LIMIT);
    close_scene(&scene);
}

static void compressed_sections_say_how_and_how_much(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *bytes = arena_new(1 << 20);
    struct scene scene;
    struct elf_compressed packed = {0};
    span header = S("\1\0\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0data");
    open_bytes(&scene, read_seed("program", bytes));
    assert_true(elf_compressed(&scene.elf, header, &packed, NULL));
    assert_true(packed.type == ELF_COMPRESSION_ZLIB && packed.size == 10);
    assert_true(span_equal(packed.data, S("data")));
    assert_false(elf_compressed(&scene.elf, span_first(header, 23), &packed, NULL));
    struct err err = {0};
    header = S("\3\0\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0data");
    assert_false(elf_compressed(&scene.elf, header, &packed, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
    close_scene(&scene);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_and_byte_orders_read_alike),
        cmocka_unit_test(sections_are_found_by_their_whole_name),
        cmocka_unit_test(tables_that_are_not_there_are_errors),
        cmocka_unit_test(no_header_no_file),
        cmocka_unit_test(damaged_linking_is_an_error),
        cmocka_unit_test(damaged_notes_end_with_an_error),
        cmocka_unit_test(many_sections_with_endless_names_take_no_time),
        cmocka_unit_test(many_segments_with_the_same_notes_reach_a_limit),
        cmocka_unit_test(compressed_sections_say_how_and_how_much),
    };
    if (argc != 2)
        return 2;
    corpus = argv[1];
    return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}
