#include "catalog_scene.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const char *corpus;

// Shows a seed of a fuzz target under a name that it could have in an image.
static void show_seed(struct scene *scene, const char *seed, span path)
{
    char file[4096];
    span bytes = {0};
    (void)snprintf(file, sizeof file, "%s/%s", corpus, seed);
    assert_true(os_read_file(file, 1 << 20, scene->mem, &bytes, NULL));
    assert_true(scene_show(scene, path, bytes));
}

static void expect(const char *seed, span path, const char *packages, bool noted)
{
    struct scene scene;
    scene_open(&scene);
    show_seed(&scene, seed, path);
    span found = scene_list(&scene);
    if (!span_equal(found, span_of_text(packages)) || (scene.notes.items.count > 0) != noted)
        fail_msg("%s: '%.*s', %zu notes", seed, (int)found.len, (const char *)found.ptr,
                 scene.notes.items.count);
    scene_close(&scene);
}

static const span program = S("usr/bin/program");

// ---------------------------------------------------------------- Go

#define GO_PROGRAM(version, toolchain)                                   \
    "golang example.org/program " version "\n"                           \
    "golang example.org/direct v1.2.3\ngolang example.org/fork v1.0.1\n" \
    "golang example.org/local \ngolang stdlib " toolchain "\n"

static void go_programs_of_all_formats_name_their_modules(void **state)
{
    (void)state;
    static const char *const inline_seeds[] = {
        "elf", "elf-without-sections", "pe", "macho", "macho-without-section", "universal",
    };
    static const char *const pointer_seeds[] = {"elf-pointers", "elf32-pointers-big",
                                                "pe-pointers"};
    char seed[64];
    for (size_t i = 0; i < sizeof inline_seeds / sizeof *inline_seeds; i++) {
        (void)snprintf(seed, sizeof seed, "go_buildinfo/%s", inline_seeds[i]);
        expect(seed, program, GO_PROGRAM("v1.4.5", "1.22.3"), false);
    }
    for (size_t i = 0; i < sizeof pointer_seeds / sizeof *pointer_seeds; i++) {
        (void)snprintf(seed, sizeof seed, "go_buildinfo/%s", pointer_seeds[i]);
        expect(seed, program, GO_PROGRAM("v1.4.5", "1.17.2"), false);
    }
}

static void a_commit_gives_a_pseudo_version(void **state)
{
    (void)state;
    expect("go_buildinfo/commit-only", program,
           GO_PROGRAM("v0.0.0-20230524183715-0123456789ab", "1.20.5"), false);
    expect("go_buildinfo/nothing-known", program, "golang example.org/x \n", false);
    expect("go_buildinfo/without-modules", program, "golang stdlib 1.22.3\n", false);
}

static void the_main_module_depends_on_the_others(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    show_seed(&scene, "go_buildinfo/elf", program);
    const struct spans *depends = &scene_package(&scene, 0)->depends;
    assert_int_equal(depends->count, 4);
    assert_true(span_equal(depends->items[0], S("example.org/direct")));
    assert_true(span_equal(depends->items[3], S("stdlib")));
    scene_close(&scene);
}

static void damaged_build_information_is_noted(void **state)
{
    (void)state;
    static const char *const seeds[] = {
        "cut",
        "length-that-lies",
        "length-without-end",
        "pointers-nowhere",
        "pointers-to-themselves",
        "pointers-of-three-bytes",
        "section-on-another",
    };
    char seed[64];
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        (void)snprintf(seed, sizeof seed, "go_buildinfo/%s", seeds[i]);
        expect(seed, program, "", true);
    }
    expect("go_buildinfo/not-aligned", program, "", false);
}

// ---------------------------------------------------------------- Rust

static void crates_that_are_built_in_are_packages(void **state)
{
    (void)state;
    static const char *const seeds[] = {"elf", "elf-compressed", "pe", "macho"};
    char seed[64];
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        (void)snprintf(seed, sizeof seed, "cargo_audit/%s", seeds[i]);
        expect(seed, program, "cargo itoa 1.0.18\ncargo program 0.1.0\n", false);
    }
}

static void sections_that_lie_are_noted(void **state)
{
    (void)state;
    static const char *const seeds[] = {
        "elf-compressed-lies",
        "elf-compressed-huge",
        "elf-compressed-unknown",
        "no-json",
        "no-zlib",
        "bomb",
        "wrong-indexes",
    };
    char seed[64];
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        (void)snprintf(seed, sizeof seed, "cargo_audit/%s", seeds[i]);
        expect(seed, program, "", true);
    }
}

// ---------------------------------------------------------------- ELF

static void elf_says_what_it_needs(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    show_seed(&scene, "elf/program", S("usr/lib/any-name"));
    const struct binary *binary = scene.insight->binary;
    assert_true(span_equal(binary->build_id, S("00112233445566778899aabbccddeeff01234567")));
    assert_true(span_equal(binary->interpreter, S("/lib/ld.so.1")));
    assert_int_equal(binary->needed.count, 2);
    assert_true(span_equal(binary->needed.items[1], S("libm.so.6")));
    show_seed(&scene, "elf/large-build-id", program);
    assert_null(scene.insight);
    assert_int_equal(scene.notes.items.count, 1);
    scene_close(&scene);
}

static void package_notes_name_the_package(void **state)
{
    (void)state;
    expect("elf/package-note", program, "generic coreutils 9.1-12.fc38\n", false);
    expect("elf/package-note-damaged", program, "", true);
}

