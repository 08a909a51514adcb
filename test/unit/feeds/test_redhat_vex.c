#include "testing.h"

#define PLATFORM(id, cpe)                                                                       \
    "{'product':{'name':'P','product_id':'" id "','product_identification_helper':{'cpe':'" cpe \
    "'}}}"
#define COMPONENT(id, purl)                                                                       \
    "{'product':{'name':'C','product_id':'" id "','product_identification_helper':{'purl':'" purl \
    "'}}}"
#define NAMED(id, name) "{'product':{'name':'" name "','product_id':'" id "'}}"
#define RELATION(platform, component)                             \
    "{'full_product_name':{'product_id':'" platform ":" component \
    "'},'product_reference':'" component "','relates_to_product_reference':'" platform "'}"
#define DOCUMENT(branches, relations, members)                                                     \
    "{'document':{'category':'csaf_vex','aggregate_severity':{'text':'Important'},'tracking':{"    \
    "'current_release_date':'2025-11-21T14:31:32+00:00'}},'product_tree':{'branches':[{"           \
    "'branches':[" branches "]}],'relationships':[" relations "]},'vulnerabilities':[{'cve':"      \
    "'CVE-2023-38545','cwe':{'id':'CWE-119'},'release_date':'2023-10-11T06:00:00+00:00','scores':" \
    "[{"                                                                                           \
    "'cvss_v3':{'vectorString':'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H'}}]," members "}]}"
#define ROW(ecosystem, name, kind, status, fixed, module, repository)                           \
    "advisory|db|CVE-2023-38545|||high|8.1|2025-11-21||" ecosystem "|" name "|" kind "|" status \
    "|unknown||" fixed "||" module "|" repository "\n"
#define FLAW                                                                                     \
    "flaw|db|CVE-2023-38545|high|CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H|8.1|||2023-10-11|" \
    "CWE-119\n"
#define RHEL9 PLATFORM("BaseOS-9.2", "cpe:/o:redhat:enterprise_linux:9::baseos")
#define CURL(arch) \
    COMPONENT("curl." arch, "pkg:rpm/redhat/curl@7.76.1-23.el9_2.4?arch=" arch "&epoch=1")

static void assert_vex(const char *document, const char *rows)
{
    assert_rows(translate_redhat_cve, "2023/cve-2023-38545.json", document, rows);
}

static void builds_are_fixed(void **state)
{
    (void)state;
    assert_vex(
        DOCUMENT(RHEL9 "," CURL("x86_64") "," CURL("src"),
                 RELATION("BaseOS-9.2", "curl.x86_64") "," RELATION("BaseOS-9.2", "curl.src"),
                 "'product_status':{'fixed':['BaseOS-9.2:curl.x86_64','BaseOS-9.2:curl.src',"
                 "'nobody']}"),
        ROW("rhel:9", "curl", "binary", "fixed", "1:7.76.1-23.el9_2.4", "", "") FLAW);
}

static void products_are_limited(void **state)
{
    (void)state;
    assert_vex(
        DOCUMENT(PLATFORM("eus", "cpe:/o:redhat:rhel_eus:9.0::baseos") "," CURL("x86_64"),
                 RELATION("eus", "curl.x86_64"), "'product_status':{'fixed':['eus:curl.x86_64']}"),
        ROW("rhel:9", "curl", "binary", "fixed", "1:7.76.1-23.el9_2.4", "", "rhel_eus:9.0") FLAW);
    assert_vex(DOCUMENT(PLATFORM("jboss", "cpe:/a:redhat:jboss_fuse:7") "," CURL("x86_64"),
                        RELATION("jboss", "curl.x86_64"),
                        "'product_status':{'fixed':['jboss:curl.x86_64']}"),
               FLAW);
}

