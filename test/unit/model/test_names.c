#include "testing.h"

static void severities_come_back_from_their_names(void **state)
{
    (void)state;
    for (int i = SEVERITY_UNKNOWN; i <= SEVERITY_CRITICAL; i++) {
        enum severity severity = SEVERITY_UNKNOWN;
        assert_true(severity_parse(span_of_text(severity_name((enum severity)i)), &severity));
        assert_int_equal(severity, i);
    }
}

static void the_words_of_the_vendors_are_known(void **state)
{
    (void)state;
    const struct {
        const char *word;
        enum severity severity;
    } cases[] = {
        {"Important", SEVERITY_HIGH},         {"MODERATE", SEVERITY_MEDIUM},
        {"unimportant", SEVERITY_NEGLIGIBLE}, {"None", SEVERITY_NEGLIGIBLE},
        {"untriaged", SEVERITY_UNKNOWN},      {"not yet assigned", SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum severity severity = SEVERITY_CRITICAL;
        assert_true(severity_parse(span_of_text(cases[i].word), &severity));
        assert_int_equal(severity, cases[i].severity);
    }
}

static void other_words_are_no_severity(void **state)
{
    (void)state;
    enum severity severity = SEVERITY_LOW;
    assert_false(severity_parse(S(""), &severity));
    assert_false(severity_parse(S("highest"), &severity));
    assert_false(severity_parse(S("hig"), &severity));
    assert_int_equal(severity, SEVERITY_LOW);
}

// As DESIGN section 5 spells them: they are in the JSON that others read.
static void names_are_those_of_the_json(void **state)
{
    (void)state;
    assert_string_equal(status_name(STATUS_FIXED), "fixed");
    assert_string_equal(status_name(STATUS_AFFECTED), "affected");
    assert_string_equal(status_name(STATUS_WONT_FIX), "wont_fix");
    assert_string_equal(status_name(STATUS_UNDER_INVESTIGATION), "under_investigation");
    assert_string_equal(status_name(STATUS_END_OF_LIFE), "end_of_life");
    assert_string_equal(status_name(STATUS_NOT_AFFECTED), "not_affected");
    assert_string_equal(finding_kind_name(FINDING_VULNERABILITY), "vulnerability");
    assert_string_equal(finding_kind_name(FINDING_INTEGRITY), "integrity");
    assert_string_equal(finding_kind_name(FINDING_MALWARE), "malware");
    assert_string_equal(finding_kind_name(FINDING_SECRET), "secret");
    assert_string_equal(finding_kind_name(FINDING_RULE), "rule");
    assert_string_equal(finding_kind_name(FINDING_CONFIG), "config");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(severities_come_back_from_their_names),
        cmocka_unit_test(the_words_of_the_vendors_are_known),
        cmocka_unit_test(other_words_are_no_severity),
        cmocka_unit_test(names_are_those_of_the_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
