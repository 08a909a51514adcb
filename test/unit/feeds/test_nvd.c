#include "testing.h"

#include <stdio.h>

#define ENTRY_11(id, text, nodes, impact)                                                    \
    "{'cve':{'CVE_data_meta':{'ID':'" id "','ASSIGNER':'a@b'},"                              \
    "'problemtype':{'problemtype_data':[{'description':[{'lang':'en','value':'CWE-400'},"    \
    "{'lang':'en','value':'NVD-CWE-noinfo'}]}]},"                                            \
    "'references':{'reference_data':[{'url':'x'}]},"                                         \
    "'description':{'description_data':[{'lang':'en','value':'" text "'}]}},"                \
    "'configurations':{'CVE_data_version':'4.0','nodes':[" nodes "]},'impact':{" impact "}," \
    "'publishedDate':'2018-06-12T13:29Z','lastModifiedDate':'2021-06-08T00:15Z'}"
#define OR(matches) "{'operator':'OR','children':[],'cpe_match':[" matches "]}"
#define AND(one, other) "{'operator':'AND','children':[" one "," other "],'cpe_match':[]}"
#define MATCH(name, more) "{'vulnerable':true,'cpe23Uri':'cpe:2.3:" name "'" more ",'cpe_name':[]}"
#define PLATFORM(name) "{'vulnerable':false,'cpe23Uri':'cpe:2.3:" name "','cpe_name':[]}"

// One OR node, whose rows stand between those of no score and the flaw.
#define ROW_OF(ecosystem, name, rest) \
    "advisory|db|CVE-2018-0732|||unknown||2021-06-08||" ecosystem "|" name "|binary|" rest "\n"
#define ROW(name, rest) ROW_OF("cpe", name, rest)
#define THE_FLAW "flaw|db|CVE-2018-0732|unknown|||||2018-06-12|CWE-400\n"

static void assert_nodes(const char *document, const char *rows)
{
    assert_rows(translate_nvd, "nvdcve-1.1-2018.json", document, rows);
}

static void ranges_have_four_kinds_of_ends(void **state)
{
    (void)state;
    assert_nodes(ENTRY_11("CVE-2018-0732", "Text",
                          OR(MATCH("a:openssl:openssl:*:*:*:*:*:*:*:*",
                                   ",'versionStartIncluding':'"
                                   "1.1.0','"
                                   "versionEndIncluding':'1.1."
                                   "0h'") "," MATCH("a:Openssl:openssl:*:*:*:*:*:*:*:*",
                                                    ",'versionStartExcluding':'1.0."
                                                    "2','versionEndExcluding':'1.0."
                                                    "2p'") "," MATCH("a:openssl:"
                                                                     "openssl:*:*:*:"
                                                                     "*:*:*:*:*",
                                                                     "")),
                          ""),
                 ROW("openssl:openssl", "affected|unknown|1.1.0||1.1.0h||")
                     ROW("openssl:openssl", "fixed|unknown|1.0.2|1.0.2p||||after introduced")
                         ROW("openssl:openssl", "affected|unknown|||||") THE_FLAW);
}

static void single_versions_carry_their_update(void **state)
{
    (void)state;
    assert_nodes(
        ENTRY_11(
            "CVE-2018-0732", "Text",
            OR(MATCH("a:v:p:1.0:*:*:*:*:*:*:*", "") "," MATCH("a:v:p:1.0:-:*:*:*:*:*:*", "") "," MATCH(
                "a:v:p:1.0:beta1:*:*:*:*:*:*",
                "") "," MATCH("a:v:p:8.9:p1:*:*:*:*:*:*",
                              "") "," MATCH("a:v:p:1.0:2:*:*:*:*:*:*",
                                            "") "," MATCH("a:oracle:jdk:1.8.0:update_131:*:*:*:*:*:"
                                                          "*",
                                                          "") "," MATCH("a:oracle:jdk:1.8.0:"
                                                                        "update131:*:*:*:*:*:*",
                                                                        "") "," MATCH("a:oracle:"
                                                                                      "jdk:*:"
                                                                                      "update_45:*:"
                                                                                      "*:*:*:*:*",
                                                                                      ",'"
                                                                                      "versionEndIn"
                                                                                      "cluding':'1."
                                                                                      "7.0'")),
            ""),
        ROW("v:p", "affected|unknown|1.0||1.0||") ROW("v:p", "affected|unknown|1.0||1.0||")
            ROW("v:p", "affected|unknown|1.0beta1||1.0beta1||")
                ROW("v:p", "affected|unknown|8.9p1||8.9p1||") ROW("v:p",
                                                                  "affected|unknown|1.0-2||1.0-2||")
                    ROW_OF("jvm", "oracle:jdk", "affected|unknown|1.8.0_131||1.8.0_131||")
                        ROW_OF("jvm", "oracle:jdk", "affected|unknown|1.8.0_131||1.8.0_131||")
                            ROW_OF("jvm", "oracle:jdk", "affected|unknown|||1.7.0_45||") THE_FLAW);
}

