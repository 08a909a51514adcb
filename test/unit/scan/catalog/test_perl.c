#include "catalog_testing.h"

static const span install_path = S("usr/local/lib/x/perl5/.meta/libwww-perl-6.77/install.json");

static void a_distribution_is_no_module(void **state)
{
    (void)state;
    assert_list(install_path,
                "{\"name\":\"LWP\",\"version\":\"6.77\",\"dist\":\"libwww-perl-6.77\","
                "\"pathname\":\"O/OA/OALDERS/libwww-perl-6.77.tar.gz\",\"target\":\"LWP\","
                "\"provides\":{\"LWP\":{\"file\":\"lib/LWP.pm\",\"version\":\"6.77\"}}}",
                "cpan libwww-perl 6.77\n");
}

static void versions_begin_with_a_digit(void **state)
{
    (void)state;
    assert_list(install_path, "{\"dist\":\"Moo-2.005-TRIAL\"}", "cpan Moo 2.005-TRIAL\n");
    assert_list(install_path, "{\"dist\":\"A-2-B-v1.2.3\"}", "cpan A-2-B v1.2.3\n");
}

static void odd_names_hold_nothing(void **state)
{
    (void)state;
    assert_list(install_path, "{\"dist\":\"\"}", "");
    assert_list(install_path, "{\"dist\":\"-1\"}", "");
    assert_list(install_path, "{\"dist\":\"Moo-\"}", "");
    assert_list(install_path, "{\"dist\":\"Moo-v\"}", "");
    assert_list(install_path, "{\"dist\":7}", "");
    assert_list(install_path, "[]", "");
    assert_false(scene_show(&scene, S("app/install.json"), S("{\"dist\":\"A-1\"}")));
}

static void damage_is_noted(void **state)
{
    (void)state;
    assert_true(scene_show(&scene, install_path, S("{\"dist\":")));
    assert_int_equal(scene_count(&scene), 0);
    assert_int_equal(scene.notes.items.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_distribution_is_no_module, set_up, tear_down),
        cmocka_unit_test_setup_teardown(versions_begin_with_a_digit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_names_hold_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
