// The databases of language ecosystems that publish in OSV's form.
#include "testing.h"

#include <stdio.h>
#include <string.h>

#define AFFECTED(ecosystem, name)                                                               \
    "{'package':{'ecosystem':'" ecosystem "','name':'" name "'},'ranges':[{'type':'ECOSYSTEM'," \
    "'events':[{'introduced':'0'},{'fixed':'1.2.0'}]}]}"
#define RECORD(head, affected) "{" head ",'affected':[" affected "]}"
#define LINE(head, ecosystem, name) \
    "advisory|db|" head "|" ecosystem "|" name "|binary|fixed|unknown||1.2.0|||"

static void assert_ghsa(const char *document, const char *rows)
{
    assert_rows(translate_ghsa, "advisories/npm/GHSA-1.json", document, rows);
}

static void names_are_written_as_the_database_has_them(void **state)
{
    (void)state;
    static const struct {
        const char *document;
        const char *row;
    } names[] = {
#define NAME(ecosystem, name, key, spelled) \
    {RECORD("'id':'GHSA-1'", AFFECTED(ecosystem, name)), LINE("GHSA-1|||unknown|||", key, spelled)}
        NAME("npm", "@Scope/Thing", "npm", "@Scope/Thing"),
        NAME("PyPI", "Foo._Bar-baz", "pypi", "foo-bar-baz"),
        NAME("Maven", "org.A:B", "maven", "org.A:B"),
        NAME("Go", "github.com/A/b/v2", "golang", "github.com/A/b/v2"),
        NAME("crates.io", "a_b", "cargo", "a_b"),
        NAME("RubyGems", "RedCloth", "gem", "RedCloth"),
        NAME("Packagist", "Symfony/Mime", "composer", "symfony/mime"),
        NAME("NuGet", "Newtonsoft.Json", "nuget", "newtonsoft.json"),
        NAME("Hex", "plug", "hex", "plug"),
        NAME("Pub", "http", "pub", "http"),
        NAME("SwiftURL", "https://github.com/Apple/swift-nio.git", "swift",
             "github.com/apple/swift-nio"),
        NAME("GitHub Actions", "Actions/Runner", "githubactions", "actions/runner"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char row[256] = "";
        span text = span_of_text(names[i].row);
        memcpy(row, text.ptr, text.len);
        row[text.len] = '\n';
        assert_ghsa(names[i].document, row);
    }
    assert_ghsa(RECORD("'id':'GHSA-1'", AFFECTED("Debian:12", "a")), "");
}

static void github_rates_the_flaw_that_it_is_about(void **state)
{
    (void)state;
    assert_ghsa(
        RECORD("'id':'GHSA-1','modified':'2021-08-18T22:33:30Z','published':'2019-11-18T17:16:06Z',"
               "'aliases':['CVE-2019-12562','SNYK-1'],'severity':[{'type':'CVSS_V3','score':"
               "'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N'}],'database_specific':{"
               "'severity':'MODERATE','cwe_ids':['CWE-79','CWE-80']}",
               AFFECTED("npm", "a")),
        LINE(
            "GHSA-1|CVE-2019-12562|SNYK-1|medium|6.1|2021-08-18|", "npm",
            "a") "\n"
                 "flaw|db|CVE-2019-12562|medium|CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N|6.1|||"
                 "2019-11-18|CWE-79,CWE-80\n");
    assert_ghsa(
        RECORD("'id':'GHSA-1','database_specific':{'severity':'LOW'}", AFFECTED("npm", "a")),
        LINE("GHSA-1|||low|||", "npm", "a") "\nflaw|db|GHSA-1|low|||||\n");
    assert_ghsa(RECORD("'id':'GHSA-1','aliases':['CVE-2019-0001','CVE-2019-0002'],"
                       "'database_specific':{'severity':'LOW'}",
                       AFFECTED("npm", "a")),
                LINE("GHSA-1|CVE-2019-0001,CVE-2019-0002||low|||", "npm", "a") "\n");
}

static void the_newest_cvss_that_can_be_scored_counts(void **state)
{
    (void)state;
#define V3 "{'type':'CVSS_V3','score':'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'}"
#define V4 \
    "{'type':'CVSS_V4','score':'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N'}"
    assert_ghsa(RECORD("'id':'GHSA-1','severity':[" V3 "," V4 "]", ""),
                "flaw|db|GHSA-1|unknown|"
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N|6.9|||\n");
    assert_ghsa(
        RECORD("'id':'GHSA-1','severity':[{'type':'CVSS_V4','score':'CVSS:4.0/AV:N'}," V3 "]", ""),
        "flaw|db|GHSA-1|unknown|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H|9.8|||\n");
}

static void github_says_in_prose_what_was_withdrawn(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "'summary':'Withdrawn Advisory: XSS in a'",
        "'summary':'Duplicate Advisory: XSS in a'",
        "'summary':'WITHDRAWN'",
        "'summary':'XSS','details':'## Withdrawn Advisory\\nThis advisory …'",
        "'summary':'XSS','details':'**Withdrawn:** Duplicate of GHSA-2'",
        "'summary':'XSS','details':'This advisory has been withdrawn because …'",
        "'summary':'XSS','details':'### Advisory withdrawn\\nThe backing CVE …'",
        "'summary':'XSS','details':'# CVE has been withdrawn'",
        "'withdrawn':'2024-01-01T00:00:00Z'",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char document[512] = "";
        int len = snprintf(document, sizeof document, "{'id':'GHSA-1',%s,'affected':[%s]}",
                           texts[i], AFFECTED("npm", "a"));
        assert_in_range(len, 1, sizeof document - 1);
        assert_ghsa(document, LINE("GHSA-1|||unknown|||withdrawn", "npm", "a") "\n");
    }
    assert_ghsa(RECORD("'id':'GHSA-1','summary':'Withdrawing money …','details':'## Impact\\nThe "
                       "metadata of withdrawn items …'",
                       AFFECTED("npm", "a")),
                LINE("GHSA-1|||unknown|||", "npm", "a") "\n");
}

static void malware_is_told_from_flaws(void **state)
{
    (void)state;
    assert_ghsa(
        RECORD("'id':'GHSA-1','database_specific':{'cwe_ids':['CWE-506']}", AFFECTED("npm", "a")),
        LINE("GHSA-1|||unknown|||", "npm", "a") "|malicious\nflaw|db|GHSA-1|unknown|"
                                                "|||||CWE-506\n");
    assert_rows(translate_malicious, "npm/MAL-2024-1.json",
                RECORD("'id':'MAL-2024-1','aliases':['GHSA-1']", AFFECTED("npm", "a")),
                LINE("MAL-2024-1||GHSA-1|unknown|||", "npm", "a") "|malicious\n");
}

static void pypa_is_the_same_in_yaml(void **state)
{
    (void)state;
    assert_rows(translate_pypa, "vulns/a/PYSEC-2026-404.yaml",
                "id: PYSEC-2026-404\n"
                "modified: '2026-07-01T20:22:56.815545Z'\n"
                "withdrawn: null\n"
                "aliases:\n- CVE-2026-31237\n- GHSA-1\n"
                "affected:\n"
                "- package:\n    name: A_b\n    ecosystem: PyPI\n"
                "  ranges:\n  - type: GIT\n    events:\n    - introduced: '0'\n"
                "  - type: ECOSYSTEM\n    events:\n    - introduced: '0'\n"
                "    - last_affected: 0.10.4\n"
                "  versions:\n  - 0.2\n  - 0.10.4\n  - 0.11\n",
                "advisory|db|PYSEC-2026-404|CVE-2026-31237|GHSA-1|unknown||2026-07-01||pypi|a-b|"
                "binary|affected|unknown|||0.10.4||\n"
                "advisory|db|PYSEC-2026-404|CVE-2026-31237|GHSA-1|unknown||2026-07-01||pypi|a-b|"
                "binary|affected|unknown|0.11||0.11||\n");
    assert_rows(translate_pypa, "vulns/a/PYSEC-2026-584.yaml",
                "id: PYSEC-2026-584\naliases: [MAL-2026-5303]\nwithdrawn: '2026-07-02T00:00:00Z'\n"
                "affected:\n- package: {name: a, ecosystem: PyPI}\n  versions: ['1.0']\n",
                "advisory|db|PYSEC-2026-584||MAL-2026-5303|unknown|||withdrawn|pypi|a|binary|"
                "affected|unknown|1.0||1.0|||malicious\n");
    assert_refused(translate_pypa, "vulns/a/PYSEC-1.yaml", "id: [", ERR_INPUT);
    assert_refused(translate_pypa, "vulns/a/PYSEC-1.yaml", "# nothing", ERR_INPUT);
    assert_refused(translate_pypa, "vulns/a/PYSEC-1.yaml", "id: &a b", ERR_UNSUPPORTED);
}

static void go_has_no_dates_and_versions_without_v(void **state)
{
    (void)state;
    assert_rows(translate_go, "data/osv/GO-2021-0069.json",
                "{'id':'GO-2021-0069','modified':'0001-01-01T00:00:00Z','aliases':["
                "'CVE-2020-28362'],'affected':[{'package':{'name':'stdlib','ecosystem':'Go'},"
                "'ranges':[{'type':'SEMVER','events':[{'introduced':'1.14.0-0'},{'fixed':"
                "'1.14.12'}]}],'ecosystem_specific':{'custom_ranges':[{'type':'ECOSYSTEM',"
                "'events':[{'introduced':'0'}]}]}}]}",
                "advisory|db|GO-2021-0069|CVE-2020-28362||unknown||||golang|stdlib|binary|fixed|"
                "unknown|1.14.0-0|1.14.12|||\n");
}

#define GO_RELEASES(events)                                                              \
    "{'id':'GO-1','affected':[{'package':{'name':'a.org/b','ecosystem':'Go'},'ranges':[" \
    "{'type':'SEMVER','events':[{'introduced':'0'}]}],'ecosystem_specific':{"            \
    "'custom_ranges':[{'type':'ECOSYSTEM','events':[" events "]}]}}]}"
#define GO_LINE(status, range) \
    "advisory|db|GO-1|||unknown||||golang|a.org/b|binary|" status "|unknown|" range "|||\n"

static void releases_of_go_decide_above_the_first(void **state)
{
    (void)state;
    assert_rows(translate_go, "data/osv/GO-1.json",
                GO_RELEASES("{'introduced':'9.5.0'},{'fixed':'9.5.18'},{'introduced':'10.0.0'},"
                            "{'fixed':'10.0.13'}"),
                GO_LINE("fixed", "|9.5.18") GO_LINE("fixed", "10.0.0|10.0.13"));
    assert_rows(translate_go, "data/osv/GO-1.json",
                GO_RELEASES("{'introduced':'10.0.0'},{'introduced':'0'},{'fixed':'1.9.0'}"),
                GO_LINE("fixed", "|1.9.0") GO_LINE("affected", "10.0.0|"));
    assert_rows(translate_go, "data/osv/GO-1.json", GO_RELEASES("{'introduced':'2.0.0'}"),
                GO_LINE("affected", "|"));
    // What is no version decides nothing.
    assert_rows(translate_go, "data/osv/GO-1.json",
                GO_RELEASES("{'introduced':'0'},{'fixed':'main-gha.27122'}"),
                GO_LINE("affected", "|"));
    assert_rows(translate_go, "data/osv/GO-1.json", GO_RELEASES(""), GO_LINE("affected", "|"));
}

static void an_export_gives_what_has_no_folder_of_its_own(void **state)
{
    (void)state;
    assert_rows(translate_osv_export, "pub/2022/GHSA-1.json",
                RECORD("'id':'GHSA-1','summary':'Duplicate advisory: a'",
                       AFFECTED("Pub", "a") "," AFFECTED("npm", "b")),
                LINE("GHSA-1|||unknown|||withdrawn", "pub", "a") "\n");
    assert_rows(translate_osv_export, "conan-gitlab/a/CVE-2020-0001.json", "{", "");
}

static void bitnami_rates_each_package(void **state)
{
    (void)state;
    assert_rows(translate_bitnami, "data/a/BIT-a-2023-1.json",
                "{'id':'BIT-a-2023-1','database_specific':{'severity':'High'},'affected':[{"
                "'package':{'ecosystem':'Bitnami','name':'a'},'severity':[{'type':'CVSS_V3',"
                "'score':'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H'}],'ranges':[{'type':"
                "'SEMVER','events':[{'introduced':'0'},{'fixed':'20.20.2'}]}]}]}",
                "advisory|db|BIT-a-2023-1|||high|7.5|||bitnami|a|binary|fixed|unknown||20.20.2|||\n"
                "flaw|db|BIT-a-2023-1|high|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H|7.5|||\n");
}

static void kubernetes_counts_releases_of_the_whole(void **state)
{
    (void)state;
    assert_rows(
        translate_kubernetes, "kubernetes/upstream/CVE-2023-2727.json",
        RECORD("'id':'CVE-2023-2727'",
               AFFECTED("kubernetes", "k8s.io/apiserver") "," AFFECTED(
                   "kubernetes",
                   "k8s.io/kubectl") "," AFFECTED("kubernetes",
                                                  "k8s.io/client-go") "," AFFECTED("kubernetes",
                                                                                   "sigs.k8s.io/"
                                                                                   "a-csi-driver")),
        LINE("CVE-2023-2727|||unknown|||", "generic",
             "kubernetes") "\n" LINE("CVE-2023-2727|||unknown|||", "generic",
                                     "kubectl") "\n" LINE("CVE-2023-2727|||unknown|||", "golang",
                                                          "sigs.k8s.io/a-csi-driver") "\n");
    assert_rows(translate_kubernetes, "haskell/a.json", "{", "");
}

static void commits_of_cpython_leave_only_the_flaw(void **state)
{
    (void)state;
    assert_rows(
        translate_psf, "psf-cpython/advisories/python/PSF-2023-1.json",
        "{'id':'PSF-2023-1','aliases':['CVE-2023-24329'],'published':'2023-02-17T00:00:00Z',"
        "'affected':[{'ranges':[{'type':'GIT','events':[{'introduced':'0'}]}]}],"
        "'database_specific':{'cwe_ids':['CWE-20']}}",
        "flaw|db|CVE-2023-24329|unknown|||||2023-02-17|CWE-20\n");
}

static void tags_that_name_releases_are_versions(void **state)
{
    (void)state;
    assert_rows(translate_oss_fuzz, "vulns/curl/OSV-2021-1.yaml",
                "id: OSV-2021-1\naffected:\n- package: {name: curl, ecosystem: OSS-Fuzz}\n"
                "  ranges:\n  - type: GIT\n    events: [{introduced: abc}]\n"
                "  ecosystem_specific: {severity: HIGH}\n"
                "  versions: [curl-7_80_0, v8.1.2-rc1, release-1.9, master, '7', tiny-curl-8_1,"
                " 1.2.3-test-base-4]\n",
#define TAG(version)                                                                              \
    "advisory|db|OSV-2021-1|||unknown||||generic|curl|binary|affected|high|" version "||" version \
    "||\n"
                TAG("7.80.0") TAG("8.1.2-rc1") TAG("1.9"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_written_as_the_database_has_them),
        cmocka_unit_test(github_rates_the_flaw_that_it_is_about),
        cmocka_unit_test(the_newest_cvss_that_can_be_scored_counts),
        cmocka_unit_test(github_says_in_prose_what_was_withdrawn),
        cmocka_unit_test(malware_is_told_from_flaws),
        cmocka_unit_test(pypa_is_the_same_in_yaml),
        cmocka_unit_test(go_has_no_dates_and_versions_without_v),
        cmocka_unit_test(releases_of_go_decide_above_the_first),
        cmocka_unit_test(an_export_gives_what_has_no_folder_of_its_own),
        cmocka_unit_test(bitnami_rates_each_package),
        cmocka_unit_test(kubernetes_counts_releases_of_the_whole),
        cmocka_unit_test(commits_of_cpython_leave_only_the_flaw),
        cmocka_unit_test(tags_that_name_releases_are_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
