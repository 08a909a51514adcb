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
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
