// What counts as the product that a document names.
#include "unit/suppress/testing.h"

static void say(const char *flaw, const char *product, const char *part)
{
    struct text text;
    text_init(&text, scene->mem, SIZE_MAX);
    text_addf(&text,
              "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"statements\":[{\"vulnerability\":"
              "{\"name\":\"%s\"},\"products\":[{\"@id\":\"%s\"",
              flaw, product);
    if (part)
        text_addf(&text, ",\"subcomponents\":[{\"@id\":\"%s\"}]", part);
    text_add(&text, S("}],\"status\":\"fixed\"}]}"));
    vex(arena_text(scene->mem, text_span(&text)));
}

// Does a statement about `product` silence a flaw in the package?
static bool silences(const char *product, const char *package)
{
    scene_init(scene, scene->mem);
    struct finding *finding = scene_add(scene, "CVE-1", package);
    say("CVE-1", product, NULL);
    apply();
    return !counts(finding);
}

static void compares_purls(void **state)
{
    (void)state;
    static const struct {
        const char *product;
        const char *package;
        bool same;
    } cases[] = {
        {"pkg:npm/a", "pkg:npm/a@1.0.0", true},
        {"pkg:npm/a@1.0.0", "pkg:npm/a@1.0.0", true},
        {"pkg:npm/a@1.0", "pkg:npm/a@1.0.0", false},
        {"pkg:npm/%40x/a", "pkg:npm/%40x/a@1", true},
        {"pkg:npm/a", "pkg:npm/%40x/a@1", false},
        {"pkg:npm/a#lib", "pkg:npm/a@1", false},
        {"pkg:golang/a.b/c@v1.2.3", "pkg:golang/a.b/c@1.2.3", true},
        {"pkg:golang/a.b/c@1.2.3", "pkg:golang/a.b/c@v1.2.3", true},
        {"pkg:npm/a@v1", "pkg:npm/a@1", false},
        {"pkg:rpm/redhat/a@1-2", "pkg:rpm/redhat/a@1-2?epoch=1", true},
        {"pkg:rpm/redhat/a@1-2?epoch=2", "pkg:rpm/redhat/a@1-2?epoch=1", false},
        {"pkg:rpm/redhat/a@1:1-2", "pkg:rpm/redhat/a@1-2?epoch=1", true},
        {"pkg:deb/debian/a?distro=debian-12", "pkg:deb/debian/a@1?distro=debian-12.5", true},
        {"pkg:deb/debian/a?distro=bookworm", "pkg:deb/debian/a@1?distro=debian-12", true},
        {"pkg:deb/debian/a?distro=debian-1", "pkg:deb/debian/a@1?distro=debian-12", false},
        {"pkg:deb/debian/a?distro=trixie", "pkg:deb/debian/a@1?distro=debian-12", false},
        {"pkg:deb/debian/a?arch=amd64", "pkg:deb/debian/a@1?arch=amd64", true},
        {"pkg:deb/debian/a?arch=arm64", "pkg:deb/debian/a@1?arch=amd64", false},
        {"pkg:deb/debian/a?vendor=x", "pkg:deb/debian/a@1?arch=amd64", false},
        {"pkg:deb/debian/s?arch=source", "pkg:deb/debian/a@1?upstream=s", true},
        {"pkg:deb/debian/s@2?arch=source", "pkg:deb/debian/a@1?upstream=s%402", true},
        {"pkg:deb/debian/s@1?arch=source", "pkg:deb/debian/a@1?upstream=s%402", false},
        {"pkg:deb/debian/s", "pkg:deb/debian/a@1?upstream=s", false},
        {"pkg:rpm/redhat/s?arch=src", "pkg:rpm/redhat/a@1-2?upstream=s-1-2.src.rpm", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (silences(cases[i].product, cases[i].package) != cases[i].same)
            fail_msg("%s and %s", cases[i].product, cases[i].package);
}

#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void knows_the_image(void **state)
{
    (void)state;
    static const struct {
        const char *product;
        bool same;
    } cases[] = {
        {"pkg:oci/app", true},
        {"pkg:oci/app@sha256%3A" HASH, true},
        {"pkg:oci/another-name@sha256%3A" HASH, true},
        {"pkg:oci/app@sha256%3Abb" HASH, false},
        {"pkg:oci/app@1.0", false},
        {"pkg:oci/app?repository_url=registry.example/team/app", true},
        {"pkg:oci/app?repository_url=https://registry.example/team/app/", true},
        {"pkg:oci/app?repository_url=registry.example/other/app", false},
        {"pkg:oci/app?tag=1.0&arch=amd64", true},
        {"pkg:oci/app?tag=2.0", false},
        {"pkg:oci/app?arch=arm64", false},
        {"pkg:oci/app?color=red", false},
        {"pkg:oci/team", false},
        {"registry.example/team/app@sha256:" HASH, true},
        {"registry.example/team/app", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (silences(cases[i].product, "pkg:npm/a@1") != cases[i].same)
            fail_msg("%s", cases[i].product);
}

static void knows_docker_hub_by_its_names(void **state)
{
    (void)state;
    static const char *const products[] = {
        "pkg:oci/alpine",
        "pkg:oci/alpine?repository_url=docker.io/library/alpine",
        "pkg:oci/alpine?repository_url=index.docker.io/library/alpine",
    };
    for (size_t i = 0; i < 3; i++) {
        scene_init(scene, scene->mem);
        scene->scan.image.name = S("alpine:3.20");
        scene->scan.image.kind = S("docker");
        struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/a@1");
        say("CVE-1", products[i], NULL);
        apply();
        assert_false(counts(finding));
    }
}

// A directory has no name that a registry knows.
static void knows_no_name_of_a_path(void **state)
{
    (void)state;
    scene->scan.image.name = S("team/app");
    scene->scan.image.kind = S("dir");
    struct finding *finding = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    say("CVE-1", "pkg:oci/app", NULL);
    apply();
    assert_true(counts(finding));
}

static void knows_parts_of_products(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-1", "pkg:npm/a@1");
    struct finding *two = scene_add(scene, "CVE-1", "pkg:npm/b@1");
    say("CVE-1", "pkg:oci/app", "pkg:npm/a");
    apply();
    assert_false(counts(one));
    assert_true(counts(two));
}

static void knows_go_programs(void **state)
{
    (void)state;
    scene_fill(scene);
    say("CVE-2024-0003", "pkg:golang/example.com/app", "pkg:golang/golang.org/x/crypto@0.1.0");
    say("CVE-2024-0004", "pkg:golang/example.com/app", NULL);
    apply();
    for (size_t i = 0; i < scene->scan.findings.count; i++) {
        const struct finding *finding = &scene->findings[i];
        span name = scene->packages[finding->package].name;
        bool said = (span_equal(finding->id, S("CVE-2024-0003")) &&
                     span_equal(name, S("golang.org/x/crypto"))) ||
                    span_equal(finding->id, S("CVE-2024-0004"));
        assert_int_equal(counts(finding), !said);
    }
}

// Several versions of one module are one name in what the program needs.
static void knows_modules_of_two_versions(void **state)
{
    (void)state;
    scene_fill(scene);
    struct package *other =
        scene_package(scene, "pkg:golang/golang.org/x/crypto@v0.9.0", "usr/bin/app");
    struct finding *finding = scene_finding(scene, "CVE-1", other);
    say("CVE-1", "pkg:golang/example.com/app", "pkg:golang/golang.org/x/crypto@v0.9.0");
    apply();
    assert_false(counts(finding));
}

// A library of the program does not speak for the other that needs it, and of two programs in one
// list nobody knows whose a module is.
static void knows_no_other_modules(void **state)
{
    (void)state;
    scene_fill(scene);
    say("CVE-2024-0004", "pkg:golang/golang.org/x/crypto", "pkg:golang/stdlib");
    scene_package(scene, "pkg:golang/example.com/other@v1", "usr/bin/app");
    say("CVE-2024-0003", "pkg:golang/example.com/app", "pkg:golang/golang.org/x/crypto");
    apply();
    for (size_t i = 0; i < scene->scan.findings.count; i++)
        assert_true(counts(&scene->findings[i]));
}

static void knows_jars_and_owners(void **state)
{
    (void)state;
    scene_fill(scene);
    struct package *owner = scene_package(scene, "pkg:apk/alpine/tool@1", "lib/apk/db/installed");
    struct package *owned = scene_package(scene, "pkg:npm/a@1", "usr/lib/tool/a");
    struct finding *finding = scene_finding(scene, "CVE-1", owned);
    owned->owner = owner->id;
    say("CVE-1", "pkg:apk/alpine/tool", "pkg:npm/a");
    say("CVE-2024-0005", "pkg:maven/org.example/outer", "pkg:maven/org.example/inner");
    apply();
    assert_false(counts(finding));
    for (size_t i = 0; i < scene->scan.findings.count; i++)
        if (span_equal(scene->findings[i].id, S("CVE-2024-0005")))
            assert_false(counts(&scene->findings[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(compares_purls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_the_image, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_docker_hub_by_its_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_no_name_of_a_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_parts_of_products, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_go_programs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_modules_of_two_versions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_no_other_modules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_jars_and_owners, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
