// The databases that say in constraints which versions are affected.
#include "testing.h"

static void rust_is_affected_but_for_what_is_patched(void **state)
{
    (void)state;
#define RUST(id, rest) "```toml\n[advisory]\nid = '" id "'\npackage = 'a'\n" rest "```\n# Title\n"
#define RUST_ROW(status, versions) \
    "advisory|db|RUSTSEC-1|||unknown||||cargo|a|binary|" status "|unknown|" versions "\n"
    assert_rows(translate_rustsec, "md/crates/a/RUSTSEC-1.md",
                RUST("RUSTSEC-1", "date = '2021-07-07'\naliases = ['CVE-2021-38191', 'GHSA-1']\n"
                                  "[versions]\npatched = ['>= 1.5.1, < 1.6.0', '>= 1.6.3']\n"
                                  "unaffected = ['< 0.3.0']\n"),
                "advisory|db|RUSTSEC-1|CVE-2021-38191|GHSA-1|unknown||2021-07-07||cargo|a|binary|"
                "fixed|unknown|0.3.0|1.5.1|||\n"
                "advisory|db|RUSTSEC-1|CVE-2021-38191|GHSA-1|unknown||2021-07-07||cargo|a|binary|"
                "fixed|unknown|1.6.0|1.6.3|||\n");
    assert_rows(translate_rustsec, "md/crates/a/RUSTSEC-1.md",
                RUST("RUSTSEC-1", "[versions]\npatched = []\nunaffected = ['<= 0.2.1']\n"),
                RUST_ROW("affected", "0.2.1|||||after introduced"));
    assert_rows(translate_rustsec, "md/crates/a/RUSTSEC-1.md", // a version alone is a caret
                RUST("RUSTSEC-1", "[versions]\npatched = ['>= 0.14.3', '0.13.10']\n"),
                RUST_ROW("fixed", "|0.13.10|||") RUST_ROW("fixed", "0.14.0-0|0.14.3|||"));
}

static void rust_notices_are_no_flaws(void **state)
{
    (void)state;
    assert_rows(translate_rustsec, "md/crates/a/RUSTSEC-1.md",
                RUST("RUSTSEC-1", "informational = 'unmaintained'\n[versions]\npatched = []\n"),
                "");
    assert_rows(translate_rustsec, "md/crates/a/RUSTSEC-1.md",
                RUST("RUSTSEC-1", "informational = 'unsound'\n[versions]\npatched = []\n"),
                RUST_ROW("affected", "||||"));
    assert_rows(translate_rustsec, "md/crates/a/RUSTSEC-1.md",
                RUST("RUSTSEC-1", "categories = ['malicious']\nwithdrawn = '2024-01-02'\n"
                                  "[versions]\npatched = []\n"),
                "advisory|db|RUSTSEC-1|||unknown|||withdrawn|cargo|a|binary|affected|unknown|"
                "|||||malicious\n");
    assert_rows(translate_rustsec, "md/rust/std/CVE-2020-1.md",
                "```toml\n[advisory]\nid = 'CVE-2020-1'\npackage = 'std'\n[versions]\n"
                "patched = ['>= 1.49.0']\n```\n",
                "advisory|db|CVE-2020-1|||unknown||||generic|rust-standard-library|binary|fixed|"
                "unknown||1.49.0|||\n");
    assert_rows(translate_rustsec, "osv/crates/RUSTSEC-1.json", "{", "");
    assert_refused(translate_rustsec, "md/crates/a/RUSTSEC-1.md", "# no front matter", ERR_INPUT);
    assert_refused(translate_rustsec, "md/crates/a/RUSTSEC-1.md", "```toml\nid =\n```", ERR_INPUT);
}

static void ruby_is_affected_but_for_what_is_patched(void **state)
{
    (void)state;
    assert_rows(translate_ruby, "gems/a/CVE-2020-8164.yml",
                "gem: a\ncve: 2020-8164\nghsa: 8727-m6gj-mc37\nosvdb: 1\ndate: 2020-05-18\n"
                "cvss_v3: 7.5\ncvss_v2: 5.0\n"
                "unaffected_versions:\n- '< 4.0'\n"
                "patched_versions:\n- '~> 5.2.4, >= 5.2.4.3'\n- '>= 6.0.3.1'\n",
#define GEM(versions)                                                                              \
    "advisory|db|CVE-2020-8164||GHSA-8727-m6gj-mc37,OSVDB-1|unknown|7.5|2020-05-18||gem|a|binary|" \
    "fixed|unknown|" versions "|||\n"
                GEM("4.0|5.2.4.3")
                    GEM("5.3.A|6.0.3.1") "flaw|db|CVE-2020-8164|unknown||7.5|||2020-05-18\n");
    assert_rows(translate_ruby, "gems/a/OSVDB-1.yml", "gem: a\nplatform: jruby\n",
                "advisory|db|OSVDB-1|||unknown||||gem|a|binary|affected|unknown|||||jruby\n");
    assert_rows(translate_ruby, "rubies/ruby/CVE-2020-0001.yml",
                "engine: ruby\ncve: 2020-0001\ncvss_v3: 11.0\npatched_versions: ['>= 2.7.1']\n",
                "advisory|db|CVE-2020-0001|||unknown||||generic|ruby|binary|fixed|unknown||"
                "2.7.1|||\n");
    assert_rows(translate_ruby, "LICENSE.txt", "", "");
}

