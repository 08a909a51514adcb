#include "testing.h"

static void expect_purl(struct package package, struct distro distro, const char *purl)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    assert_true(package_identify(&package, &distro, mem));
    assert_span(package.purl, span_of_text(purl));
}

static void distribution_packages_have_vendor_and_qualifiers(void **state)
{
    (void)state;
    const struct distro debian = {.id = S("debian"), .version_id = S("12")};
    const struct distro alpine = {.id = S("alpine"), .version_id = S("3.20.3")};
    const struct distro rhel = {.id = S("rhel"), .version_id = S("8.10")};
    const struct distro leap = {.id = S("opensuse-leap"), .version_id = S("15.6")};
    const struct distro arch = {.id = S("arch")};
    expect_purl((struct package){.type = S("deb"),
                                 .name = S("attr"),
                                 .version = S("1:2.4.47-2+b1"),
                                 .arch = S("amd64"),
                                 .source_name = S("attr"),
                                 .source_version = S("1:2.4.47-2")},
                debian,
                "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-12"
                "&upstream=attr%401:2.4.47-2");
    expect_purl((struct package){.type = S("deb"),
                                 .name = S("libssl3"),
                                 .version = S("3.0.11-1"),
                                 .arch = S("amd64"),
                                 .source_name = S("openssl"),
                                 .source_version = S("3.0.11-1")},
                debian,
                "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl");
    expect_purl((struct package){.type = S("apk"),
                                 .name = S("curl"),
                                 .version = S("7.83.0-r0"),
                                 .arch = S("x86"),
                                 .source_name = S("curl"),
                                 .source_version = S("7.83.0-r0")},
                alpine, "pkg:apk/alpine/curl@7.83.0-r0?arch=x86&distro=alpine-3.20.3");
    expect_purl((struct package){.type = S("rpm"),
                                 .name = S("openssl-libs"),
                                 .version = S("1:1.1.1k-12.el8"),
                                 .arch = S("x86_64"),
                                 .source_name = S("openssl"),
                                 .source_version = S("1:1.1.1k-12.el8")},
                rhel,
                "pkg:rpm/redhat/openssl-libs@1.1.1k-12.el8?arch=x86_64&distro=rhel-8.10&epoch=1"
                "&upstream=openssl-1.1.1k-12.el8.src.rpm");
    expect_purl((struct package){.type = S("rpm"), .name = S("aaa_Base"), .version = S("1-2")},
                leap, "pkg:rpm/opensuse/aaa_Base@1-2?distro=opensuse-leap-15.6");
    expect_purl(
        (struct package){
            .type = S("alpm"), .name = S("pacman"), .version = S("6.0.1-1"), .arch = S("x86_64")},
        arch, "pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64&distro=arch");
}

static void without_a_distribution_there_is_no_vendor(void **state)
{
    (void)state;
    expect_purl((struct package){.type = S("deb"), .name = S("curl"), .version = S("1")},
                (struct distro){0}, "pkg:deb/curl@1");
}

static void language_packages_follow_their_type(void **state)
{
    (void)state;
    const struct distro debian = {.id = S("debian"), .version_id = S("12")};
    expect_purl(
        (struct package){.type = S("npm"), .name = S("@angular/animation"), .version = S("12.3.1")},
        debian, "pkg:npm/%40angular/animation@12.3.1");
    expect_purl((struct package){.type = S("pypi"), .name = S("Django_Package"), .version = S("1")},
                debian, "pkg:pypi/django-package@1");
    expect_purl((struct package){.type = S("maven"), .name = S("org.apache.commons/io")}, debian,
                "pkg:maven/org.apache.commons/io");
}

static void hostile_names_are_encoded(void **state)
{
    (void)state;
    expect_purl((struct package){.type = S("generic"),
                                 .name = S("a?b#c@d%e f\x1b\xff"),
                                 .version = S("1/2&3=4"),
                                 .arch = S("x&y=/")},
                (struct distro){0},
                "pkg:generic/a%3Fb%23c%40d%25e%20f%1B%FF@1%2F2%263%3D4?arch=x%26y%3D%2F");
}

static span id_of(struct package package, struct arena *mem)
{
    assert_true(package_identify(&package, &(struct distro){0}, mem));
    return package.id;
}

static void ids_tell_packages_apart_and_last(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct location here = {.path = S("var/lib/dpkg/status"), .layer = 1};
    struct package package = {.type = S("deb"),
                              .name = S("a"),
                              .version = S("1"),
                              .arch = S("b"),
                              .locations = &here,
                              .location_count = 1};
    span id = id_of(package, mem);
    assert_span(id, S("3e179914a9a63110")); // may never change: stored scans refer to it
    here.layer = 2;
    assert_span(id_of(package, mem), id);
    package.licenses = S("MIT");
    assert_span(id_of(package, mem), id);

    struct location there = {.path = S("var/lib/dpkg/status.d/a")};
    struct package other = package;
    other.locations = &there;
    assert_false(span_equal(id_of(other, mem), id));
    other = package;
    other.arch = S("c");
    assert_false(span_equal(id_of(other, mem), id));
    other = package;
    other.name = S("a1");
    other.version = S("");
    assert_false(span_equal(id_of(other, mem), id));
}

static void a_full_arena_leaves_the_package_alone(void **state)
{
    (void)state;
    bool ok = false;
    for (uint64_t budget = 0; budget < 512; budget++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct package package = {.type = S("deb"), .name = S("name"), .version = S("1")};
        ok = package_identify(&package, &(struct distro){0}, mem);
        assert_int_equal(package.purl.len != 0, ok);
        assert_int_equal(package.id.len != 0, ok);
    }
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distribution_packages_have_vendor_and_qualifiers),
        cmocka_unit_test(without_a_distribution_there_is_no_vendor),
        cmocka_unit_test(language_packages_follow_their_type),
        cmocka_unit_test(hostile_names_are_encoded),
        cmocka_unit_test(ids_tell_packages_apart_and_last),
        cmocka_unit_test(a_full_arena_leaves_the_package_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
