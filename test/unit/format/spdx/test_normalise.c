#include "format/spdx/spdx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { BUDGET = 1 << 26 };

static void expect(enum spdx_speaker speaker, const char *raw, const char *expression)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    span found = {0};
    assert_true(spdx_normalise(span_of_text(raw), speaker, mem, &found));
    if (!span_equal(found, span_of_text(expression)))
        fail_msg("%s: '%.*s', not '%s'", raw, (int)found.len, (const char *)found.ptr, expression);
}

static void names_become_identifiers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"MIT License", "MIT"},
        {"The MIT License", "MIT"},
        {"ASL 2.0", "Apache-2.0"},
        {"Apache License, Version 2.0", "Apache-2.0"},
        {"http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"},
        {"GPLv2+", "GPL-2.0-or-later"},
        {"GPL+", "GPL-1.0-or-later"},
        {"GPL-2+", "GPL-2.0-or-later"},
        {"GPLv2 or later", "GPL-2.0-or-later"},
        {"GPL (>= 2)", "GPL-2.0-or-later"},
        {"LGPLv2 and MIT", "LGPL-2.0-only AND MIT"},
        {"GPLv2+ and (BSD or MIT)", "GPL-2.0-or-later AND (LicenseRef-BSD OR MIT)"},
        {"GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL-2.0-or-later"},
        {"Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"},
        {"ISC License (ISCL)", "ISC"},
        {"BSD-3-clause", "BSD-3-Clause"},
        {"Expat", "MIT"},
        {"Public Domain", "LicenseRef-Public-Domain"},
        {"GPL-2 | MIT", "GPL-2.0-only OR MIT"},
        {"MIT + file LICENSE", "MIT AND LicenseRef-file-LICENSE"},
        {"MIT, ISC", "MIT AND ISC"},
        {"GPL-2+ with Bison exception", "GPL-2.0-or-later WITH Bison-exception-2.2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(SPDX_ANYBODY, cases[i][0], cases[i][1]);
}

static void what_is_not_known_is_kept_as_a_reference(void **state)
{
    (void)state;
    expect(SPDX_ANYBODY, "BSD", "LicenseRef-BSD");
    expect(SPDX_ANYBODY, "Apache Software License", "LicenseRef-Apache-Software-License");
    expect(SPDX_ANYBODY, "GPL", "LicenseRef-GPL");
    expect(SPDX_ANYBODY, "GPLv2+ with exceptions", "LicenseRef-GPLv2-or-later-with-exceptions");
    expect(SPDX_ANYBODY, "MIT or ((Foo", "LicenseRef-MIT-or-Foo");
    expect(SPDX_ANYBODY, "--x__y--", "LicenseRef-x-y");
    expect(SPDX_ANYBODY, "\xe8\x87\xaa", "LicenseRef-plimsoll-9685556da9fd1767");
}

static void prose_is_named_by_its_hash(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    span prose = S("Permission is hereby granted to whoever finds this to do with it what is right "
                   "and proper, and MIT");
    span found = {0};
    assert_true(spdx_normalise(prose, SPDX_ANYBODY, mem, &found));
    assert_true(span_starts_with(found, S("LicenseRef-plimsoll-")));
    assert_int_equal(found.len, sizeof "LicenseRef-plimsoll-0123456789abcdef" - 1);
}

static void nothing_said_is_nothing(void **state)
{
    (void)state;
    static const char *const cases[] = {"", "  ", "UNKNOWN", "NOASSERTION", "NONE", "n/a"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(SPDX_ANYBODY, cases[i], "");
}

static void speakers_differ(void **state)
{
    (void)state;
    expect(SPDX_DEBIAN, "GPL", "GPL-1.0-or-later");
    expect(SPDX_DEBIAN, "Artistic or GPL-1+", "Artistic-1.0 OR GPL-1.0-or-later");
    expect(SPDX_DEBIAN, "GPL-2 or MIT, and ISC", "(GPL-2.0-only OR MIT) AND ISC");
    expect(SPDX_APK, "MIT BSD GPL2+", "MIT AND LicenseRef-BSD AND GPL-2.0-or-later");
    expect(SPDX_APK, "custom", "LicenseRef-custom");
    expect(SPDX_CARGO, "MIT/Apache-2.0", "MIT OR Apache-2.0");
    expect(SPDX_ANYBODY, "MIT/X11", "MIT");
}

// Time is linear: each of these would take hours otherwise. What comes out is an expression.
static void floods_are_survived(void **state)
{
    (void)state;
    static const char *const words[] = {"MIT,", "(", "MIT or ISC, and ", "a b ", "MIT and "};
    enum { BYTES = 1 << 16 };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
        struct spdx_expression *expression = NULL;
        struct text text;
        span found = {0};
        text_init(&text, mem, SIZE_MAX);
        while (text.len < BYTES)
            text_add(&text, span_of_text(words[i]));
        text_add(&text, S("MIT"));
        assert_true(spdx_normalise(text_span(&text), SPDX_APK, mem, &found));
        assert_true(spdx_parse(found, mem, &expression, NULL));
    }
}

static void joining_takes_each_once(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    const span all[] = {S("MIT"), S("ISC OR MIT"), S("Zlib AND MIT"), (span){0}, S("ISC OR MIT")};
    span joined = {0};
    assert_true(spdx_join(all, sizeof all / sizeof *all, mem, &joined));
    assert_true(span_equal(joined, S("(ISC OR MIT) AND MIT AND Zlib")));
    assert_true(spdx_join(all, 0, mem, &joined));
    assert_int_equal(joined.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_identifiers),
        cmocka_unit_test(what_is_not_known_is_kept_as_a_reference),
        cmocka_unit_test(prose_is_named_by_its_hash),
        cmocka_unit_test(nothing_said_is_nothing),
        cmocka_unit_test(speakers_differ),
        cmocka_unit_test(floods_are_survived),
        cmocka_unit_test(joining_takes_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
