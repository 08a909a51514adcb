#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void references_are_locked_by_conan_2(void **state)
{
    (void)state;
    scene_expect("conan.lock",
                 "{\"version\": \"0.5\", \"requires\": ["
                 "\"zlib/1.2.13#e377bee636333ae348d51ca90874e353%1667904000.5\","
                 "\"mine/0.1@me/stable#77\", \"loose/[>=1.0]\"],"
                 "\"build_requires\": [\"cmake/3.25.0#1\"], \"python_requires\": []}",
                 "conan mine 0.1\nconan zlib 1.2.13\n", 0);
}

static void nodes_are_locked_by_conan_1(void **state)
{
    (void)state;
    scene_expect("conan.lock",
                 "{\"graph_lock\": {\"nodes\": {"
                 "\"0\": {\"options\": \"\", \"requires\": [\"1\"], \"path\": \"conanfile.txt\"},"
                 "\"1\": {\"ref\": \"openssl/1.1.1t#0\", \"requires\": [\"2\"], "
                 "\"context\": \"host\"},"
                 "\"2\": {\"ref\": \"zlib/1.2.13\", \"package_id\": \"6a\", \"context\": \"host\"},"
                 "\"3\": {\"ref\": \"cmake/3.25.0\", \"context\": \"build\"}}, "
                 "\"revisions_enabled\": false}, \"version\": \"0.4\"}",
                 "conan openssl 1.1.1t\nconan zlib 1.2.13\n", 0);
}

static void a_text_file_asks_for_packages(void **state)
{
    (void)state;
    scene_expect("src/conanfile.txt",
                 "# mine\n[requires]\npoco/1.9.4  # a comment\nzlib/[~1.2]\n\n"
                 "[tool_requires]\ncmake/3.25.0\n[generators]\nCMakeDeps\n",
                 "conan poco 1.9.4\n", 0);
}

static void the_cache_of_conan_1_holds_packages(void **state)
{
    (void)state;
    scene_expect("root/.conan/data/openssl/1.1.1t/_/_/package/6af9cc7cb931c5/conaninfo.txt",
                 "[settings]\n    os=Linux\n\n[requires]\n    zlib/1.2.Z\n\n"
                 "[full_requires]\n    zlib/1.2.13:6af9cc7cb931c5ad942174fd7838eb655717c709\n",
                 "conan openssl 1.1.1t\nconan zlib 1.2.13\n", 0);
}

// Written by Conan 2.34.0: two revisions of zlibx, and a package of a user's channel.
static void the_cache_of_conan_2_is_a_database(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene_expect_seed(&scene, "root/.conan2/p/cache.sqlite3", "conan_cache/real",
                      "conan cmakex 3.25.0\nconan mine 0.1\nconan opensslx 3.0.8\n"
                      "conan zlibx 1.2.13\n",
                      0);
    scene_expect_seed(&scene, "root/.conan2/p/cache.sqlite3", "conan_cache/cut-off", "", 3);
    scene_close(&scene);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("conan.lock", "{\"requires\": [", "", 1);
    scene_expect("conan.lock", "{\"requires\": [1, null, \"\", \"/\", \"a/\", \"/1\"]}", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_locked_by_conan_2),
        cmocka_unit_test(nodes_are_locked_by_conan_1),
        cmocka_unit_test(a_text_file_asks_for_packages),
        cmocka_unit_test(the_cache_of_conan_1_holds_packages),
        cmocka_unit_test(the_cache_of_conan_2_is_a_database),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
