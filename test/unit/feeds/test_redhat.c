#include "testing.h"

#define FIX(cpe, name, build)                                                          \
    ",{'package':{'ecosystem':'Red Hat:" cpe "','name':'" name "'},'ranges':[{'type':" \
    "'ECOSYSTEM','events':[{'introduced':'0'},{'fixed':'" build "'}]}]}"
#define APPSTREAM_8 "enterprise_linux:8::appstream"
#define ERRATUM(title, affected)                                                         \
    "{'id':'RHSA-2024:0001','summary':'Red Hat Security Advisory: " title "','related':" \
    "['CVE-2024-0001','GO-2024-1'],'affected':[0" affected "]}"
#define FIXED_ROW(release, name, build, module, repository)                                        \
    "advisory|db|RHSA-2024:0001|CVE-2024-0001||unknown||||rhel:" release "|" name "|binary|fixed|" \
    "unknown||" build "||" module "|" repository "\n"

static void assert_osv(const char *document, const char *rows)
{
    assert_rows(translate_redhat_osv, "RHSA/2024/RHSA-2024:0001.json", document, rows);
}

static void the_products_of_one_release_are_one(void **state)
{
    (void)state;
    assert_osv(
        ERRATUM("curl security update",
                FIX("enterprise_linux:9::appstream", "curl", "0:7.76.1-26.el9_3.2")
                    FIX("enterprise_linux:9::baseos", "curl", "0:7.76.1-26.el9_3.2")
                        FIX("enterprise_linux:9::baseos", "curl-debuginfo", "0:7.76.1-26.el9_3.2")),
        FIXED_ROW("9", "curl", "7.76.1-26.el9_3.2", "", ""));
}

static void other_products_are_told_apart(void **state)
{
    (void)state;
    assert_osv(ERRATUM("curl security update",
                       FIX("rhel_eus:9.2::appstream", "curl", "0:1-1.el9_2")
                           FIX("jboss_core_services:1::el8", "curl", "0:1-1.el8jbcs")
                               FIX("enterprise_mrg:2:server:el6", "curl", "0:1-1.el6")
                                   FIX("rhel_software_collections:3", "curl", "0:1-1")
                                       FIX("rhev_manager:4", "curl", "0:1-1")),
               FIXED_ROW("9", "curl", "1-1.el9_2", "", "rhel_eus:9.2")
                   FIXED_ROW("8", "curl", "1-1.el8jbcs", "", "jboss_core_services:1")
                       FIXED_ROW("6", "curl", "1-1.el6", "", "enterprise_mrg:2"));
}

static void a_module_build_counts_for_the_streams_in_the_title(void **state)
{
    (void)state;
    assert_osv(ERRATUM("nodejs:18 security update",
                       FIX(APPSTREAM_8, "nodejs", "1:18.9.1-1.module+el8.7.0+16806+4709490c")
                           FIX(APPSTREAM_8, "plain", "0:1-1.el8")),
               FIXED_ROW("8", "nodejs", "1:18.9.1-1.module+el8.7.0+16806+4709490c", "nodejs:18", "")
                   FIXED_ROW("8", "plain", "1-1.el8", "", ""));
    assert_osv(ERRATUM("virt:rhel and virt-devel:rhel security, bug fix, and enhancement update",
                       FIX(APPSTREAM_8, "qemu", "0:1-1.module+el8+1+a")),
               FIXED_ROW("8", "qemu", "1-1.module+el8+1+a", "virt:rhel", "")
                   FIXED_ROW("8", "qemu", "1-1.module+el8+1+a", "virt-devel:rhel", ""));
    assert_osv(ERRATUM("postgresql security update",
                       FIX(APPSTREAM_8, "postgresql", "0:1-1.module+el8+1+a")),
               FIXED_ROW("8", "postgresql", "1-1.module+el8+1+a", "", ""));
}

