// Who is not told, since a rule of their project says that it does not count.
#include "flow/service_inner.h"
#include "fresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { TODAY = 20000, NOW = 1000, MEMORY = 1 << 26 };

struct scene {
    struct arena *mem;
    struct service_settings settings;
    struct serve_options options;
    struct service service;
    int64_t image; // of both projects
    int64_t projects[2];
    struct project_rule rule;
    bool told[2]; // whoever subscribes in the projects
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

// ---------------------------------------------------------------- what there is

static const struct location place = {{(const uint8_t *)"opt/app/lock", 12}, 0};

// A package of one layer, whose one finding is in the store already.
static bool keep_image_of_both(struct scene *scene, struct err *err)
{
    struct store *store = scene->service.store;
    struct location where = place;
    const span alias = S("GHSA-aaaa-bbbb-cccc");
    struct package package = {
        .id = S("a"),
        .type = S("npm"),
        .name = S("@scope/lib"),
        .version = S("1"),
        .locations = &where,
        .location_count = 1,
    };
    struct finding finding = {.id = S("CVE-2026-0001"),
                              .aliases = {&alias, 1},
                              .severity = SEVERITY_HIGH,
                              .score = -1,
                              .epss = -1};
    struct layer layer = {.diff_id = S("sha256:aa")};
    struct scan scan = {
        .image = {.name = S("app"),
                  .kind = S("registry"),
                  .manifest_digest = S("sha256:01"),
                  .layers = &layer,
                  .layer_count = 1},
        .bom = {.packages = &package, .package_count = 1},
        .bom_complete = true,
    };
    const struct judgement judgement = {.findings = {&finding, 1}};
    const struct judgement *const judgements[] = {&judgement};
    const struct push pushes[] = {
        {.registry = S("main"), .repository = S("a/app"), .tag = S("1"), .digest = S("sha256:01")},
        {.registry = S("main"), .repository = S("b/app"), .tag = S("1"), .digest = S("sha256:01")},
    };
    struct kept_image kept = {0};
    return keep_image(&scan, scene->mem, &kept, err) &&
           store_keep_image(store, &kept, judgements, NOW, &scene->image, err) &&
           store_set_tag(store, &pushes[0], &scene->image, 1, NOW, err) &&
           store_set_tag(store, &pushes[1], &scene->image, 1, NOW, err);
}

static bool fill(void *self, struct err *err)
{
    static const span patterns[] = {S("main/a/*"), S("main/b/*")};
    static const span names[] = {S("a"), S("b")};
    struct scene *scene = self;
    struct store *store = scene->service.store;
    for (size_t i = 0; i < 2; i++) {
        const struct project project = {.name = names[i], .patterns = {&patterns[i], 1}};
        struct subscription subscription = {
            .owner = names[i], .channel = CHANNEL_FILE, .address = S("told.jsonl")};
        int64_t id = 0;
        if (!store_add_project(store, &project, NOW, &scene->projects[i], err))
            return false;
        subscription.project = scene->projects[i];
        if (!store_add_subscription(store, &subscription, NOW, &id, err))
            return false;
    }
    return keep_image_of_both(scene, err);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(MEMORY);
    struct scene *scene = ARENA_NEW(mem, struct scene);
    struct err err = {0};
    scene->mem = mem;
    scene->options = (struct serve_options){
        .store = fresh_url("hush", mem),
        .settings = &scene->settings,
        .limits = limits_default(),
    };
    scene->service.options = &scene->options;
    scene->service.today = TODAY;
    ok(store_migrate(scene->options.store, &scene->options.limits, &err), &err);
    ok(store_open(scene->options.store, &scene->options.limits, &scene->service.store, &err), &err);
    ok(store_transact(scene->service.store, fill, scene, &err), &err);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    store_close(scene->service.store);
    arena_free(scene->mem);
    return 0;
}

// ---------------------------------------------------------------- telling

static bool says(span content, const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i + len <= content.len; i++)
        if (memcmp(content.ptr + i, text, len) == 0)
            return true;
    return false;
}

// `only`: as after a push of the image; 0: as after a judgement.
static bool tell_of(struct scene *scene, int64_t only, struct err *err)
{
    const struct held_unit *held = NULL;
    size_t count = 0;
    struct telling telling = {0};
    struct lesson lesson = {0};
    if (!store_held_findings(scene->service.store, scene->image, scene->mem, &held, &count, err))
        return false;
    assert_int_equal(count, 1);
    lesson.unit = held[0].unit.id;
    lesson.finding = &held[0].finding;
    if (!lesson_fill(LEARNED_PUSHED, &held[0].unit.unit, &held[0].finding, scene->mem,
                     &lesson.learned, err) ||
        !tell(&scene->service, &lesson, 1, only, S("occasion"), S("today"), scene->mem, &telling,
              err))
        return false;
    assert_int_equal(telling.subscriptions.count, 2);
    for (size_t i = 0; i < 2; i++) {
        scene->told[i] = telling.contents[i].len > 0;
        // What the other one calls the image is none of its business.
        if (scene->told[i])
            assert_true(says(telling.contents[i], i == 0 ? "main/a/" : "main/b/") &&
                        !says(telling.contents[i], i == 0 ? "main/b/" : "main/a/"));
    }
    return true;
}

