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
    expect_purl((struct package){.type = S("maven"), .name = S("org.apache.commons:io")}, debian,
                "pkg:maven/org.apache.commons/io");
}

static void names_take_the_form_of_their_type(void **state)
{
    (void)state;
    const struct distro none = {0};
    const struct package packages[] = {
        {.type = S("golang"), .name = S("github.com/BurntSushi/toml"), .version = S("v1.4.0")},
        {.type = S("composer"), .name = S("Laravel/framework"), .version = S("v11.0")},
        {.type = S("swift"), .name = S("github.com/apple/swift-nio"), .version = S("2.0")},
        {.type = S("gem"), .name = S("nokogiri"), .version = S("1.16"), .arch = S("java")},
        {.type = S("nuget"), .name = S("Newtonsoft.Json"), .version = S("13.0.3")},
        {.type = S("hex"), .name = S("jason"), .version = S("1.4.0")},
        {.type = S("conan"), .name = S("zlib"), .version = S("1.3.1")},
        {.type = S("generic"), .name = S("nginx"), .version = S("1.25.3")},
        {.type = S("swift"), .name = S("no-host"), .version = S("1")},
    };
    const char *const purls[] = {
        "pkg:golang/github.com/burntsushi/toml@v1.4.0",
        "pkg:composer/laravel/framework@v11.0",
        "pkg:swift/github.com/apple/swift-nio@2.0",
        "pkg:gem/nokogiri@1.16?platform=java",
        "pkg:nuget/Newtonsoft.Json@13.0.3",
        "pkg:hex/jason@1.4.0",
        "pkg:conan/zlib@1.3.1",
        "pkg:generic/nginx@1.25.3",
        "", // the type demands a namespace
    };
    for (size_t i = 0; i < COUNT_OF(packages); i++)
        expect_purl(packages[i], none, purls[i]);
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

// ---------------------------------------------------------------- from a purl

static struct package package_of(const char *text, struct arena *mem, struct distro *ret_distro)
{
    struct purl purl = {0};
    struct package package = {0};
    assert_true(purl_parse(span_of_text(text), mem, &purl, NULL));
    assert_true(package_from_purl(&purl, mem, &package, ret_distro));
    return package;
}

static void purls_of_other_tools_name_source_and_distribution(void **state)
{
    (void)state;
    static const struct {
        const char *purl;
        const char *name;
        const char *version;
        const char *source_name;
        const char *source_version;
        const char *distro_id;
        const char *distro_version;
    } rows[] = {
        // Syft
        {"pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl", "libssl3",
         "3.0.11-1", "openssl", "3.0.11-1", "debian", "12"},
        {"pkg:deb/ubuntu/a@1:2-3?upstream=b%400%3A9&distro=ubuntu-22.04", "a", "1:2-3", "b", "0:9",
         "ubuntu", "22.04"},
        {"pkg:rpm/redhat/a-libs@2-1.el8?epoch=1&distro=rhel-8.10&upstream=a-2-1.el8.src.rpm",
         "a-libs", "1:2-1.el8", "a", "1:2-1.el8", "rhel", "8.10"},
        {"pkg:rpm/redhat/x@2-1?epoch=1&distro=redhat-8.10&upstream=y-z-7-1.nosrc.rpm", "x", "1:2-1",
         "y-z", "7-1", "rhel", "8.10"},
        {"pkg:rpm/opensuse/x@2-1?distro=opensuse-leap-15.6&upstream=odd", "x", "2-1", "x", "2-1",
         "opensuse-leap", "15.6"},
        // Trivy: Debian's epoch is a qualifier, Alpine's release stands alone
        {"pkg:deb/debian/a@2-3?epoch=1", "a", "1:2-3", "a", "1:2-3", "debian", ""},
        {"pkg:apk/alpine/musl@1.2.4-r0?arch=x86&distro=3.18.4", "musl", "1.2.4-r0", "musl",
         "1.2.4-r0", "alpine", "3.18.4"},
        {"pkg:rpm/fedora/a@2?epoch=0&distro=fedora-40", "a", "2", "a", "2", "fedora", "40"},
        // purl-spec's examples
        {"pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64", "pacman", "6.0.1-1", "pacman", "6.0.1-1",
         "arch", ""},
        {"pkg:deb/curl@1", "curl", "1", "curl", "1", "", ""},
        {"pkg:npm/%40angular/animation@12.3.1", "@angular/animation", "12.3.1",
         "@angular/animation", "12.3.1", "", ""},
        {"pkg:maven/org.apache/io@1?type=jar&epoch=2", "org.apache:io", "1", "org.apache:io", "1",
         "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
        struct distro distro = {0};
        struct package package = package_of(rows[i].purl, mem, &distro);
        assert_span(package.name, span_of_text(rows[i].name));
        assert_span(package.version, span_of_text(rows[i].version));
        assert_span(package.source_name, span_of_text(rows[i].source_name));
        assert_span(package.source_version, span_of_text(rows[i].source_version));
        assert_span(distro.id, span_of_text(rows[i].distro_id));
        assert_span(distro.version_id, span_of_text(rows[i].distro_version));
    }
}

static void a_codename_is_one(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct distro distro = {0};
    (void)package_of("pkg:deb/debian/curl@7.50.3-1?distro=jessie", mem, &distro);
    assert_span(distro.id, S("debian"));
    assert_span(distro.codename, S("jessie"));
    assert_span(distro.version_id, S(""));
}

static void a_modularity_label_is_cut(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct distro distro = {0};
    assert_span(package_of("pkg:rpm/a/b@1?rpmmod=nodejs:18:810:c1", mem, &distro).module,
                S("nodejs:18"));
    assert_span(package_of("pkg:rpm/a/b@1?modularitylabel=nodejs:12", mem, &distro).module,
                S("nodejs:12"));
    assert_span(package_of("pkg:rpm/a/b@1?rpmmod=nodejs", mem, &distro).module, S(""));
}

static void a_purl_leads_back_to_itself(void **state)
{
    (void)state;
    static const char attr[] = "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-12"
                               "&upstream=attr%401:2.4.47-2";
    static const char *const purls[] = {
        attr,
        "pkg:rpm/redhat/a@2-1?arch=x86_64&distro=rhel-8.10&epoch=1&upstream=b-2-1.src.rpm",
        "pkg:rpm/opensuse/a@2-1?arch=x86_64&distro=opensuse-leap-15.6",
        "pkg:apk/alpine/curl@7.83.0-r0?arch=x86&distro=alpine-3.20.3",
        "pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64&distro=arch",
        "pkg:npm/%40angular/animation@12.3.1",
        "pkg:maven/org.apache.commons/io@1.3.4",
        "pkg:gem/nokogiri@1.16?platform=java",
        "pkg:golang/github.com/gorilla/context@v1",
        "pkg:generic/a%3Fb%23c%40d%25e%20f%1B%FF@1%2F2%263%3D4?arch=x%26y%3D%2F",
    };
    for (size_t i = 0; i < COUNT_OF(purls); i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
        struct distro distro = {0};
        struct package package = package_of(purls[i], mem, &distro);
        assert_true(package_identify(&package, &distro, mem));
        assert_span(package.purl, span_of_text(purls[i]));
    }
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
    for (uint64_t budget = 0; budget < 4096; budget++) {
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
        cmocka_unit_test(names_take_the_form_of_their_type),
        cmocka_unit_test(hostile_names_are_encoded),
        cmocka_unit_test(purls_of_other_tools_name_source_and_distribution),
        cmocka_unit_test(a_codename_is_one),
        cmocka_unit_test(a_modularity_label_is_cut),
        cmocka_unit_test(a_purl_leads_back_to_itself),
        cmocka_unit_test(ids_tell_packages_apart_and_last),
        cmocka_unit_test(a_full_arena_leaves_the_package_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
