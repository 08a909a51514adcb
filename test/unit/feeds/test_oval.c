#include "testing.h"

#define LINUX "xmlns='http://oval.mitre.org/XMLSchema/oval-definitions-5#linux'"
#define DOCUMENT(definitions, tests, objects, states)                                \
    "<?xml version='1.0'?><oval_definitions xmlns='http://oval.mitre.org/XMLSchema/" \
    "oval-definitions-5'><definitions>" definitions "</definitions><tests>" tests    \
    "</tests><objects>" objects "</objects><states>" states "</states></oval_definitions>"
#define DEFINITION(class, metadata, criteria)                                           \
    "<definition class='" class "' id='d:1'><metadata>" metadata "</metadata>" criteria \
                                "</definition>"
#define PLATFORM(name) "<affected family='unix'><platform>" name "</platform></affected>"
#define AND(rest) "<criteria operator='AND'>" rest "</criteria>"
#define OR(rest) "<criteria operator='OR'>" rest "</criteria>"
#define CRITERION(test, comment) "<criterion comment='" comment "' test_ref='" test "'/>"
#define TEST(id, object, state)                                       \
    "<rpminfo_test " LINUX " id='" id "'><object object_ref='" object \
    "'/><state state_ref='" state "'/></rpminfo_test>"
#define OBJECT(id, name) \
    "<rpminfo_object " LINUX " id='" id "'><name>" name "</name></rpminfo_object>"
#define EVR(id, operation, version)                                                         \
    "<rpminfo_state " LINUX " id='" id "'><evr datatype='evr_string' operation='" operation \
    "'>" version "</evr></rpminfo_state>"
#define KEY(id)                                                  \
    "<rpminfo_state " LINUX " id='" id                           \
    "'><signature_keyid operation='equals'>c0</signature_keyid>" \
    "</rpminfo_state>"

// ---------------------------------------------------------------- Azure Linux

#define AZURE(patchable)                                                                        \
    "<title>CVE-2024-47191 affecting package oath-toolkit</title>" PLATFORM(                    \
        "Azure Linux") "<reference ref_id='CVE-2024-47191' source='CVE'/><patchable>" patchable \
                       "</patchable>"                                                           \
                       "<advisory_date>2024-07-23T22:05:39Z</advisory_date><severity>High</"    \
                       "severity>"
#define AZURE_DOCUMENT(patchable, operation)                                            \
    DOCUMENT(DEFINITION("vulnerability", AZURE(patchable), AND(CRITERION("t:1", "c"))), \
             TEST("t:1", "o:1", "s:1"), OBJECT("o:1", "oath-toolkit"),                  \
             EVR("s:1", operation, "0:2.6.7-3.azl3"))
#define AZURE_ROW(status, introduced, fixed, last)                                              \
    "advisory|db|CVE-2024-47191|||high||2024-07-23||azurelinux:3.0|oath-toolkit|source|" status \
    "|unknown|" introduced "|" fixed "|" last "||"

static void assert_azure(const char *patchable_document, const char *rows)
{
    assert_rows(translate_oval, "azurelinux-3.0-oval.xml", patchable_document, rows);
}

static void operations_are_bounds(void **state)
{
    (void)state;
    assert_azure(AZURE_DOCUMENT("true", "less than"),
                 AZURE_ROW("fixed", "", "2.6.7-3.azl3", "") "\n");
    assert_azure(AZURE_DOCUMENT("false", "less than or equal"),
                 AZURE_ROW("affected", "", "", "2.6.7-3.azl3") "\n");
    assert_azure(AZURE_DOCUMENT("false", "greater than"),
                 AZURE_ROW("affected", "2.6.7-3.azl3", "", "") "|after introduced\n");
    assert_azure(AZURE_DOCUMENT("false", "greater than or equal"),
                 AZURE_ROW("affected", "2.6.7-3.azl3", "", "") "\n");
    assert_azure(AZURE_DOCUMENT("false", "equals"),
                 AZURE_ROW("affected", "2.6.7-3.azl3", "", "2.6.7-3.azl3") "\n");
}

static void not_applicable_means_not_affected(void **state)
{
    (void)state;
    assert_azure(AZURE_DOCUMENT("Not Applicable", "less than"),
                 AZURE_ROW("not_affected", "", "", "") "\n");
}

