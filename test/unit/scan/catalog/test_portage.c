#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_directory_names_the_package(void **state)
{
    (void)state;
    scene_expect("var/db/pkg/app-containers/skopeo-1.5.1/PF", "skopeo-1.5.1\n",
                 "ebuild app-containers/skopeo 1.5.1\n", 0);
    scene_expect("var/db/pkg/sys-libs/glibc-2.35-r11/PF", "glibc-2.35-r11\n",
                 "ebuild sys-libs/glibc 2.35-r11\n", 0);
    scene_expect("var/db/pkg/media-fonts/font-adobe-100dpi-1.0.3-r2/PF", "x\n",
                 "ebuild media-fonts/font-adobe-100dpi 1.0.3-r2\n", 0);
}

static void its_license_stands_apart(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(
        scene_show(&scene, S("var/db/pkg/app-shells/bash-5.1_p16-r2/LICENSE"), S("GPL-3+\n")));
    assert_true(span_equal(scene_list(&scene), S("ebuild app-shells/bash 5.1_p16-r2\n")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("GPL-3.0-or-later")));
    scene_close(&scene);
}

static void other_names_are_noted(void **state)
{
    (void)state;
    scene_expect("var/db/pkg/sys-libs/glibc/PF", "glibc\n", "", 1);
    scene_expect("var/db/pkg/sys-libs/glibc-r1/PF", "glibc\n", "", 1);
    scene_expect("var/db/pkg/sys-libs/glibc-/PF", "glibc\n", "", 1);
    scene_expect("var/db/pkg/sys-libs/-1/PF", "glibc\n", "", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_names_the_package),
        cmocka_unit_test(its_license_stands_apart),
        cmocka_unit_test(other_names_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
