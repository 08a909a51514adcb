#include "testing.h"

#define BOUND(range, version, slot) "{'Text':'" version "','Range':'" range "','Slot':'" slot "'}"
#define GLSA(vulnerable, unaffected)                                                              \
    "{'ID':'201908-28','Revised':{'Text':'2019-08-31'},'Impact':{'Type':'normal'},'References':{" \
    "'URI':[{'Text':'CVE-2019-11460'},{'Text':'CAN-2004-0001'},{'Text':'GLSA 1'}]},'Affected':{"  \
    "'Package':[{'Name':'a/b','Arch':'*','Vulnerable':[" vulnerable "],'Unaffected':[" unaffected \
    "]}]}}"
#define ROW(status, introduced, fixed, last)                                                   \
    "advisory|db|GLSA-201908-28|CVE-2019-11460,CVE-2004-0001||medium||2019-08-31||gentoo|a/b|" \
    "binary|" status "|unknown|" introduced "|" fixed "|" last "||\n"
#define ROW_AFTER(introduced, fixed)                                                           \
    "advisory|db|GLSA-201908-28|CVE-2019-11460,CVE-2004-0001||medium||2019-08-31||gentoo|a/b|" \
    "binary|fixed|unknown|" introduced "|" fixed "||||after introduced\n"

static void assert_glsa(const char *document, const char *rows)
{
    assert_rows(translate_gentoo, "2019/GLSA-201908-28.json", document, rows);
}

static void below_a_version(void **state)
{
    (void)state;
    assert_glsa(GLSA(BOUND("lt", "3.30", ""), BOUND("ge", "3.30", "")),
                ROW("fixed", "", "3.30", ""));
    assert_glsa(GLSA(BOUND("le", "1.38", "*"), BOUND("ge", "1.38-r1", "*")),
                ROW("fixed", "", "1.38-r1", "1.38"));
    assert_glsa(GLSA(BOUND("le", "2.0.16", ""), ""), ROW("affected", "", "", "2.0.16"));
    assert_glsa(GLSA(BOUND("eq", "7.20", ""), BOUND("ge", "7.21", "")),
                ROW("fixed", "7.20", "7.21", "7.20"));
}

static void unaffected_versions_are_taken_out(void **state)
{
    (void)state;
    assert_glsa(GLSA(BOUND("lt", "4.56", ""), BOUND("ge", "4.56", "") "," BOUND("lt", "4.00", "")),
                ROW("fixed", "4.00", "4.56", ""));
    assert_glsa(GLSA(BOUND("lt", "2.0", ""), BOUND("eq", "1.3", "")),
                ROW("fixed", "", "1.3", "") ROW_AFTER("1.3", "2.0"));
}

static void revisions_of_a_version_are_taken_out(void **state)
{
    (void)state;
    assert_glsa(
        GLSA(BOUND("lt", "11.10.2", ""), BOUND("ge", "11.10.2", "") "," BOUND("rge", "1.8-r2", "")),
        ROW("fixed", "", "1.8-r2", "") ROW_AFTER("1.8-r999999999", "11.10.2"));
    assert_glsa(GLSA(BOUND("rle", "114i-r3", ""), BOUND("rge", "114i-r4", "")),
                ROW("affected", "114i", "", "114i-r3"));
}

static void a_slot_that_begins_its_versions_is_a_range(void **state)
{
    (void)state;
    assert_glsa(GLSA(BOUND("lt", "7.2.29", "7.2") "," BOUND("lt", "7.3.16", "7.3"),
                     BOUND("ge", "7.2.29", "7.2") "," BOUND("ge", "7.3.16", "7.3")),
                ROW("fixed", "7.2", "7.2.29", "") ROW("fixed", "7.3", "7.3.16", ""));
    assert_glsa(GLSA(BOUND("lt", "3.5.7", "3.5/3.5m"), ""), ROW("fixed", "3.5", "3.5.7", ""));
}

static void any_other_slot_is_a_note(void **state)
{
    (void)state;
    struct outcome outcome =
        translate(translate_gentoo, "a.json",
                  GLSA(BOUND("lt", "82.0", ""),
                       BOUND("ge", "82.0", "") "," BOUND("ge", "78.4.0", "0/esr78")));
    assert_true(outcome.ok);
    assert_true(span_equal(text_span(&outcome.rows), S(ROW("fixed", "", "82.0", ""))));
    assert_int_equal(outcome.notes.items.count, 1);
    outcome_free(&outcome);
}

static void what_is_no_range_says_nothing(void **state)
{
    (void)state;
    assert_glsa(GLSA(BOUND("eq", "1.3*", ""), ""), "");
    assert_glsa(GLSA(BOUND("maybe", "1.3", ""), ""), "");
    assert_glsa(GLSA("", BOUND("ge", "1.3", "")), "");
    assert_rows(translate_gentoo, "LICENSE", "not for us", "");
    assert_refused(translate_gentoo, "a.json", "{}", ERR_INPUT);
    assert_refused(translate_gentoo, "a.xml", "<glsa/>", ERR_INPUT);
    assert_refused(translate_gentoo, "a.xml", "<glsa", ERR_INPUT);
}

static void the_native_form_says_the_same(void **state)
{
    (void)state;
    assert_rows(translate_gentoo, "glsa-201908-28.xml",
                "<?xml version='1.0' encoding='UTF-8'?>\n"
                "<glsa id='201908-28'><title>A</title><revised count='1'>2019-08-31</revised>"
                "<affected><package name='a/b' auto='yes' arch='*'>"
                "<unaffected range='ge'>3.30</unaffected><vulnerable range='lt'>3.30</vulnerable>"
                "</package></affected><impact type='normal'><p>x</p></impact>"
                "<references><uri link='u'>CVE-2019-11460</uri><uri>CAN-2004-0001</uri>"
                "</references></glsa>",
                ROW("fixed", "", "3.30", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_a_version),
        cmocka_unit_test(unaffected_versions_are_taken_out),
        cmocka_unit_test(revisions_of_a_version_are_taken_out),
        cmocka_unit_test(a_slot_that_begins_its_versions_is_a_range),
        cmocka_unit_test(any_other_slot_is_a_note),
        cmocka_unit_test(what_is_no_range_says_nothing),
        cmocka_unit_test(the_native_form_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
