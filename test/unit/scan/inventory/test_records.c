#include "reading.h"

// Which files are taken for databases; what is in them is the business of other tests.

static void wants_cover_every_database(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "var/lib/dpkg/status",           "var/lib/dpkg/status.d/base",
        "lib/apk/db/installed",          "usr/lib/apk/db/installed",
        "var/lib/rpm/Packages",          "usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
        "usr/share/rpm/Packages.db",     "var/lib/pacman/local/zlib-1-1/desc",
        "usr/share/buildinfo/sets.json", "root/buildinfo/content_manifests/x.json",
        "var/lib/dpkg/info/a:b.md5sums", "var/lib/pacman/local/zlib-1-1/files",
        "var/lib/dpkg/diversions",       "opt/v/lib/site-packages/a-1.dist-info/RECORD",
    };
    static const char *const unwanted[] = {
        "var/lib/dpkg/status-old",
        "var/lib/dpkg/info/a.postinst",
        "var/lib/pacman/local/zlib-1-1/mtree",
        "app/lib/apk/db/installed",
        "var/lib/rpm/__db.001",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_true(wants_match(&inventory_wants, span_of_text(wanted[i])));
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        assert_false(wants_match(&inventory_wants, span_of_text(unwanted[i])));
}

static void one_package_in_two_databases_has_two_locations(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "var/lib/dpkg/status.d/b", S("Package: x\nVersion: 1\n"));
    scene_add(&scene, "var/lib/dpkg/status.d/a",
              S("Package: x\nVersion: 1\n\nPackage: x\nVersion: 1\n"));
    struct bom bom = read_scene(&scene);
    assert_int_equal(bom.package_count, 1);
    const struct package *package = package_at(&bom, 0);
    assert_int_equal(package->location_count, 2);
    assert_text(package->locations[0].path, "var/lib/dpkg/status.d/a");
    assert_text(package->locations[1].path, "var/lib/dpkg/status.d/b");
}

static void a_database_that_was_not_kept_is_noted(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "var/lib/dpkg/status", (span){0});
    LIST_AT(&scene.files, struct file, 0)->has_content = false;
    LIST_AT(&scene.files, struct file, 0)->size = 999;
    assert_int_equal(read_scene(&scene).package_count, 0);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "was not kept"));
}

static void an_empty_database_is_mentioned(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    assert_int_equal(read_one(&scene, "lib/apk/db/installed", "").package_count, 0);
    assert_true(scene_noted(&scene, NOTE_INFORMATION, "is empty"));
    assert_false(scene.notes.incomplete);
}

static void a_folder_where_a_database_should_be_is_nothing(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "var/lib/dpkg/status", (span){0});
    LIST_AT(&scene.files, struct file, 0)->type = FILE_DIRECTORY;
    assert_int_equal(read_scene(&scene).package_count, 0);
    assert_int_equal(scene.notes.items.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wants_cover_every_database),
        cmocka_unit_test(one_package_in_two_databases_has_two_locations),
        cmocka_unit_test(a_database_that_was_not_kept_is_noted),
        cmocka_unit_test(an_empty_database_is_mentioned),
        cmocka_unit_test(a_folder_where_a_database_should_be_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
