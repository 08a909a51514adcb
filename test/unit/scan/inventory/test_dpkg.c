#include "reading.h"

#define STATUS "var/lib/dpkg/status"
#define INSTALLED "Status: install ok installed\n"

static void an_entry_becomes_a_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom =
        read_one(&scene, STATUS,
                 "Package: libc-bin\n" INSTALLED "Maintainer: GNU Libc <x@y>\nArchitecture: amd64\n"
                 "Source: glibc\nVersion: 2.36-9+deb12u7\nOrigin: Elsewhere\n"
                 "Description: tools\n Package: no\n .\n Version: no\n");
    assert_int_equal(bom.package_count, 1);
    const struct package *p = package_at(&bom, 0);
    assert_text(p->type, "deb");
    assert_text(p->name, "libc-bin");
    assert_text(p->version, "2.36-9+deb12u7");
    assert_text(p->arch, "amd64");
    assert_text(p->source_name, "glibc");
    assert_text(p->source_version, "2.36-9+deb12u7");
    assert_text(p->vendor, "GNU Libc <x@y>");
    assert_text(p->repository, "Elsewhere");
    assert_text(p->locations[0].path, STATUS);
    assert_true(p->purl.len && p->id.len);
    assert_int_equal(scene.notes.items.count, 0);
}

static void a_source_may_name_its_own_version(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_one(
        &scene, STATUS,
        "Package: bsdutils\n" INSTALLED "Source: util-linux (2.38.1-5)\nVersion: 1:2.38.1-5\n"
        "\nPackage: gcc\n" INSTALLED "Source: gcc-defaults (1.203)\nVersion: 4:12.2.0-3\n"
        "\nPackage: plain\n" INSTALLED "Version: 1-1+b2\n"
        "\nPackage: rebuilt\n" INSTALLED "Source: rebuilt (1-1)\nVersion: 1-1+b3\n");
    assert_text(package_at(&bom, 0)->source_name, "util-linux");
    assert_text(package_at(&bom, 0)->source_version, "2.38.1-5");
    assert_text(package_at(&bom, 1)->source_version, "1.203");
    assert_text(package_at(&bom, 2)->source_name, "plain");
    assert_text(package_at(&bom, 2)->source_version, "1-1+b2");
    assert_text(package_at(&bom, 3)->source_version, "1-1");
}

struct state_case {
    const char *status;
    size_t packages;
    const char *note; // part of it; null: none
    enum note_kind kind;
};

static const struct state_case state_cases[] = {
    {"install ok installed", 1, NULL, NOTE_DAMAGED},
    {"hold ok installed", 1, NULL, NOTE_DAMAGED},
    {"deinstall ok installed", 1, NULL, NOTE_DAMAGED},
    {"install reinstreq installed", 1, NULL, NOTE_DAMAGED},
    {"deinstall ok config-files", 0, NULL, NOTE_DAMAGED},
    {"purge ok not-installed", 0, NULL, NOTE_DAMAGED},
    {"install ok unpacked", 0, "its state is", NOTE_INFORMATION},
    {"install ok half-installed", 0, "its state is", NOTE_INFORMATION},
    {"install ok half-configured", 0, "its state is", NOTE_INFORMATION},
    {"install ok triggers-awaited", 0, "its state is", NOTE_INFORMATION},
    {"install ok triggers-pending", 0, "its state is", NOTE_INFORMATION},
    {"installed", 0, "has the state 'installed'", NOTE_DAMAGED},
    {"install ok", 0, "has the state", NOTE_DAMAGED},
    {"install ok installed?", 0, "has the state", NOTE_DAMAGED},
    {"", 0, "has the state ''", NOTE_DAMAGED},
};

static void only_installed_packages_are_listed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof state_cases / sizeof *state_cases; i++) {
        const struct state_case *c = &state_cases[i];
        CLEANUP(scene_cleanup) struct scene scene = {0};
        scene_init(&scene);
        struct text content = {0};
        text_init(&content, scene.mem, 4096);
        text_addf(&content, "Package: a\nStatus: %s\nVersion: 1\n", c->status);
        scene_add(&scene, STATUS, text_span(&content));
        assert_int_equal(read_scene(&scene).package_count, c->packages);
        assert_int_equal(scene.notes.items.count, c->note ? 1 : 0);
        assert_true(!c->note || scene_noted(&scene, c->kind, c->note));
    }
}