static void names_are_unquoted_and_targets_kept(void **state)
{
    (void)state;
    assert_nodes(ENTRY_11("CVE-2018-0732", "Text",
                          OR(MATCH("a:joomla:joomla\\\\!:1.0\\\\+b:*:*:*:*:*:*:*", "") "," MATCH(
                              "a:v:p\\\\:q:1:*:*:*:*:wordpress:*:*",
                              "") "," MATCH("a:v:p:1:*:*:*:*:linux_kernel:*:*", "")),
                          ""),
                 ROW("joomla:joomla!", "affected|unknown|1.0+b||1.0+b||")
                     ROW("v:p:q", "affected|unknown|1||1|wordpress|")
                         ROW("v:p", "affected|unknown|1||1||") THE_FLAW);
}

static void what_no_container_holds_is_left_out(void **state)
{
    (void)state;
    assert_nodes(
        ENTRY_11(
            "CVE-2018-0732", "Text",
            OR(MATCH("o:linux:linux_kernel:4.1:*:*:*:*:*:*:*", "") "," MATCH(
                "h:cisco:asa:1:*:*:*:*:*:*:*",
                "") "," MATCH("a:v:p:1:*:*:*:*:windows:*:*",
                              "") "," MATCH("a:v:p:1:*:*:*:*:iphone_os:*:*",
                                            "") "," MATCH("a:v:p:-:*:*:*:*:*:*:*",
                                                          "") "," MATCH("a:v:p:1.*:*:*:*:*:*:*:*",
                                                                        "") "," MATCH("a:v:p:*:sp3:"
                                                                                      "*:*:*:*:*:*",
                                                                                      "") "," PLATFORM("a:v:p:1:*:*:*:*:*:*:*") "," MATCH("a:v",
                                                                                                                                          "") ",{'vulnerable':true},3"),
            ""),
        THE_FLAW);
}

static void an_application_counts_where_its_platform_can_be(void **state)
{
    (void)state;
    static const char *const fitting[] = {
        PLATFORM("o:linux:linux_kernel:-:*:*:*:*:*:*:*"),
        PLATFORM("o:debian:debian_linux:9.0:*:*:*:*:*:*:*"),
        PLATFORM("o:microsoft:windows:-:*:*:*:*:*:*:*") "," PLATFORM(
            "o:redhat:fedora:1:*:*:*:*:*:*:*"),
        PLATFORM("a:apache:http_server:*:*:*:*:*:*:*:*"),
    };
    static const char *const foreign[] = {
        PLATFORM("o:microsoft:windows:-:*:*:*:*:*:*:*"),
        PLATFORM("o:apple:mac_os_x:-:*:*:*:*:*:*:*") "," PLATFORM(
            "o:google:android:*:*:*:*:*:*:*:*"),
        PLATFORM("h:cisco:asa:-:*:*:*:*:*:*:*"),
        "",
    };
    char document[4096];
    for (size_t i = 0; i < 8; i++) {
        const char *platform = i < 4 ? fitting[i] : foreign[i - 4];
        (void)snprintf(document, sizeof document,
                       ENTRY_11("CVE-2018-0732", "Text",
                                AND(OR(MATCH("a:v:p:1:*:*:*:*:*:*:*", "")), OR("%s")), ""),
                       platform);
        assert_nodes(document, i < 4 ? ROW("v:p", "affected|unknown|1||1||") THE_FLAW : THE_FLAW);
    }
}