static void other_formats_are_left_alone(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_false(scene_show(&scene, program,
                            S("\x7f"
                              "EL")));
    assert_false(scene_show(&scene, program, S("\xca\xfe\xba\xbe\0\0\0\x34"))); // a Java class
    expect("pe/dos", program, "", false);
    scene_close(&scene);
}

// ---------------------------------------------------------------- Linux

static void kernels_and_modules_are_packages(void **state)
{
    (void)state;
    span kernel = S("boot/vmlinuz-6.1.0-18-amd64");
    span module = S("usr/lib/modules/6.1.0-18-amd64/kernel/net/driver-x.ko");
    expect("kernel/bzimage", kernel, "generic linux-kernel 6.1.0-18-amd64\n", false);
    expect("kernel/no-boot-sector", kernel, "", false);
    expect("kernel/cut", kernel, "", false);
    expect("kernel/version-beyond", kernel, "", true);
    expect("modinfo/module", module, "generic linux-kernel-module/e1000 7.3.21-k\n", false);
    expect("modinfo/module-big", module, "generic linux-kernel-module/e1000 7.3.21-k\n", false);
    expect("modinfo/module-of-the-kernel", module,
           "generic linux-kernel-module/e1000 6.1.0-18-amd64\n", false);
    expect("modinfo/without-name", module, "generic linux-kernel-module/driver_x 4.1.0\n", false);
    expect("modinfo/without-section", module, "", false);
    expect("modinfo/no-elf", module, "", true);
}

static void compressed_modules_are_expanded(void **state)
{
    (void)state;
    static const char *const commands[][3] = {
        {"gzip", "-nc", NULL}, {"xz", "-c", NULL}, {"zstd", "-qc", NULL}};
    const span paths[] = {S("lib/modules/6/x.ko.gz"), S("lib/modules/6/x.ko.xz"),
                          S("lib/modules/6/x.ko.zst")};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct scene scene;
        char file[4096];
        span bytes = {0};
        span packed = {0};
        int status = -1;
        scene_open(&scene);
        (void)snprintf(file, sizeof file, "%s/modinfo/module", corpus);
        assert_true(os_read_file(file, 1 << 20, scene.mem, &bytes, NULL));
        if (os_run(commands[i], bytes, 1 << 20, 30, scene.mem, &packed, &status, NULL) &&
            status == 0) {
            assert_true(scene_show(&scene, paths[i], packed));
            assert_true(
                span_equal(scene_list(&scene), S("generic linux-kernel-module/e1000 7.3.21-k\n")));
            assert_true(scene_show(&scene, paths[i], span_first(packed, packed.len - 9)));
            assert_true(scene_count(&scene) == 0 && scene.notes.items.count == 1);
        } else {
            print_message("SKIP: %s is absent\n", commands[i][0]);
        }
        scene_close(&scene);
    }
}

// What is opened in a tree. Debian's libraries may not be executed, and dpkg has a script that is a
// program.
static void names_say_what_is_no_program(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    struct inspector inspector = catalog_inspector(scene.catalog);
    static const struct {
        const char *path;
        uint64_t size;
        uint32_t mode;
        bool considered;
    } files[] = {
        {"usr/lib/libz.so.1.2.13", 4096, 0644, true},
        {"lib/modules/6.1.0/kernel/a.ko", 4096, 0644, true},
        {"usr/lib/grub/i386-pc/all_video.mod", 4096, 0644, true},
        {"usr/lib/libmcheck.a", 4096, 0644, true},
        {"var/lib/dpkg/info/bash.preinst", 4096, 0644, true},
        {"srv/program", 4096, 0644, true},
        {"srv/program.py", 4096, 0755, true},
        {"srv/program.py", 4096, 0001, true},
        {"srv/program.py", 4096, 0644, false},
        {"usr/share/doc/a/index.html", 4096, 0644, false},
        {"srv/.zst", 4096, 0644, false},
        {"srv/program", 32, 0755, true},
        {"srv/program", 31, 0755, false},
        {"usr/lib/python3/dist-packages/a-1.dist-info/METADATA", 31, 0644, true},
        {"usr/lib/python3/dist-packages/a-1.dist-info/METADATA", 0, 0644, false},
        {"usr/lib/node_modules/a/package.json", 4096, 0644, true},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (inspector.considers(inspector.self, span_of_text(files[i].path), files[i].size,
                                files[i].mode) != files[i].considered)
            fail_msg("%s", files[i].path);
    scene_close(&scene);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(go_programs_of_all_formats_name_their_modules),
        cmocka_unit_test(a_commit_gives_a_pseudo_version),
        cmocka_unit_test(the_main_module_depends_on_the_others),
        cmocka_unit_test(damaged_build_information_is_noted),
        cmocka_unit_test(crates_that_are_built_in_are_packages),
        cmocka_unit_test(sections_that_lie_are_noted),
        cmocka_unit_test(elf_says_what_it_needs),
        cmocka_unit_test(package_notes_name_the_package),
        cmocka_unit_test(other_formats_are_left_alone),
        cmocka_unit_test(kernels_and_modules_are_packages),
        cmocka_unit_test(compressed_modules_are_expanded),
        cmocka_unit_test(names_say_what_is_no_program),
    };
    if (argc != 2)
        return 2;
    corpus = argv[1];
    return cmocka_run_group_tests_name("executable", tests, NULL, NULL);
}
