#include "reading.h"

#define DESC "var/lib/pacman/local/gcc-libs-13.2.1-3/desc"

static void a_desc_becomes_a_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom =
        read_one(&scene, DESC,
                 "%NAME%\ngcc-libs\n\n%VERSION%\n13.2.1-3\n\n%BASE%\ngcc\n\n%DESC%\n%NAME%\n\n"
                 "%ARCH%\nx86_64\n\n%PACKAGER%\nA <b@c>\n\n%LICENSE%\nGPL\nLGPL\nFDL\n\n"
                 "%DEPENDS%\nglibc>=2.27\n\n");
    assert_int_equal(bom.package_count, 1);
    const struct package *p = package_at(&bom, 0);
    assert_text(p->type, "alpm");
    assert_text(p->name, "gcc-libs");
    assert_text(p->version, "13.2.1-3");
    assert_text(p->arch, "x86_64");
    assert_text(p->source_name, "gcc");
    assert_text(p->source_version, "13.2.1-3");
    assert_text(p->vendor, "A <b@c>");
    assert_text(p->licenses, "LicenseRef-GPL AND LicenseRef-LGPL AND LicenseRef-FDL");
    assert_int_equal(scene.notes.items.count, 0);
}

static void blocks_may_be_empty_or_unfinished(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_one(&scene, DESC,
                              "\n\n%BASE%\n\n%LICENSE%\n\n%NAME%\r\nx\r\nline\r\n\r\n%VERSION%\n1");
    assert_int_equal(bom.package_count, 1);
    assert_text(package_at(&bom, 0)->name, "x");
    assert_text(package_at(&bom, 0)->version, "1");
    assert_text(package_at(&bom, 0)->source_name, "x");
    assert_text(package_at(&bom, 0)->licenses, "");
}

static void a_desc_without_name_or_version_is_damaged(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    assert_int_equal(read_one(&scene, DESC, "%NAME%\nx\n\n%VERSION%\n").package_count, 0);
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "has no %VERSION%"));
    assert_int_equal(read_one(&scene, DESC, "junk").package_count, 0);
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "has no %NAME%"));
}

static void overlong_licences_cost_the_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene.limits.field_bytes = 8;
    assert_int_equal(
        read_one(&scene, DESC, "%NAME%\nx\n\n%VERSION%\n1\n\n%LICENSE%\nGPL\nLGPL\n").package_count,
        0);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "package 'x' is left out"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_desc_becomes_a_package),
        cmocka_unit_test(blocks_may_be_empty_or_unfinished),
        cmocka_unit_test(a_desc_without_name_or_version_is_damaged),
        cmocka_unit_test(overlong_licences_cost_the_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