static void a_constraint_that_is_none_is_a_note(void **state)
{
    (void)state;
    struct outcome outcome = translate(translate_ruby, "gems/a/OSVDB-1.yml",
                                       "gem: a\npatched_versions: ['>= 1.0', 'soon']\n");
    assert_true(outcome.ok);
    assert_int_equal(outcome.rows.len, 0);
    assert_int_equal(outcome.notes.items.count, 1);
    outcome_free(&outcome);
}

static void gitlab_publishes_yaml(void **state)
{
    (void)state;
    assert_rows(translate_gitlab, "conan-gitlab/conan/assimp/CVE-2021-45948.yml",
                "---\nidentifier: 'CVE-2021-45948'\nidentifiers:\n- 'CVE-2021-45948'\n"
                "package_slug: 'conan/assimp'\ntitle: Out-of-bounds Write\ndate: '2022-10-28'\n"
                "pubdate: '2022-01-01'\naffected_range: '>=5.1.0 <=5.1.1'\nfixed_versions:\n"
                "- '5.1.6'\ncwe_ids:\n- 'CWE-787'\n",
                "advisory|db|CVE-2021-45948|||unknown||2022-10-28||conan|assimp|binary|fixed|"
                "unknown|5.1.0|5.1.6|5.1.1||\n"
                "flaw|db|CVE-2021-45948|unknown|||||2022-01-01|CWE-787\n");
    assert_refused(translate_gitlab, "conan-gitlab/conan/a/b.yml", "title: x\n", ERR_INPUT);
}

static void the_branches_of_php_are_one_set(void **state)
{
    (void)state;
    assert_rows(translate_php, "symfony/mime/CVE-2026-45067.yaml",
                "cve: CVE-2026-45067\nreference: composer://Symfony/mime\nbranches:\n"
                "  6.3.x:\n    time: 2026-05-19 12:00:00\n    versions: ['>=6.3.0', '<6.4.0']\n"
                "  6.4.x:\n    time: 2026-05-20 12:00:00\n    versions: ['>=6.4.0', '<6.4.40']\n"
                "  7.x:\n    versions: ['>=7.0.0', '<=7.1.2']\n",
#define PHP(status, versions)                                     \
    "advisory|db|CVE-2026-45067|||unknown||2026-05-20||composer|" \
    "symfony/mime|binary|" status "|unknown|" versions "||\n"
                PHP("fixed", "6.3.0-dev|6.4.40-dev|") PHP("affected", "7.0.0-dev||7.1.2"));
    assert_rows(translate_php, "a/b/2015-08-06.yaml",
                "cve: ~\nreference: composer://a/b\nbranches:\n  1.x:\n    versions: ['<1.0']\n",
                "advisory|db|a/b/2015-08-06|||unknown||||composer|a/b|binary|fixed|unknown||"
                "1.0-dev|||\n");
    assert_refused(translate_php, "a/b/c.yaml", "title: x\n", ERR_INPUT);
}

static void gitlab_names_the_fix_behind_the_last_affected(void **state)
{
    (void)state;
    assert_rows(
        translate_gitlab, "conan-gitlab/openssl/CVE-2023-2975.json",
        "{'identifier':'CVE-2023-2975','identifiers':['CVE-2023-2975','GHSA-1'],'package_slug':"
        "'conan/openssl','date':'2024-02-04','pubdate':'2023-07-14','affected_range':"
        "'>=3.0.0 <=3.0.9||=3.1.0||<1.0','fixed_versions':['3.0.12','3.1.2'],'cwe_ids':["
        "'CWE-1035','CWE-287','CWE-937'],'cvss_v3':"
        "'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N'}",
#define CONAN(versions)                                                                     \
    "advisory|db|CVE-2023-2975||GHSA-1|unknown|5.3|2024-02-04||conan|openssl|binary|fixed|" \
    "unknown|" versions "||\n"
        CONAN("|1.0|") CONAN("3.0.0|3.0.12|3.0.9")
            CONAN("3.1.0|3.1.2|3.1.0") "flaw|db|CVE-2023-2975|unknown|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/"
                                       "S:U/C:N/I:L/A:N|5.3|||"
                                       "2023-07-14|CWE-287\n");
    assert_rows(translate_gitlab, "hex/GHSA-1.json", "{", "");
    assert_rows(translate_gitlab, "conan-gitlab/npm/a/CVE-1.yml", "{", "");
}

