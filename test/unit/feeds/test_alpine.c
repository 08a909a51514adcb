#include "testing.h"

#define SECDB(secfixes)                                              \
    "{'distroversion':'v3.20','reponame':'main','packages':[{'pkg':" \
    "{'name':'xen','secfixes':{" secfixes "}}}]}"
#define ROW(id, flaws, aliases, status, fixed)                                           \
    "advisory|db|" id "|" flaws "|" aliases "|unknown||||alpine:3.20|xen|source|" status \
    "|unknown||" fixed "|||\n"

static void assert_secdb(const char *document, const char *rows)
{
    assert_rows(translate_secdb, "json/3.20/main.json", document, rows);
}

static void a_fix_is_an_advisory_on_the_origin_package(void **state)
{
    (void)state;
    assert_secdb(SECDB("'4.18.0-r1':['CVE-2024-0001','CVE-2024-0002']"),
                 ROW("CVE-2024-0001", "", "", "fixed", "4.18.0-r1")
                     ROW("CVE-2024-0002", "", "", "fixed", "4.18.0-r1"));
}

static void version_zero_is_never_affected(void **state)
{
    (void)state;
    assert_secdb(SECDB("'0':['CVE-2024-0001']"), ROW("CVE-2024-0001", "", "", "not_affected", ""));
}

static void ids_are_taken_out_of_free_text(void **state)
{
    (void)state;
    assert_secdb(SECDB("'1-r0':['CVE-2016-9932 XSA-200','XSA-207',"
                       "'CVE-2019-17349 CVE-2019-17350 XSA-295','CVE-2017-2616 (+ regression fix)',"
                       "'CVE-2017-17434-1','CVE-2021-35940.patch']"),
                 ROW("XSA-200", "CVE-2016-9932", "", "fixed", "1-r0")
                     ROW("XSA-207", "", "", "fixed", "1-r0")
                         ROW("XSA-295", "CVE-2019-17349,CVE-2019-17350", "", "fixed", "1-r0")
                             ROW("CVE-2017-2616", "", "", "fixed", "1-r0")
                                 ROW("CVE-2017-17434", "", "", "fixed", "1-r0")
                                     ROW("CVE-2021-35940", "", "", "fixed", "1-r0"));
}

static void a_remark_may_say_not_affected(void **state)
{
    (void)state;
    assert_secdb(SECDB("'1-r0':['CVE-2020-14342 (Not affected, requires --with-systemd)']"),
                 ROW("CVE-2020-14342", "", "", "not_affected", ""));
}

static void letters_after_digits_are_versions_and_words_are_not(void **state)
{
    (void)state;
    struct outcome outcome = translate(translate_secdb, "a.json",
                                       SECDB("'1.9.5p2-r0':['CVE-2019-0001'],"
                                             "'unfixed':['CVE-2019-0002']"));
    assert_true(outcome.ok);
    assert_true(span_equal(text_span(&outcome.rows),
                           S(ROW("CVE-2019-0001", "", "", "fixed", "1.9.5p2-r0"))));
    assert_int_equal(outcome.notes.items.count, 1);
    assert_false(outcome.notes.incomplete);
    outcome_free(&outcome);
}

static void an_entry_that_names_no_flaw_is_noted(void **state)
{
    (void)state;
    struct outcome outcome =
        translate(translate_secdb, "a.json", SECDB("'1-r0':['CVE-46838','CVE-2022-?','',7]"));
    assert_true(outcome.ok);
    assert_int_equal(outcome.rows.len, 0);
    assert_int_equal(outcome.notes.items.count, 4);
    outcome_free(&outcome);
}

static void edge_is_a_release(void **state)
{
    (void)state;
    assert_secdb("{'distroversion':'edge','packages':[{'pkg':{'name':'a','secfixes':"
                 "{'1-r0':['CVE-2024-0001']}}}]}",
                 "advisory|db|CVE-2024-0001|||unknown||||alpine:edge|a|source|fixed|unknown||1-r0|"
                 "||\n");
    assert_refused(translate_secdb, "a.json", "{}", ERR_INPUT);
}

static void older_releases_are_yaml(void **state)
{
    (void)state;
    assert_rows(
        translate_secdb, "yaml-2020/v3.10/main.yaml",
        "---\ndistroversion: v3.10\nreponame: main\npackages:\n  - pkg:\n      name: a\n"
        "      secfixes:\n        1.10:\n          - CVE-2019-0001\n"
        "        0:\n          - CVE-2019-0002\n",
        "advisory|db|CVE-2019-0001|||unknown||||alpine:3.10|a|source|fixed|unknown||1.10|||\n"
        "advisory|db|CVE-2019-0002|||unknown||||alpine:3.10|a|source|not_affected|unknown||"
        "|||\n");
    assert_rows(translate_secdb, "README", "not for us", "");
    assert_refused(translate_secdb, "main.yaml", "---", ERR_INPUT);
}

#define ROLLING(repository, prefix)                             \
    "{'reponame':'" repository "','urlprefix':'https://" prefix \
    "','packages':[{'pkg':{'name':'a','secfixes':{'1-r0':['CVE-2024-0001','GHSA-1']}}}]}"
#define ROLLING_ROWS(ecosystem)                                                              \
    "advisory|db|CVE-2024-0001|||unknown||||" ecosystem "|a|source|fixed|unknown||1-r0|||\n" \
    "advisory|db|GHSA-1|||unknown||||" ecosystem "|a|source|fixed|unknown||1-r0|||\n"

static void wolfi_and_chainguard_roll(void **state)
{
    (void)state;
    assert_secdb(ROLLING("os", "packages.wolfi.example"), ROLLING_ROWS("wolfi"));
    assert_secdb(ROLLING("chainguard", "packages.example"), ROLLING_ROWS("chainguard"));
    assert_refused(translate_secdb, "security.json", ROLLING("os", "packages.example"), ERR_INPUT);
}

static void the_osv_form_says_the_same(void **state)
{
    (void)state;
    assert_rows(translate_alpine_osv, "2024/CVE-2024-0001.json",
                "{'id':'CVE-2024-0001','affected':[{'package':{'ecosystem':"
                "'Alpine:v3.20','name':'xen'},'versions':['1-r0'],'ranges':[{'type':"
                "'ECOSYSTEM','events':[{'introduced':'0'},{'fixed':'0'}]}]},{"
                "'package':{'ecosystem':'Alpine:v3.20','name':'xen'},'ranges':[{"
                "'type':'ECOSYSTEM','events':[{'introduced':'0'},{'fixed':'2-r0'}]}]},"
                "{'package':{'ecosystem':'Debian:12','name':'xen'},'ranges':[{'type':"
                "'ECOSYSTEM','events':[{'introduced':'0'}]}]}]}",
                ROW("CVE-2024-0001", "", "", "not_affected", "")
                    ROW("CVE-2024-0001", "", "", "fixed", "2-r0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fix_is_an_advisory_on_the_origin_package),
        cmocka_unit_test(version_zero_is_never_affected),
        cmocka_unit_test(ids_are_taken_out_of_free_text),
        cmocka_unit_test(a_remark_may_say_not_affected),
        cmocka_unit_test(letters_after_digits_are_versions_and_words_are_not),
        cmocka_unit_test(an_entry_that_names_no_flaw_is_noted),
        cmocka_unit_test(edge_is_a_release),
        cmocka_unit_test(older_releases_are_yaml),
        cmocka_unit_test(wolfi_and_chainguard_roll),
        cmocka_unit_test(the_osv_form_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
