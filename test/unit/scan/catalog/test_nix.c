#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_store_path_names_the_package(void **state)
{
    (void)state;
    scene_expect("nix/store/0c7c96gikmzv87i7lv3vq5s1cmfjd6zf-openssl-3.0.8-bin/bin/openssl", "x",
                 "nix openssl 3.0.8\n", 0);
    scene_expect("nix/store/0c7c96gikmzv87i7lv3vq5s1cmfjd6zf-glibc-2.35-224/lib/libc.so.6", "x",
                 "nix glibc 2.35-224\n", 0);
    scene_expect("nix/store/0c7c96gikmzv87i7lv3vq5s1cmfjd6zf-python3.10-certifi-2022.9.24/"
                 "nix-support/propagated-build-inputs",
                 "x", "nix python3.10-certifi 2022.9.24\n", 0);
}

static void what_has_no_version_is_no_package(void **state)
{
    (void)state;
    scene_expect("nix/store/0c7c96gikmzv87i7lv3vq5s1cmfjd6zf-entry-point/bin/x", "x", "", 0);
    scene_expect("nix/store/0c7c96gikmzv87i7lv3vq5s1cmfjd6zf-x-/bin/x", "x", "", 0);
    scene_expect("nix/store/0c7c96gikmzv87i7lv3vq5s1cmfjd6zf--1/bin/x", "x", "", 0);
    scene_expect("nix/store/short-1.0/bin/x", "x", "", 0);
    scene_expect("nix/store/.links/bin/x", "x", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_path_names_the_package),
        cmocka_unit_test(what_has_no_version_is_no_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
