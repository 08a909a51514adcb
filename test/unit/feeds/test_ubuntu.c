#include "testing.h"

#define RECORD(packages) "{'candidate':'CVE-2023-0001','priority':'low','packages':{" packages "}}"
#define IN(release, state) "'" release "':{'tiff':{'name':'tiff'," state "}}"
#define STATE(status, note) "'status':'" status "','note':'" note "'"
#define ROW(release, status, fixed, pocket)                                                        \
    "advisory|db|CVE-2023-0001|||low||||ubuntu:" release "|tiff|source|" status "|unknown||" fixed \
    "|||" pocket "\n"
#define FLAW "flaw|db|CVE-2023-0001|low|||||\n"

static void assert_ubuntu(const char *document, const char *rows)
{
    assert_rows(translate_ubuntu, "2023/CVE-2023-0001.json", document, rows);
}

static void each_status_has_its_meaning(void **state)
{
    (void)state;
    assert_ubuntu(RECORD(IN("jammy", STATE("released", "4.3.0-6ubuntu0.5"))),
                  ROW("22.04", "fixed", "4.3.0-6ubuntu0.5", "") FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("needed", ""))), ROW("24.04", "affected", "", "") FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("deferred", "2022-01-01"))),
                  ROW("24.04", "affected", "", "") FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("pending", "5.4-1"))),
                  ROW("24.04", "affected", "5.4-1", "") FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("needs-triage", ""))),
                  ROW("24.04", "under_investigation", "", "") FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("ignored", "too intrusive"))),
                  ROW("24.04", "wont_fix", "", "") FLAW);
    assert_ubuntu(RECORD(IN("lunar", STATE("ignored", "end of life, was needed"))),
                  ROW("23.04", "end_of_life", "", "") FLAW);
    assert_ubuntu(RECORD(IN("focal", STATE("ignored", "superseded by linux-aws-5.15"))),
                  ROW("20.04", "end_of_life", "", "") FLAW);
}

static void what_is_not_affected_or_not_there_is_absent(void **state)
{
    (void)state;
    assert_ubuntu(RECORD(IN("noble", STATE("DNE", ""))), FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("not-affected", "4.5.0-6ubuntu1"))), FLAW);
    assert_ubuntu(RECORD(IN("noble", STATE("released", ""))), FLAW);
    assert_ubuntu(RECORD(IN("upstream", STATE("needed", ""))), FLAW);
    assert_ubuntu(RECORD(IN("devel", STATE("needed", ""))), FLAW);
    assert_ubuntu(RECORD(IN("snap", STATE("needed", ""))), FLAW);
}

static void a_fix_in_esm_bounds_what_the_release_left_open(void **state)
{
    (void)state;
    assert_ubuntu(RECORD(IN("bionic", STATE("ignored", "end of standard support")) "," IN(
                      "esm-infra/bionic", STATE("released", "4.0.9-5ubuntu0.10+esm1"))),
                  ROW("18.04", "end_of_life", "4.0.9-5ubuntu0.10+esm1", "")
                      ROW("18.04", "fixed", "4.0.9-5ubuntu0.10+esm1", "esm-infra") FLAW);
    assert_ubuntu(
        RECORD(IN("trusty", STATE("ignored", "end of standard support")) "," IN(
            "trusty/esm",
            STATE("released", "4.0.3-7+esm8")) "," IN("esm-infra-legacy/trusty",
                                                      STATE("not-affected", "4.0.3-7+esm8"))),
        ROW("14.04", "end_of_life", "4.0.3-7+esm8", "")
            ROW("14.04", "fixed", "4.0.3-7+esm8", "esm-infra") FLAW);
}

static void not_affected_in_esm_clears_a_release_that_was_given_up(void **state)
{
    (void)state;
    assert_ubuntu(RECORD(IN("bionic", STATE("ignored", "end of standard support")) "," IN(
                      "esm-infra/bionic", STATE("not-affected", "code not present"))),
                  FLAW);
    assert_ubuntu(RECORD(IN("bionic", STATE("needed", "")) "," IN(
                      "esm-infra/bionic", STATE("not-affected", "code not present"))),
                  ROW("18.04", "affected", "", "") FLAW);
    assert_ubuntu(RECORD(IN("bionic", STATE("ignored", "end of standard support")) "," IN(
                      "esm-infra/bionic", STATE("DNE", ""))),
                  ROW("18.04", "end_of_life", "", "") FLAW);
}

static void a_package_may_have_a_priority_of_its_own(void **state)
{
    (void)state;
    assert_ubuntu(RECORD(IN("noble", STATE("needed", "") ",'priority':'negligible'")),
                  "advisory|db|CVE-2023-0001|||low||||ubuntu:24.04|tiff|source|affected|negligible"
                  "|||||\n" FLAW);
}

static void nvd_scores_are_facts_about_the_flaw(void **state)
{
    (void)state;
    assert_ubuntu("{'candidate':'CVE-2023-3316','priority':'medium','public_date':"
                  "'2023-06-19 12:15:00 UTC','cvss':{'nvd':"
                  "' CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H [6.5 MEDIUM]'}}",
                  "flaw|db|CVE-2023-3316|medium|CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H|6.5|||"
                  "2023-06-19\n");
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_ubuntu, "a.json", "{}", ERR_INPUT);
    assert_refused(translate_ubuntu, "a.json", "{'candidate':'EMB-7'}", ERR_INPUT);
    assert_rows(translate_ubuntu, "README", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_its_meaning),
        cmocka_unit_test(what_is_not_affected_or_not_there_is_absent),
        cmocka_unit_test(a_fix_in_esm_bounds_what_the_release_left_open),
        cmocka_unit_test(not_affected_in_esm_clears_a_release_that_was_given_up),
        cmocka_unit_test(a_package_may_have_a_priority_of_its_own),
        cmocka_unit_test(nvd_scores_are_facts_about_the_flaw),
        cmocka_unit_test(what_is_no_record_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
