#include "testing.h"

#define RANGE(fixed) \
    "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}" fixed "]}]"
#define FIXED(version) ",{\"fixed\":\"" version "\"}"
#define PACKAGE(ecosystem, name) \
    "\"package\":{\"ecosystem\":\"" ecosystem "\",\"name\":\"" name "\"}"
#define URGENCY(word) ",\"ecosystem_specific\":{\"urgency\":\"" word "\"}"

static void a_cve_record_speaks_of_source_packages(void **state)
{
    (void)state;
    assert_rows(
        translate_debian_osv, "CVE/2024/CVE-2024-1.json",
        "{\"id\":\"CVE-2024-0001\",\"modified\":\"2024-02-03T04:05:06Z\",\"affected\":[{" PACKAGE(
            "Debian:12", "a") "," RANGE(FIXED("1:2.3-1+deb12u1"))
            URGENCY("medium") "},{" PACKAGE("Debian:13", "a") "," RANGE("")
                URGENCY("not yet assigned") "}]}",
        "advisory|db|CVE-2024-0001|||unknown||2024-02-03||debian:12|a|source|fixed|medium||"
        "1:2.3-1+deb12u1|||\n"
        "advisory|db|CVE-2024-0001|||unknown||2024-02-03||debian:13|a|source|affected|"
        "unknown|||||\n");
}

static void unimportant_is_negligible_and_end_of_life_a_status(void **state)
{
    (void)state;
    assert_rows(translate_debian_osv, "CVE/2024/CVE-2024-1.json",
                "{\"id\":\"CVE-2024-0001\",\"affected\":[{" PACKAGE("Debian:12", "a") "," RANGE("")
                    URGENCY("unimportant") "},{" PACKAGE("Debian:11", "a") "," RANGE("")
                        URGENCY("end-of-life") "}]}",
                "advisory|db|CVE-2024-0001|||unknown||||debian:12|a|source|affected|negligible||||"
                "|\n"
                "advisory|db|CVE-2024-0001|||unknown||||debian:11|a|source|end_of_life|unknown||||"
                "|\n");
}

static void an_advisory_names_its_flaws_in_related(void **state)
{
    (void)state;
    assert_rows(translate_debian_osv, "DSA/2019/DSA-1-1.json",
                "{\"id\":\"DSA-1-1\",\"related\":[\"CVE-2019-0201\",\"CVE-2019-0202\"],"
                "\"affected\":[{" PACKAGE("Debian:9", "a") "," RANGE(FIXED("1-2")) "}]}",
                "advisory|db|DSA-1-1|CVE-2019-0201,CVE-2019-0202||unknown||||debian:9|a|source|"
                "fixed|unknown||1-2|||\n");
}

static void another_cve_is_no_alias_and_a_bulletin_no_flaw(void **state)
{
    (void)state;
    assert_rows(translate_debian_osv, "CVE/2019/CVE-2019-9512.json",
                "{\"id\":\"CVE-2019-9512\",\"aliases\":[\"CVE-2019-9514\",\"GHSA-1\"],"
                "\"related\":[\"USN-1\",\"CVE-2019-9999\"],\"affected\":[{" PACKAGE(
                    "Debian:12", "a") "," RANGE("") "}]}",
                "advisory|db|CVE-2019-9512||GHSA-1|unknown||||debian:12|a|source|affected|unknown|"
                "||||\n");
}

static void other_ecosystems_and_stale_releases_are_left_out(void **state)
{
    (void)state;
    assert_rows(translate_debian_osv, "CVE/2019/CVE-2019-1.json",
                "{\"id\":\"CVE-2019-0001\",\"affected\":[{" PACKAGE("Alpine:v3.10", "a") "," RANGE(
                    FIXED("1-r0")) "},{\"ranges\":[{\"type\":\"GIT\",\"events\":[{"
                                   "\"introduced\":\"0\"}]}]},{" PACKAGE("Debian:10",
                                                                         "a") "," RANGE("") "}]}",
                "");
}

static void releases_are_called_as_in_os_release(void **state)
{
    (void)state;
    assert_rows(
        translate_debian_osv, "DSA/2010/DSA-2.json",
        "{\"id\":\"DSA-2\",\"affected\":[{" PACKAGE("Debian:6.0", "a") "," RANGE(FIXED(
            "1")) "},{" PACKAGE("Debian:3.0",
                                "a") "," RANGE(FIXED("1")) "},{" PACKAGE("Debian:3.1",
                                                                         "a") "," RANGE(FIXED("1")) "}]}",
        "advisory|db|DSA-2|||unknown||||debian:6|a|source|fixed|unknown||1|||\n"
        "advisory|db|DSA-2|||unknown||||debian:3.0|a|source|fixed|unknown||1|||\n"
        "advisory|db|DSA-2|||unknown||||debian:3.1|a|source|fixed|unknown||1|||\n");
}

static void a_score_is_a_fact_about_the_flaw(void **state)
{
    (void)state;
    assert_rows(translate_debian_osv, "CVE/2019/CVE-2019-1.json",
                "{\"id\":\"CVE-2019-0001\",\"published\":\"2019-08-13T21:15:12Z\",\"severity\":[{"
                "\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\"}],"
                "\"affected\":[]}",
                "flaw|db|CVE-2019-0001|unknown|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H|7.5|||"
                "2019-08-13\n");
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_debian_osv, "a.json", "", ERR_INPUT);
    assert_refused(translate_debian_osv, "a.json", "[]", ERR_INPUT);
    assert_refused(translate_debian_osv, "a.json", "{\"affected\":[]}", ERR_INPUT);
    assert_refused(translate_debian_osv, "a.json", "{\"id\":\"CVE-2019-0001\"", ERR_INPUT);
    assert_rows(translate_debian_osv, "README", "not JSON", "");
}

static void members_of_the_wrong_type_say_nothing(void **state)
{
    (void)state;
    assert_rows(
        translate_debian_osv, "a.json",
        "{\"id\":\"CVE-2019-0001\",\"modified\":7,\"aliases\":{},\"severity\":\"x\","
        "\"affected\":[1,{\"package\":[]},{" PACKAGE(
            "Debian:12", "a") ",\"ranges\":[[],{\"type\":\"ECOSYSTEM\",\"events\":\"x\"}]}]}",
        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cve_record_speaks_of_source_packages),
        cmocka_unit_test(unimportant_is_negligible_and_end_of_life_a_status),
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
