#include "catalog_testing.h"

// ---------------------------------------------------------------- npm

static void npm_lists_places(void **state)
{
    (void)state;
    assert_list(S("package-lock.json"),
                "{\"lockfileVersion\": 3, \"packages\": {"
                "\"\": {\"name\": \"proj\", \"version\": \"1.0.0\"},"
                "\"packages/own\": {\"version\": \"1.0.0\"},"
                "\"node_modules/own\": {\"resolved\": \"packages/own\", \"link\": true},"
                "\"node_modules/@s/a\": {\"version\": \"1.0.0\", \"license\": \"MIT\","
                " \"integrity\": \"sha512-AAEC sha1-/w==\", \"dependencies\": {\"b\": \"1\"}},"
                "\"node_modules/@s/a/node_modules/b\": {\"version\": \"2.0.0\"},"
                "\"node_modules/lp\": {\"name\": \"left-pad\", \"version\": \"1.2.0\"},"
                "\"node_modules/tool\": {\"version\": \"1.0.0\", \"dev\": true}},"
                "\"dependencies\": {\"not-read\": {\"version\": \"1\"}}}",
                "npm @s/a 1.0.0\nnpm b 2.0.0\nnpm left-pad 1.2.0\n");
    const struct package *package = scene_package(&scene, 0);
    assert_span(package->licenses, "MIT");
    assert_span(package->depends.items[0], "b");
    assert_int_equal(package->hashes.count, 2);
    assert_span(package->hashes.items[0], "sha512:000102");
    assert_span(package->hashes.items[1], "sha1:ff");
}

static void npm_once_nested_dependencies(void **state)
{
    (void)state;
    assert_list(S("npm-shrinkwrap.json"),
                "{\"lockfileVersion\": 1, \"dependencies\": {"
                "\"a\": {\"version\": \"1.0.0\", \"requires\": {\"b\": \"^2\"},"
                " \"dependencies\": {\"b\": {\"version\": \"2.0.0\"}}},"
                "\"lp\": {\"version\": \"npm:@s/left-pad@1.2.0\"},"
                "\"own\": {\"version\": \"file:packages/own\"},"
                "\"tool\": {\"version\": \"1.0.0\", \"dev\": true}}}",
                "npm a 1.0.0\nnpm b 2.0.0\nnpm @s/left-pad 1.2.0\n");
    assert_span(scene_package(&scene, 0)->depends.items[0], "b");
}

static void npm_nests_so_deep_and_no_deeper(void **state)
{
    (void)state;
    scene.limits.depth = 2;
    assert_list(S("package-lock.json"),
                "{\"dependencies\": {\"a\": {\"version\": \"1\", \"dependencies\": {\"b\": "
                "{\"version\": \"2\"}}}}}",
                "npm a 1\nnpm b 2\n");
    scene.limits.depth = 1;
    assert_true(scene_show(&scene, S("package-lock.json"),
                           S("{\"dependencies\": {\"a\": {\"version\": \"1\", \"dependencies\": "
                             "{\"b\": {\"version\": \"2\"}}}}}")));
    assert_int_equal(scene_count(&scene), 1);
    assert_int_equal(scene.notes.items.count, 1);
}

static void npm_lists_what_it_installed(void **state)
{
    (void)state;
    assert_list(S("app/node_modules/.package-lock.json"),
                "{\"lockfileVersion\": 3, \"packages\": {"
                "\"node_modules/a\": {\"version\": \"1.0.0\", \"integrity\": \"sha512-AAEC\"},"
                "\"node_modules/a/node_modules/b\": {\"version\": \"2.0.0\", \"dev\": true}}}",
                "npm a 1.0.0\nnpm b 2.0.0\n");
    assert_span(scene_package(&scene, 0)->member, "node_modules/a");
    assert_span(scene_package(&scene, 1)->member, "node_modules/a/node_modules/b");
    assert_span(scene_hashes(&scene, 0), "sha512:000102");
}

// ---------------------------------------------------------------- yarn

static void yarn_classic_has_lines(void **state)
{
    (void)state;
    assert_list(S("yarn.lock"),
                "# yarn lockfile v1\n\n\n"
                "\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.1.0\"\n"
                "  resolved \"https://r/a.tgz#0\"\n  integrity sha512-AAEC\n"
                "  dependencies:\n    \"@s/b\" \"^2\"\n    c \"^3\"\n"
                "  optionalDependencies:\n    d \"1\"\n\n"
                "debug@4.3.4:\n  version \"4.3.4\"\n\n"
                "\"lp@npm:left-pad@1.2.0\":\n  version \"1.2.0\"\n\n"
                "\"own@file:packages/own\":\n  version \"0.0.0\"\n\n"
                "\"git@git+https://host/git.git#1\":\n  version \"0.1.0\"\n",
                "npm @s/a 1.1.0\nnpm debug 4.3.4\nnpm left-pad 1.2.0\nnpm git 0.1.0\n");
    const struct package *package = scene_package(&scene, 0);
    assert_int_equal(package->depends.count, 2);
    assert_span(package->depends.items[0], "@s/b");
    assert_span(package->depends.items[1], "c");
    assert_span(package->hashes.items[0], "sha512:000102");
}

