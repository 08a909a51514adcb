#include "reading.h"

#define INSTALLED "lib/apk/db/installed"

static void an_entry_becomes_a_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom =
        read_one(&scene, INSTALLED,
                 "C:Q1abc=\nP:busybox-binsh\nV:1.36.1-r29\nA:x86_64\nS:1\nI:2\nT:sh: a shell\n"
                 "U:https://x\nL:GPL-2.0-only\no:busybox\nm:Someone <a@b>\nt:1\nc:0123\n"
                 "p:/bin/sh cmd:sh=1.36.1-r29\nF:bin\nR:sh\na:0:0:777\nZ:Q1pc=\n\n");
    assert_int_equal(bom.package_count, 1);
    const struct package *p = package_at(&bom, 0);
    assert_text(p->type, "apk");
    assert_text(p->name, "busybox-binsh");
    assert_text(p->version, "1.36.1-r29");
    assert_text(p->arch, "x86_64");
    assert_text(p->source_name, "busybox");
    assert_text(p->source_version, "1.36.1-r29");
    assert_text(p->licenses, "GPL-2.0-only");
    assert_text(p->vendor, "Someone <a@b>");
    assert_int_equal(scene.notes.items.count, 0);
}

static void letters_have_a_case(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_one(&scene, INSTALLED, "P:a\nV:1\nv:2\np:b\nO:c\n");
    assert_text(package_at(&bom, 0)->name, "a");
    assert_text(package_at(&bom, 0)->version, "1");
    assert_text(package_at(&bom, 0)->source_name, "a");
}

static void damaged_entries_are_noted_and_the_rest_is_read(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom =
        read_one(&scene, INSTALLED, "P:a\n\nV:1\n\nP\nV\n\n:\n\nP:\nV:1\n\nP:last\nV:9-r0");
    assert_int_equal(bom.package_count, 1);
    assert_text(package_at(&bom, 0)->name, "last");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "line 1: 'a' has no V: line"));
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "line 3: '' has no P: line"));
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "2 lines without ':', the first is line 5"));
}

static void both_places_are_read_and_a_link_between_them_once(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "usr/lib/apk/db/installed", S("P:a\nV:1\n"));
    assert_int_equal(read_scene(&scene).package_count, 1);
    scene_link(&scene, "lib", "usr/lib");
    struct bom bom = read_scene(&scene);
    assert_int_equal(bom.package_count, 1);
    assert_int_equal(package_at(&bom, 0)->location_count, 1);
    assert_text(package_at(&bom, 0)->locations[0].path, "usr/lib/apk/db/installed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_becomes_a_package),
        cmocka_unit_test(letters_have_a_case),
        cmocka_unit_test(damaged_entries_are_noted_and_the_rest_is_read),
        cmocka_unit_test(both_places_are_read_and_a_link_between_them_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