static void scores_rejections_and_disputes(void **state)
{
    (void)state;
    assert_nodes(ENTRY_11("CVE-2018-0732", "** DISPUTED ** Text",
                          OR(MATCH("a:v:p:1:*:*:*:*:*:*:*", "")),
                          "'baseMetricV3':{'cvssV3':{'vectorString':"
                          "'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H','baseSeverity':'HIGH'}},"
                          "'baseMetricV2':{'cvssV2':{'vectorString':'AV:N/AC:L/Au:N/C:N/I:N/A:P'},"
                          "'severity':'MEDIUM'}"),
                 "advisory|db|CVE-2018-0732|||high|7.5|2021-06-08||cpe|v:p|binary|affected|unknown|"
                 "1||1|||disputed\n"
                 "flaw|db|CVE-2018-0732|high|CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/"
                 "A:H|7.5|||2018-06-12|disputed|CWE-400\n");
    assert_nodes(ENTRY_11("CVE-2018-0733", "** REJECT ** Do not use", "", ""),
                 "flaw|db|CVE-2018-0733|unknown|||||2018-06-12|rejected|CWE-400\n");
    assert_nodes(
        ENTRY_11("CVE-2018-0734", "Text", "",
                 "'baseMetricV2':{'cvssV2':{'vectorString':'AV:N/AC:L/Au:N/C:N/I:N/A:P'},"
                 "'severity':'MEDIUM'}"),
        "flaw|db|CVE-2018-0734|medium|AV:N/AC:L/Au:N/C:N/I:N/A:P|5.0|||2018-06-12|CWE-400\n");
}

static void version_2_says_the_same_elsewhere(void **state)
{
    (void)state;
    assert_rows(
        translate_nvd, "nvdcve-2.0-2023.json",
        "{'cve':{'id':'CVE-2023-45283','published':'2023-11-09T17:15:08.757',"
        "'lastModified':'2023-12-14T10:15:07.947','vulnStatus':'Modified',"
        "'cveTags':[{'sourceIdentifier':'a@b','tags':['disputed']}],"
        "'descriptions':[{'lang':'en','value':'Text'}],"
        "'metrics':{'cvssMetricV31':[{'type':'Secondary','cvssData':{'vectorString':"
        "'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H','baseSeverity':'CRITICAL'}},"
        "{'type':'Primary','cvssData':{'vectorString':"
        "'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N','baseSeverity':'HIGH'}}]},"
        "'weaknesses':[{'description':[{'lang':'en','value':'CWE-22'}]}],"
        "'configurations':[{'nodes':[{'operator':'OR','negate':false,'cpeMatch':["
        "{'vulnerable':true,'criteria':'cpe:2.3:a:golang:go:*:*:*:*:*:*:*:*',"
        "'versionEndExcluding':'1.20.11'}]}]},"
        "{'operator':'AND','nodes':[{'operator':'OR','negate':false,'cpeMatch':["
        "{'vulnerable':true,'criteria':'cpe:2.3:a:golang:go:1.21.0:-:*:*:*:*:*:*'}]},"
        "{'operator':'OR','negate':false,'cpeMatch':["
        "{'vulnerable':false,'criteria':'cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*'}]}]}]}}",
        "advisory|db|CVE-2023-45283|||high|7.5|2023-12-14||cpe|golang:go|binary|fixed|unknown||1."
        "20.11||||disputed\n"
        "flaw|db|CVE-2023-45283|high|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/"
        "A:N|7.5|||2023-11-09|disputed|CWE-22\n");
    assert_rows(translate_nvd, "nvdcve-2.0-2023.json",
                "{'cve':{'id':'CVE-2023-0001','vulnStatus':'Rejected'}}",
                "flaw|db|CVE-2023-0001|unknown||||||rejected\n");
}

static void an_override_overrules(void **state)
{
    (void)state;
    assert_rows(
        translate_nvd_overrides, "data/2024/CVE-2024-0072.json",
        "{'_annotation':{'cve_id':'CVE-2024-0072','modified':'2024-08-01T17:41:15+00:00'},"
        "'cve':{'configurations':[{'nodes':[{'cpeMatch':[{'criteria':"
        "'cpe:2.3:a:nvidia:cuda_toolkit:*:*:*:*:*:*:*:*','versionEndExcluding':'12.4',"
        "'vulnerable':true}],'negate':false,'operator':'OR'}]}]}}",
        "advisory|db|CVE-2024-0072|||unknown||2024-08-01||cpe-overruled|CVE-2024-0072|binary|"
        "not_affected|unknown|||||\n"
        "advisory|db|CVE-2024-0072|||unknown||2024-08-01||cpe|nvidia:cuda_toolkit|binary|"
        "fixed|unknown||12.4|||\n");
    assert_rows(translate_nvd_overrides, "data/2024/CVE-2024-0001.json",
                "{'_annotation':{'cve_id':'CVE-2024-0001'},'cve':{'references':[]}}", "");
    assert_rows(translate_nvd_overrides, "LICENSE", "text", "");
}

