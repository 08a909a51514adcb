#include "testing.h"

#define IN(release, events, urgency)                                                             \
    "{'package':{'ecosystem':'" release "','name':'a'},'ranges':[{'type':'ECOSYSTEM','events':[" \
    "{'introduced':'0'}" events "]}],'ecosystem_specific':{'urgency':'" urgency "'}}"
#define FIXED(version) ",{'fixed':'" version "'}"
#define OPEN ""
#define RECORD(head, affected) "{" head ",'affected':[" affected "]}"
#define ROW(head, release, status, severity, fixed) \
    "advisory|db|" head "||" release "|a|source|" status "|" severity "||" fixed "|||\n"

static void assert_debian(const char *document, const char *rows)
{
    assert_rows(translate_debian, "CVE/2024/CVE-2024-0001.json", document, rows);
}

static void a_cve_record_speaks_of_source_packages(void **state)
{
    (void)state;
    assert_debian(
        RECORD("'id':'CVE-2024-0001','modified':'2024-02-03T04:05:06Z'",
               IN("Debian:12", FIXED("1:2.3-1"), "medium") "," IN("Debian:13", OPEN, "high")),
        ROW("CVE-2024-0001|||unknown||2024-02-03", "debian:12", "fixed", "medium", "1:2.3-1")
            ROW("CVE-2024-0001|||unknown||2024-02-03", "debian:13", "affected", "high", ""));
}

static void urgencies_are_severities_but_for_end_of_life(void **state)
{
    (void)state;
    assert_debian(RECORD("'id':'CVE-2024-0001'", IN("Debian:12", OPEN, "unimportant")),
                  ROW("CVE-2024-0001|||unknown||", "debian:12", "affected", "negligible", ""));
    assert_debian(RECORD("'id':'CVE-2024-0001'", IN("Debian:12", OPEN, "not yet assigned")),
                  ROW("CVE-2024-0001|||unknown||", "debian:12", "affected", "unknown", ""));
    assert_debian(RECORD("'id':'CVE-2024-0001'", IN("Debian:11", OPEN, "end-of-life")),
                  ROW("CVE-2024-0001|||unknown||", "debian:11", "end_of_life", "unknown", ""));
}

static void an_advisory_names_its_flaws_in_related(void **state)
{
    (void)state;
    assert_debian(RECORD("'id':'DSA-1-1','related':['CVE-2019-0201','CVE-2019-0202']",
                         IN("Debian:9", FIXED("1-2"), "")),
                  ROW("DSA-1-1|CVE-2019-0201,CVE-2019-0202||unknown||", "debian:9", "fixed",
                      "unknown", "1-2"));
}

static void another_cve_is_no_alias_and_a_bulletin_no_flaw(void **state)
{
    (void)state;
    assert_debian(RECORD("'id':'CVE-2019-9512','aliases':['CVE-2019-9514','GHSA-1'],"
                         "'related':['USN-1','CVE-2019-9999']",
                         IN("Debian:12", OPEN, "")),
                  ROW("CVE-2019-9512||GHSA-1|unknown||", "debian:12", "affected", "unknown", ""));
}

static void other_ecosystems_and_stale_releases_are_left_out(void **state)
{
    (void)state;
    assert_debian(RECORD("'id':'CVE-2019-0001'", IN("Alpine:v3.10", FIXED("1-r0"), "")), "");
    assert_debian(RECORD("'id':'CVE-2019-0001'", IN("Debian:10", OPEN, "low")), "");
    assert_debian(
        RECORD("'id':'CVE-2019-0001'", "{'ranges':[{'type':'GIT','events':[{'introduced':'0'}]}]}"),
        "");
}

static void releases_are_called_as_in_os_release(void **state)
{
    (void)state;
    assert_debian(RECORD("'id':'DSA-2'", IN("Debian:6.0", FIXED("1"), "")),
                  ROW("DSA-2|||unknown||", "debian:6", "fixed", "unknown", "1"));
    assert_debian(RECORD("'id':'DSA-2'", IN("Debian:3.0", FIXED("1"), "")),
                  ROW("DSA-2|||unknown||", "debian:3.0", "fixed", "unknown", "1"));
    assert_debian(RECORD("'id':'DSA-2'", IN("Debian:3.1", FIXED("1"), "")),
                  ROW("DSA-2|||unknown||", "debian:3.1", "fixed", "unknown", "1"));
}

static void a_score_is_a_fact_about_the_flaw(void **state)
{
    (void)state;
    assert_rows(translate_debian, "CVE/2019/CVE-2019-1.json",
                "{'id':'CVE-2019-0001','published':'2019-08-13T21:15:12Z','severity':[{"
                "'type':'CVSS_V3','score':'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H'}],"
                "'affected':[]}",
                "flaw|db|CVE-2019-0001|unknown|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H|7.5|||"
                "2019-08-13\n");
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_debian, "a.json", "", ERR_INPUT);
    assert_refused(translate_debian, "a.json", "[]", ERR_INPUT);
    assert_refused(translate_debian, "a.json", "{'affected':[]}", ERR_INPUT);
    assert_refused(translate_debian, "a.json", "{'id':'CVE-2019-0001'", ERR_INPUT);
    assert_rows(translate_debian, "README", "not JSON", "");
}

static void members_of_the_wrong_type_say_nothing(void **state)
{
    (void)state;
    assert_debian("{'id':'CVE-2019-0001','modified':7,'aliases':{},'severity':'x','affected':[1,"
                  "{'package':[]},{'package':{'ecosystem':'Debian:12','name':'a'},'ranges':[[],"
                  "{'type':'ECOSYSTEM','events':'x'}]}]}",
                  "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cve_record_speaks_of_source_packages),
        cmocka_unit_test(urgencies_are_severities_but_for_end_of_life),
        cmocka_unit_test(an_advisory_names_its_flaws_in_related),
        cmocka_unit_test(another_cve_is_no_alias_and_a_bulletin_no_flaw),
        cmocka_unit_test(other_ecosystems_and_stale_releases_are_left_out),
        cmocka_unit_test(releases_are_called_as_in_os_release),
        cmocka_unit_test(a_score_is_a_fact_about_the_flaw),
        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(members_of_the_wrong_type_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
