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

// ---------------------------------------------------------------- Windows, .NET

// Those that name nothing say so only where they are damaged.
static void expect_nothing(const char *folder, const char *const *seeds, size_t count, bool noted)
{
    char seed[64];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(seed, sizeof seed, "%s/%s", folder, seeds[i]);
        expect(seed, S("app/x.dll"), "", noted);
    }
}

static void version_resources_name_assemblies(void **state)
{
    (void)state;
    span library = S("app/Renamed.dll");
    expect("pe_version/assembly", library, "nuget System.Text.Json 3.1.23\n", false);
    expect("pe_version/assembly32", library, "nuget System.Text.Json 3.1.23\n", false);
    expect("pe_version/lengths-in-bytes", library, "nuget System.Text.Json 3.1.23\n", false);
    expect("pe_version/four-numbers", library, "nuget System.Text.Json 2.2.0\n", false);
    expect("pe_version/label", library, "nuget System.Text.Json 8.0.0-preview.7.23375.6\n", false);
    expect("pe_version/file-version", library, "nuget System.Text.Json 4.700.22.12208\n", false);
    expect("pe_version/native", library, "generic Scintilla\xf0\x9f\x98\x80 4.4.6.0\n", false);
    expect("pe_version/half-a-pair", library, "generic Scintilla\xef\xbf\xbdx 4.4.6.0\n", false);
    expect("pe_version/assembly", S("app/de/x.resources.dll"), "", false);
    expect("pe_version/assembly", S("packs/ref/net8.0/x.dll"), "", false);
}

static void what_names_no_package_is_passed_over(void **state)
{
    (void)state;
    static const char *const silent[] = {"no-version",         "no-product", "of-the-system",
                                         "native-unconfirmed", "wine",       "other-resource",
                                         "block-of-nothing"};
    static const char *const damaged[] = {
        "directory-that-is-none", "directory-of-itself", "directory-beyond", "many-entries",
        "resource-beyond",        "resource-nowhere",    "no-version-info",  "block-beyond"};
    expect_nothing("pe_version", silent, sizeof silent / sizeof *silent, false);
    expect_nothing("pe_version", damaged, sizeof damaged / sizeof *damaged, true);
}

static void bundles_tell_what_is_in_them(void **state)
{
    (void)state;
    static const char *const sound[] = {"elf-v1", "elf-v2", "elf-v6", "elf-packed", "pe"};
    static const char *const silent[] = {"host", "signature-at-the-start"};
    static const char *const damaged[] = {"elf-packed-lies", "elf-packed-huge", "new-version",
                                          "many-files",      "no-json",         "cut",
                                          "list-beyond"};
    char seed[64];
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        (void)snprintf(seed, sizeof seed, "dotnet_bundle/%s", sound[i]);
        expect(seed, program, "nuget Serilog 3.1.1\nnuget shop 1.0.0\n", false);
    }
    expect_nothing("dotnet_bundle", silent, sizeof silent / sizeof *silent, false);
    expect_nothing("dotnet_bundle", damaged, sizeof damaged / sizeof *damaged, true);
    struct scene scene;
    scene_open(&scene);
    show_seed(&scene, "dotnet_bundle/elf-v6", program);
    assert_true(span_equal(scene_package(&scene, 0)->member, S("shop.deps.json")));
    scene_close(&scene);
}

static void native_images_have_bills_of_materials(void **state)
{
    (void)state;
    static const char *const sound[] = {"program", "program32", "program-big"};
    static const char *const silent[] = {"without-symbols", "names-beyond", "elsewhere"};
    static const char *const damaged[] = {"too-long", "no-gzip", "no-json", "other-json"};
    char seed[64];
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        (void)snprintf(seed, sizeof seed, "native_image/%s", sound[i]);
        expect(seed, program, "maven io.netty:netty-common 4.1.100.Final\n", false);
    }
    expect_nothing("native_image", silent, sizeof silent / sizeof *silent, false);
    expect_nothing("native_image", damaged, sizeof damaged / sizeof *damaged, true);
}

static void packed_programs_are_noted(void **state)
{
    (void)state;
    static const char *const packed[] = {"elf", "elf-large", "pe"};
    static const char *const others[] = {"wrong-checksum", "word", "in-the-middle", "cut"};
    expect_nothing("upx", packed, sizeof packed / sizeof *packed, true);
    expect_nothing("upx", others, sizeof others / sizeof *others, false);
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
        cmocka_unit_test(version_resources_name_assemblies),
        cmocka_unit_test(what_names_no_package_is_passed_over),
        cmocka_unit_test(bundles_tell_what_is_in_them),
        cmocka_unit_test(native_images_have_bills_of_materials),
        cmocka_unit_test(packed_programs_are_noted),
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