static void what_a_range_cannot_say_is_a_note(void **state)
{
    (void)state;
    struct outcome outcome = translate(translate_oval, "azurelinux-3.0-oval.xml",
                                       AZURE_DOCUMENT("true", "pattern match"));
    assert_true(outcome.ok);
    assert_int_equal(outcome.rows.len, 0);
    assert_int_equal(outcome.notes.items.count, 1);
    outcome_free(&outcome);
}

static void the_release_is_in_the_name_of_the_file(void **state)
{
    (void)state;
    assert_rows(translate_oval, "oval.xml", AZURE_DOCUMENT("true", "less than"), "");
}

// ---------------------------------------------------------------- Photon, Oracle

#define PHOTON                                                                           \
    "<title>PHSA-2020:00001 sqlite Security Update. (Important)</title>" PLATFORM(       \
        "Photon 3") "<reference ref_id='CVE:00001:CVE-2019-16168' "                      \
                    "source='CVE'/><advisory><severity>Important"                        \
                    "</severity><issued date='2019-10-20'/><updated date='2019-10-23'/>" \
                    "<cve>CVE-2019-16168</cve></advisory>"

static void keys_and_releases_are_not_versions(void **state)
{
    (void)state;
    assert_rows(
        translate_oval, "com.vmware.phsa-photon3.xml",
        DOCUMENT(DEFINITION("patch", PHOTON,
                            AND(CRITERION("t:1", "Photon OS 3 is installed") OR(
                                AND(CRITERION("t:2", "sqlite is earlier than 0:3.27.2-5.ph3")
                                        CRITERION("t:3", "sqlite is signed with VMware key"))))),
                 TEST("t:1", "o:1", "s:1") TEST("t:2", "o:2", "s:2") TEST("t:3", "o:2", "s:3"),
                 OBJECT("o:1", "photon-release") OBJECT("o:2", "sqlite"),
                 "<rpminfo_state id='s:1'><version operation='pattern match'>^3</version>"
                 "</rpminfo_state>" EVR("s:2", "less than", "0:3.27.2-5.ph3") KEY("s:3")),
        "advisory|db|PHSA-2020:00001|CVE-2019-16168||high||2019-10-23||photon:3.0|sqlite|binary|"
        "fixed|unknown||3.27.2-5.ph3|||\n");
}

#define ORACLE                                                                                  \
    "<title>\nELSA-2022-4803:  rsyslog security update (IMPORTANT)\n</title>" PLATFORM(         \
        "Oracle Linux 8") "<advisory><severity>IMPORTANT</severity><issued date='2022-05-31'/>" \
                          "<cve cvss3='8.1/CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H'>"      \
                          "CVE-2022-24903</cve></advisory>"
#define ORACLE_ARCH(arch, test)                        \
    AND(CRITERION("t:9", "Oracle Linux arch is " arch) \
            OR(AND(CRITERION(test, "c") CRITERION("t:3", "signed"))))

static void the_earliest_of_the_architectures_counts(void **state)
{
    (void)state;
    assert_rows(
        translate_oval, "com.oracle.elsa-all.xml.bz2",
        DOCUMENT(DEFINITION("patch", ORACLE,
                            AND(CRITERION("t:1", "Oracle Linux 8 is installed")
                                    CRITERION("t:8", "Module rsyslog:8 is enabled") OR(ORACLE_ARCH(
                                        "aarch64", "t:2") ORACLE_ARCH("x86_64", "t:4")))),
                 TEST("t:1", "o:1", "s:9") TEST("t:2", "o:2", "s:2") TEST("t:3", "o:2", "s:3")
                     TEST("t:4", "o:2", "s:4"),
                 OBJECT("o:1", "oraclelinux-release") OBJECT("o:2", "rsyslog"),
                 EVR("s:2", "less than", "1:8.24.0-57.0.4.el8") KEY("s:3")
                     EVR("s:4", "less than", "1:8.24.0-57.0.1.el8")),
        "advisory|db|ELSA-2022-4803|CVE-2022-24903||high||2022-05-31||ol:8|rsyslog|binary|fixed|"
        "unknown||1:8.24.0-57.0.1.el8||rsyslog:8|\n"
        "flaw|db|CVE-2022-24903|unknown|CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H|8.1|||\n");
}

// ---------------------------------------------------------------- SUSE

#define SUSE                                                                                \
    "<title>CVE-2021-29154</title><affected family='unix'><platform>SUSE Linux Enterprise " \
    "Server 15-LTSS</platform><platform>SUSE Linux Enterprise Module for Basesystem 15 SP2" \
    "</platform></affected>"