static bool tell_twice(void *self, struct err *err)
{
    struct scene *scene = self;
    if (!tell_of(scene, scene->image, err))
        return false;
    bool a = scene->told[0];
    bool b = scene->told[1];
    if (!tell_of(scene, 0, err))
        return false;
    assert_int_equal(a, scene->told[0]);
    assert_int_equal(b, scene->told[1]);
    return true;
}

static void assert_told(struct scene *scene, bool a, bool b)
{
    struct err err = {0};
    ok(store_transact(scene->service.store, tell_twice, scene, &err), &err);
    assert_int_equal(scene->told[0], a);
    assert_int_equal(scene->told[1], b);
}

// ---------------------------------------------------------------- rules

static bool add_rule(void *self, struct err *err)
{
    struct scene *scene = self;
    return store_add_rule(scene->service.store, &scene->rule, NOW, &scene->rule.id, err);
}

static bool remove_rule(void *self, struct err *err)
{
    struct scene *scene = self;
    return store_remove_rule(scene->service.store, scene->rule.id, err);
}

// With this rule and no other; expiring tomorrow unless it says when.
static void assert_told_with(struct scene *scene, struct project_rule rule, bool a, bool b)
{
    struct err err = {0};
    rule.reason = S("because");
    rule.expires = rule.expires ? rule.expires : TODAY + 1;
    scene->rule = rule;
    ok(store_transact(scene->service.store, add_rule, scene, &err), &err);
    assert_told(scene, a, b);
    ok(store_transact(scene->service.store, remove_rule, scene, &err), &err);
}

static struct spans one(const span *word)
{
    return (struct spans){word, 1};
}

static void each_project_is_told_what_counts_for_it(void **state)
{
    struct scene *scene = *state;
    int64_t a = scene->projects[0];
    const span id = S("CVE-2026-0001");
    const span alias = S("GHSA-aaaa-bbbb-cccc");
    const span other = S("CVE-2026-0002");
    assert_told(scene, true, true);
    assert_told_with(scene, (struct project_rule){.project = a, .ids = one(&id)}, false, true);
    assert_told_with(scene, (struct project_rule){.project = a, .ids = one(&alias)}, false, true);
    assert_told_with(scene, (struct project_rule){.project = a, .ids = one(&other)}, true, true);
    assert_told_with(scene, (struct project_rule){.ids = one(&id)}, false, false);
    assert_told(scene, true, true); // what a rule silenced counts again when it is gone
}

static void a_rule_that_has_expired_silences_nothing(void **state)
{
    struct scene *scene = *state;
    const span id = S("CVE-2026-0001");
    assert_told_with(scene, (struct project_rule){.ids = one(&id), .expires = TODAY}, true, true);
}

static void packages_are_known_by_name_and_purl(void **state)
{
    struct scene *scene = *state;
    int64_t a = scene->projects[0];
    const span name = S("@scope/lib");
    const span purl = S("pkg:npm/%40scope/lib@1");
    const span newer = S("pkg:npm/%40scope/lib@2");
    assert_told_with(scene, (struct project_rule){.project = a, .packages = one(&name)}, false,
                     true);
    assert_told_with(scene, (struct project_rule){.project = a, .packages = one(&purl)}, false,
                     true);
    assert_told_with(scene, (struct project_rule){.project = a, .packages = one(&newer)}, true,
                     true);
}

static void images_and_paths_are_looked_at_one_by_one(void **state)
{
    struct scene *scene = *state;
    const span id = S("CVE-2026-0001");
    const span path = S("opt/**");
    const span elsewhere = S("var/**");
    struct project_rule rule = {.project = scene->projects[0], .ids = one(&id)};
    rule.image = S("main/a/*");
    assert_told_with(scene, rule, false, true);
    rule.image = S("sha256:01");
    assert_told_with(scene, rule, false, true);
    rule.image = S("main/b/*"); // a name that this project does not know it by
    assert_told_with(scene, rule, true, true);
    rule.image = S("main/a/app");
    rule.paths = one(&path);
    assert_told_with(scene, rule, false, true);
    rule.ids.count = 0;
    assert_told_with(scene, rule, false, true);
    rule.paths = one(&elsewhere);
    assert_told_with(scene, rule, true, true);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_project_is_told_what_counts_for_it),
        TEST(a_rule_that_has_expired_silences_nothing),
        TEST(packages_are_known_by_name_and_purl),
        TEST(images_and_paths_are_looked_at_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
