#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_description_names_the_package(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, S("usr/lib/R/site-library/dplyr/DESCRIPTION"),
                           S("Type: Package\nPackage: dplyr\nTitle: A Grammar\n    Package: no\n"
                             "Version: 1.1.4\nLicense: MIT + file LICENSE\n"
                             "Depends: R (>= 3.5.0)\nImports: cli (>= 3.4.0), generics,\n"
                             "        rlang (>=\n        1.1.0), utils\nSuggests: bench\n"
                             "Built: R 4.2.2; x86_64-pc-linux-gnu\n")));
    assert_true(span_equal(scene_list(&scene), S("cran dplyr 1.1.4\n")));
    assert_true(span_equal(scene_depends(&scene, 0), S("cli generics rlang utils")));
    assert_true(
        span_equal(scene_package(&scene, 0)->licenses, S("MIT AND LicenseRef-file-LICENSE")));
    scene_close(&scene);
}

static void libraries_may_be_anywhere(void **state)
{
    (void)state;
    static const char *const installed[] = {
        "root/R/x86_64-pc-linux-gnu-library/4.2/demo/DESCRIPTION",
        "app/renv/library/R-4.2/x86_64-pc-linux-gnu/demo/DESCRIPTION",
    };
    for (size_t i = 0; i < sizeof installed / sizeof *installed; i++)
        scene_expect(installed[i],
                     "Package: demo\nVersion: 0.3.1\nLicense: GPL (>= 2)\n"
                     "Built: R 4.2.2; ; 2026-11-22 06:16:35 UTC; unix\n",
                     "cran demo 0.3.1\n", 0);
    scene_expect("src/demo/DESCRIPTION", "Package: demo\nVersion: 0.3.1\n", "", 0);
    scene_expect("usr/share/octave/packages/io-2/packinfo/DESCRIPTION",
                 "Name: io\nVersion: 2.6.4\n", "", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("usr/lib/R/library/x/DESCRIPTION", "Package: x\n", "", 1);
    scene_expect("usr/lib/R/library/x/DESCRIPTION", "\xff\xfe", "", 1);
    scene_expect("usr/lib/R/library/x/DESCRIPTION",
                 "Package: x\nVersion: 1\nImports:", "cran x 1\n", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_description_names_the_package),
        cmocka_unit_test(libraries_may_be_anywhere),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
