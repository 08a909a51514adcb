#include "format/spdx/spdx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { BUDGET = 1 << 22 };

static void expect(const char *text, const char *canonical)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct spdx_expression *expression = NULL;
    struct err err = {0};
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    if (!canonical) {
        assert_false(spdx_parse(span_of_text(text), mem, &expression, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        return;
    }
    if (!spdx_parse(span_of_text(text), mem, &expression, &err))
        fail_msg("%s: %s", text, err.text);
    spdx_write(expression, &out);
    text_add_byte(&out, 0);
    assert_string_equal(text_span(&out).ptr, canonical);
}

static void expressions_become_canonical(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"MIT", "MIT"},
        {" mit ", "MIT"},
        {"apache-2.0 or mit", "Apache-2.0 OR MIT"},
        {"(MIT)", "MIT"},
        {"((MIT) AND ((ISC)))", "MIT AND ISC"},
        {"MIT OR ISC AND Zlib", "MIT OR ISC AND Zlib"},
        {"(MIT OR ISC) AND Zlib", "(MIT OR ISC) AND Zlib"},
        {"MIT AND (ISC AND (Zlib AND X11))", "MIT AND ISC AND Zlib AND X11"},
        {"(MIT AND ISC) OR Zlib", "MIT AND ISC OR Zlib"},
        {"GPL-2.0", "GPL-2.0-only"},
        {"GPL-2.0+", "GPL-2.0-or-later"},
        {"gpl-2.0-or-later+", "GPL-2.0-or-later"},
        {"Apache-1.1+", "Apache-1.1+"},
        {"GPL-2.0-only WITH classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"},
        {"LicenseRef-My.own-1", "LicenseRef-My.own-1"},
        {"DocumentRef-a:LicenseRef-b AND MIT", "DocumentRef-a:LicenseRef-b AND MIT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i][0], cases[i][1]);
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "()",
        "MIT OR",
        "AND MIT",
        "MIT ISC",
        "MIT)",
        "(MIT",
        "MITX",
        "LicenseRef-",
        "LicenseRef-a_b",
        "MIT WITH",
        "MIT WITH MIT",
        "MIT OR OR",
        "(MIT OR ISC) WITH Classpath-exception-2.0",
        "MIT++",
        "+",
        "MIT +",
        "DocumentRef-:LicenseRef-a",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i], NULL);
}

static bool parse_nested(size_t depth, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct spdx_expression *expression = NULL;
    char text[3 * SPDX_DEPTH];
    memset(text, '(', depth);
    memcpy(text + depth, "MIT", 3);
    memset(text + depth + 3, ')', depth);
    return spdx_parse(span_of(text, 2 * depth + 3), mem, &expression, err);
}

static void depth_is_limited(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(parse_nested(SPDX_DEPTH - 1, &err));
    assert_true(parse_nested(SPDX_DEPTH, &err));
    assert_false(parse_nested(SPDX_DEPTH + 1, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16);
    struct spdx_expression *expression = NULL;
    struct err err = {0};
    assert_false(spdx_parse(S("MIT AND ISC"), mem, &expression, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static bool permits(const char *license, const char *other)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct spdx_expression *expression = NULL;
    assert_true(spdx_parse(span_of_text(license), mem, &expression, NULL));
    return spdx_permits(expression, span_of_text(other));
}

static void or_later_permits_later_versions(void **state)
{
    (void)state;
    assert_true(permits("GPL-2.0-or-later", "GPL-2.0-only"));
    assert_true(permits("GPL-2.0-or-later", "gpl-3.0-or-later"));
    assert_true(permits("Apache-1.1+", "Apache-2.0"));
    assert_false(permits("GPL-2.0-or-later", "GPL-1.0-only"));
    assert_false(permits("GPL-2.0-or-later", "LGPL-3.0-only"));
    assert_false(permits("GPL-2.0-only", "GPL-3.0-only"));
    assert_false(permits("GPL-2.0-or-later", "GPL-*"));
    assert_false(permits("MIT+", "MIT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_become_canonical),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(a_full_arena_is_an_error),
        cmocka_unit_test(or_later_permits_later_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
