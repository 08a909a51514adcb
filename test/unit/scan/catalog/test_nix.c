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

// What Nix 2.8.0 wrote for three packages, a second output of one, a script and their derivations.
static void the_database_of_a_store_knows_more(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene_expect_seed(&scene, "nix/var/nix/db/db.sqlite", "nix_db/real",
                      "nix zlib 1.2.13\nnix zlib 1.2.13\nnix openssl 3.0.8\nnix hello 2.12.1\n", 0);
    span needs_of_hello = scene_depends(&scene, 3);
    assert_true(span_equal(needs_of_hello, S("openssl zlib")) ||
                span_equal(needs_of_hello, S("zlib openssl")));
    assert_true(span_equal(scene_depends(&scene, 2), S("zlib")));
    assert_int_equal(scene_depends(&scene, 0).len, 0);
    scene_close(&scene);
}

static void a_damaged_database_is_noted(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene_expect_seed(&scene, "nix/var/nix/db/db.sqlite", "nix_db/circle-and-cut-off", "", 4);
    scene_close(&scene);
    scene_expect("nix/var/nix/db/db.sqlite", "x", "", 1);
    scene_expect("nix/var/nix/db/db.sqlite-wal", "x", "", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_path_names_the_package),
        cmocka_unit_test(what_has_no_version_is_no_package),
        cmocka_unit_test(the_database_of_a_store_knows_more),
        cmocka_unit_test(a_damaged_database_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
