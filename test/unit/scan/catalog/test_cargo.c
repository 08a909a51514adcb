#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void lock_files_have_four_versions(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("src/Cargo.lock"),
        S("# generated\nversion = 4\n\n"
          "[[package]]\nname = \"itoa\"\nversion = \"1.0.9\"\n"
          "source = \"registry+https://example.org/index\"\n"
          "checksum = \"af150ab688ff2122fcef229be89cb50dd66af9e01a4ff320cc137eecc9bacc38\"\n\n"
          "[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n"
          "dependencies = [\n \"itoa\",\n \"rand 0.8.5\",\n]\n")));
    assert_true(span_equal(scene_list(&scene), S("cargo itoa 1.0.9\ncargo shop 0.1.0\n")));
    assert_true(
        span_equal(scene_hashes(&scene, 0),
                   S("sha256:af150ab688ff2122fcef229be89cb50dd66af9e01a4ff320cc137eecc9bacc38")));
    assert_true(span_equal(scene_depends(&scene, 1), S("itoa rand")));
    scene_close(&scene);
}

static void checksums_stood_apart_at_first(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, S("Cargo.lock"),
                           S("[[package]]\nname = \"git\"\nversion = \"0.1.0\"\n"
                             "source = \"git+https://example.org/git#0a\"\n"
                             "[[package]]\nname = \"itoa\"\nversion = \"1.0.9\"\n"
                             "[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n"
                             "dependencies = [\"itoa 1.0.9 (registry+https://example.org)\"]\n"
                             "[metadata]\n\"checksum git 0.1.0 (git+https://x)\" = \"<none>\"\n"
                             "\"checksum itoa 1.0.9 (registry+https://x)\" = \"af150ab6\"\n")));
    assert_true(span_equal(scene_hashes(&scene, 1), S("sha256:af150ab6")));
    assert_true(span_equal(scene_depends(&scene, 2), S("itoa")));
    scene_close(&scene);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("Cargo.lock", "[[package]", "", 1);
    scene_expect("Cargo.lock", "package = 7\nmetadata = 7\n", "", 0);
    scene_expect("Cargo.lock", "[[package]]\nname = 1\nversion = []\n", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lock_files_have_four_versions),
        cmocka_unit_test(checksums_stood_apart_at_first),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
