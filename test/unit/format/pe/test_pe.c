#include "format/pe/pe.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const char *corpus;

static bool open_seed(const char *name, struct arena *mem, struct pe *ret, struct err *err)
{
    struct limits limits = limits_default();
    char path[4096];
    span bytes = {0};
    (void)snprintf(path, sizeof path, "%s/%s", corpus, name);
    assert_true(os_read_file(path, 1 << 20, mem, &bytes, NULL));
    struct content content = content_of(bytes);
    return pe_open(&content, &limits, mem, ret, err);
}

static void sections_are_found_by_name(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct pe pe = {0};
    struct pe_section section = {0};
    assert_true(open_seed("program", mem, &pe, NULL));
    assert_true(pe.wide && pe.image_base == 0x400000 && pe.section_count == 2);
    assert_true(pe_find_section(&pe, S(".data"), &section));
    assert_int_equal(section.address, 0x402000);
    assert_int_equal(section.file_size, 4);
    assert_int_equal(section.flags, PE_INITIALISED_DATA | PE_READ | PE_WRITE);
    assert_false(pe_find_section(&pe, S(".dat"), &section));
    assert_true(open_seed("program32", mem, &pe, NULL));
    assert_true(!pe.wide && pe.image_base == 0x400000 && pe.section_count == 1);
}

static void what_is_not_there_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum err_kind kind;
    } rows[] = {
        {"empty", ERR_MISSING},       {"dos", ERR_MISSING}, {"header-beyond", ERR_MISSING},
        {"many-sections", ERR_INPUT}, {"cut", ERR_INPUT},   {"large-optional-header", ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        struct pe pe = {0};
        struct err err = {0};
        assert_false(open_seed(rows[i].name, mem, &pe, &err));
        assert_int_equal(err.kind, rows[i].kind);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_are_found_by_name),
        cmocka_unit_test(what_is_not_there_is_an_error),
    };
    if (argc != 2)
        return 2;
    corpus = argv[1];
    return cmocka_run_group_tests_name("pe", tests, NULL, NULL);
}
