// Bulletins of Amazon Linux and Arch Linux.
#include "testing.h"

#define ALAS(packages)                                                                      \
    "{'ID':'ALAS2-2023-1','Updated':{'Date':'2023-09-15 20:55:00'},'Severity':'important'," \
    "'References':{'Reference':[{'ID':'CVE-2023-0286','Type':'cve'},{'ID':'RHSA-2023:1',"   \
    "'Type':'redhat'}]},'Pkglist':{'Collection':{'Package':[" packages "]}}}"
#define BUILD(name, arch) \
    "{'Arch':'" arch "','Epoch':'1','Name':'" name "','Release':'2.amzn2','Version':'1.0.2k'}"
#define ALAS_ROW(ecosystem, name, repository)                                       \
    "advisory|db|ALAS2-2023-1|CVE-2023-0286||high||2023-09-15||" ecosystem "|" name \
    "|binary|fixed|unknown||1:1.0.2k-2.amzn2|||" repository "\n"

static void amazon_builds_of_all_architectures_are_one(void **state)
{
    (void)state;
    assert_rows(translate_amazon, "2/core/2023/ALAS2-2023-1.json",
                ALAS(BUILD("openssl", "x86_64") "," BUILD("openssl", "aarch64") "," BUILD(
                    "openssl-debuginfo", "x86_64")),
                ALAS_ROW("amzn:2", "openssl", ""));
}

static void amazon_repositories_are_in_the_path(void **state)
{
    (void)state;
    assert_rows(translate_amazon, "1/updates/2014/ALAS-2014-1.json", ALAS(BUILD("openssl", "i686")),
                ALAS_ROW("amzn:1", "openssl", ""));
    assert_rows(translate_amazon, "2/extras/docker/2023/A.json", ALAS(BUILD("docker", "x86_64")),
                ALAS_ROW("amzn:2", "docker", "amzn2extra-docker"));
    assert_rows(translate_amazon, "2023/kernel-livepatch/2024/A.json", ALAS(BUILD("k", "x86_64")),
                ALAS_ROW("amzn:2023", "k", "kernel-livepatch"));
}

static void amazon_without_a_release_is_refused(void **state)
{
    (void)state;
    assert_rows(translate_amazon, "2/core/README", "not for us", "");
    assert_rows(translate_amazon, "2/core/2023/A.json", ALAS("{'Name':'a'}"), "");
    assert_refused(translate_amazon, "core/2023/A.json", ALAS(BUILD("a", "b")), ERR_INPUT);
    assert_refused(translate_amazon, "2/A.json", ALAS(BUILD("a", "b")), ERR_INPUT);
    assert_refused(translate_amazon, "2/core/2023/A.json", "{}", ERR_INPUT);
}

// As the repository has it; in documents of tests a single quote stands for a double one.
#define UPDATES(short, members)                                                                    \
    "<?xml version='1.0' ?>\n<updates><update status='final' version='1.4' author="                \
    "'linux-security@amazon.com' type='security' from='linux-security@amazon.com'>"                \
    "<id>ALAS2-2023-1</id><title>Amazon Linux 2 - ALAS2-2023-1: important priority package update" \
    " for openssl</title><issued date='2023-09-13 20:55:00' /><updated date='2023-09-15 20:55:00'" \
    " /><severity>important</severity><references><reference href='http://cve.example/' title=''"  \
    " id='CVE-2023-0286' type='cve' /><reference id='RHSA-2023:1' type='redhat' /></references>"   \
    "<pkglist><collection short='" short "'><name>Amazon Linux</name>" members                     \
                                         "</collection></pkglist></update><update "                \
                                         "type='bugfix'><id>ALAS2-2023-2</id></update>"            \
                                         "</updates>"
#define PACKAGE(name, arch)                                                             \
    "<package name='" name "' version='1.0.2k' release='2.amzn2' epoch='1' arch='" arch \
    "'><filename>Packages/a.rpm</filename></package>"
#define PACKAGES(name)      \
    PACKAGE(name, "x86_64") \
    PACKAGE(name, "i686") PACKAGE(name "-debuginfo", "x86_64") PACKAGE(name, "src")