static void yarn_forks_are_what_was_fetched(void **state)
{
    (void)state;
    assert_list(S("yarn.lock"),
                "a@^1.0.0:\n  version \"1.0.1\"\n"
                "  resolved \"https://r/@fork/a/-/a-1.0.1.tgz#0\"\n\n"
                "\"@s/b@^1.0.0\":\n  version \"1.0.2\"\n"
                "  resolved \"https://r/npm/c/-/c-1.0.2.tgz#0\"\n\n"
                "\"@s/d@^1.0.0\":\n  version \"1.0.3\"\n"
                "  resolved \"https://r/@s%2fd/-/d-1.0.3.tgz#0\"\n\n"
                "e@1:\n  version \"1.0.4\"\n  resolved \"-/-\"\n\n"
                "f@1:\n  version \"1.0.5\"\n  resolved \"https://host/o/f/tarball/0\"\n",
                "npm @fork/a 1.0.1\nnpm c 1.0.2\nnpm @s/d 1.0.3\nnpm e 1.0.4\nnpm f 1.0.5\n");
}

static void yarn_berry_is_yaml(void **state)
{
    (void)state;
    assert_list(S("yarn.lock"),
                "# made by yarn\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"
                "\"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0\":\n  version: 1.1.0\n"
                "  resolution: \"@s/a@npm:1.1.0\"\n  dependencies:\n    debug: \"npm:^4\"\n"
                "  checksum: 10c0/00\n  languageName: node\n  linkType: hard\n\n"
                "\"lp@npm:left-pad@1.2.0\":\n  version: 1.2.0\n"
                "  resolution: \"left-pad@npm:1.2.0\"\n  linkType: hard\n\n"
                "\"f@patch:f@npm%3A2.3.2#x\":\n  version: 2.3.2\n"
                "  resolution: \"f@patch:f@npm%3A2.3.2#x::version=2.3.2&hash=1\"\n"
                "  linkType: hard\n\n"
                "\"proj@workspace:.\":\n  version: 0.0.0-use.local\n"
                "  resolution: \"proj@workspace:.\"\n  linkType: soft\n",
                "npm @s/a 1.1.0\nnpm left-pad 1.2.0\nnpm f 2.3.2\n");
    assert_span(scene_package(&scene, 0)->depends.items[0], "debug");
}

// ---------------------------------------------------------------- pnpm

static void pnpm_5_has_slashes(void **state)
{
    (void)state;
    assert_list(S("pnpm-lock.yaml"),
                "lockfileVersion: 5.4\n\ndependencies:\n  debug: 4.3.4\n\npackages:\n\n"
                "  /@s/a/1.0.0:\n    resolution: {integrity: sha512-AAEC}\n    dev: false\n\n"
                "  /debug/4.3.4_supports-color@8.1.1:\n    resolution: {integrity: sha512-AAEC}\n"
                "    dependencies:\n      ms: 2.1.2\n    dev: false\n\n"
                "  /tool/1.0.0:\n    dev: true\n\n"
                "  github.com/o/r/0123:\n    resolution: {tarball: https://h/r}\n    name: r\n"
                "    version: 0.1.0\n    dev: false\n\n"
                "  reg.example/b/2.0.0:\n    dev: false\n\n"
                "  file:own:\n    resolution: {directory: own, type: directory}\n    name: own\n"
                "    version: 1.0.0\n",
                "npm @s/a 1.0.0\nnpm debug 4.3.4\nnpm r 0.1.0\nnpm b 2.0.0\n");
    assert_span(scene_package(&scene, 0)->hashes.items[0], "sha512:000102");
    assert_span(scene_package(&scene, 1)->depends.items[0], "ms");
}

static void pnpm_6_has_signs(void **state)
{
    (void)state;
    assert_list(S("pnpm-lock.yaml"),
                "lockfileVersion: '6.0'\n\npackages:\n\n"
                "  /@s/a@1.0.0(react@17.0.2):\n    resolution: {integrity: sha512-AAEC}\n"
                "    dev: false\n\n  /tool@1.0.0:\n    dev: true\n",
                "npm @s/a 1.0.0\n");
}

