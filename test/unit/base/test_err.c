#include "base/base.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_failure_is_a_value(void **state)
{
    (void)state;
    struct err err = {.sys = 7};
    assert_false(err_set(&err, ERR_INPUT, "line %d has no colon", 3));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(err.sys, 0);
    assert_string_equal(err.text, "line 3 has no colon");
}

static void nobody_need_care(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_INPUT, "x"));
    assert_false(err_set_sys(NULL, ENOENT, "x"));
    assert_false(err_add(NULL, "x"));
}

static void places_are_put_in_front(void **state)
{
    (void)state;
    struct err err = {0};
    err_set_sys(&err, EACCES, "open");
    assert_false(err_add(&err, "entry %d", 17));
    assert_false(err_add(&err, "layer %d", 2));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(err.sys, EACCES);
    assert_string_equal(err.text, "layer 2: entry 17: open: Permission denied");
}

static void errnos_have_kinds(void **state)
{
    (void)state;
    const struct {
        int sys;
        enum err_kind kind;
    } table[] = {
        {ENOENT, ERR_MISSING}, {ENOTDIR, ERR_MISSING},   {EPERM, ERR_DENIED}, {EACCES, ERR_DENIED},
        {ENOMEM, ERR_MEMORY},  {ETIMEDOUT, ERR_TIMEOUT}, {EIO, ERR_IO},       {99999, ERR_IO},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err err = {0};
        err_set_sys(&err, table[i].sys, "read");
        assert_int_equal(err.kind, table[i].kind);
        assert_int_equal(err.sys, table[i].sys);
    }
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct err err = {0};
    err_set(&err, ERR_INPUT, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    err_add(&err, "layer");
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_memory_equal(err.text, "layer: xxx", 10);
    err_add(&err, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    err_set_sys(&err, EIO, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = ERR_NONE; a <= ERR_USAGE; a++)
        for (int b = ERR_NONE; b < a; b++)
            assert_string_not_equal(err_kind_name((enum err_kind)a),
                                    err_kind_name((enum err_kind)b));
    assert_string_equal(err_kind_name(ERR_NONE), "none");
    assert_string_equal(err_kind_name(ERR_USAGE), "usage");
    assert_string_equal(err_kind_name((enum err_kind)(ERR_USAGE + 1)), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_a_value),
        cmocka_unit_test(nobody_need_care),
        cmocka_unit_test(places_are_put_in_front),
        cmocka_unit_test(errnos_have_kinds),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
