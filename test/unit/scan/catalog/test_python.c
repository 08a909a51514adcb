#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void metadata_names_the_package(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(
        scene_show(&scene, S("usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA"),
                   S("Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n\nName: no\n")));
    assert_true(span_equal(scene_list(&scene), S("pypi requests 2.28.1\n")));
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_names_the_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