static void pnpm_9_follows_what_projects_need(void **state)
{
    (void)state;
    assert_list(
        S("pnpm-lock.yaml"),
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n"
        "      '@s/a':\n        specifier: ^1\n        version: 1.0.0(react@17.0.2)\n"
        "      lp:\n        specifier: npm:left-pad@1.2.0\n        version: left-pad@1.2.0\n"
        "      own:\n        specifier: link:own\n        version: link:own\n"
        "    devDependencies:\n      tool:\n        specifier: ^1\n        version: 1.0.0\n\n"
        "packages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-AAEC}\n\n"
        "  b@2.0.0:\n    resolution: {integrity: sha512-AAEC}\n\n  left-pad@1.2.0: {}\n\n"
        "  react@17.0.2: {}\n\n  tool@1.0.0: {}\n\n  toolbox@1.0.0: {}\n\n"
        "snapshots:\n\n  '@s/a@1.0.0(react@17.0.2)':\n    dependencies:\n      b: 2.0.0\n"
        "      react: 17.0.2\n\n  b@2.0.0:\n    dependencies:\n      '@s/a': 1.0.0\n\n"
        "  left-pad@1.2.0: {}\n\n  react@17.0.2: {}\n\n"
        "  tool@1.0.0:\n    dependencies:\n      toolbox: 1.0.0\n\n  toolbox@1.0.0: {}\n",
        "npm @s/a 1.0.0\nnpm b 2.0.0\nnpm left-pad 1.2.0\nnpm react 17.0.2\n");
    assert_span(scene_package(&scene, 0)->depends.items[0], "b");
}

// ---------------------------------------------------------------- bun

static void bun_has_comments_and_commas(void **state)
{
    (void)state;
    assert_list(S("bun.lock"),
                "{\n  \"lockfileVersion\": 1, // as of\n  \"workspaces\": {\"\": {\"name\": \"p\", "
                "\"dependencies\": {\"@s/a\": \"1\", \"lp\": \"1\", \"odd\": \"1\",},},},"
                "\n  /* , } */ \"packages\": {\n"
                "    \"@s/a\": [\"@s/a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"2\",},}, "
                "\"sha512-AAEC\"],\n"
                "    \"lp\": [\"left-pad@1.2.0\", \"\", {}, \"\"],\n"
                "    \"own\": [\"own@workspace:packages/own\"],\n"
                "    \"odd\": [\"a,}//b@1\",],\n  },\n}\n",
                "npm @s/a 1.0.0\nnpm left-pad 1.2.0\nnpm a,}//b 1\n");
    assert_span(scene_package(&scene, 0)->depends.items[0], "b");
    assert_span(scene_package(&scene, 0)->hashes.items[0], "sha512:000102");
}

// ---------------------------------------------------------------- all of them

static void damage_is_noted(void **state)
{
    (void)state;
    static const span paths[] = {S("package-lock.json"), S("pnpm-lock.yaml"), S("bun.lock")};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_true(scene_show(&scene, paths[i], S("{[")));
        assert_int_equal(scene_count(&scene), 0);
        assert_int_equal(scene.notes.items.count, i + 1);
    }
    assert_true(scene_show(&scene, S("yarn.lock"), S("__metadata:\n  version: 8\na: [\n")));
    assert_int_equal(scene.notes.items.count, 4);
}

static void odd_shapes_hold_nothing(void **state)
{
    (void)state;
    assert_list(S("package-lock.json"), "{\"packages\": [], \"dependencies\": 1}", "");
    assert_list(S("package-lock.json"), "{\"packages\": {\"node_modules/\": {\"version\": 1}}}",
                "");
    assert_list(S("package-lock.json"),
                "{\"dependencies\": {\"a\": {\"version\": \"npm:x\"}, \"b\": []}}", "");
    assert_list(S("pnpm-lock.yaml"), "- a\n", "");
    assert_list(S("pnpm-lock.yaml"), "packages: {a: b, /: {}, '@': {}, '/@/': c}\n", "");
    assert_list(S("pnpm-lock.yaml"), "snapshots: a\npackages:\n  a@1: {}\n", "");
    assert_list(S("yarn.lock"), "a:\n  version \"1\"\n@:\n  version\nb@1:\n", "");
    assert_list(S("bun.lock"), "{\"packages\": {\"a\": 1, \"b\": [], \"c\": [\"@\"]}}", "");
    assert_true(scene_show(&scene, S("bun.lock"), S("\"")));
    assert_int_equal(scene_count(&scene), 0);
}