#define SUSE_ROW(ecosystem, status, fixed, repository)                                    \
    "advisory|db|CVE-2021-29154|||unknown||||" ecosystem "|kernel-default|binary|" status \
    "|unknown||" fixed "|||" repository "\n"

static void a_branch_is_for_the_platforms_that_it_names(void **state)
{
    (void)state;
    assert_rows(
        translate_oval, "suse.linux.enterprise.15.xml",
        DOCUMENT(
            DEFINITION("vulnerability", SUSE,
                       OR(AND(CRITERION("t:1", "SUSE Linux Enterprise Server 15-LTSS is installed")
                                  OR(CRITERION("t:2", "kernel-default-4 is installed")))
                              AND(OR(CRITERION("t:1", "SUSE Linux Enterprise Module for "
                                                      "Basesystem 15 SP2 is installed"))
                                      CRITERION("t:3", "kernel-default is not affected")))),
            TEST("t:1", "o:1", "s:1") TEST("t:2", "o:2", "s:2") TEST("t:3", "o:2", "s:3"),
            OBJECT("o:1", "sles-release") OBJECT("o:2", "kernel-default"),
            "<rpminfo_state id='s:1'><version operation='equals'>15</version></rpminfo_state>" EVR(
                "s:2", "less than",
                "0:4.12.14-150.72.1") "<rpminfo_state id='s:3'><version operation='equals'>0"
                                      "</version></rpminfo_state>"),
        SUSE_ROW("sles:15", "fixed", "4.12.14-150.72.1", "ltss")
            SUSE_ROW("sles:15", "end_of_life", "4.12.14-150.72.1", "")
                SUSE_ROW("sles:15.2", "not_affected", "", ""));
}

// ---------------------------------------------------------------- Ubuntu

static void names_may_be_in_a_variable(void **state)
{
    (void)state;
    assert_rows(
        translate_oval, "com.ubuntu.bionic.cve.oval.xml",
        DOCUMENT(DEFINITION(
                     "vulnerability",
                     "<title>CVE-2016-8703 on Ubuntu 18.04 LTS (bionic) - medium.</title>" PLATFORM(
                         "Ubuntu 18.04 LTS") "<advisory><severity>Medium</severity></advisory>",
                     "<criteria><extend_definition definition_ref='d:100'/>" CRITERION(
                         "t:1", "potrace has been fixed") "</criteria>"),
                 "<dpkginfo_test id='t:1'><object object_ref='o:1'/><state state_ref='s:1'/>"
                 "</dpkginfo_test>",
                 "<dpkginfo_object id='o:1'><name var_ref='v:1' var_check='at least one'/>"
                 "</dpkginfo_object>",
                 "<dpkginfo_state id='s:1'><evr datatype='debian_evr_string' operation='less than'>"
                 "0:1.14-2</evr></dpkginfo_state></states><variables><constant_variable id='v:1'>"
                 "<value>libpotrace0</value><value>potrace</value></constant_variable></variables>"
                 "<states>"),
        "advisory|db|CVE-2016-8703|||medium||||ubuntu:18.04|libpotrace0|binary|fixed|unknown||"
        "1.14-2|||\nadvisory|db|CVE-2016-8703|||medium||||ubuntu:18.04|potrace|binary|fixed|"
        "unknown||1.14-2|||\n");
}

static void other_documents_are_refused(void **state)
{
    (void)state;
    assert_rows(translate_oval, "LICENSE", "not for us", "");
    assert_refused(translate_oval, "a.xml", "", ERR_INPUT);
    assert_refused(translate_oval, "a.xml", "<oval_definitions/>", ERR_INPUT);
    assert_refused(translate_oval, "a.xml", DOCUMENT(DEFINITION("patch", "", ""), "", "", ""),
                   ERR_INPUT);
    assert_rows(translate_oval, "a.xml", DOCUMENT(DEFINITION("inventory", "", ""), "", "", ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_bounds),
        cmocka_unit_test(not_applicable_means_not_affected),
        cmocka_unit_test(what_a_range_cannot_say_is_a_note),
        cmocka_unit_test(the_release_is_in_the_name_of_the_file),
        cmocka_unit_test(keys_and_releases_are_not_versions),
        cmocka_unit_test(the_earliest_of_the_architectures_counts),
        cmocka_unit_test(a_branch_is_for_the_platforms_that_it_names),
        cmocka_unit_test(names_may_be_in_a_variable),
        cmocka_unit_test(other_documents_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
