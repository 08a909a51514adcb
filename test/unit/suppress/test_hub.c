#include "unit/suppress/testing.h"

static bool look(const char *index, struct spans *ret)
{
    return suppress_hub_documents(span_of_text(index), &scene->scan, &scene->limits, scene->mem,
                                  ret, &scene->err);
}

static void finds_documents_of_packages_and_image(void **state)
{
    (void)state;
    struct spans paths = {0};
    scene_package(scene, "pkg:golang/example.com/app@v1", "a");
    scene_package(scene, "pkg:npm/%40x/b@2?arch=x", "b");
    if (!look("{\"packages\":[{\"id\":\"pkg:npm/%40x/b\",\"location\":\"z.json\"},"
              "{\"id\":\"pkg:golang/example.com/app\",\"location\":\"pkg/a.json\"},"
              "{\"id\":\"pkg:golang/example.com/other\",\"location\":\"pkg/o.json\"},"
              "{\"id\":\"pkg:oci/app?repository_url=registry.example%2Fteam%2Fapp\","
              "\"location\":\"pkg/i.json\"},"
              "{\"id\":\"pkg:oci/app?repository_url=registry.example%2Felse%2Fapp\","
              "\"location\":\"pkg/e.json\"},"
              "{\"id\":\"pkg:oci/app\",\"location\":\"pkg/i.json\"}]}",
              &paths))
        fail_msg("%s", scene->err.text);
    assert_int_equal(paths.count, 3);
    assert_span(paths.items[0], "pkg/a.json");
    assert_span(paths.items[1], "pkg/i.json");
    assert_span(paths.items[2], "z.json");
}

static void refuses_to_leave_the_collection(void **state)
{
    (void)state;
    struct spans paths = {0};
    static const char *const locations[] = {"../x", "/etc/passwd", "a/../../x", "", "a//b", "./a"};
    for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
        struct text text;
        text_init(&text, scene->mem, SIZE_MAX);
        text_addf(&text, "{\"packages\":[{\"id\":\"pkg:npm/a\",\"location\":\"%s\"}]}",
                  locations[i]);
        assert_refused(look(arena_text(scene->mem, text_span(&text)), &paths), ERR_INPUT,
                       "packages[0]: location");
    }
    assert_refused(look("{}", &paths), ERR_INPUT, "packages is no list");
    assert_refused(look("{\"packages\":[{\"id\":\"a\",\"location\":\"a\"}]}", &paths), ERR_INPUT,
                   "packages[0]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_documents_of_packages_and_image, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_to_leave_the_collection, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
