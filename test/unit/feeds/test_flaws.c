#include "testing.h"

static void kev_marks_what_is_exploited(void **state)
{
    (void)state;
    assert_rows(translate_kev, "kev.json",
                "{'dateReleased':'2026-08-07T16:45:47.0648Z','vulnerabilities':[{'cveID':"
                "'CVE-2026-8037'},{'cveID':'CVE-2026-8038','dateAdded':'2026-08-07'}]}",
                "flaw|db|CVE-2026-8037|unknown||||exploited|\n"
                "flaw|db|CVE-2026-8038|unknown||||exploited||since 2026-08-07\n");
    assert_refused(translate_kev, "kev.json", "{}", ERR_INPUT);
    assert_refused(translate_kev, "kev.json", "{'vulnerabilities':[{}]}", ERR_INPUT);
}

static void kev_as_values_between_commas(void **state)
{
    (void)state;
    assert_rows(translate_kev, "feeds/kev.csv.zst",
                "cveID,vendorProject,dateAdded,notes\nCVE-2025-48384,'Git, Inc.',2025-08-25,'a\n'\n"
                "CVE-2025-48385,Git,,",
                "flaw|db|CVE-2025-48384|unknown||||exploited||since 2025-08-25\n"
                "flaw|db|CVE-2025-48385|unknown||||exploited|\n");
    assert_refused(translate_kev, "kev.csv", "", ERR_INPUT);
    assert_refused(translate_kev, "kev.csv", "cveID\nGit\n", ERR_INPUT);
}

static void epss_in_the_order_of_first(void **state)
{
    (void)state;
    struct outcome outcome = translate(translate_epss, "epss.csv",
                                       "#model_version:v1,score_date:2021-08-31T00:00:00+0000\n"
                                       "cve,epss,percentile\n"
                                       "CVE-2017-0001,0.04847,0.87485\n"
                                       "CVE-2017-0002,1.0,1\r\n");
    assert_true(outcome.ok);
    assert_true(span_equal(text_span(&outcome.rows),
                           S("flaw|db|CVE-2017-0001|unknown|||0.04847|||percentile 0.87485\n"
                             "flaw|db|CVE-2017-0002|unknown|||1.00000|||percentile 1.00000\n")));
    uint32_t day = 0;
    assert_true(date_parse(S("2021-08-31"), &day));
    assert_int_equal(outcome.newest, day);
    outcome_free(&outcome);
}

static void epss_in_another_order_with_quotes(void **state)
{
    (void)state;
    assert_rows(translate_epss, "epss.csv",
                "CVE,CVSS Score,EPSS,Description,Published,Source\n"
                "CVE-2020-0001,0.0,0.5,'a, ''b''\nc',2020-02-03 05:00:00.000,X\n"
                "CVE-2020-0002,0.0,0.25,,2020-02-04,X",
                "flaw|db|CVE-2020-0001|unknown|||0.50000||2020-02-03\n"
                "flaw|db|CVE-2020-0002|unknown|||0.25000||2020-02-04\n");
}

static void what_is_no_probability_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_epss, "epss.csv", "", ERR_INPUT);
    assert_refused(translate_epss, "epss.csv", "cve,score\n", ERR_INPUT);
    assert_refused(translate_epss, "epss.csv", "cve,epss\nCVE-2020-0001,1.1\n", ERR_INPUT);
    assert_refused(translate_epss, "epss.csv", "cve,epss\nCVE-2020-0001,-1\n", ERR_INPUT);
    assert_refused(translate_epss, "epss.csv", "cve,epss\nCVE-2020-0001\n", ERR_INPUT);
    assert_refused(translate_epss, "epss.csv", "cve,epss\n'CVE-2020-0001,0.5\n", ERR_INPUT);
}

#define PAGE(releases) "---\ntitle: A\n\nreleases:\n" releases "---\n\n  - releaseCycle: 'text'\n"

static void releases_end_on_a_day(void **state)
{
    (void)state;
    assert_rows(translate_end_of_life, "products/debian.md",
                PAGE("  - releaseCycle: '13' # stable\n    codename: 'Trixie'\n"
                     "    eol: 2028-08-09\n    eoes: 2030-06-30\n\n"
                     "# A remark\n  - releaseCycle: '12'\n    eol: false\n"),
                "release|debian|13|Trixie|2028-08-09|2030-06-30\nrelease|debian|12|||\n");
}

static void centos_stream_begins_with_9(void **state)
{
    (void)state;
    assert_rows(translate_end_of_life, "products/centos-stream.md",
                PAGE("  - releaseCycle: '9'\n    eol: 2027-05-31\n  - releaseCycle: '8'\n"),
                "release|centos|9||2027-05-31|\n");
}

static void releases_are_called_as_in_the_keys(void **state)
{
    (void)state;
    assert_rows(translate_end_of_life, "products/sles.md",
                PAGE("  - releaseCycle: '16.0'\n    eol: 2027-11-30\n  - releaseCycle: '15.0'\n"
                     "    eol: 2019-12-31\n"),
                "release|sles|16.0||2027-11-30|\nrelease|sles|15||2019-12-31|\n");
    assert_rows(translate_end_of_life, "products/amazon-linux.md",
                PAGE("  - releaseCycle: '2'\n    eol: 2026-06-30\n  - releaseCycle: '2018.03'\n"
                     "    eol: 2023-12-31\n  - releaseCycle: '2017.09'\n    eol: 2023-12-31\n"),
                "release|amzn|2||2026-06-30|\nrelease|amzn|1||2023-12-31|\n");
    assert_rows(translate_end_of_life, "products/suse-linux-micro.md",
                PAGE("  - releaseCycle: '6.1'\n    eol: 2028-11-30\n"),
                "release|sle-micro|6.1||2028-11-30|\n");
}

static void only_distributions_are_read(void **state)
{
    (void)state;
    assert_rows(translate_end_of_life, "products/nginx.md", "anything", "");
    assert_rows(translate_end_of_life, "LICENSE", "anything", "");
    assert_refused(translate_end_of_life, "products/rhel.md", "", ERR_INPUT);
    assert_refused(translate_end_of_life, "products/rhel.md", "---\ntitle: A\n", ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kev_marks_what_is_exploited),
        cmocka_unit_test(kev_as_values_between_commas),
        cmocka_unit_test(epss_in_the_order_of_first),
        cmocka_unit_test(epss_in_another_order_with_quotes),
        cmocka_unit_test(what_is_no_probability_is_refused),
        cmocka_unit_test(releases_end_on_a_day),
        cmocka_unit_test(centos_stream_begins_with_9),
        cmocka_unit_test(releases_are_called_as_in_the_keys),
        cmocka_unit_test(only_distributions_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
