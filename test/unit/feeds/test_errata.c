#include "testing.h"

// ---------------------------------------------------------------- AlmaLinux

static void almalinux_osv_has_severity_and_streams_in_the_title(void **state)
{
    (void)state;
    assert_rows(translate_almalinux_osv, "advisories/almalinux8/ALSA-2024:1.json",
                "{'id':'ALSA-2024:0001','summary':'Important: nodejs:18 security update',"
                "'modified':'2024-02-01T09:44:40Z','related':['CVE-2024-0001'],'affected':"
                "[{'package':{'ecosystem':'AlmaLinux:8','name':'nodejs'},'ranges':[{"
                "'type':'ECOSYSTEM','events':[{'introduced':'0'},{'fixed':"
                "'1:18.9.1-1.module_el8.7.0+3370+4c7b5b3d'}]}]},{'package':{'ecosystem':"
                "'AlmaLinux:8','name':'nodejs-debuginfo'},'ranges':[]}]}",
                "advisory|db|ALSA-2024:0001|CVE-2024-0001||high||2024-02-01||almalinux:8|nodejs|"
                "binary|fixed|unknown||1:18.9.1-1.module_el8.7.0+3370+4c7b5b3d||nodejs:18|\n");
}

#define PHP(release, module) \
    "{'name':'php','epoch':'0','version':'5.1','release':'" release "','module':'" module "'}"
#define PHP_FIRST \
    PHP("1.module_el8.4.0+2229+b272fdef", "php:7.3:8040020210504103517:ceb1cf90:aarch64")
#define PHP_SECOND \
    PHP("1.module_el8.3.0+2009+b272fdef", "php:7.3:8030020210119114205:ceb1cf90:x86_64")
#define BIND "{'name':'bind','epoch':'32','version':'9.11','release':'1.el8'}"

static void almalinux_errata_know_the_module_of_each_package(void **state)
{
    (void)state;
    assert_rows(translate_almalinux_errata, "8/2019/ALSA-2019:3736.json",
                "{'id':'ALSA-2019:3736','severity':'Critical','updated_date':1572998400,"
                "'references':[{'id':'RHSA-2019:3736'},{'id':'CVE-2019-11043'}],"
                "'packages':[" PHP_FIRST "," PHP_SECOND "," BIND "]}",
                "advisory|db|ALSA-2019:3736|CVE-2019-11043||critical||2019-11-06||almalinux:8|php|"
                "binary|fixed|unknown||5.1-1.module_el8.3.0+2009+b272fdef||php:7.3|\n"
                "advisory|db|ALSA-2019:3736|CVE-2019-11043||critical||2019-11-06||almalinux:8|bind|"
                "binary|fixed|unknown||32:9.11-1.el8|||\n");
}

static void a_package_without_a_version_is_left_out(void **state)
{
    (void)state;
    assert_rows(translate_almalinux_errata, "8/2019/ALSA-2019:3736.json",
                "{'id':'ALSA-2019:3736','packages':[{'name':'php','epoch':'0'},{},7]}", "");
}

static void an_almalinux_erratum_outside_a_release_is_refused(void **state)
{
    (void)state;
    assert_refused(translate_almalinux_errata, "ALSA-1.json", "{'id':'ALSA-1'}", ERR_INPUT);
    assert_refused(translate_almalinux_errata, "8/2019/ALSA-1.json", "{}", ERR_INPUT);
}

// ---------------------------------------------------------------- Rocky Linux

static void rocky_errata_list_builds(void **state)
{
    (void)state;
    assert_rows(translate_rocky, "errata/2022/RLSA-2022:5317.json",
                "{'name':'RLSA-2022:5317','severity':'SEVERITY_MODERATE','synopsis':"
                "'Moderate: libxml2 security update','publishedAt':'2022-06-28T10:52:13Z',"
                "'cves':[{'name':'CVE-2022-29824'}],'rpms':{'Rocky Linux 8':{'nvras':["
                "'libxml2-0:2.9.7-13.el8_6.1.aarch64.rpm','libxml2-0:2.9.7-13.el8_6.1.i686.rpm',"
                "'libxml2-0:2.9.7-13.el8_6.1.src.rpm','python3-libxml2-0:2.9.7-13.el8_6.1."
                "x86_64.rpm']},'Rocky Linux SIG Cloud 9':{'nvras':['kernel-0:5-1.x86_64."
                "rpm']}}}",
                "advisory|db|RLSA-2022:5317|CVE-2022-29824||medium||2022-06-28||rocky:8|libxml2|"
                "binary|fixed|unknown||2.9.7-13.el8_6.1|||\n"
                "advisory|db|RLSA-2022:5317|CVE-2022-29824||medium||2022-06-28||rocky:8|"
                "python3-libxml2|binary|fixed|unknown||2.9.7-13.el8_6.1|||\n"
                "advisory|db|RLSA-2022:5317|CVE-2022-29824||medium||2022-06-28||rocky:9|kernel|"
                "binary|fixed|unknown||5-1|||SIG Cloud\n");
}

