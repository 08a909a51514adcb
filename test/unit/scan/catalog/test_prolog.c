#include "catalog_testing.h"

static const span pack_path = S("root/.local/share/swi-prolog/pack/hdt/pack.pl");

static void a_pack_states_facts(void **state)
{
    (void)state;
    assert_list(pack_path,
                "name(hdt).\nversion('0.5.2').\n% version('9').\n/* name(x). */\n"
                "title('Access RDF HDT files').\nauthor( 'A', 'a@b' ).\n",
                "swiplpack hdt 0.5.2\n");
    assert_list(S("pack.pl"), "version(\"1.0\"). name('a b').", "swiplpack a b 1.0\n");
}

static void rules_are_no_facts(void **state)
{
    (void)state;
    assert_list(pack_path, "name(X) :- f(version('1')).\n", "");
    assert_list(pack_path, "name(a).\nf(version('1')).\n", "");
    assert_list(pack_path, "name((a)).\nversion([1]).\n", "");
    assert_list(pack_path, "version(", "");
    assert_list(pack_path, ")))name(a)", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pack_states_facts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_are_no_facts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
