#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "maven/maven.h"

struct scene {
    struct arena *mem;
    struct limits limits;
    struct pom_tree *tree;
    size_t count;
};

static void open_scene(struct scene *scene)
{
    *scene = (struct scene){.mem = arena_new(UINT64_C(256) << 20), .limits = limits_default()};
    assert_non_null(scene->mem);
    assert_true(pom_tree_new(&scene->limits, scene->mem, &scene->tree, NULL));
}

static void close_scene(struct scene *scene)
{
    arena_free(scene->mem);
}

static struct pom *read_pom(struct scene *scene, span text)
{
    struct pom *pom = NULL;
    struct err err = {0};
    if (!pom_read(text, &scene->limits, scene->mem, &pom, &err))
        fail_msg("%s", err.text);
    return pom;
}

// Paths must rise.
static void add(struct scene *scene, const char *path, const char *inside)
{
    struct text text;
    text_init(&text, scene->mem, SIZE_MAX);
    text_add(&text, S("<?xml version=\"1.0\"?>\n<project xmlns=\"http://maven/POM/4.0.0\">"));
    text_add(&text, span_of_text(inside));
    text_add(&text, S("</project>"));
    struct pom *pom = read_pom(scene, text_span(&text));
    assert_true(pom_tree_add(scene->tree, span_of_text(path), pom, NULL));
    scene->count++;
}

static void add_list(struct text *out, size_t project, const struct list *needed)
{
    for (size_t i = 0; i < needed->count; i++) {
        const struct coordinates *found = LIST_AT(needed, struct coordinates, i);
        text_addf(out, "%zu ", project);
        text_add(out, found->group);
        text_add_byte(out, ':');
        text_add(out, found->artifact);
        text_add_byte(out, ' ');
        text_add(out, found->version);
        text_add_byte(out, '\n');
    }
}

// What all need: the number of the project and the coordinates, a line each. Ends the scene.
static void expect(struct scene *scene, const char *wanted)
{
    struct text out;
    struct err err = {0};
    text_init(&out, scene->mem, SIZE_MAX);
    assert_true(pom_tree_link(scene->tree, &err));
    for (size_t i = 0; i < scene->count; i++) {
        struct list needed = {0};
        if (!pom_tree_dependencies(scene->tree, i, scene->mem, &needed, &err))
            fail_msg("%s", err.text);
        add_list(&out, i, &needed);
    }
    text_add_byte(&out, '\0');
    assert_string_equal((const char *)text_span(&out).ptr, wanted);
    close_scene(scene);
}

#define GAV(group, artifact, version)                                                    \
    "<groupId>" group "</groupId><artifactId>" artifact "</artifactId><version>" version \
    "</version>"
#define GA(group, artifact) "<groupId>" group "</groupId><artifactId>" artifact "</artifactId>"
#define DEPENDENCY(inside) "<dependency>" inside "</dependency>"
#define DEPENDENCIES(inside) "<dependencies>" inside "</dependencies>"
#define MANAGED(inside) "<dependencyManagement>" DEPENDENCIES(inside) "</dependencyManagement>"
#define PARENT(inside) "<parent>" inside "</parent>"
#define IMPORT "<type>pom</type><scope>import</scope>"

// ---------------------------------------------------------------- one file

static void dependencies_of_run_time_are_listed(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "pom.xml",
        DEPENDENCIES(DEPENDENCY(GAV("a", "b", "1"))
                         DEPENDENCY(GAV("a", "c", "[2]") "<scope>runtime</scope>")
                             DEPENDENCY(GAV("a", "d", "1") "<scope>test</scope>")
                                 DEPENDENCY(GAV("a", "e", "1") "<scope>provided</scope>")
                                     DEPENDENCY(GAV("a", "f", "1") "<optional>true</optional>")
                                         DEPENDENCY(GA("a", "g")))
            MANAGED(DEPENDENCY(GAV("a", "g", "1") "<scope>test</scope>")));
    expect(&scene, "0 a:b 1\n0 a:c 2\n0 a:f 1\n");
}

static void those_who_use_it_do_not_need_what_is_optional(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct pom *pom = read_pom(
        &scene, S("<project><dependencies>" DEPENDENCY(GAV("a", "b", "1"))
                      DEPENDENCY(GAV("a", "f", "1") "<optional>true</optional>") "</dependencies>"
                                                                                 "</project>"));
    struct list needed = {0};
    assert_true(pom_dependencies(pom, scene.mem, &needed, NULL));
    assert_int_equal(needed.count, 1);
    close_scene(&scene);
}

static void properties_are_put_in(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "pom.xml",
        PARENT(GAV("org.x", "up",
                   "7")) "<artifactId>app</artifactId>"
                         "<properties><v>${w}.1</v><w>3</w><w>4</w></properties>" DEPENDENCIES(
                             DEPENDENCY(GAV("${project.groupId}", "b-${w}", "${v}"))
                                 DEPENDENCY(GAV("a", "c", "${project.version}"))
                                     DEPENDENCY(GAV("a", "d", "${pom.parent.version}-x"))));
    expect(&scene, "0 a:c 7\n0 a:d 7-x\n0 org.x:b-4 4.1\n");
}

