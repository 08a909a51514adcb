#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_control_file_names_the_package(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, S("usr/lib/opkg/info/dropbear.control"),
                           S("Package: dropbear\nVersion: 2022.82-5\n"
                             "Depends: libc, libubox (>= 2023), a | b\nSource: feeds/base/x\n"
                             "SourceName: dropbear-src\nLicense: MIT\nArchitecture: x86_64\n"
                             "Description:  A server\n for SSH.\n")));
    assert_true(span_equal(scene_list(&scene), S("opkg dropbear 2022.82-5\n")));
    assert_true(span_equal(scene_depends(&scene, 0), S("libc libubox")));
    assert_true(span_equal(scene_package(&scene, 0)->source_name, S("dropbear-src")));
    assert_true(span_equal(scene_package(&scene, 0)->arch, S("x86_64")));
    scene_close(&scene);
}

static void the_status_lists_what_is_installed(void **state)
{
    (void)state;
    scene_expect("usr/lib/opkg/status",
                 "Package: libc\nVersion: 1.2.4-4\nStatus: install hold installed\n"
                 "Architecture: x86_64\n\n"
                 "Package: gone\nVersion: 1\nStatus: deinstall user not-installed\n\n"
                 "Package: busybox\nVersion: 1.36.1-1\nStatus: install user installed\n",
                 "opkg libc 1.2.4-4\nopkg busybox 1.36.1-1\n", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("var/lib/opkg/info/x.control", "Package: x\n", "", 1);
    scene_expect("var/lib/opkg/info/x.control", "\n\n", "", 0);
    scene_expect("var/lib/opkg/status", "Package\nVersion: 1\n", "", 2);
    scene_expect("var/lib/opkg/info/x.control", "Package: x\x01\nVersion: 1\n", "", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_control_file_names_the_package),
        cmocka_unit_test(the_status_lists_what_is_installed),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
