#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_says(const char *path, span content, span expected)
{
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, span_of_text(path), content));
    assert_true(span_equal(scene_list(&scene), expected));
    assert_false(scene.notes.incomplete);
    scene_close(&scene);
}

static void a_jvm_says_its_vendor_and_version(void **state)
{
    (void)state;
    assert_says("opt/java/openjdk/release",
                S("IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_RUNTIME_VERSION=\"17.0.9+9-LTS\"\n"
                  "JAVA_VERSION=\"17.0.9\"\nIMAGE_TYPE=\"JDK\"\n"),
                S("generic openjdk 17.0.9+9\n"));
    assert_says("usr/lib/jvm/zulu8/release",
                S("IMPLEMENTOR=\"Azul Systems, Inc.\"\nJAVA_VERSION=\"1.8.0_392\"\n"
                  "JAVA_RUNTIME_VERSION=\"1.8.0_392-b08\"\n"),
                S("generic zulu 1.8.0_392-b08\n"));
    assert_says("usr/java/jdk-21/release",
                S("BUILD_TYPE=\"commercial\"\nIMPLEMENTOR=\"Oracle Corporation\"\n"
                  "JAVA_VERSION=\"21.0.2\"\nIMAGE_TYPE=\"JDK\"\n"),
                S("generic jdk 21.0.2\n"));
    assert_says("usr/java/jre/release",
                S("BUILD_TYPE=\"commercial\"\nJAVA_VERSION=\"21.0.2\"\nIMAGE_TYPE=\"JRE\"\n"),
                S("generic jre 21.0.2\n"));
    assert_says("opt/graalvm/release", S("JAVA_VERSION=\"17.0.9\"\nGRAALVM_VERSION=\"23.0.2\"\n"),
                S("generic graalvm 23.0.2\n"));
}

static void a_jvm_of_few_modules_says_its_version_alone(void **state)
{
    (void)state;
    assert_says("java-runtime/release",
                S("JAVA_VERSION=\"25.0.2\"\nMODULES=\"java.base java.xml\"\n"),
                S("generic openjdk 25.0.2\n"));
}

static void other_files_of_that_name_say_nothing(void **state)
{
    (void)state;
    assert_says("etc/release", S("Debian 12\n"), (span){0});
    assert_says("release", S("JAVA_VERSION"), (span){0});
    assert_says("release", S("JAVA_VERSION=\"\n"), (span){0});
    assert_says("srv/go/VERSION", S("1.2.3\n"), (span){0});
}

static void go_says_its_version(void **state)
{
    (void)state;
    assert_says("usr/local/go/VERSION", S("go1.21.3\ntime 2023-10-09T17:04:35Z\n"),
                S("generic go 1.21.3\n"));
    assert_says("usr/lib/go/VERSION", S("go1.4rc1"), S("generic go 1.4rc1\n"));
}

static void a_long_file_is_another(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    struct text text;
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("JAVA_VERSION=\"17\"\n"));
    for (size_t i = 0; i < 8192; i++)
        text_add(&text, S("MODULES=\n"));
    assert_true(text_ok(&text));
    assert_true(scene_show(&scene, S("opt/release"), text_span(&text)));
    assert_int_equal(scene_count(&scene), 0);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jvm_says_its_vendor_and_version),
        cmocka_unit_test(a_jvm_of_few_modules_says_its_version_alone),
        cmocka_unit_test(other_files_of_that_name_say_nothing),
        cmocka_unit_test(go_says_its_version),
        cmocka_unit_test(a_long_file_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