static void a_module_stands_in_the_purl_or_between(void **state)
{
    (void)state;
    assert_vex(
        DOCUMENT(
            PLATFORM("AppStream-8.9", "cpe:/a:redhat:enterprise_linux:8::appstream") "," COMPONENT(
                "ruby",
                "pkg:rpm/redhat/ruby@2.5.9-111.module%2Bel8?arch=i686&rpmmod="
                "ruby:2.5:8090020230627084142:b46abd14") "," COMPONENT("perl",
                                                                       "pkg:rpm/redhat/"
                                                                       "perl@5.30-1?arch="
                                                                       "i686") "," NAMED("p"
                                                                                         "e"
                                                                                         "r"
                                                                                         "l"
                                                                                         ":"
                                                                                         "5"
                                                                                         "."
                                                                                         "3"
                                                                                         "0"
                                                                                         ":"
                                                                                         "8",
                                                                                         "p"
                                                                                         "e"
                                                                                         "r"
                                                                                         "l"
                                                                                         ":"
                                                                                         "5"
                                                                                         "."
                                                                                         "3"
                                                                                         "0"
                                                                                         ":"
                                                                                         "8"),
            RELATION("AppStream-8.9", "ruby") "," RELATION(
                "AppStream-8.9", "perl:5.30:8") "," RELATION("AppStream-8.9:perl:5.30:8", "perl"),
            "'product_status':{'fixed':['AppStream-8.9:ruby','AppStream-8.9:perl:5.30:8:perl']}"),
        ROW("rhel:8", "ruby", "binary", "fixed", "2.5.9-111.module+el8", "ruby:2.5", "")
            ROW("rhel:8", "perl", "binary", "fixed", "5.30-1", "perl:5.30", "") FLAW);
}

#define UNFIXED(status)                                                                          \
    DOCUMENT(                                                                                    \
        PLATFORM("rhel_7", "cpe:/o:redhat:enterprise_linux:7") "," NAMED(                        \
            "snakeyaml",                                                                         \
            "snakeyaml") "," COMPONENT("curl.src",                                               \
                                       "pkg:rpm/redhat/curl?arch=src") "," NAMED("openshift/x",  \
                                                                                 "openshift/x"), \
        RELATION("rhel_7", "snakeyaml") "," RELATION("rhel_7", "curl.src") "," RELATION(         \
            "rhel_7", "openshift/x"),                                                            \
        status)
#define IDS "['rhel_7:snakeyaml','rhel_7:curl.src','rhel_7:openshift/x']"
#define UNFIXED_ROWS(status)                                 \
    ROW("rhel:7", "snakeyaml", "source", status, "", "", "") \
    ROW("rhel:7", "snakeyaml", "binary", status, "", "", "") \
    ROW("rhel:7", "curl", "source", status, "", "", "") FLAW

static void what_is_not_fixed_has_no_version(void **state)
{
    (void)state;
    assert_vex(UNFIXED("'product_status':{'known_affected':" IDS "}"), UNFIXED_ROWS("affected"));
    assert_vex(UNFIXED("'product_status':{'known_not_affected':" IDS "}"),
               UNFIXED_ROWS("not_affected"));
    assert_vex(UNFIXED("'product_status':{'under_investigation':" IDS "}"),
               UNFIXED_ROWS("under_investigation"));
}

static void remediations_tell_what_will_be_done(void **state)
{
    (void)state;
    assert_vex(UNFIXED("'product_status':{'known_affected':" IDS "},'remediations':[{'category':"
                       "'no_fix_planned','details':'Will not fix','product_ids':" IDS "}]"),
               UNFIXED_ROWS("wont_fix"));
    assert_vex(UNFIXED("'product_status':{'known_affected':" IDS "},'remediations':[{'category':"
                       "'no_fix_planned','details':'Out of support scope','product_ids':" IDS "}]"),
               UNFIXED_ROWS("end_of_life"));
    assert_vex(UNFIXED("'product_status':{'known_affected':" IDS "},'remediations':[{'category':"
                       "'none_available','details':'Fix deferred','product_ids':" IDS "}]"),
               UNFIXED_ROWS("affected"));
}

static void other_documents(void **state)
{
    (void)state;
    assert_vex("{'document':{'category':'csaf_security_advisory'}}", "");
    assert_rows(translate_redhat_cve, "changes.csv", "not for us", "");
    assert_refused(translate_redhat_cve, "a.json", "{}", ERR_INPUT);
    assert_refused(translate_redhat_cve, "a.json",
                   "{'document':{'category':'csaf_vex'},'vulnerabilities':[{}]}", ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_are_fixed),
        cmocka_unit_test(products_are_limited),
        cmocka_unit_test(a_module_stands_in_the_purl_or_between),
        cmocka_unit_test(what_is_not_fixed_has_no_version),
        cmocka_unit_test(remediations_tell_what_will_be_done),
        cmocka_unit_test(other_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
