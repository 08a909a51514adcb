#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD                                                                                       \
    "{\"runtimeTarget\": {\"name\": \".NETCoreApp,Version=v8.0/linux-x64\", \"signature\": \"\"}," \
    "\"targets\": {\".NETCoreApp,Version=v8.0\": {}, "

static void a_program_brings_libraries(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("app/shop.deps.json"),
        S(HEAD "\".NETCoreApp,Version=v8.0/linux-x64\": {"
               "\"shop/1.0.0\": {\"dependencies\": {\"Meta\": \"2.0.0\", \"Serilog\": \"3.1.1\"},"
               " \"runtime\": {\"shop.dll\": {}}},"
               "\"Meta/2.0.0\": {\"dependencies\": {\"Serilog\": \"3.1.1\"}},"
               "\"NETStandard.Library/1.6.1\": {\"dependencies\": {\"Nothing\": \"1.0.0\"}},"
               "\"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1\": "
               "{\"runtime\": {\"System.dll\": {}}},"
               "\"Serilog/3.1.1\": {\"runtime\": {\"lib/net7.0/Serilog.dll\": {}}}}},"
               "\"libraries\": {"
               "\"shop/1.0.0\": {\"type\": \"project\"},"
               "\"Meta/2.0.0\": {\"type\": \"package\"},"
               "\"NETStandard.Library/1.6.1\": {\"type\": \"package\"},"
               "\"Local.Reference/1.0.0.0\": {\"type\": \"reference\"},"
               "\"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1\": "
               "{\"type\": \"runtimepack\"},"
               "\"Serilog/3.1.1\": {\"type\": \"package\", \"sha512\": \"sha512-x\"}}}")));
    assert_true(
        span_equal(scene_list(&scene), S("nuget Meta 2.0.0\nnuget Serilog 3.1.1\n"
                                         "nuget Microsoft.NETCore.App.Runtime.linux-x64 8.0.1\n"
                                         "nuget shop 1.0.0\n")));
    assert_true(span_equal(scene_depends(&scene, 3), S("Meta Serilog")));
    scene_close(&scene);
}

static void packages_that_need_each_other_end(void **state)
{
    (void)state;
    scene_expect("x.deps.json",
                 "{\"targets\": {\"t\": {\"a/1\": {\"dependencies\": {\"b\": \"1\"}},"
                 "\"b/1\": {\"dependencies\": {\"a\": \"1\"}}}},"
                 "\"libraries\": {\"a/1\": {\"type\": \"package\"}, \"b/1\": {\"type\": "
                 "\"package\"}}}",
                 "", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("x.deps.json", "{", "", 1);
    scene_expect("x.deps.json", "[]", "", 0);
    scene_expect("x.deps.json", "{\"libraries\": {\"a\": 1, \"/\": {\"type\": \"package\"}}}", "",
                 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_brings_libraries),
        cmocka_unit_test(packages_that_need_each_other_end),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
