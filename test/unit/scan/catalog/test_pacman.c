#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const span path = S("var/lib/pacman/local/a-1-1/mtree");

// "#mtree\n", by gzip.
static const uint8_t packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                 0x03, 0x53, 0xce, 0x2d, 0x29, 0x4a, 0x4d, 0xe5, 0x02,
                                 0x00, 0xd4, 0xb1, 0x74, 0xac, 0x07, 0x00, 0x00, 0x00};

static void a_list_of_digests_is_unpacked(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, path, span_of(packed, sizeof packed)));
    assert_non_null(scene.insight);
    assert_true(span_equal(scene.insight->sums, S("#mtree\n")));
    assert_int_equal(scene_count(&scene), 0);
    assert_true(scene_show(&scene, path, S("#mtree of old\n")));
    assert_true(span_equal(scene.insight->sums, S("#mtree of old\n")));
    assert_int_equal(scene.notes.items.count, 0);
    scene_close(&scene);
}

static void a_damaged_one_is_noted(void **state)
{
    (void)state;
    for (size_t len = 3; len < sizeof packed; len++) {
        struct scene scene;
        scene_open(&scene);
        assert_true(scene_show(&scene, path, span_of(packed, len)));
        assert_null(scene.insight);
        assert_int_equal(scene.notes.items.count, 1);
        scene_close(&scene);
    }
}

static void a_bomb_is_noted(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene.limits.document_bytes = 6;
    assert_true(scene_show(&scene, path, span_of(packed, sizeof packed)));
    assert_null(scene.insight);
    assert_int_equal(scene.notes.items.count, 1);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_digests_is_unpacked),
        cmocka_unit_test(a_damaged_one_is_noted),
        cmocka_unit_test(a_bomb_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
