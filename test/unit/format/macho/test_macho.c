#include "format/macho/macho.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const char *corpus;

// All parts: "SEGMENT " or "SEGMENT,SECTION=CONTENT " each; false where there is damage.
static bool list_parts(const char *name, struct arena *mem, span *ret)
{
    struct limits limits = limits_default();
    char path[4096];
    span bytes = {0};
    struct macho macho = {0};
    struct macho_part part = {0};
    struct err err = {0};
    struct text out;
    (void)snprintf(path, sizeof path, "%s/%s", corpus, name);
    assert_true(os_read_file(path, 1 << 20, mem, &bytes, NULL));
    struct content content = content_of(bytes);
    if (!macho_open(&content, &limits, mem, &macho, NULL))
        return false;
    struct macho_walk walk = {.rest = macho.commands};
    text_init(&out, mem, 1 << 16);
    while (macho_next(&macho, &walk, &part, &err)) {
        text_add(&out, part.segment);
        if (part.is_section) {
            text_add_byte(&out, ',');
            text_add(&out, part.name);
            text_add_byte(&out, '=');
            text_add(&out, span_slice(bytes, (size_t)part.offset, (size_t)part.file_size));
        }
        text_add_byte(&out, ' ');
    }
    *ret = text_span(&out);
    return err.kind == ERR_NONE;
}

static void segments_come_with_their_sections(void **state)
{
    (void)state;
    static const char *const names[] = {"program", "program32", "program-big", "universal"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        span found = {0};
        assert_true(list_parts(names[i], mem, &found));
        assert_true(span_equal(found, S("__TEXT __TEXT,__text=code __DATA __DATA,__data=data "
                                        "__DATA,__more=more ")));
    }
}

static void what_is_not_there_is_an_error(void **state)
{
    (void)state;
    static const char *const names[] = {
        "empty",
        "cut",
        "commands-beyond",
        "command-of-nothing",
        "command-too-long",
        "many-sections",
        "universal-of-nothing",
        "universal-in-itself",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        span found = {0};
        assert_false(list_parts(names[i], mem, &found));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_come_with_their_sections),
        cmocka_unit_test(what_is_not_there_is_an_error),
    };
    if (argc != 2)
        return 2;
    corpus = argv[1];
    return cmocka_run_group_tests_name("macho", tests, NULL, NULL);
}
