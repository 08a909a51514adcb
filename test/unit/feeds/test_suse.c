#include "testing.h"

#define PACKAGE(ecosystem, binaries)                                               \
    "{'package':{'ecosystem':'" ecosystem "','name':'polkit'},'ranges':[{'type':"  \
    "'ECOSYSTEM','events':[{'introduced':'0'},{'fixed':'0.116-150200.3.12.1'}]}]," \
    "'ecosystem_specific':{'binaries':[{" binaries "}]}}"
#define POLKIT "'libpolkit0':'0.116-150200.3.12.1','polkit':'0.116-150200.3.12.1'"
#define ONE "'polkit':'1-2'"
#define RECORD(affected)                                                                         \
    "{'id':'SUSE-SU-2024:0010-1','modified':'2024-01-02T12:21:20Z','related':['CVE-2021-4034']," \
    "'affected':[" affected "]}"
#define ROW(ecosystem, name, status, fixed, repository)                                       \
    "advisory|db|SUSE-SU-2024:0010-1|CVE-2021-4034||unknown||2024-01-02||" ecosystem "|" name \
    "|binary|" status "|unknown||" fixed "|||" repository "\n"

static void assert_suse(const char *document, const char *rows)
{
    assert_rows(translate_suse, "SUSE/SU/2024/SUSE-SU-2024:0010-1.json", document, rows);
}

static void binaries_are_what_is_fixed(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Micro 5.3", POLKIT)),
                ROW("sle-micro:5.3", "libpolkit0", "fixed", "0.116-150200.3.12.1", "")
                    ROW("sle-micro:5.3", "polkit", "fixed", "0.116-150200.3.12.1", ""));
}

// Every source package of an update repeats the binaries of all.
static void repeated_lists_count_once(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("openSUSE:Leap 15.5", ONE) "," PACKAGE("openSUSE:Leap 15.5", ONE)),
                ROW("opensuse-leap:15.5", "polkit", "fixed", "1-2", ""));
}

static void modules_are_part_of_the_server(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Module for Basesystem 15 SP5", ONE)),
                ROW("sles:15.5", "polkit", "fixed", "1-2", ""));
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Module for Python 3 15 SP6", ONE)),
                ROW("sles:15.6", "polkit", "fixed", "1-2", ""));
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Module for Legacy 15", ONE)),
                ROW("sles:15", "polkit", "fixed", "1-2", ""));
}

static void modules_of_12_are_for_every_service_pack(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Module for Containers 12", ONE)),
                ROW("sles:12", "polkit", "fixed", "1-2", "")
                    ROW("sles:12.1", "polkit", "fixed", "1-2", "")
                        ROW("sles:12.2", "polkit", "fixed", "1-2", "")
                            ROW("sles:12.3", "polkit", "fixed", "1-2", "")
                                ROW("sles:12.4", "polkit", "fixed", "1-2", "")
                                    ROW("sles:12.5", "polkit", "fixed", "1-2", ""));
}

static void what_only_ltss_fixes_stays_open_for_others(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Server 15 SP3-LTSS", ONE)),
                ROW("sles:15.3", "polkit", "fixed", "1-2", "ltss")
                    ROW("sles:15.3", "polkit", "end_of_life", "1-2", ""));
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Server 11 SP4 LTSS EXTREME CORE", ONE)),
                ROW("sles:11.4", "polkit", "fixed", "1-2", "ltss-extreme-core")
                    ROW("sles:11.4", "polkit", "end_of_life", "1-2", ""));
}

static void a_fix_for_everybody_goes_before_one_that_is_sold(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Server 12-LTSS",
                               ONE) "," PACKAGE("SUSE:Linux Enterprise Server 12", ONE)),
                ROW("sles:12", "polkit", "fixed", "1-2", "ltss")
                    ROW("sles:12", "polkit", "fixed", "1-2", ""));
}

static void other_products_are_limited_or_left_out(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Server for SAP Applications 15 SP4", ONE)),
                ROW("sles:15.4", "polkit", "fixed", "1-2", "sles_sap"));
    assert_suse(
        RECORD(PACKAGE("SUSE:Linux Enterprise High Performance Computing 15 SP3-ESPOS", ONE)),
        ROW("sles:15.3", "polkit", "fixed", "1-2", "sle_hpc-espos"));
    assert_suse(RECORD(PACKAGE("SUSE:Manager Server 4.3", ONE)), "");
    assert_suse(RECORD(PACKAGE("SUSE:EL-9:Update:Products:SaltBundle:Update", ONE)), "");
    assert_suse(RECORD(PACKAGE("SUSE:Linux Enterprise Server", ONE)), "");
    assert_suse(RECORD(PACKAGE("Debian:12", ONE)), "");
}

static void opensuse_has_three_products(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("openSUSE:Leap 15.4 NonFree", ONE)),
                ROW("opensuse-leap:15.4", "polkit", "fixed", "1-2", ""));
    assert_suse(RECORD(PACKAGE("openSUSE:Leap Micro 5.5", ONE)),
                ROW("opensuse-leap-micro:5.5", "polkit", "fixed", "1-2", ""));
    assert_suse(RECORD(PACKAGE("openSUSE:Tumbleweed", ONE)),
                ROW("opensuse-tumbleweed", "polkit", "fixed", "1-2", ""));
    assert_suse(RECORD(PACKAGE("openSUSE:Evergreen 11.4", ONE)), "");
}

static void debugging_symbols_and_other_types_say_nothing(void **state)
{
    (void)state;
    assert_suse(RECORD(PACKAGE("openSUSE:Tumbleweed", "'a-debuginfo':'1-2','b':7,'c':''")), "");
    assert_refused(translate_suse, "a.json", "[]", ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binaries_are_what_is_fixed),
        cmocka_unit_test(repeated_lists_count_once),
        cmocka_unit_test(modules_are_part_of_the_server),
        cmocka_unit_test(modules_of_12_are_for_every_service_pack),
        cmocka_unit_test(what_only_ltss_fixes_stays_open_for_others),
        cmocka_unit_test(a_fix_for_everybody_goes_before_one_that_is_sold),
        cmocka_unit_test(other_products_are_limited_or_left_out),
        cmocka_unit_test(opensuse_has_three_products),
        cmocka_unit_test(debugging_symbols_and_other_types_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