static void circles_and_growth_end(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "pom.xml",
        "<properties><a>${b}</a><b>${a}</b><c>${d}${d}${d}${d}</c><d>${e}${e}${e}${e}</d>"
        "<e>${f}${f}${f}${f}</e><f>${c}${c}${c}${c}</f></properties>" MANAGED(
            DEPENDENCY(GAV("g", "${a}", "${c}"))));
    expect(&scene, "");
}

static void many_dependencies_take_no_time(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct text text;
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("<project><dependencies>"));
    for (size_t i = 0; i < 50000; i++)
        text_addf(&text, DEPENDENCY(GAV("g", "a%zu", "${p%zu}")), i, i);
    text_add(&text, S("</dependencies><properties>"));
    for (size_t i = 0; i < 50000; i++)
        text_addf(&text, "<p%zu>1</p%zu>", i, i);
    text_add(&text, S("</properties></project>"));
    struct pom *pom = read_pom(&scene, text_span(&text));
    struct list needed = {0};
    assert_true(pom_dependencies(pom, scene.mem, &needed, NULL));
    assert_int_equal(needed.count, 50000);
    close_scene(&scene);
}

// ---------------------------------------------------------------- several

static void children_inherit(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "a/pom.xml",
        PARENT(GAV("x", "top", "${revision}")) "<artifactId>a</artifactId>"
                                               "<properties><v>2</v></properties>" DEPENDENCIES(
                                                   DEPENDENCY(GA("g", "managed"))
                                                       DEPENDENCY(GAV("g", "own", "5"))
                                                           DEPENDENCY(GA("x", "b"))));
    add(&scene, "pom.xml",
        GAV("x", "top",
            "${revision}") "<properties><v>1</v><revision>9</revision></"
                           "properties>" MANAGED(DEPENDENCY(GAV("g", "managed", "${v}")) DEPENDENCY(
                               GAV("${project.groupId}", "b", "${project.version}")))
                               DEPENDENCIES(DEPENDENCY(GAV("g", "own", "4"))
                                                DEPENDENCY(GAV("g", "all", "${v}"))));
    expect(&scene, "0 g:all 2\n0 g:managed 2\n0 g:own 5\n0 x:b 9\n1 g:all 1\n1 g:own 4\n");
}

static void parents_are_found_by_path_and_by_coordinates(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "a/pom.xml", PARENT(GAV("x", "top", "1")) DEPENDENCIES(DEPENDENCY(GA("g", "m"))));
    add(&scene, "b/pom.xml",
        PARENT(GAV("x", "top", "1") "<relativePath>../q</relativePath>")
            DEPENDENCIES(DEPENDENCY(GA("g", "m"))));
    add(&scene, "p/pom.xml", GAV("x", "top", "1") MANAGED(DEPENDENCY(GAV("g", "m", "p"))));
    add(&scene, "q/pom.xml", GAV("x", "top", "1") MANAGED(DEPENDENCY(GAV("g", "m", "q"))));
    expect(&scene, "0 g:m p\n1 g:m q\n");
}

static void a_parent_of_another_version_is_none(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "a/pom.xml", PARENT(GAV("x", "top", "2")) DEPENDENCIES(DEPENDENCY(GA("g", "m"))));
    add(&scene, "pom.xml", GAV("x", "top", "1") MANAGED(DEPENDENCY(GAV("g", "m", "1"))));
    expect(&scene, "0 g:m \n");
}

#define PROFILE(activation, inside) \
    "<profile><activation>" activation "</activation>" inside "</profile>"
#define BY_DEFAULT "<activeByDefault>true</activeByDefault>"

static void profiles_count_where_nobody_has_to_ask(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "a/pom.xml",
        GAV("g", "a", "1") "<properties><v>1</v></properties>" DEPENDENCIES(DEPENDENCY(
            GAV("x", "one",
                "${v}"))) "<profiles>" PROFILE(BY_DEFAULT,
                                               "<properties><v>2</v></properties>" DEPENDENCIES(
                                                   DEPENDENCY(GAV("x", "two", "${v}"))))
            PROFILE(BY_DEFAULT, "<properties><v>3</v></properties>")
                PROFILE("<jdk>17</jdk>", "<properties><v>4</v></properties>")
                    PROFILE("<property><name>some</name></property>",
                            "<properties><v>5</v></properties>") "</profiles>");
    add(&scene, "b/pom.xml",
        GAV("g", "b", "1") DEPENDENCIES(DEPENDENCY(GAV("x", "one", "1"))) "<profiles>" PROFILE(
            BY_DEFAULT, DEPENDENCIES(DEPENDENCY(GAV("x", "default", "1"))))
            PROFILE("<property><name>!skip</name></property>",
                    DEPENDENCIES(DEPENDENCY(GAV("x", "one", "7"))))
                PROFILE("<property><name>!skip</name></property><jdk>17</jdk>",
                        DEPENDENCIES(DEPENDENCY(GAV("x", "asked", "1"))))
                    PROFILE("<property><name>!skip</name><value>x</value></property>",
                            DEPENDENCIES(DEPENDENCY(GAV("x", "value", "1")))) "</profiles>");
    expect(&scene, "0 x:one 3\n0 x:two 3\n1 x:one 7\n");
}