static void what_is_no_build_is_left_out(void **state)
{
    (void)state;
    assert_rows(translate_rocky, "errata/2022/RLSA-1.json",
                "{'name':'RLSA-1','rpms':{'Rocky Linux 8':{'nvras':['','.rpm',"
                "'a.rpm','a-1.x.rpm','-0:1-1.x.rpm',7]},'Rocky Linux':{'nvras':["
                "'a-0:1-1.x.rpm']},'Other 8':[]}}",
                "");
}

static void rocky_osv_records_are_passed_over(void **state)
{
    (void)state;
    assert_rows(translate_rocky, "osv/RLSA/2024/RLSA-2024:0752.json", "not even JSON", "");
    assert_refused(translate_rocky, "errata/2022/RLSA-1.json", "{}", ERR_INPUT);
}

#define ROCKY_UPDATE(short, packages)                                                           \
    "<updates><update from='releng@rockylinux.org' status='final' type='security' version='2'>" \
    "<id>RLSA-2022:5317</id><title>Moderate: nodejs:18 security update</title>"                 \
    "<issued date='2022-06-28 07:55:26'/><severity>Moderate</severity><references><reference "  \
    "href='x' id='CVE-2022-23308' type='cve' title=''/></references><pkglist><collection "      \
    "short='" short "'><name>n</name>" packages "</collection></pkglist></update></updates>"
#define ROCKY_PACKAGE(release) \
    "<package name='node' version='18.1' release='" release "' epoch='1' arch='x86_64'/>"
#define ROCKY_ROW(release, fixed, module)                                                    \
    "advisory|db|RLSA-2022:5317|CVE-2022-23308||medium||2022-06-28||rocky:" release "|node|" \
    "binary|fixed|unknown||" fixed "||" module "|\n"

static void rocky_repositories_list_their_updates(void **state)
{
    (void)state;
    const char *path = "pub_rocky_9_AppStream_x86_64_os_repodata_repomd.xml";
    assert_rows(translate_rocky, path,
                ROCKY_UPDATE("rocky-linux-8-x86-64-appstream-rpms", ROCKY_PACKAGE("1.el8")),
                ROCKY_ROW("8", "1:18.1-1.el8", ""));
    assert_rows(translate_rocky, path, ROCKY_UPDATE("appstream", ROCKY_PACKAGE("1.el9")),
                ROCKY_ROW("9", "1:18.1-1.el9", ""));
    assert_rows(translate_rocky, path,
                ROCKY_UPDATE("appstream",
                             "<module name='nodejs' stream='20'/>" ROCKY_PACKAGE("1.module+el9.1")),
                ROCKY_ROW("9", "1:18.1-1.module+el9.1", "nodejs:20"));
    assert_rows(translate_rocky, path, ROCKY_UPDATE("appstream", ROCKY_PACKAGE("1.module+el9.1")),
                ROCKY_ROW("9", "1:18.1-1.module+el9.1", "nodejs:18"));
    assert_rows(translate_rocky, "updateinfo.xml", ROCKY_UPDATE("x", ROCKY_PACKAGE("1")), "");
    assert_refused(translate_rocky, path, "<updates/>", ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(almalinux_osv_has_severity_and_streams_in_the_title),
        cmocka_unit_test(almalinux_errata_know_the_module_of_each_package),
        cmocka_unit_test(a_package_without_a_version_is_left_out),
        cmocka_unit_test(an_almalinux_erratum_outside_a_release_is_refused),
        cmocka_unit_test(rocky_errata_list_builds),
        cmocka_unit_test(rocky_repositories_list_their_updates),
        cmocka_unit_test(what_is_no_build_is_left_out),
        cmocka_unit_test(rocky_osv_records_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
