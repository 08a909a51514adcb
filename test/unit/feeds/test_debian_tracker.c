// Debian's tracker as the lists it is kept in and as the JSON it publishes.
#include "testing.h"

#define ROW(id, flaws, day, release, name, status, severity, fixed)                              \
    "advisory|db|" id "|" flaws "||unknown||" day "||debian:" release "|" name "|source|" status \
    "|" severity "||" fixed "|||\n"

static void a_bulletin_fixes_flaws_in_releases(void **state)
{
    (void)state;
    assert_rows(translate_debian, "data/DSA/list",
                "[29 Mar 2023] DSA-5380-1 xorg-server - security update\n"
                "\t{CVE-2023-1393}\n"
                "\t[bullseye] - xorg-server 2:1.20.11-1+deb11u6\n"
                "[28 Mar 2023] DSA-5379-1 dino-im - security update\n"
                "\t{CVE-2023-28686 CVE-2023-28687 }\n"
                "\t[bullseye] - dino-im 0.2.0-3+deb11u1\n"
                "\tNOTE: a remark\n",
                ROW("DSA-5380-1", "CVE-2023-1393", "2023-03-29", "11", "xorg-server", "fixed",
                    "unknown", "2:1.20.11-1+deb11u6")
                    ROW("DSA-5379-1", "CVE-2023-28686,CVE-2023-28687", "2023-03-28", "11",
                        "dino-im", "fixed", "unknown", "0.2.0-3+deb11u1"));
}

static void old_bulletins_write_dates_in_words(void **state)
{
    (void)state;
    assert_rows(translate_debian, "data/DTSA/list",
                "[August 26th, 2005] DTSA-1-1 kismet - various\n"
                "\t{CVE-2005-2626 }\n"
                "\t[etch] - kismet 2005.08.R1-0.1etch1 (high)\n",
                ROW("DTSA-1-1", "CVE-2005-2626", "2005-08-26", "4", "kismet", "fixed", "high",
                    "2005.08.R1-0.1etch1"));
}

static void words_in_brackets_are_states(void **state)
{
    (void)state;
    assert_rows(translate_debian, "data/DLA/list",
                "[01 Apr 2023] DLA-1 a - security update\n"
                "\t[buster] - a <unfixed>\n"
                "\t[buster] - b <end-of-life>\n"
                "\t[buster] - c <not-affected>\n"
                "\t[sid] - d 1.0\n"
                "\t[buster] e 1.0\n",
                ROW("DLA-1", "", "2023-04-01", "10", "a", "affected", "unknown", "")
                    ROW("DLA-1", "", "2023-04-01", "10", "b", "end_of_life", "unknown", ""));
}

#define CVE(text) "CVE-2023-1000 (A flaw)\n" text

static void a_line_about_unstable_is_about_every_release(void **state)
{
    (void)state;
    assert_rows(translate_debian, "data/CVE/list",
                CVE("\t- curl 8.0-1 (bug #1; medium)\n"
                    "\t[bookworm] - curl <no-dsa> (Minor issue)\n"
                    "\t[bullseye] - curl <not-affected> (Vulnerable code not present)\n"),
                ROW("CVE-2023-1000", "", "", "13", "curl", "fixed", "medium", "8.0-1")
                    ROW("CVE-2023-1000", "", "", "14", "curl", "fixed", "medium", "8.0-1")
                        ROW("CVE-2023-1000", "", "", "12", "curl", "affected", "unknown", ""));
}

// Their versions are in the list of bulletins.
static void bulletins_that_are_cited_speak_for_releases(void **state)
{
    (void)state;
    assert_rows(translate_debian, "data/CVE/list",
                CVE("\t{DSA-1-1}\n\t- curl 8.0-1\n\t[buster] - curl <ignored> (Too old)\n"),
                ROW("CVE-2023-1000", "", "", "10", "curl", "wont_fix", "unknown", ""));
}

static void flaws_may_be_unimportant_or_none(void **state)
{
    (void)state;
    assert_rows(
        translate_debian, "data/CVE/list",
        CVE("\t[bookworm] - a <unfixed> (unimportant)\n") "CVE-2023-1001\n\tREJECTED\nCVE-2023-"
                                                          "XXXX [no number]\n\t[bookworm] - b 1\n"
                                                          "CVE-2023-1002\n\tRESERVED\n\tNOT-FOR-US:"
                                                          " x\n",
        ROW("CVE-2023-1000", "", "", "12", "a", "affected", "negligible",
            "") "flaw|db|CVE-2023-1001|unknown||||||rejected\n");
}

static void other_lists_are_left_alone(void **state)
{
    (void)state;
    assert_rows(translate_debian, "data/CPE/list", "a2ps;cpe:/a:gnu:a2ps\n", "");
    assert_rows(translate_debian, "data/config.json", "{'distributions':{}}", "");
    assert_rows(translate_debian, "data/DSA/list", "", "");
    assert_rows(translate_debian, "data/DSA/list", "\t{CVE-2023-1000}\n\t[\n\t{\n[\n", "");
}

#define STATE(release, members) "'" release "':{" members "}"
#define TRACKER(states) "{'curl':{'CVE-2023-1000':{'releases':{" states "}},'TEMP-1':{}}}"

static void the_published_document_has_states(void **state)
{
    (void)state;
    assert_rows(
        translate_debian, "debian-tracker.json",
        TRACKER(STATE(
            "bookworm",
            "'status':'resolved','fixed_version':'8.0-1','urgency':'"
            "low'") "," STATE("bullseye",
                              "'status':'open','urgency':"
                              "'not yet assigned'") "," STATE("buster",
                                                              "'status':'open','nodsa_"
                                                              "reason':'ignored','urgency':"
                                                              "'medium'") "," STATE("trixi"
                                                                                    "e",
                                                                                    "'statu"
                                                                                    "s':'"
                                                                                    "undete"
                                                                                    "rmined"
                                                                                    "','"
                                                                                    "urgenc"
                                                                                    "y':'"
                                                                                    "unimpo"
                                                                                    "rtant"
                                                                                    "'") "," STATE("stretch",
                                                                                                   "'status':'"
                                                                                                   "resolved','fixed_"
                                                                                                   "version':'0','"
                                                                                                   "urgency':'low'") "," STATE("sid",
                                                                                                                               "'status':'open','urgency':'low'") "," STATE("jessie",
                                                                                                                                                                            "'status':'open','urgency':'end-of-life'")),
        ROW("CVE-2023-1000", "", "", "12", "curl", "fixed", "low",
            "8.0-1") ROW("CVE-2023-1000", "", "", "11", "curl", "affected", "unknown", "")
            ROW("CVE-2023-1000", "", "", "10", "curl", "wont_fix", "medium", "")
                ROW("CVE-2023-1000", "", "", "13", "curl", "under_investigation", "negligible", "")
                    ROW("CVE-2023-1000", "", "", "9", "curl", "not_affected", "low", "")
                        ROW("CVE-2023-1000", "", "", "8", "curl", "end_of_life", "unknown", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bulletin_fixes_flaws_in_releases),
        cmocka_unit_test(old_bulletins_write_dates_in_words),
        cmocka_unit_test(words_in_brackets_are_states),
        cmocka_unit_test(a_line_about_unstable_is_about_every_release),
        cmocka_unit_test(bulletins_that_are_cited_speak_for_releases),
        cmocka_unit_test(flaws_may_be_unimportant_or_none),
        cmocka_unit_test(other_lists_are_left_alone),
        cmocka_unit_test(the_published_document_has_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
