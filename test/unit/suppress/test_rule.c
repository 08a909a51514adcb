#include "unit/suppress/testing.h"

#define OPENSSL "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl"

// A rule means what an entry of .plimsollignore with the same words means.
static void add(const struct project_rule *rule)
{
    assert_true(suppress_add_rule(scene->suppress, rule, &scene->err));
}

static struct project_rule rule_of(int64_t id)
{
    return (struct project_rule){.id = id, .reason = S("because"), .expires = SCENE_TODAY + 1};
}

static void a_rule_silences_by_what_it_names(void **state)
{
    (void)state;
    const span id = S("GHSA-aaaa-bbbb-cccc");
    const span source = S("openssl");
    const span other = S("pkg:deb/debian/other");
    struct finding *one = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct finding *two = scene_add(scene, "CVE-2024-0002", OPENSSL);
    struct project_rule rule = rule_of(7);
    one->aliases = (struct spans){&id, 1};
    rule.ids = one->aliases;
    rule.packages = (struct spans){&source, 1};
    add(&rule);
    rule = rule_of(8);
    rule.packages = (struct spans){&other, 1};
    add(&rule);
    apply();
    assert_false(counts(one));
    assert_true(counts(two));
    assert_span(one->suppressed, "rule 7: because (until 2024-10-05)");
    assert_span(one->suppression->origin, "service");
    assert_int_equal(one->suppression->expires, SCENE_TODAY + 1);
}

// It is about all images of a project: that it is about nothing here is no news.
static void a_rule_about_other_things_is_not_spoken_of(void **state)
{
    (void)state;
    const span id = S("CVE-2024-0009");
    struct project_rule rule = rule_of(7);
    (void)scene_add(scene, "CVE-2024-0001", OPENSSL);
    scene->scan.matched = true;
    rule.ids = (struct spans){&id, 1};
    add(&rule);
    apply();
    assert_int_equal(scene->notes.items.count, 0);
    assert_int_equal(scene->scan.suppressor_count, 0);
}

static void an_image_may_have_more_names(void **state)
{
    (void)state;
    const span id = S("CVE-2024-0001");
    struct finding *finding = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct project_rule rule = rule_of(7);
    rule.ids = (struct spans){&id, 1};
    rule.image = S("hub/team/*");
    add(&rule);
    apply();
    assert_true(counts(finding));
    assert_true(suppress_add_name(scene->suppress, S("hub/team/app"), &scene->err));
    apply();
    assert_false(counts(finding));
    assert_int_equal(scene->scan.suppressor_count, 1);
    assert_span(scene->scan.suppressors[0].format, "rule");
}

static void a_rule_ends_with_its_day(void **state)
{
    (void)state;
    const span id = S("CVE-2024-0001");
    struct finding *finding = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct project_rule rule = rule_of(7);
    rule.ids = (struct spans){&id, 1};
    rule.expires = SCENE_TODAY;
    add(&rule);
    apply();
    assert_true(counts(finding));
}

static void a_purl_that_is_none_is_refused(void **state)
{
    (void)state;
    const span package = S("pkg:");
    struct project_rule rule = rule_of(7);
    rule.packages = (struct spans){&package, 1};
    assert_false(suppress_add_rule(scene->suppress, &rule, &scene->err));
    assert_int_equal(scene->err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rule_silences_by_what_it_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rule_about_other_things_is_not_spoken_of, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_image_may_have_more_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rule_ends_with_its_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_purl_that_is_none_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
