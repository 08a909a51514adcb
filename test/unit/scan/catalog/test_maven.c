#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct scene scene;

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static void expect(span path, span text, span packages)
{
    assert_true(scene_show(&scene, path, text));
    span found = scene_list(&scene);
    if (!span_equal(found, packages))
        fail_msg("found: %.*s", (int)found.len, (const char *)found.ptr);
}

static enum note_kind last_note(void)
{
    assert_true(scene.notes.items.count > 0);
    return LIST_AT(&scene.notes.items, struct note, scene.notes.items.count - 1)->kind;
}

// ---------------------------------------------------------------- pom.xml

static void poms_are_kept_for_when_all_are_known(void **state)
{
    (void)state;
    span text = S("<project><artifactId>app</artifactId></project>");
    expect(S("src/pom.xml"), text, S(""));
    assert_true(span_equal(scene.insight->project, text));
    assert_int_equal(scene.notes.items.count, 0);
}

static void bad_poms_are_noted(void **state)
{
    (void)state;
    expect(S("pom.xml"), S("<project>"), S(""));
    assert_int_equal(last_note(), NOTE_DAMAGED);
    expect(S("pom.xml"), S("<other/>"), S(""));
    assert_int_equal(last_note(), NOTE_DAMAGED);
    expect(S("pom.xml"), S("<!DOCTYPE p [<!ENTITY x 'y'>]><project/>"), S(""));
    assert_int_equal(last_note(), NOTE_UNSUPPORTED);
    assert_null(scene.insight);
    assert_int_equal(scene.notes.items.count, 3);
}

// ---------------------------------------------------------------- Gradle

static void locked_versions_are_listed(void **state)
{
    (void)state;
    span lock = S("# This is a Gradle generated file for dependency locking.\r\n"
                  "a.b:c:1.2=compileClasspath,runtimeClasspath\r\n"
                  "a.b:d:1.3=testCompileClasspath,testRuntimeClasspath\r\n"
                  "a.b:e:1.4=runtimeClasspath,testRuntimeClasspath\r\n"
                  "a.b:f:1.5=integrationTestRuntimeClasspath\r\n"
                  "empty=annotationProcessor,testAnnotationProcessor\r\n");
    expect(S("gradle.lockfile"), lock, S("maven a.b:c 1.2\nmaven a.b:e 1.4\n"));
    expect(S("x/buildscript-gradle.lockfile"), S("p:q:1=classpath\n"), S("maven p:q 1\n"));
    expect(S("gradle/dependency-locks/runtimeClasspath.lockfile"), S("a:b:1\n"),
           S("maven a:b 1\n"));
    assert_int_equal(scene.notes.items.count, 0);
}

static void bad_lock_lines_are_noted(void **state)
{
    (void)state;
    expect(S("gradle.lockfile"), S("a:b:1=x\nnonsense\na:b=x\na:b:c:d=x\n::=x\na::1=x\n"),
           S("maven a:b 1\n"));
    assert_int_equal(scene.notes.items.count, 1);
    assert_int_equal(last_note(), NOTE_DAMAGED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(poms_are_kept_for_when_all_are_known),
        TEST(bad_poms_are_noted),
        TEST(locked_versions_are_listed),
        TEST(bad_lock_lines_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
