#include "catalog_testing.h"
#include "make_zip.h"

static void packages_count_where_they_are_installed(void **state)
{
    (void)state;
    static const char text[] = "{\"name\": \"@s/x\", \"version\": \"1.0.0\"}";
    static const char *const installed[] = {
        "package.json",
        "app/package.json",
        "app/node_modules/x/package.json",
        "app/node_modules/@s/x/package.json",
        "app/node_modules/a/node_modules/@s/x/package.json",
        "app/node_modules/.pnpm/x@1.0.0/node_modules/x/package.json",
        "app/.yarn/unplugged/x-npm-1.0.0-0/node_modules/x/package.json",
        "usr/lib/node_modules/npm/package.json",
        "app/node_modules/x/packages/y/node_modules/z/package.json",
        "usr/share/nodejs/@s/x/package.json",
        "app/node_modules/test/package.json",
        "app/examples/site/node_modules/x/package.json",
        "srv/npm/my.site/package.json",
        "deno-dir/npm/registry.npmjs.org/@s/x/1.0.0/package.json",
        "root/.cache/deno/npm/registry.npmjs.org/x/1.0.0/package.json",
    };
    static const char *const parts[] = {
        "app/node_modules/x/lib/package.json",
        "app/node_modules/x/lib/a/b/package.json",
        "app/node_modules/@s/x/esm/package.json",
        "app/node_modules/@s/package.json",
        "app/node_modules/package.json",
        "app/node_modules/x/examples/y/package.json",
        "app/node_modules/x/test/node_modules/y/package.json",
        "app/test/fixtures/package.json",
        "usr/share/nodejs/x/lib/package.json",
        "deno-dir/npm/registry.npmjs.org/x/1.0.0/lib/package.json",
        "deno-dir/npm/registry.npmjs.org/@s/x/package.json",
    };
    for (size_t i = 0; i < sizeof installed / sizeof *installed; i++)
        assert_list(span_of_text(installed[i]), text, "npm @s/x 1.0.0\n");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_list(span_of_text(parts[i]), text, "");
}

static void settings_are_no_packages(void **state)
{
    (void)state;
    span path = S("app/node_modules/x/package.json");
    assert_list(path, "{\"type\": \"module\"}", "");
    assert_list(path, "{\"name\": \"x\"}", "");
    assert_list(path, "{\"name\": 1, \"version\": [\"1\"]}", "");
    assert_list(path, "[]", "");
    assert_list(S("ext/package.json"),
                "{\"name\": \"x\", \"version\": \"1\", \"engines\": {\"vscode\": \"*\"}}", "");
}

static void licences_have_had_many_forms(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        {"\"license\": \"MIT\"", "MIT"},
        {"\"license\": {\"type\": \"ISC\", \"url\": \"u\"}", "ISC"},
        {"\"licenses\": [{\"type\": \"MIT\"}, {\"type\": \"X11\"}]", "MIT OR X11"},
        {"\"license\": [\"MIT\", 7, \"BSD\"]", "MIT OR LicenseRef-BSD"},
        {"\"licenses\": \"MIT\"", "MIT"},
        {"\"license\": \"SEE LICENSE IN LICENSE.md\"", "LicenseRef-SEE-LICENSE-IN-LICENSE.md"},
        {"\"license\": 7", ""},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct text text;
        text_init(&text, scene.mem, SIZE_MAX);
        text_addf(&text, "{\"name\": \"x\", \"version\": \"1\", %s}", forms[i][0]);
        assert_true(scene_show(&scene, S("app/package.json"), text_span(&text)));
        assert_span(scene_package(&scene, 0)->licenses, forms[i][1]);
    }
}

static void needs_are_dependencies(void **state)
{
    (void)state;
    assert_list(S("app/package.json"),
                "{\"name\": \"x\", \"version\": \"1\", \"dependencies\": {\"@s/a\": \"1\"},"
                " \"devDependencies\": {\"b\": \"1\"}}",
                "npm x 1\n");
    assert_int_equal(scene_package(&scene, 0)->depends.count, 1);
    assert_span(scene_package(&scene, 0)->depends.items[0], "@s/a");
}

// What lies in the cache of yarn runs from there.
static void archives_of_yarn_hold_packages(void **state)
{
    (void)state;
    struct zip_maker maker;
    zip_begin(&maker, scene.mem);
    zip_add(&maker, S("node_modules/@s/x/"), (span){0});
    zip_add(&maker, S("node_modules/@s/x/package.json"),
            S("{\"name\": \"@s/x\", \"version\": \"1.0.0\", \"license\": \"MIT\"}"));
    zip_add(&maker, S("node_modules/@s/x/lib/package.json"),
            S("{\"name\": \"y\", \"version\": \"1.0.0\"}"));
    span archive = zip_end(&maker);
    assert_true(scene_show(&scene, S("app/.yarn/cache/@s-x-npm-1.0.0-0-0.zip"), archive));
    assert_span(scene_list(&scene), "npm @s/x 1.0.0\n");
    assert_span(scene_package(&scene, 0)->member, "node_modules/@s/x/package.json");
    assert_int_equal(scene.notes.items.count, 0);
    assert_true(scene_show(&scene, S("root/.yarn/berry/cache/@s-x-npm-1.0.0-0-0.zip"),
                           span_first(archive, archive.len - 4)));
    assert_int_equal(scene_count(&scene), 0);
    assert_int_equal(scene.notes.items.count, 1);
}

static void damage_is_noted(void **state)
{
    (void)state;
    assert_true(scene_show(&scene, S("app/node_modules/x/package.json"), S("{\"name\": ")));
    assert_int_equal(scene_count(&scene), 0);
    assert_int_equal(scene.notes.items.count, 1);
    assert_true(scene_show(&scene, S("app/node_modules/x/package.json"),
                           S("{\"name\": \"a\\u0000b\", \"version\": \"1\"}")));
    assert_int_equal(scene_count(&scene), 0);
    assert_int_equal(scene.notes.items.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(packages_count_where_they_are_installed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_are_no_packages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(licences_have_had_many_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(needs_are_dependencies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(archives_of_yarn_hold_packages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
