#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(const char *content, const char *licenses)
{
    struct limits limits = limits_default();
    struct catalog_options options = {.limits = &limits};
    struct catalog *catalog = NULL;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 24);
    struct notes notes;
    notes_init(&notes, mem, &limits);
    assert_true(catalog_new(&options, &catalog, NULL));
    struct inspector inspector = catalog_inspector(catalog);
    struct content bytes = content_of(span_of_text(content));
    const struct insight *insight = NULL;
    span path = S("usr/share/doc/x/copyright");
    assert_true(inspector.wants(inspector.self, path, bytes.size, span_first(bytes.memory, 64)));
    assert_true(inspector.look(inspector.self, path, &bytes, mem, scratch, &notes, &insight, NULL));
    span found = insight ? insight->licenses : (span){0};
    if (!span_equal(found, span_of_text(licenses)))
        fail_msg("'%.*s', not '%s'", (int)found.len, (const char *)found.ptr, licenses);
    catalog_free(catalog);
}

#define FORMAT "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"

static void paragraphs_of_files_tell(void **state)
{
    (void)state;
    expect(FORMAT "\nFiles: *\nCopyright: x\nLicense: GPL-2+\n This is free.\n\n"
                  "Files: a\nLicense: Expat or GPL-2+\n\nFiles: b\nLicense: GPL-2+\n\n"
                  "License: ISC\n Only spelled out.\n",
           "GPL-2.0-or-later AND (MIT OR GPL-2.0-or-later)");
    expect("\n" FORMAT "License: MIT\r\n", "MIT");
    expect(FORMAT "\nLicense: Zlib\nFiles: *\n", "Zlib");
    expect(FORMAT "\nfiles: *\nlicense: Artistic\n", "Artistic-1.0");
    expect(FORMAT "\nFiles: *\nLicense: own\n", "LicenseRef-own");
}

static void prose_tells_by_what_it_refers_to(void **state)
{
    (void)state;
    expect("It is under the GPL, version 2 or any\n later version, see\n"
           "`/usr/share/common-licenses/GPL-2'. /usr/share/common-licenses/GPL-2.\n",
           "GPL-2.0-or-later");
    expect("See /usr/share/common-licenses/LGPL-2.1, /usr/share/common-licenses/GPL.",
           "LGPL-2.1-only AND LicenseRef-GPL");
    expect("/usr/share/common-licenses/Artistic /usr/share/common-licenses/BSD",
           "Artistic-1.0-Perl AND BSD-3-Clause");
    expect("... to deal in the\n Software without restriction ...", "MIT");
    expect(FORMAT "\nFiles: *\nComment: /usr/share/common-licenses/Apache-2.0\n", "Apache-2.0");
}

static void what_tells_nothing_is_nothing(void **state)
{
    (void)state;
    expect("All rights reserved.\n", "");
    expect("/usr/share/common-licenses/ has them.", "");
    expect(FORMAT, "");
    expect("\xff\xfe", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_of_files_tell),
        cmocka_unit_test(prose_tells_by_what_it_refers_to),
        cmocka_unit_test(what_tells_nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
