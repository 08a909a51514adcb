#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_receipt_lies_in_the_cellar(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene,
                           S("home/linuxbrew/.linuxbrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json"),
                           S("{\"homebrew_version\": \"4.2.0\", \"runtime_dependencies\": "
                             "[{\"full_name\": \"oniguruma\", \"version\": \"6.9.9\"}]}")));
    assert_true(span_equal(scene_list(&scene), S("brew jq 1.7.1\n")));
    assert_true(span_equal(scene_depends(&scene, 0), S("oniguruma")));
    scene_close(&scene);
    scene_expect("Cellar/jq/1/INSTALL_RECEIPT.json", "}", "", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_lies_in_the_cellar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