static void amazon_repositories_list_their_updates(void **state)
{
    (void)state;
    const char *path = "2_core_latest_x86_64_mirror.list";
    assert_rows(translate_amazon, path, UPDATES("amazon-linux-2", PACKAGES("openssl")),
                ALAS_ROW("amzn:2", "openssl", ""));
    assert_rows(translate_amazon, path, UPDATES("amazon-linux-2---docker", PACKAGES("docker")),
                ALAS_ROW("amzn:2", "docker", "amzn2extra-docker"));
    assert_rows(translate_amazon, path,
                UPDATES("amazon-linux-2023---kernel-livepatch", PACKAGES("k")),
                ALAS_ROW("amzn:2023", "k", "kernel-livepatch"));
    assert_rows(translate_amazon, path, UPDATES("amazon-linux-ami", PACKAGES("a")),
                ALAS_ROW("amzn:1", "a", ""));
    assert_rows(translate_amazon, path, UPDATES("amazon-linux", PACKAGES("a")),
                ALAS_ROW("amzn:1", "a", ""));
    assert_rows(translate_amazon, path, UPDATES("fedora", PACKAGES("a")), "");
    assert_refused(translate_amazon, path, "<updates/>", ERR_INPUT);
    assert_refused(translate_amazon, path, "<updates><update>", ERR_INPUT);
}

#define AVG(status, fixed)                                                                         \
    "{'name':'AVG-1751','advisories':['ASA-202103-1'],'issues':['CVE-2021-21199','CVE-2021-21198'" \
    "],"                                                                                           \
    "'packages':['chromium'],'severity':'High','affected':'89.0-1','fixed':" fixed                 \
    ",'status':'" status "'}"
#define AVG_ROW(status, fixed)                                                               \
    "advisory|db|AVG-1751|CVE-2021-21199,CVE-2021-21198|ASA-202103-1|high||||arch|chromium|" \
    "binary|" status "|unknown||" fixed "|||\n"

static void arch_states(void **state)
{
    (void)state;
    assert_rows(translate_arch, "AVG-1751.json", AVG("Fixed", "'89.0-2'"),
                AVG_ROW("fixed", "89.0-2"));
    assert_rows(translate_arch, "AVG-1751.json", AVG("Vulnerable", "null"),
                AVG_ROW("affected", ""));
    assert_rows(translate_arch, "AVG-1751.json", AVG("Testing", "'89.0-2'"),
                AVG_ROW("affected", "89.0-2"));
    assert_rows(translate_arch, "AVG-1751.json", AVG("Not affected", "'89.0-2'"),
                AVG_ROW("not_affected", ""));
    assert_rows(translate_arch, "AVG-1751.json", AVG("Unknown", "null"),
                AVG_ROW("under_investigation", ""));
    assert_rows(translate_arch, "AVG-1751.json", AVG("Fixed", "null"), AVG_ROW("affected", ""));
}

static void arch_without_a_status_is_refused(void **state)
{
    (void)state;
    assert_rows(translate_arch, "LICENSE", "not for us", "");
    assert_refused(translate_arch, "AVG-1.json", AVG("Perhaps", "null"), ERR_INPUT);
    assert_refused(translate_arch, "AVG-1.json", "{'status':'Fixed'}", ERR_INPUT);
    assert_refused(translate_arch, "AVG-1.json", "{", ERR_INPUT);
}

static void arch_publishes_one_list(void **state)
{
    (void)state;
    assert_rows(translate_arch, "issues_all.json",
                "[" AVG("Fixed", "'89.0-2'") ",{'name':'AVG-1'},7," AVG("Vulnerable", "null") "]",
                AVG_ROW("fixed", "89.0-2") AVG_ROW("affected", ""));
    assert_rows(translate_arch, "issues_all.json", "[]", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amazon_builds_of_all_architectures_are_one),
        cmocka_unit_test(amazon_repositories_are_in_the_path),
        cmocka_unit_test(amazon_repositories_list_their_updates),
        cmocka_unit_test(amazon_without_a_release_is_refused),
        cmocka_unit_test(arch_states),
        cmocka_unit_test(arch_publishes_one_list),
        cmocka_unit_test(arch_without_a_status_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
