#include "catalog_testing.h"

static const span installed_path = S("var/www/vendor/composer/installed.json");

static void composer_2_lists_packages(void **state)
{
    (void)state;
    assert_list(installed_path,
                "{\"packages\": [{\"name\": \"monolog/monolog\", \"version\": \"v2.9.1\","
                " \"license\": [\"MIT\", \"BSD-3-Clause\"], \"dist\": {\"shasum\": \"00FF\"},"
                " \"require\": {\"php\": \">=7.2\", \"ext-json\": \"*\", \"psr/log\": \"^1\"}},"
                " {\"name\": \"a/b\", \"version\": \"dev-main\"}, {\"name\": \"c/d\"}],"
                " \"dev\": true, \"dev-package-names\": [\"a/b\"]}",
                "composer monolog/monolog 2.9.1\ncomposer a/b dev-main\n");
    const struct package *package = scene_package(&scene, 0);
    assert_span(package->licenses, "MIT OR BSD-3-Clause");
    assert_span(package->hashes.items[0], "sha1:00ff");
    assert_int_equal(package->depends.count, 1);
    assert_span(package->depends.items[0], "psr/log");
}

static void composer_1_wrote_an_array(void **state)
{
    (void)state;
    assert_list(installed_path,
                "[{\"name\": \"a/b\", \"version\": \"1.0\", \"license\": \"MIT\"}, 7]",
                "composer a/b 1.0\n");
    assert_span(scene_package(&scene, 0)->licenses, "MIT");
}

static void composer_locks_tools_apart(void **state)
{
    (void)state;
    assert_list(S("composer.lock"),
                "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1.0\"}],"
                " \"packages-dev\": [{\"name\": \"c/d\", \"version\": \"1.0\"}]}",
                "composer a/b 1.0\n");
}

static void damage_is_noted(void **state)
{
    (void)state;
    assert_true(scene_show(&scene, installed_path, S("[{]")));
    assert_true(scene_show(&scene, S("composer.lock"), S("{")));
    assert_int_equal(scene_count(&scene), 0);
    assert_int_equal(scene.notes.items.count, 2);
}

static void wordpress_has_a_version(void **state)
{
    (void)state;
    assert_list(S("var/www/html/wp-includes/version.php"),
                "<?php\n/**\n * @global string $wp_version\n */\n$wp_version = '6.4.2';\n"
                "$wp_db_version = 56657;\n",
                "generic wordpress 6.4.2\n");
    assert_list(S("wp-includes/version.php"), "<?php\n$wp_version = 1;\n", "");
}

static void plugins_and_themes_have_headers(void **state)
{
    (void)state;
    assert_list(S("html/wp-content/plugins/akismet/akismet.php"),
                "<?php\n/**\n * @package Akismet\n */\n/*\nPlugin Name: Akismet\n"
                "Version: 5.3\nLicense: GPLv2 or later */\n",
                "wordpress-plugin akismet 5.3\n");
    assert_span(scene_package(&scene, 0)->licenses, "GPL-2.0-or-later");
    assert_list(S("html/wp-content/plugins/hello.php"),
                "<?php\n/**\n * Plugin Name: Hello Dolly\n * Version: 1.7.2 */\n",
                "wordpress-plugin hello 1.7.2\n");
    assert_list(S("html/wp-content/plugins/akismet/class.php"),
                "<?php\n/* Plugin Name */\n$a = 'Version: 1';\n", "");
    assert_list(S("html/wp-content/themes/twenty/style.css"),
                "/*\nTheme Name: Twenty\nVersion: 1.0\n*/\n", "wordpress-theme twenty 1.0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(composer_2_lists_packages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(composer_1_wrote_an_array, set_up, tear_down),
        cmocka_unit_test_setup_teardown(composer_locks_tools_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wordpress_has_a_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(plugins_and_themes_have_headers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
