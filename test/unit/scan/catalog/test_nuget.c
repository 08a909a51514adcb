#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void nuget_locks_packages_for_each_target(void **state)
{
    (void)state;
    scene_expect("packages.lock.json",
                 "{\"version\": 1, \"dependencies\": {"
                 "\"net6.0\": {\"Serilog\": {\"type\": \"Direct\", \"resolved\": \"3.1.1\"},"
                 "\"shared\": {\"type\": \"Project\"}},"
                 "\"net8.0\": {\"Serilog\": {\"type\": \"Transitive\", \"resolved\": \"3.1.1\"},"
                 "\"Dapper\": {\"type\": \"Direct\", \"resolved\": \"2.1.24\"}}}}",
                 "nuget Dapper 2.1.24\nnuget Serilog 3.1.1\n", 0);
}

static void a_restore_leaves_its_choice(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, S("src/obj/project.assets.json"),
                           S("{\"version\": 3, \"libraries\": {"
                             "\"Dapper/2.1.24\": {\"type\": \"package\", \"sha512\": \"\"},"
                             "\"shared/1.0.0\": {\"type\": \"project\"}}}")));
    assert_true(span_equal(scene_list(&scene), S("nuget Dapper 2.1.24\n")));
    scene_close(&scene);
}

static void old_projects_have_a_configuration(void **state)
{
    (void)state;
    scene_expect(
        "src/packages.config",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages>\n"
        "  <package id=\"Newtonsoft.Json\" version=\"13.0.3\" targetFramework=\"net48\" />\n"
        "  <package id=\"xunit\" version=\"2.4.2\" developmentDependency=\"true\" />\n"
        "</packages>\n",
        "nuget Newtonsoft.Json 13.0.3\n", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("packages.lock.json", "{", "", 1);
    scene_expect("packages.lock.json", "{\"dependencies\": 1}", "", 0);
    scene_expect("obj/project.assets.json", "{\"libraries\": {\"\": {\"type\": \"package\"}}}", "",
                 0);
    scene_expect("packages.config", "<packages><package id=\"a\"", "", 1);
    scene_expect("packages.config", "<!DOCTYPE x [<!ENTITY a \"b\">]><packages/>", "", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nuget_locks_packages_for_each_target),
        cmocka_unit_test(a_restore_leaves_its_choice),
        cmocka_unit_test(old_projects_have_a_configuration),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