static void node_lines_without_a_fix_end_with_the_next(void **state)
{
    (void)state;
#define NODE(status, versions)                                                     \
    "advisory|db|NSWG-COR-1|CVE-2017-1000381||high||||generic|node|binary|" status \
    "|unknown|" versions "\n"
    assert_rows(translate_nodejs, "nodejs/vuln/core/1.json",
                "{'cve':['CVE-2017-1000381'],'severity':'high','vulnerable':"
                "'8.x || 7.x || 4.x || 6.x || 5.x','patched':'^8.1.4 || ^7.10.1 || ^6.11.1'}",
                NODE("fixed", "4.0.0|6.11.1|||") NODE("fixed", "7.0.0|7.10.1|||")
                    NODE("fixed", "8.0.0|8.1.4|||") "flaw|db|CVE-2017-1000381|high|||||\n");
    assert_rows(translate_nodejs, "nodejs/vuln/deps/2.json", "{'cve':['CVE-2023-45853']}",
                "advisory|db|NSWG-DEP-2|CVE-2023-45853||unknown||||generic|node|binary|"
                "not_affected|unknown|||||\n");
    assert_rows(translate_nodejs, "nodejs/vuln/core/index.json", "{", "");
}

static void node_packages_are_those_of_npm(void **state)
{
    (void)state;
    assert_rows(translate_nodejs, "nodejs/vuln/npm/90.json",
                "{'module_name':'console-io','cves':[],'updated_at':'2016-06-02','publish_date':"
                "'2016-04-18','vulnerable_versions':'<=2.2.13','patched_versions':'>=2.3.0'}",
                "advisory|db|NSWG-ECO-90|||unknown||2016-06-02||npm|console-io|binary|fixed|"
                "unknown||2.3.0|2.2.13||\n");
    assert_rows(translate_nodejs, "nodejs/vuln/npm/91.json",
                "{'module_name':'a','vulnerable_versions':'*','patched_versions':'<0.0.0'}",
                "advisory|db|NSWG-ECO-91|||unknown||||npm|a|binary|affected|unknown|0.0.0||||\n");
}

static void a_version_that_nobody_reaches_is_no_bound(void **state)
{
    (void)state;
    assert_rows(translate_nodejs, "nodejs/vuln/npm/223.json",
                "{'module_name':'a','vulnerable_versions':'<=99.999.99999','patched_versions':"
                "'<0.0.0'}",
                "advisory|db|NSWG-ECO-223|||unknown||||npm|a|binary|affected|unknown|||||\n");
    assert_rows(translate_nodejs, "nodejs/vuln/npm/349.json",
                "{'module_name':'a','vulnerable_versions':'<99.999.9999','patched_versions':"
                "'<0.0.0'}",
                "advisory|db|NSWG-ECO-349|||unknown||||npm|a|binary|affected|unknown|||||\n");
}

static void haskell_has_pairs_of_versions(void **state)
{
    (void)state;
    assert_rows(translate_haskell, "haskell/advisories/published/2023/HSEC-2023-0009.md",
                "```toml\n[advisory]\nid = 'HSEC-2023-0009'\ncwe = [20, 78]\n"
                "aliases = ['CVE-2017-12976']\n"
                "[[affected]]\npackage = 'git-annex'\n"
                "cvss = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H'\n"
                "[[affected.versions]]\nintroduced = '0'\nfixed = '6.20170818'\n"
                "[[affected]]\nghc-component = 'ghc'\n"
                "[[affected.versions]]\nintroduced = '9.2.4'\n```\n",
                "advisory|db|HSEC-2023-0009|CVE-2017-12976||unknown|8.8|||hackage|git-annex|binary|"
                "fixed|unknown||6.20170818|||\n"
                "advisory|db|HSEC-2023-0009|CVE-2017-12976||unknown|8.8|||generic|ghc|binary|"
                "affected|unknown|9.2.4||||\n"
                "flaw|db|CVE-2017-12976|unknown|CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H|8.8|"
                "|||CWE-20,CWE-78\n");
    assert_rows(translate_haskell, "haskell/advisories/reserved/2024/HSEC-2024-0005.md", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rust_is_affected_but_for_what_is_patched),
        cmocka_unit_test(rust_notices_are_no_flaws),
        cmocka_unit_test(ruby_is_affected_but_for_what_is_patched),
        cmocka_unit_test(a_constraint_that_is_none_is_a_note),
        cmocka_unit_test(gitlab_publishes_yaml),
        cmocka_unit_test(the_branches_of_php_are_one_set),
        cmocka_unit_test(gitlab_names_the_fix_behind_the_last_affected),
        cmocka_unit_test(node_lines_without_a_fix_end_with_the_next),
        cmocka_unit_test(node_packages_are_those_of_npm),
        cmocka_unit_test(a_version_that_nobody_reaches_is_no_bound),
        cmocka_unit_test(haskell_has_pairs_of_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
