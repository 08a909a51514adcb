#include "testing.h"

#define RECORD(state, cna, adp)                                                            \
    "{'dataType':'CVE_RECORD','dataVersion':'5.1','cveMetadata':{'cveId':'CVE-2024-1234'," \
    "'state':'" state                                                                      \
    "','datePublished':'2024-04-15T00:00:00','dateUpdated':'2024-08-01T23:19Z'},"          \
    "'containers':{'cna':{" cna "},'adp':[" adp "]}}"
#define AFFECTED(versions)                                                              \
    "'affected':[{'vendor':'V','product':'P','cpes':['cpe:2.3:a:v:p:*:*:*:*:*:*:*:*']," \
    "'versions':[" versions "]}]"
#define ROW(rest) "advisory|db|CVE-2024-1234|||unknown||2024-08-01||" rest "\n"
#define CPE_ROW(rest) ROW("cpe|v:p|binary|" rest)
#define FLAW "flaw|db|CVE-2024-1234|unknown|||||2024-04-15\n"

static void assert_versions(const char *document, const char *rows)
{
    assert_rows(translate_cve5, "2024/1xxx/CVE-2024-1234.json", document, rows);
}

static void versions_are_ranges_or_single(void **state)
{
    (void)state;
    assert_versions(
        RECORD(
            "PUBLISHED",
            AFFECTED("{'status':'affected','version':'0','lessThan':'1.2','versionType':'custom'},"
                     "{'status':'affected','version':'2.0','lessThanOrEqual':'2.3'},"
                     "{'status':'affected','version':'3.0','lessThan':'*'},"
                     "{'status':'affected','version':'n/a','lessThan':'v4.5-rc1'},"
                     "{'status':'affected','version':'5.1'},"
                     "{'status':'affected','version':'*'},"
                     "{'status':'unaffected','version':'6.0'},"
                     "{'status':'unknown','version':'7.0'}"),
            ""),
        CPE_ROW("fixed|unknown||1.2|||") CPE_ROW("affected|unknown|2.0||2.3||")
            CPE_ROW("affected|unknown|3.0||||") CPE_ROW("fixed|unknown||v4.5-rc1|||")
                CPE_ROW("affected|unknown|5.1||5.1||") CPE_ROW("affected|unknown|||||") FLAW);
}

static void text_is_no_version(void **state)
{
    (void)state;
    assert_versions(
        RECORD("PUBLISHED",
               AFFECTED("{'status':'affected','version':'-'},{'status':'affected','version':'n/a'},"
                        "{'status':'affected','version':'0','lessThan':'publication'},"
                        "{'status':'affected','version':'before 3','lessThan':'3'},"
                        "{'status':'affected','version':'7.2, 7.3'},{'status':'affected'},3"),
               ""),
        FLAW);
}

static void a_status_may_change_within_a_range(void **state)
{
    (void)state;
    assert_versions(
        RECORD("PUBLISHED",
               AFFECTED("{'status':'affected','version':'1.0','lessThan':'3.0','changes':["
                        "{'at':'1.5','status':'unaffected'},{'at':'2.0','status':'affected'}]},"
                        "{'status':'affected','version':'4.0','lessThan':'4.*','changes':["
                        "{'at':'4.7','status':'unaffected'}]}"),
               ""),
        CPE_ROW("fixed|unknown|1.0|1.5|||") CPE_ROW("fixed|unknown|2.0|3.0|||")
            CPE_ROW("fixed|unknown|4.0|4.7|||") FLAW);
}

static void names_are_taken_where_they_are_exact(void **state)
{
    (void)state;
    assert_versions(
        RECORD("PUBLISHED",
               "'affected':[{'vendor':'Apache Software Foundation','product':'Apache HTTP Server',"
               "'versions':[{'status':'affected','version':'2.4.0'}]},"
               "{'collectionURL':'https://wordpress.org/plugins/','packageName':'a-plugin',"
               "'versions':[{'status':'affected','version':'n/a','lessThanOrEqual':'1.0'}]},"
               "{'collectionURL':'https://wordpress.org/themes','packageName':'a-theme',"
               "'versions':[{'status':'affected','version':'1.1'}]}]",
               "{'affected':[{'cpes':['cpe:2.3:a:x:y:1.0:*:*:*:*:wordpress:*:*',"
               "'cpe:2.3:a:x:y:1.1:*:*:*:*:wordpress:*:*','cpe:2.3:o:x:z:1.1:*:*:*:*:*:*:*'],"
               "'versions':[{'status':'affected','version':'1.0'}]}]}"),
        ROW("wordpress-plugin|a-plugin|binary|affected|unknown|||1.0||")
            ROW("wordpress-theme|a-theme|binary|affected|unknown|1.1||1.1||")
                ROW("cpe|x:y|binary|affected|unknown|1.0||1.0|wordpress|") FLAW);
}

static void applicability_is_read_as_nvd_writes_it(void **state)
{
    (void)state;
    assert_versions(
        RECORD("PUBLISHED",
               "'cpeApplicability':[{'nodes':[{'operator':'OR','negate':false,'cpeMatch':["
               "{'vulnerable':true,'criteria':'cpe:2.3:a:v:p:*:*:*:*:*:*:*:*',"
               "'versionEndExcluding':'1.2'}]}]}]",
               ""),
        CPE_ROW("fixed|unknown||1.2|||") FLAW);
}

static void the_authority_rates_before_others(void **state)
{
    (void)state;
    assert_versions(
        RECORD("PUBLISHED",
               "'tags':['disputed'],'metrics':[{'cvssV3_1':{'baseSeverity':'HIGH','vectorString':"
               "'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H'}},{'other':{'type':'ssvc'}}],"
               "'problemTypes':[{'descriptions':[{'cweId':'CWE-79'},{'description':'n/a'}]}]",
               "{'metrics':[{'cvssV3_1':{'baseSeverity':'MEDIUM','vectorString':"
               "'CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:U/C:L/I:L/A:H'}}],"
               "'problemTypes':[{'descriptions':[{'cweId':'CWE-284'},{'cweId':'CWE-79'}]}]}"),
        "flaw|db|CVE-2024-1234|high|CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H|7.5|||2024-04-15|"
        "disputed|CWE-79,CWE-284\n");
}

static void rejected_records_say_no_more(void **state)
{
    (void)state;
    assert_versions(RECORD("REJECTED", "'rejectedReasons':[]", ""),
                    "flaw|db|CVE-2024-1234|unknown|||||2024-04-15|rejected\n");
}

static void other_documents_are_refused(void **state)
{
    (void)state;
    assert_rows(translate_cve5, "README.md", "text", "");
    assert_refused(translate_cve5, "a.json", "{}", ERR_INPUT);
    assert_refused(translate_cve5, "a.json", "{'cveMetadata':{'cveId':'CVE-1'}}", ERR_INPUT);
    assert_refused(translate_cve5, "a.json", "[", ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_ranges_or_single),
        cmocka_unit_test(text_is_no_version),
        cmocka_unit_test(a_status_may_change_within_a_range),
        cmocka_unit_test(names_are_taken_where_they_are_exact),
        cmocka_unit_test(applicability_is_read_as_nvd_writes_it),
        cmocka_unit_test(the_authority_rates_before_others),
        cmocka_unit_test(rejected_records_say_no_more),
        cmocka_unit_test(other_documents_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
