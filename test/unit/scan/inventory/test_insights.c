#include "reading.h"

// A file of the image, and the one package that it tells of.
static void add_told_of(struct scene *scene, const char *path, span type, const char *name,
                        const char *version)
{
    struct package *package = ARENA_NEW(scene->mem, struct package);
    struct insight *insight = ARENA_NEW(scene->mem, struct insight);
    assert_true(package && insight);
    *package = (struct package){
        .type = type, .name = span_of_text(name), .version = span_of_text(version)};
    *insight = (struct insight){.packages = package, .package_count = 1};
    scene_add(scene, path, (span){0});
    LIST_AT(&scene->files, struct file, scene->files.count - 1)->insight = insight;
}

static void add_told(struct scene *scene, const char *path, const char *name, const char *version)
{
    add_told_of(scene, path, S("npm"), name, version);
}

static struct bom read_prefixes(struct scene *scene, const struct inventory_prefix *prefixes,
                                size_t count, bool all_layers)
{
    struct bom bom = {0};
    struct err err = {0};
    struct distro distro = {0};
    if (!inventory_layers(prefixes, count, &distro, all_layers, &scene->limits, scene->mem,
                          &scene->notes, &bom, &err))
        fail_msg("%s", err.text);
    return bom;
}

static void a_package_lies_where_its_file_lies(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    add_told(&scene, "app/node_modules/b/package.json", "b", "2");
    add_told(&scene, "app/node_modules/a/package.json", "a", "1");
    struct tree tree = scene_tree(&scene, 3);
    struct inventory_prefix prefix = {.layer = 3, .tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    assert_int_equal(bom.package_count, 2);
    assert_text(bom.packages[0].name, "a");
    assert_text(bom.packages[0].purl, "pkg:npm/a@1");
    assert_text(bom.packages[0].locations[0].path, "app/node_modules/a/package.json");
    assert_int_equal(bom.packages[0].locations[0].layer, 3);
    assert_false(bom.packages[0].removed);
}

static void what_a_later_layer_hides_is_removed(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    add_told(&scene, "a/package.json", "a", "1");
    add_told(&scene, "b/package.json", "b", "1");
    struct tree lower = scene_tree(&scene, 0);
    scene_clear(&scene);
    add_told(&scene, "b/package.json", "b", "2");
    struct tree upper = scene_tree(&scene, 1);
    struct inventory_prefix prefixes[] = {{0, &lower}, {1, &upper}};
    assert_int_equal(read_prefixes(&scene, prefixes, 2, false).package_count, 1);
    struct bom bom = read_prefixes(&scene, prefixes, 2, true);
    assert_int_equal(bom.package_count, 3);
    assert_text(bom.packages[0].name, "a");
    assert_true(bom.packages[0].removed);
    assert_text(bom.packages[1].version, "1");
    assert_true(bom.packages[1].removed);
    assert_text(bom.packages[2].version, "2");
    assert_false(bom.packages[2].removed);
}

static void a_file_that_names_a_package_twice_is_one_place(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    add_told(&scene, "x/yarn.lock", "a", "1");
    add_told(&scene, "x/yarn.lock", "a", "1");
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    const uint32_t *map = NULL;
    assert_true(inventory_settle(&bom, scene.mem, &map, NULL));
    assert_int_equal(bom.package_count, 1);
    assert_int_equal(bom.packages[0].location_count, 1);
}

static void equal_packages_of_one_owner_are_one(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    add_told(&scene, "x/package.json", "a", "1");
    add_told(&scene, "y/package.json", "a", "1");
    add_told(&scene, "z/package.json", "a", "1");
    add_told(&scene, "b/package.json", "b", "1");
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    assert_int_equal(bom.package_count, 4);
    bom.packages[1].owner = S("0123456789abcdef"); // y
    const uint32_t *map = NULL;
    assert_true(inventory_settle(&bom, scene.mem, &map, NULL));
    assert_int_equal(bom.package_count, 3);
    assert_int_equal(bom.packages[0].location_count, 2);
    assert_text(bom.packages[0].locations[1].path, "z/package.json");
    assert_int_equal(bom.packages[1].owner.len, 16);
    assert_text(bom.packages[2].name, "b");
    const uint32_t expected[] = {0, 1, 0, 2};
    assert_memory_equal(map, expected, sizeof expected);
}

static void a_store_path_is_one_package(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    add_told_of(&scene, "nix/store/a-bash-5.1/bin/bash", S("nix"), "bash", "5.1");
    add_told_of(&scene, "nix/store/a-bash-5.1/bin/sh", S("nix"), "bash", "5.1");
    add_told_of(&scene, "nix/store/b-bash-5.1/bin/bash", S("nix"), "bash", "5.1");
    add_told_of(&scene, "nix/store/c-zlib-1.2/lib/libz.so", S("nix"), "zlib", "1.2");
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    assert_int_equal(bom.package_count, 3);
    assert_text(bom.packages[0].locations[0].path, "nix/store/a-bash-5.1/bin/bash");
    assert_text(bom.packages[1].locations[0].path, "nix/store/b-bash-5.1/bin/bash");
}

static void npm_knows_the_digests_of_what_it_installed(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    static const span hashes[] = {S("sha512:00")};
    static const struct package listed[] = {
        {.type = S("npm"),
         .name = S("a"),
         .version = S("1"),
         .member = S("node_modules/a"),
         .hashes = {hashes, 1}},
        {.type = S("npm"),
         .name = S("b"),
         .version = S("1"),
         .member = S("node_modules/b"),
         .hashes = {hashes, 1}},
        {.type = S("npm"),
         .name = S("gone"),
         .version = S("1"),
         .member = S("node_modules/gone"),
         .hashes = {hashes, 1}},
    };
    static const struct insight insight = {.packages = listed, .package_count = 3};
    add_told(&scene, "app/node_modules/a/package.json", "a", "1");
    add_told(&scene, "app/node_modules/b/package.json", "b", "2"); // changed since
    scene_add(&scene, "app/node_modules/.package-lock.json", (span){0});
    LIST_AT(&scene.files, struct file, scene.files.count - 1)->insight = &insight;
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    assert_int_equal(bom.package_count, 2);
    assert_int_equal(bom.packages[0].hashes.count, 1);
    assert_text(bom.packages[0].hashes.items[0], "sha512:00");
    assert_int_equal(bom.packages[0].location_count, 1);
    assert_int_equal(bom.packages[1].hashes.count, 0);
}

// Nix's database knows what a package needs, the files of the store only that it is there.
static void equal_packages_complete_each_other(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    static const span needs[] = {S("zlib")};
    static const struct package package = {
        .type = S("nix"), .name = S("a"), .version = S("1"), .depends = {needs, 1}};
    static const struct insight insight = {.packages = &package, .package_count = 1};
    add_told_of(&scene, "nix/store/x-a-1/bin/a", S("nix"), "a", "1");
    scene_add(&scene, "nix/var/nix/db/db.sqlite", (span){0});
    LIST_AT(&scene.files, struct file, scene.files.count - 1)->insight = &insight;
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    const uint32_t *map = NULL;
    assert_true(inventory_settle(&bom, scene.mem, &map, NULL));
    assert_int_equal(bom.package_count, 1);
    assert_int_equal(bom.packages[0].location_count, 2);
    assert_int_equal(bom.packages[0].depends.count, 1);
}

static void libraries_of_a_program_are_told_once(void **state)
{
    (void)state;
    CLEANUP(scene_cleanup) struct scene scene;
    scene_init(&scene);
    add_told_of(&scene, "app/A.dll", S("nuget"), "A", "1.0.0.5");
    add_told_of(&scene, "app/plugins/B.dll", S("nuget"), "B", "2.0.0");
    add_told_of(&scene, "app/runtimes/win/lib/net8.0/C.dll", S("nuget"), "C", "3.0.0.1");
    add_told_of(&scene, "app/shop.deps.json", S("nuget"), "A", "1.0.0");
    add_told_of(&scene, "app/tool.exe", S("generic"), "Tool", "4.0");
    add_told_of(&scene, "other/runtimes/D.dll", S("nuget"), "D", "5.0.0");
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    struct bom bom = read_prefixes(&scene, &prefix, 1, false);
    assert_int_equal(bom.package_count, 4);
    assert_text(bom.packages[0].name, "Tool");
    assert_text(bom.packages[1].version, "1.0.0");
    assert_text(bom.packages[2].name, "B");
    assert_text(bom.packages[3].name, "D");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_package_lies_where_its_file_lies),
        cmocka_unit_test(what_a_later_layer_hides_is_removed),
        cmocka_unit_test(a_file_that_names_a_package_twice_is_one_place),
        cmocka_unit_test(equal_packages_of_one_owner_are_one),
        cmocka_unit_test(a_store_path_is_one_package),
        cmocka_unit_test(npm_knows_the_digests_of_what_it_installed),
        cmocka_unit_test(equal_packages_complete_each_other),
        cmocka_unit_test(libraries_of_a_program_are_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
