#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_port_describes_itself(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("opt/vcpkg/installed/x64-linux/share/zlib/vcpkg.spdx.json"),
        S("{\"spdxVersion\": \"SPDX-2.2\", \"packages\": ["
          "{\"name\": \"zlib:x64-linux\", \"SPDXID\": \"SPDXRef-binary\", \"versionInfo\": \"9\"},"
          "{\"name\": \"zlib\", \"SPDXID\": \"SPDXRef-port\", \"versionInfo\": \"1.3.1#2\", "
          "\"licenseConcluded\": \"Zlib\"}]}")));
    assert_true(span_equal(scene_list(&scene), S("vcpkg zlib 1.3.1\n")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("Zlib")));
    scene_close(&scene);
}

static void a_project_insists_on_versions(void **state)
{
    (void)state;
    scene_expect("vcpkg.json",
                 "{\"name\": \"shop\", \"version\": \"1\", \"dependencies\": [\"zlib\", "
                 "{\"name\": \"fmt\", \"version>=\": \"10.1.0\"}],"
                 "\"overrides\": [{\"name\": \"fmt\", \"version\": \"10.1.1#1\"}, "
                 "{\"name\": \"abc\", \"version-date\": \"2023-01-01\"}]}",
                 "vcpkg fmt 10.1.1\nvcpkg abc 2023-01-01\n", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("share/x/vcpkg.spdx.json", "{}", "", 1);
    scene_expect("share/x/vcpkg.spdx.json", "{", "", 1);
    scene_expect("vcpkg.json", "{\"overrides\": [null, {}]}", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_describes_itself),
        cmocka_unit_test(a_project_insists_on_versions),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
