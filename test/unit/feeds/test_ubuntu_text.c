// The Ubuntu CVE Tracker's own files, and Ubuntu's notices.
#include "testing.h"

#define HEAD                                                                        \
    "PublicDateAtUSN: 2021-01-26 18:00:00 UTC\nCandidate: CVE-2021-3156\n"          \
    "PublicDate: 2021-01-26 21:15:00 UTC\nReferences: \n https://x\nDescription:\n" \
    " precise_sudo: released (1)\nPriority: high\n Reason\nCVSS:\n"                 \
    " nvd: CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H [7.8 HIGH]\n\nPatches_sudo:\n"
#define ROW(release, name, status, severity, fixed, pocket)                                       \
    "advisory|db|CVE-2021-3156|||high||||ubuntu:" release "|" name "|source|" status "|" severity \
    "||" fixed "|||" pocket "\n"
#define FLAW \
    "flaw|db|CVE-2021-3156|high|CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H|7.8|||2021-01-26\n"

static void assert_text(const char *document, const char *rows)
{
    assert_rows(translate_ubuntu, "active/CVE-2021-3156", document, rows);
}

static void releases_and_pockets(void **state)
{
    (void)state;
    assert_text(HEAD "upstream_sudo: released (1.9.5p2)\n"
                     "trusty_sudo: ignored (end of standard support)\n"
                     "trusty/esm_sudo: released (1.8.9p5-1ubuntu1.5+esm6)\n"
                     "bionic_sudo: released (1.8.21p2-3ubuntu1.4)\r\n"
                     "focal_sudo: DNE\ndevel_sudo: needed\n",
                ROW("14.04", "sudo", "end_of_life", "unknown", "1.8.9p5-1ubuntu1.5+esm6", "")
                    ROW("14.04", "sudo", "fixed", "unknown", "1.8.9p5-1ubuntu1.5+esm6", "esm-infra")
                        ROW("18.04", "sudo", "fixed", "unknown", "1.8.21p2-3ubuntu1.4", "") FLAW);
}

static void notes_in_either_bracket(void **state)
{
    (void)state;
    assert_text(HEAD "jammy_sudo: needed [was: no]\nlunar_sudo: pending [1.9-2]\n"
                     "mantic_sudo: deferred (2023-01-01)\nkinetic_sudo: ignored [end of life]\n"
                     "noble_sudo: needs-triage\nfocal_sudo: not-affected (1.8)\n",
                ROW("22.04", "sudo", "affected", "unknown", "", "") ROW("23.04", "sudo", "affected",
                                                                        "unknown", "1.9-2", "")
                    ROW("23.10", "sudo", "affected", "unknown", "", "")
                        ROW("22.10", "sudo", "end_of_life", "unknown", "", "")
                            ROW("24.04", "sudo", "under_investigation", "unknown", "", "") FLAW);
}

static void priorities_of_packages_and_releases(void **state)
{
    (void)state;
    assert_text(HEAD "Priority_sudo_jammy: negligible\nPriority_sudo: low\n Because\n"
                     "jammy_sudo: needed\nfocal_sudo: needed\njammy_other: needed\n",
                ROW("22.04", "sudo", "affected", "negligible", "", "")
                    ROW("20.04", "sudo", "affected", "low", "", "")
                        ROW("22.04", "other", "affected", "unknown", "", "") FLAW);
}

// The tracker keeps drafts of flaws that have no number: they are noted, and spoil nothing.
static void without_a_number_it_is_left_out(void **state)
{
    (void)state;
    assert_rows(translate_ubuntu, "retired/CVE-2006-NNN0", "Candidate: CVE-2006-NNN0\n", "");
    assert_rows(translate_ubuntu, "active/CVE-2021-1", "", "");
}

static void without_a_candidate_it_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_ubuntu, "active/CVE-2021-0001", "Priority: low\n", ERR_INPUT);
    assert_rows(translate_ubuntu, "README", "not for us", "");
}

static void a_notice_names_versions(void **state)
{
    (void)state;
    assert_rows(
        translate_ubuntu, "feeds/database-all.json.bz2",
        "{'763-1':{'id':'763-1','cves':['CVE-2009-0698','https://launchpad.net/bugs/1'],'releases':"
        "{'dapper':{'sources':{'xine-lib':{'version':'1.1.1+ubuntu2-7.12'}}},"
        "'trusty':{'sources':{'sudo':{'version':'1.8.9p5-1ubuntu1.5+esm6'}}},"
        "'upstream':{'sources':{'a':{'version':'1'}}}}}}",
        "advisory|db|USN-763-1|CVE-2009-0698||unknown||||ubuntu:6.06|xine-lib|source|fixed|unknown|"
        "|"
        "1.1.1+ubuntu2-7.12|||\n"
        "advisory|db|USN-763-1|CVE-2009-0698||unknown||||ubuntu:14.04|sudo|source|fixed|unknown||"
        "1.8.9p5-1ubuntu1.5+esm6|||esm-infra\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_and_pockets),
        cmocka_unit_test(notes_in_either_bracket),
        cmocka_unit_test(priorities_of_packages_and_releases),
        cmocka_unit_test(without_a_candidate_it_is_refused),
        cmocka_unit_test(without_a_number_it_is_left_out),
        cmocka_unit_test(a_notice_names_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