static void profiles_of_parents_manage_too(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "a/pom.xml",
        PARENT(GAV("g", "p", "1")) "<artifactId>a</artifactId>" DEPENDENCIES(
            DEPENDENCY(GA("x", "one"))));
    add(&scene, "pom.xml",
        GAV("g", "p", "1") MANAGED(DEPENDENCY(GAV("x", "one", "1"))) "<profiles>" PROFILE(
            BY_DEFAULT, MANAGED(DEPENDENCY(GAV("x", "one", "2")))) "</profiles>");
    expect(&scene, "0 x:one 2\n");
}

static void imported_files_speak_for_themselves(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "bom/pom.xml",
        GAV("x", "bom", "3") "<properties><v>7</v></properties>" MANAGED(
            DEPENDENCY(GAV("g", "near", "0")) DEPENDENCY(GAV("g", "far", "${v}"))
                DEPENDENCY(GAV("x", "bom", "3") IMPORT)));
    add(&scene, "pom.xml",
        GAV("x", "top", "3") "<properties><v>8</v></properties>" MANAGED(DEPENDENCY(
            GAV("x", "bom", "${project.version}") IMPORT) DEPENDENCY(GAV("g", "near", "${v}")))
            DEPENDENCIES(DEPENDENCY(GA("g", "near")) DEPENDENCY(GA("g", "far"))
                             DEPENDENCY(GA("x", "bom"))));
    expect(&scene, "1 g:far 7\n1 g:near 8\n1 x:bom \n");
}

static void parents_in_a_circle_are_none(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    add(&scene, "a/pom.xml",
        GAV("x", "a", "1") PARENT(GAV("x", "b", "1")) DEPENDENCIES(DEPENDENCY(GAV("g", "a", "1"))));
    add(&scene, "b/pom.xml",
        GAV("x", "b", "1") PARENT(GAV("x", "a", "1")) DEPENDENCIES(DEPENDENCY(GAV("g", "b", "1"))));
    add(&scene, "c/pom.xml", GAV("x", "c", "1") PARENT(GAV("x", "c", "1")));
    expect(&scene, "0 g:a 1\n0 g:b 1\n1 g:b 1\n");
}

static void a_tree_may_ask_for_so_much(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.limits.packages = 1;
    struct pom_tree *tree = NULL;
    struct list needed = {0};
    struct err err = {0};
    struct pom *pom = read_pom(&scene, S("<project><dependencies>" DEPENDENCY(
                                           GAV("a", "b", "1")) "</dependencies></project>"));
    assert_true(pom_tree_new(&scene.limits, scene.mem, &tree, NULL));
    assert_true(pom_tree_add(tree, S("pom.xml"), pom, NULL) && pom_tree_link(tree, NULL));
    for (size_t i = 0; i < 16; i++)
        assert_true(pom_tree_dependencies(tree, 0, scene.mem, &needed, NULL));
    assert_false(pom_tree_dependencies(tree, 0, scene.mem, &needed, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    close_scene(&scene);
}

static void every_budget_ends_well(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    for (uint64_t budget = 0; budget < 60000; budget += 500) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct pom_tree *tree = NULL;
        struct pom *pom = NULL;
        struct list needed = {0};
        struct err err = {0};
        bool done =
            pom_tree_new(&limits, mem, &tree, &err) &&
            pom_read(
                S("<project>" GAV("x", "a", "1") MANAGED(DEPENDENCY(GAV(
                    "g", "b",
                    "${project.version}"))) "<dependencies>" DEPENDENCY(GA("g",
                                                                           "b")) "</dependencies></"
                                                                                 "project>"),
                &limits, mem, &pom, &err) &&
            pom_tree_add(tree, S("pom.xml"), pom, &err) && pom_tree_link(tree, &err) &&
            pom_tree_dependencies(tree, 0, mem, &needed, &err);
        assert_true(done ? needed.count == 1 : err.kind == ERR_LIMIT || err.kind == ERR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dependencies_of_run_time_are_listed),
        cmocka_unit_test(those_who_use_it_do_not_need_what_is_optional),
        cmocka_unit_test(properties_are_put_in),
        cmocka_unit_test(circles_and_growth_end),
        cmocka_unit_test(many_dependencies_take_no_time),
        cmocka_unit_test(children_inherit),
        cmocka_unit_test(parents_are_found_by_path_and_by_coordinates),
        cmocka_unit_test(a_parent_of_another_version_is_none),
        cmocka_unit_test(profiles_count_where_nobody_has_to_ask),
        cmocka_unit_test(profiles_of_parents_manage_too),
        cmocka_unit_test(imported_files_speak_for_themselves),
        cmocka_unit_test(parents_in_a_circle_are_none),
        cmocka_unit_test(a_tree_may_ask_for_so_much),
        cmocka_unit_test(every_budget_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
