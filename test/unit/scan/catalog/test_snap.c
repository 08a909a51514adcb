#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_snap_describes_itself(void **state)
{
    (void)state;
    scene_expect("snap/core22/1033/meta/snap.yaml",
                 "name: core22\nversion: '20231123'\nsummary: Runtime\nbase: none\n"
                 "architectures:\n- amd64\ntype: base\n",
                 "snap core22 20231123\n", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("meta/snap.yaml", "name: core22\n", "", 1);
    scene_expect("meta/snap.yaml", "{", "", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snap_describes_itself),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