static void bun_follows_what_projects_need(void **state)
{
    (void)state;
    assert_list(
        S("bun.lock"),
        "{\"workspaces\": {"
        "\"\": {\"dependencies\": {\"a\": \"1\"}, \"devDependencies\": {\"tool\": \"1\"}},"
        "\"packages/own\": {\"name\": \"own\", \"optionalDependencies\": {\"c\": \"1\"}}},"
        "\"packages\": {"
        "\"@s/b\": [\"@s/b@1.0.0\", \"\", {}, \"\"],"
        "\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"@s/b\": \"2\", \"c\": \"1\"}}, \"\"],"
        "\"a/@s/b\": [\"@s/b@2.0.0\", \"\", {\"dependencies\": {\"d\": \"1\"}}, \"\"],"
        "\"c\": [\"c@1.0.0\", \"\", {}, \"\"],"
        "\"d\": [\"d@1.0.0\", \"\", {}, \"\"],"
        "\"own\": [\"own@workspace:packages/own\"],"
        "\"own/c\": [\"c@0.5.0\", \"\", {}, \"\"],"
        "\"tool\": [\"tool@1.0.0\", \"\", {\"dependencies\": {\"@s/b\": \"1\"}}, \"\"]}}",
        "npm a 1.0.0\nnpm @s/b 2.0.0\nnpm c 1.0.0\nnpm d 1.0.0\nnpm c 0.5.0\n");
}

// Written by Bun 1.1.30 and 1.4.5.
static void bun_had_binary_lock_files(void **state)
{
    (void)state;
    static const char *const seeds[] = {"bun_lockb/format-2", "bun_lockb/format-3"};
    for (size_t i = 0; i < 2; i++) {
        scene_expect_seed(
            &scene, "app/bun.lockb", seeds[i],
            i == 0 ? "npm semver 2.0.0-beta\nnpm ms 2.1.2\nnpm lodash 4.17.20\nnpm debug 4.3.4\n"
                     "npm @types/estree 1.0.5\nnpm fsevents 2.3.3\n"
                   : "npm ms 2.1.2\nnpm lodash 4.17.20\nnpm debug 4.3.4\n"
                     "npm @types/estree 1.0.5\nnpm fsevents 2.3.3\n",
            0);
        span hashes = scene_hashes(&scene, 1 - i);
        assert_int_equal(hashes.len, sizeof "sha512:" - 1 + 128);
        assert_true(span_starts_with(hashes, S("sha512:b0690fc7e56332d980e8c5f6ee8038")));
    }
    scene_expect_seed(&scene, "app/bun.lockb", "bun_lockb/cut-off", "", 1);
}

// ---------------------------------------------------------------- Deno

static void deno_moved_its_packages_about(void **state)
{
    (void)state;
    static const char *const locks[] = {
        "{\"version\": \"2\", \"npm\": {\"specifiers\": {\"a\": \"@s/a@1.0.0\"}, \"packages\": {"
        "\"@s/a@1.0.0\": {\"integrity\": \"sha512-AAEC\", \"dependencies\": {\"x\": "
        "\"b@2.0.0_c@1\"}},"
        "\"b@2.0.0_c@1\": {}}}}",
        "{\"version\": \"3\", \"packages\": {\"specifiers\": {}, \"jsr\": {\"@std/fmt@1.0.3\": "
        "{}}, \"npm\": {"
        "\"@s/a@1.0.0\": {\"integrity\": \"sha512-AAEC\", \"dependencies\": {\"x\": "
        "\"b@2.0.0_c@1\"}},"
        "\"b@2.0.0_c@1\": {}}}}",
        "{\"version\": \"4\", \"npm\": {"
        "\"@s/a@1.0.0\": {\"integrity\": \"sha512-AAEC\", \"dependencies\": [\"b\"]},"
        "\"b@2.0.0_c@1\": {}}}",
    };
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
        assert_list(S("deno.lock"), locks[i], "npm @s/a 1.0.0\nnpm b 2.0.0\n");
        assert_span(scene_depends(&scene, 0), "b");
        assert_span(scene_hashes(&scene, 0), "sha512:000102");
    }
    assert_list(S("deno.lock"), "{\"https://x/mod.ts\": \"00\"}", "");
}

// Written by Deno 2.9.6.
static void deno_names_packages_of_npm(void **state)
{
    (void)state;
    scene_expect_seed(&scene, "app/deno.lock", "deno_lock/real-version-5",
                      "npm debug 4.3.4\nnpm js-tokens 4.0.0\nnpm lodash 4.17.20\n"
                      "npm loose-envify 1.4.0\nnpm ms 2.1.2\nnpm react-dom 18.2.0\n"
                      "npm react 18.2.0\nnpm scheduler 0.23.2\n",
                      0);
    assert_span(scene_depends(&scene, 5), "loose-envify react scheduler");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(npm_lists_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(npm_once_nested_dependencies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(npm_nests_so_deep_and_no_deeper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(npm_lists_what_it_installed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(yarn_classic_has_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(yarn_forks_are_what_was_fetched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(yarn_berry_is_yaml, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pnpm_5_has_slashes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pnpm_6_has_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pnpm_9_follows_what_projects_need, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bun_has_comments_and_commas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bun_follows_what_projects_need, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bun_had_binary_lock_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_shapes_hold_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deno_moved_its_packages_about, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deno_names_packages_of_npm, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