static void both_architectures_of_a_package_stay(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_one(&scene, STATUS,
                              "Package: zlib1g\n" INSTALLED "Architecture: i386\nVersion: 1\n\n"
                              "Package: zlib1g\n" INSTALLED "Architecture: amd64\nVersion: 1\n");
    assert_int_equal(bom.package_count, 2);
    assert_text(package_at(&bom, 0)->arch, "amd64");
    assert_text(package_at(&bom, 1)->arch, "i386");
}

static void damaged_entries_are_noted_and_the_rest_is_read(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    struct bom bom = read_one(&scene, STATUS,
                              "\n\nPackage: a\n" INSTALLED "\n"
                              "Version: 1\n" INSTALLED "\n"
                              "Package: b\nno colon here\n" INSTALLED "Version: 2\n\n\n\n"
                              "PACKAGE: c\r\nsTATUS: install ok installed\r\nversion:3");
    assert_int_equal(bom.package_count, 2);
    assert_text(package_at(&bom, 0)->name, "b");
    assert_text(package_at(&bom, 1)->version, "3");
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "line 3: 'a' has no Version"));
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "line 6: '' has no Package"));
    assert_true(scene_noted(&scene, NOTE_DAMAGED, "1 lines without ':', the first is line 10"));
}

static void distroless_images_keep_a_file_a_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene_add(&scene, "var/lib/dpkg/status.d/base", S("Package: base-files\nVersion: 12\n"));
    scene_add(&scene, "var/lib/dpkg/status.d/tzdata.list", S("Package: tzdata\nVersion: 2024a\n"));
    scene_add(&scene, "var/lib/dpkg/status.d/base.md5sums", S("d41d8cd98f  etc/issue\n"));
    scene_add(&scene, "var/lib/dpkg/status.d/gone",
              S("Package: gone\nVersion: 1\nStatus: deinstall ok config-files\n"));
    struct bom bom = read_scene(&scene);
    assert_int_equal(bom.package_count, 2);
    assert_text(package_at(&bom, 0)->locations[0].path, "var/lib/dpkg/status.d/base");
    assert_text(package_at(&bom, 1)->name, "tzdata");
    assert_int_equal(scene.notes.items.count, 0);
}

static struct bom read_name(struct scene *scene, size_t len)
{
    struct text content = {0};
    text_init(&content, scene->mem, SIZE_MAX);
    text_add(&content, S(INSTALLED "Version: 1\nPackage: "));
    for (size_t i = 0; i < len; i++)
        text_add_byte(&content, 'n');
    text_add(&content, S("\n\nPackage: next\n" INSTALLED "Version: 1\n"));
    scene_clear(scene);
    scene_add(scene, STATUS, text_span(&content));
    return read_scene(scene);
}

static void an_overlong_field_costs_only_its_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene.limits.field_bytes = 64;
    assert_int_equal(read_name(&scene, 63).package_count, 2);
    assert_int_equal(read_name(&scene, 64).package_count, 2);
    assert_int_equal(scene.notes.items.count, 0);
    assert_int_equal(read_name(&scene, 65).package_count, 1);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "65 bytes long"));
    assert_int_equal(read_name(&scene, 1000000).package_count, 1);
}

static void the_number_of_packages_is_limited(void **state)
{
    (void)state;
    const char *three = "Package: a\n" INSTALLED "Version: 1\n\nPackage: b\n" INSTALLED
                        "Version: 1\n\nPackage: c\n" INSTALLED "Version: 1\n";
    CLEANUP(scene_cleanup) struct scene scene = {0};
    scene_init(&scene);
    scene.limits.packages = 3;
    assert_int_equal(read_one(&scene, STATUS, three).package_count, 3);
    assert_int_equal(scene.notes.items.count, 0);
    scene.limits.packages = 2;
    assert_int_equal(read_one(&scene, STATUS, three).package_count, 2);
    assert_true(scene_noted(&scene, NOTE_LIMIT, "more than 2 packages"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_becomes_a_package),
        cmocka_unit_test(a_source_may_name_its_own_version),
        cmocka_unit_test(only_installed_packages_are_listed),
        cmocka_unit_test(both_architectures_of_a_package_stay),
        cmocka_unit_test(damaged_entries_are_noted_and_the_rest_is_read),
        cmocka_unit_test(distroless_images_keep_a_file_a_package),
        cmocka_unit_test(an_overlong_field_costs_only_its_package),
        cmocka_unit_test(the_number_of_packages_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