static void records_without_an_id_are_refused(void **state)
{
    (void)state;
    assert_refused(translate_nvd, "nvd.json", "{}", ERR_INPUT);
    assert_refused(translate_nvd, "nvd.json", "{'cve':{'id':'x'}}", ERR_INPUT);
    assert_refused(translate_nvd, "nvd.json", "{'cve':{'CVE_data_meta':{'ID':3}}}", ERR_INPUT);
    assert_refused(translate_nvd_overrides, "a.json", "{'cve':{'configurations':[]}}", ERR_INPUT);
}

static void nodes_within_nodes_end(void **state)
{
    (void)state;
    assert_nodes(ENTRY_11("CVE-2018-0732", "Text",
                          "{'children':[{'children':[{'children':[{'children':[{'children':[" OR(
                              MATCH("a:v:p:1:*:*:*:*:*:*:*", "")) "]}]}]}]}]}",
                          ""),
                 THE_FLAW);
}

static void weaknesses_have_names(void **state)
{
    (void)state;
    assert_rows(translate_cwe, "weakness/79.json", "{'id':'79','name':'Cross-site Scripting'}",
                "weakness|db|CWE-79|Cross-site Scripting\n");
    assert_rows(translate_cwe, "category/2.json", "{'id':'2','name':'7PK'}", "");
    assert_refused(translate_cwe, "weakness/79.json", "{'id':'79'}", ERR_INPUT);
    assert_refused(translate_cwe, "weakness/79.json", "{'id':'x','name':'y'}", ERR_INPUT);
}

static void repositories_are_products(void **state)
{
    (void)state;
    assert_rows(translate_purl2cpe, "data/haxx/curl/purls.yml",
                "purls:\n  - pkg:deb/debian/curl\n  - pkg:github/Curl/curl\r\n  - pkg:github/\n",
                "product|db|github|curl/curl|haxx:curl\n");
    assert_rows(translate_purl2cpe, "data/haxx/curl/cpes.yml", "  - pkg:github/a/b\n", "");
    assert_rows(translate_purl2cpe, "purls.yml", "  - pkg:github/a/b\n", "");
    assert_rows(translate_purl2cpe, "x/purls.yml", "  - pkg:github/a/b\n", "");
}

static void plugins_are_products(void **state)
{
    (void)state;
    assert_rows(
        translate_cpe_index, "cpe-index.json",
        "{'ecosystems':{'wordpress_plugins':{'a-b':["
        "'cpe:2.3:a:v\\\\!:a_b:*:*:*:*:*:wordpress:*:*','cpe:2.3:o:v:p:*:*:*:*:*:*:*:*','x',3]},"
        "'wordpress_themes':{'Divi':['cpe:2.3:a:v:divi:*:*:*:*:*:wordpress:*:*']},"
        "'npm':{'x':['cpe:2.3:a:v:x:*:*:*:*:*:node.js:*:*']}}}",
        "product|db|wordpress-plugin|a-b|v!:a_b\n"
        "product|db|wordpress-theme|Divi|v:divi\n");
    assert_rows(translate_cpe_index, "dictionary.xml", "<x/>", "");
    assert_refused(translate_cpe_index, "cpe-index.json", "{}", ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_have_four_kinds_of_ends),
        cmocka_unit_test(single_versions_carry_their_update),
        cmocka_unit_test(names_are_unquoted_and_targets_kept),
        cmocka_unit_test(what_no_container_holds_is_left_out),
        cmocka_unit_test(an_application_counts_where_its_platform_can_be),
        cmocka_unit_test(scores_rejections_and_disputes),
        cmocka_unit_test(version_2_says_the_same_elsewhere),
        cmocka_unit_test(an_override_overrules),
        cmocka_unit_test(records_without_an_id_are_refused),
        cmocka_unit_test(nodes_within_nodes_end),
        cmocka_unit_test(weaknesses_have_names),
        cmocka_unit_test(repositories_are_products),
        cmocka_unit_test(plugins_are_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
