#include "reading.h"

static void the_manifests_of_all_layers_are_united(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "root/buildinfo/content_manifests/ubi8-container-8.6.json",
              S("{\"metadata\":{\"icm_version\":1},\"content_sets\":[\"rhel-8-baseos\","
                "\"rhel-8-appstream\"],\"image_contents\":[]}"));
    scene_add(&scene, "usr/share/buildinfo/content-sets.json",
              S("{\"content_sets\":[\"rhel-8-baseos\",\"rhel-8-codeready\"]}"));
    struct bom bom = read_scene(&scene);
    assert_int_equal(bom.content_set_count, 3);
    assert_text(bom.content_sets[0], "rhel-8-appstream");
    assert_text(bom.content_sets[1], "rhel-8-baseos");
    assert_text(bom.content_sets[2], "rhel-8-codeready");
    assert_int_equal(scene.notes.items.count, 0);
}

static void damaged_manifests_are_noted_and_odd_ones_passed_over(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "usr/share/buildinfo/a.json", S("{\"content_sets\":[\"x\""));
    scene_add(&scene, "usr/share/buildinfo/b.json", S("{\"content_sets\":[1,\"\",\"y\",null]}"));
    scene_add(&scene, "usr/share/buildinfo/labels.json", S("{\"name\":\"ubi8\"}"));
    scene_add(&scene, "usr/share/buildinfo/list.json", S("[\"z\"]"));
    struct bom bom = read_scene(&scene);
    assert_int_equal(bom.content_set_count, 1);
    assert_text(bom.content_sets[0], "y");
    assert_int_equal(scene.notes.items.count, 1);
    assert_true(scene.notes.incomplete);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manifests_of_all_layers_are_united),
        cmocka_unit_test(damaged_manifests_are_noted_and_odd_ones_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