static void the_earliest_of_several_builds_is_the_fix(void **state)
{
    (void)state;
    assert_osv(ERRATUM("idm:DL1 security update",
                       FIX(APPSTREAM_8, "ipa", "0:4.9.8-10.module+el8.6.0+2+b")
                           FIX(APPSTREAM_8, "ipa", "0:4.9.8-9.module+el8.6.0+10+a")),
               FIXED_ROW("8", "ipa", "4.9.8-9.module+el8.6.0+10+a", "idm:DL1", ""));
}

// ---------------------------------------------------------------- records of single CVEs

#define STATE(package, fix_state, cpe) \
    ",{'package_name':'" package "','fix_state':'" fix_state "','cpe':'" cpe "'}"
#define RHEL8 "cpe:/o:redhat:enterprise_linux:8"
#define CVE(states)                                                                    \
    "{'name':'CVE-2024-0001','threat_severity':'Important','public_date':"             \
    "'2024-05-06T00:00:00Z','cvss3':{'cvss3_base_score':'8.1','cvss3_scoring_vector':" \
    "'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H'},'package_state':[0" states "]}"
#define STATE_ROW(name, status, module)                                                           \
    "advisory|db|CVE-2024-0001|||high|8.1|||rhel:8|" name "|source|" status "|unknown||||" module \
    "|\n"
#define FLAW \
    "flaw|db|CVE-2024-0001|high|CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H|8.1|||2024-05-06\n"

static void assert_cve(const char *document, const char *rows)
{
    assert_rows(translate_redhat_cve, "2024/CVE-2024-0001.json", document, rows);
}

static void each_fix_state_has_its_meaning(void **state)
{
    (void)state;
    assert_cve(CVE(STATE("a", "Affected", RHEL8) STATE("b", "Fix deferred", RHEL8)
                       STATE("c", "Will not fix", RHEL8) STATE("d", "Out of support scope", RHEL8)
                           STATE("e", "Under investigation", RHEL8)
                               STATE("f", "Not affected", RHEL8) STATE("g", "Maybe", RHEL8)),
               STATE_ROW("a", "affected", "") STATE_ROW("b", "affected", "")
                   STATE_ROW("c", "wont_fix", "") STATE_ROW("d", "end_of_life", "")
                       STATE_ROW("e", "under_investigation", "") STATE_ROW("f", "not_affected", "")
                           FLAW);
}

static void a_name_with_a_slash_is_of_a_module_stream(void **state)
{
    (void)state;
    assert_cve(CVE(STATE("perl:5.30/perl", "Affected", RHEL8)
                       STATE("firefox:flatpak/firefox", "Affected", RHEL8)
                           STATE("openshift4/ose-cli", "Affected", "cpe:/a:redhat:openshift:4")),
               STATE_ROW("perl", "affected", "perl:5.30") FLAW);
}

static void version_2_scores_stand_in_for_3(void **state)
{
    (void)state;
    assert_cve("{'name':'CVE-2009-0001','cvss':{'cvss_scoring_vector':"
               "'AV:N/AC:L/Au:N/C:P/I:P/A:P'}}",
               "flaw|db|CVE-2009-0001|unknown|AV:N/AC:L/Au:N/C:P/I:P/A:P|7.5|||\n");
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_redhat_osv, "a.json", "{}", ERR_INPUT);
    assert_refused(translate_redhat_cve, "CVE-1.json", "{}", ERR_INPUT);
    assert_rows(translate_redhat_cve, "repository-to-cpe.json", "{}", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_products_of_one_release_are_one),
        cmocka_unit_test(other_products_are_told_apart),
        cmocka_unit_test(a_module_build_counts_for_the_streams_in_the_title),
        cmocka_unit_test(the_earliest_of_several_builds_is_the_fix),
        cmocka_unit_test(each_fix_state_has_its_meaning),
        cmocka_unit_test(a_name_with_a_slash_is_of_a_module_stream),
        cmocka_unit_test(version_2_scores_stand_in_for_3),
        cmocka_unit_test(what_is_no_record_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
