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

static void expect_pom(span inside, span packages)
{
    struct text text;
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("<?xml version=\"1.0\"?>\n<project xmlns=\"http://maven/POM/4.0.0\">"
                      "<parent><groupId>org.x</groupId><artifactId>up</artifactId>"
                      "<version>7</version></parent><artifactId>app</artifactId>"));
    text_add(&text, inside);
    text_add(&text, S("</project>"));
    expect(S("src/pom.xml"), text_span(&text), packages);
}

static enum note_kind last_note(void)
{
    assert_true(scene.notes.items.count > 0);
    return LIST_AT(&scene.notes.items, struct note, scene.notes.items.count - 1)->kind;
}

// ---------------------------------------------------------------- pom.xml

static void dependencies_are_listed(void **state)
{
    (void)state;
    expect_pom(S("<dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>1</version>"
                 "</dependency>"
                 "<dependency><groupId>a</groupId><artifactId>c</artifactId><version>[2]</version>"
                 "<scope>runtime</scope></dependency></dependencies>"),
               S("maven a:b 1\nmaven a:c 2\n"));
    assert_int_equal(scene.notes.items.count, 0);
}

static void what_is_not_there_at_run_time_is_left_out(void **state)
{
    (void)state;
    expect_pom(S("<dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>1</version>"
                 "<scope>test</scope></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>c</artifactId><version>1</version>"
                 "<scope>provided</scope></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>d</artifactId><version>1</version>"
                 "<optional>true</optional></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>e</artifactId></dependency>"
                 "</dependencies><dependencyManagement><dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>e</artifactId><version>1</version>"
                 "<scope>test</scope></dependency></dependencies></dependencyManagement>"),
               S(""));
    assert_int_equal(scene.notes.items.count, 0);
}

static void properties_are_put_in(void **state)
{
    (void)state;
    expect_pom(S("<properties><v>${w}.1</v><w>3</w><w>4</w></properties><dependencies>"
                 "<dependency><groupId>${project.groupId}</groupId><artifactId>b-${w}</artifactId>"
                 "<version>${v}</version></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>c</artifactId>"
                 "<version>${project.version}</version></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>d</artifactId>"
                 "<version>${pom.parent.version}-x</version></dependency></dependencies>"),
               S("maven org.x:b-4 4.1\nmaven a:c 7\nmaven a:d 7-x\n"));
}

static void managed_versions_are_put_in(void **state)
{
    (void)state;
    expect_pom(S("<dependencyManagement><dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>1</version>"
                 "</dependency></dependencies></dependencyManagement><dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>"
                 "</dependencies>"),
               S("maven a:b 1\n"));
}

static void what_other_files_say_is_left_out_with_a_note(void **state)
{
    (void)state;
    expect_pom(S("<dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>c</artifactId>"
                 "<version>${up.version}</version></dependency>"
                 "<dependency><groupId>a</groupId><artifactId>d</artifactId>"
                 "<version>[1,2)</version></dependency></dependencies>"),
               S(""));
    assert_int_equal(scene.notes.items.count, 1);
    assert_int_equal(last_note(), NOTE_INFORMATION);
}

static void circles_and_growth_end(void **state)
{
    (void)state;
    expect_pom(S("<properties><a>${b}</a><b>${a}</b><c>${d}${d}${d}${d}</c><d>${e}${e}${e}${e}</d>"
                 "<e>${f}${f}${f}${f}</e><f>${g}${g}${g}${g}</g><g>0123456789</g></properties>"),
               S(""));
    assert_int_equal(last_note(), NOTE_DAMAGED); // </g> closes <f>
    expect_pom(S("<properties><a>${b}</a><b>${a}</b><c>${d}${d}${d}${d}</c><d>${e}${e}${e}${e}</d>"
                 "<e>${f}${f}${f}${f}</e><f>${c}${c}${c}${c}</f></properties><dependencies>"
                 "<dependency><groupId>a</groupId><artifactId>${a}</artifactId>"
                 "<version>${c}</version></dependency></dependencies>"),
               S(""));
    assert_int_equal(last_note(), NOTE_INFORMATION);
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
    expect(S("pom.xml"), S("<project/>"), S(""));
    assert_int_equal(scene.notes.items.count, 3);
}

static span many_dependencies(size_t count)
{
    struct text text;
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("<project><dependencies>"));
    for (size_t i = 0; i < count; i++)
        text_addf(&text,
                  "<dependency><groupId>g</groupId><artifactId>a%zu</artifactId>"
                  "<version>${p%zu}</version></dependency>",
                  i, i);
    text_add(&text, S("</dependencies><properties>"));
    for (size_t i = 0; i < count; i++)
        text_addf(&text, "<p%zu>1</p%zu>", i, i);
    text_add(&text, S("</properties></project>"));
    return text_span(&text);
}

static void many_dependencies_take_no_time(void **state)
{
    (void)state;
    assert_true(scene_show(&scene, S("pom.xml"), many_dependencies(50000)));
    assert_int_equal(scene_count(&scene), 50000);
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
        TEST(dependencies_are_listed),
        TEST(what_is_not_there_at_run_time_is_left_out),
        TEST(properties_are_put_in),
        TEST(managed_versions_are_put_in),
        TEST(what_other_files_say_is_left_out_with_a_note),
        TEST(circles_and_growth_end),
        TEST(bad_poms_are_noted),
        TEST(many_dependencies_take_no_time),
        TEST(locked_versions_are_listed),
        TEST(bad_lock_lines_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
