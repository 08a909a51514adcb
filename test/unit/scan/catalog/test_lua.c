#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_rockspec_names_the_rock(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec"),
        S("--[[ package = \"no\" ]]\nlocal base = '3.1.0'\npackage = \"LuaSocket\"\n"
          "version = base .. \"-1\" -- version = \"no\"\n"
          "source = { url = \"git+https://example.org/luasocket\", tag = \"v\" .. base }\n"
          "description = {\n   summary = [[Network {support}]],\n   license = \"MIT\"\n}\n"
          "dependencies = {\n   \"lua >= 5.1\", \"lpeg>=1.0\", 'say'\n}\n"
          "build = { type = \"builtin\", modules = { version = \"no\" } }\n")));
    assert_true(span_equal(scene_list(&scene), S("luarocks LuaSocket 3.1.0-1\n")));
    assert_true(span_equal(scene_depends(&scene, 0), S("lpeg say")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("MIT")));
    scene_close(&scene);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("a/x-1-1.rockspec", "package = 7", "", 1);
    scene_expect("a/x-1-1.rockspec", "package = \"x\"", "", 1);
    scene_expect("a/x-1-1.rockspec", "package = \"x\" version = \"1", "luarocks x 1\n", 0);
    scene_expect("a/x-1-1.rockspec", "}}}} = = .. \"", "", 1);
}

// Written by LuaRocks 3.8.0, shortened.
static void a_manifest_lists_what_a_tree_holds(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    scene_expect_seed(&scene, "usr/local/lib/luarocks/rocks-5.1/manifest", "rock_manifest/real",
                      "luarocks dep 1.2-3\nluarocks my-app scm-1\n", 0);
    assert_int_equal(scene_depends(&scene, 0).len, 0);
    assert_true(span_equal(scene_depends(&scene, 1), S("dep")));
    scene_close(&scene);
}

static void other_manifests_list_nothing(void **state)
{
    (void)state;
    const char *path = "opt/rocks/manifest";
    scene_expect(path, "repository = {a = {[\"1-1\"] = {{arch = \"src\"}, {arch = \"rockspec\"}}}}",
                 "", 0);
    scene_expect(path, "other = {a = {[\"1-1\"] = {{arch = \"installed\"}}}}", "", 0);
    scene_expect(path, "repository = {a = {[\"1-1\"] = {{arch = \"installed\"", "", 0);
    scene_expect(path, "}}}} repository = {{{{ arch = \"installed\" }}}}", "", 0);
    scene_expect(path, "= {{{{{{{{ a = b }}}}}}}}}}}}}} x", "", 0);
}

// Each byte could begin a long bracket: looking for its end once for each would take minutes.
static void a_run_of_signs_takes_linear_time(void **state)
{
    (void)state;
    struct scene scene;
    struct text text;
    scene_open(&scene);
    text_init(&text, scene.mem, SIZE_MAX);
    text_add_byte(&text, '[');
    for (size_t i = 0; i < (size_t)1 << 21; i++)
        text_add_byte(&text, '=');
    assert_true(text_ok(&text));
    assert_true(scene_show(&scene, S("opt/rocks/manifest"), text_span(&text)));
    assert_int_equal(scene_count(&scene), 0);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rockspec_names_the_rock),
        cmocka_unit_test(damage_is_noted),
        cmocka_unit_test(a_manifest_lists_what_a_tree_holds),
        cmocka_unit_test(other_manifests_list_nothing),
        cmocka_unit_test(a_run_of_signs_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
