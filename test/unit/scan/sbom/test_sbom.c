#include "sbom_scene.h"

#include <string.h>

static void read_given(struct scene *scene, const char *text, const struct distro *given)
{
    struct err err = {0};
    if (!sbom_read(span_of_text(text), given, &scene->limits, scene->mem, &scene->notes,
                   &scene->image, &scene->bom, &err))
        fail_msg("%s", err.text);
}

static void read_text(struct scene *scene, const char *text)
{
    read_given(scene, text, NULL);
}

#define CYCLONEDX(rest) "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"," rest "}"
#define COMPONENT(rest) "{\"type\":\"library\"," rest "}"

static void assert_text(span actual, const char *expected)
{
    if (!span_equal(actual, span_of_text(expected)))
        fail_msg("'%s' is not '%s'", quote(actual).text, expected);
}

static bool noted(const struct scene *scene, enum note_kind kind, const char *part)
{
    for (size_t i = 0; i < scene->notes.items.count; i++) {
        const struct note *note = LIST_AT(&scene->notes.items, struct note, i);
        if (note->kind == kind && span_contains(note->text, span_of_text(part)))
            return true;
    }
    return false;
}

// ---------------------------------------------------------------- other tools' documents

static const char syft_cyclonedx[] =
    CYCLONEDX("\"metadata\":{\"component\":{\"type\":\"container\",\"name\":\"a/"
              "b:1\",\"version\":\"sha256:ab\"}},"
              "\"components\":[" COMPONENT(
                  "\"bom-ref\":\"1\",\"publisher\":\"Red Hat, "
                  "Inc.\",\"name\":\"a-libs\",\"version\":\"1:2-3\","
                  "\"licenses\":[{\"license\":{\"id\":\"MIT\"}},{\"expression\":\"A OR "
                  "B\"}],"
                  "\"purl\":\"pkg:rpm/redhat/"
                  "a-libs@2-3?arch=x86_64&distro=rhel-8.1&epoch=1&upstream=a-2-3.src.rpm\","
                  "\"properties\":[{\"name\":\"syft:location:0:layerID\",\"value\":"
                  "\"sha256:l2\"},"
                  "{\"name\":\"syft:location:0:path\",\"value\":\"/var/lib/rpm/"
                  "Packages\"}]") ","
                                  "{\"type\":\"file\",\"name\":\"/etc/passwd\"},"
                                  "{\"type\":\"operating-system\",\"name\":\"rhel\","
                                  "\"version\":\"8.1\","
                                  "\"properties\":[{\"name\":\"syft:distro:prettyName\","
                                  "\"value\":\"Red Hat\"}]}]");

static const char syft_spdx[] =
    "{\"spdxVersion\":\"SPDX-2.3\",\"name\":\"a/b\",\"packages\":["
    "{\"SPDXID\":\"SPDXRef-1\",\"name\":\"a-libs\",\"versionInfo\":\"1:2-3\","
    "\"supplier\":\"Organization: Red Hat, Inc.\",\"licenseDeclared\":\"MIT\","
    "\"externalRefs\":[{\"referenceType\":\"cpe23Type\",\"referenceLocator\":\"cpe\"},"
    "{\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:rpm/redhat/"
    "a-libs@2-3?arch=x86_64&distro=rhel-8.1&epoch=1&upstream=a-2-3.src.rpm\"}]},"
    "{\"SPDXID\":\"SPDXRef-r\",\"name\":\"a/b:1\",\"versionInfo\":\"sha256:ab\","
    "\"primaryPackagePurpose\":\"CONTAINER\",\"externalRefs\":[{\"referenceType\":\"purl\","
    "\"referenceLocator\":\"pkg:oci/b@sha256:ab\"}]}],"
    "\"relationships\":[{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relationshipType\":"
    "\"DESCRIBES\",\"relatedSpdxElement\":\"SPDXRef-r\"}]}";

static const char syft_json[] =
    "{\"artifacts\":[{\"id\":\"1\",\"name\":\"a-libs\",\"version\":\"1:2-3\",\"type\":\"rpm\","
    "\"locations\":[{\"path\":\"/var/lib/rpm/Packages\",\"layerID\":\"sha256:l2\"}],"
    "\"licenses\":[{\"value\":\"MIT\",\"spdxExpression\":\"MIT\"}],"
    "\"purl\":\"pkg:rpm/redhat/"
    "a-libs@2-3?arch=x86_64&distro=rhel-8.1&epoch=1&upstream=a-2-3.src.rpm\","
    "\"metadata\":{\"vendor\":\"Red Hat, Inc.\",\"modularityLabel\":\"a:8:1:2\"}}],"
    "\"source\":{\"name\":\"a/b:1\",\"metadata\":{\"manifestDigest\":\"sha256:ab\","
    "\"layers\":[{\"digest\":\"sha256:l1\"},{\"digest\":\"sha256:l2\"}]}},"
    "\"distro\":{\"id\":\"rhel\",\"versionID\":\"8.1\",\"idLike\":[\"fedora\"]}}";

static void check_a_libs(const struct scene *scene)
{
    assert_text(scene->image.name, "a/b:1");
    assert_text(scene->image.kind, "sbom");
    assert_text(scene->image.manifest_digest, "sha256:ab");
    assert_text(scene->bom.distro.id, "rhel");
    assert_text(scene->bom.distro.version_id, "8.1");
    assert_int_equal(scene->bom.package_count, 1);
    const struct package *package = &scene->bom.packages[0];
    assert_text(package->type, "rpm");
    assert_text(package->name, "a-libs");
    assert_text(package->version, "1:2-3");
    assert_text(package->arch, "x86_64");
    assert_text(package->source_name, "a");
    assert_text(package->source_version, "1:2-3");
    assert_text(package->vendor, "Red Hat, Inc.");
    assert_int_equal(package->id.len, 16);
    assert_false(scene->notes.incomplete);
}

static void three_forms_of_syft_say_the_same(void **state)
{
    struct scene *scene = *state;
    read_text(scene, syft_cyclonedx);
    check_a_libs(scene);
    assert_text(scene->bom.packages[0].licenses, "(LicenseRef-A OR LicenseRef-B) AND MIT");
    assert_text(scene->bom.packages[0].locations[0].path, "var/lib/rpm/Packages");
    assert_int_equal(scene->image.layer_count, 1);
    read_text(scene, syft_spdx);
    check_a_libs(scene);
    assert_text(scene->bom.packages[0].licenses, "MIT");
    read_text(scene, syft_json);
    check_a_libs(scene);
    assert_text(scene->bom.packages[0].module, "a:8");
    assert_int_equal(scene->bom.packages[0].locations[0].layer, 1);
    assert_int_equal(scene->image.layer_count, 2);
}

static void trivy_names_sources_in_properties(void **state)
{
    struct scene *scene = *state;
    read_text(
        scene,
        CYCLONEDX("\"components\":[" COMPONENT(
            "\"name\":\"libssl\",\"version\":\"3\",\"purl\":\"pkg:deb/debian/"
            "libssl@3?arch=amd64&distro=debian-12.5\",\"properties\":["
            "{\"name\":\"aquasecurity:trivy:SrcName\",\"value\":\"openssl\"},"
            "{\"name\":\"aquasecurity:trivy:SrcVersion\",\"value\":\"3.1\"},"
            "{\"name\":\"aquasecurity:trivy:SrcRelease\",\"value\":\"2\"},"
            "{\"name\":\"aquasecurity:trivy:SrcEpoch\",\"value\":\"1\"},"
            "{\"name\":\"aquasecurity:trivy:FilePath\",\"value\":\"a/b\"}]") ","
                                                                             "{\"type\":"
                                                                             "\"application\","
                                                                             "\"name\":\"package-"
                                                                             "lock.json\"}]"));
    assert_int_equal(scene->bom.package_count, 1);
    assert_text(scene->bom.packages[0].source_name, "openssl");
    assert_text(scene->bom.packages[0].source_version, "1:3.1-2");
    assert_text(scene->bom.packages[0].locations[0].path, "a/b");
    assert_text(scene->bom.distro.version_id, "12.5");
}

static void names_keep_their_spelling(void **state)
{
    struct scene *scene = *state;
    read_text(
        scene,
        CYCLONEDX("\"components\":[" COMPONENT(
            "\"name\":\"github.com/BurntSushi/toml\",\"purl\":\"pkg:golang/github.com/"
            "BurntSushi/"
            "toml@v1\"") "," COMPONENT("\"group\":\"org.Apache\",\"name\":\"io\",\"purl\":"
                                       "\"pkg:"
                                       "maven/org.Apache/io@1\"") "," COMPONENT("\"name\":"
                                                                                "\"Flask_"
                                                                                "Login\","
                                                                                "\"purl\":"
                                                                                "\"pkg:pypi/"
                                                                                "flask-login@"
                                                                                "1\"") "," COMPONENT("\"name\":\"else\",\"purl\":\"pkg:npm/%40a/b@1\"") "]"));
    assert_int_equal(scene->bom.package_count, 4);
    assert_text(scene->bom.packages[0].name, "github.com/BurntSushi/toml");
    assert_text(scene->bom.packages[1].name, "org.Apache:io");
    assert_text(scene->bom.packages[2].name, "@a/b");
    assert_text(scene->bom.packages[3].name, "Flask_Login");
    assert_text(scene->bom.packages[3].purl, "pkg:pypi/flask-login@1");
}

// ---------------------------------------------------------------- distributions

static const char no_distro[] =
    CYCLONEDX("\"components\":[" COMPONENT("\"name\":\"a\",\"purl\":\"pkg:deb/a@1\"") "]");

static void a_missing_distribution_is_said_aloud(void **state)
{
    struct scene *scene = *state;
    read_text(scene, no_distro);
    assert_int_equal(scene->bom.package_count, 1);
    assert_true(noted(scene, NOTE_DAMAGED, "--distro NAME:VERSION"));
    assert_true(scene->notes.incomplete);
}

static void the_users_distribution_wins(void **state)
{
    struct scene *scene = *state;
    const struct distro given = {.id = S("debian"), .version_id = S("12")};
    read_given(scene, no_distro, &given);
    assert_text(scene->bom.distro.id, "debian");
    assert_text(scene->bom.packages[0].purl, "pkg:deb/debian/a@1?distro=debian-12");
    assert_int_equal(scene->notes.items.count, 0);
}

#define DEB(name, distro) \
    COMPONENT("\"name\":\"" name "\",\"purl\":\"pkg:deb/x/" name "@1?distro=" distro "\"")
#define SYSTEM(name, version) \
    "{\"type\":\"operating-system\",\"name\":\"" name "\",\"version\":\"" version "\"}"

static void expect_refused(struct scene *scene, const char *text, enum err_kind kind)
{
    struct err err = {0};
    assert_false(sbom_read(span_of_text(text), NULL, &scene->limits, scene->mem, &scene->notes,
                           &scene->image, &scene->bom, &err));
    assert_int_equal(err.kind, kind);
    assert_int_equal(scene->bom.package_count, 0);
}

static void several_distributions_are_refused_unless_one_is_given(void **state)
{
    struct scene *scene = *state;
    const struct distro given = {.id = S("debian"), .version_id = S("12")};
    const char two_of_purls[] =
        CYCLONEDX("\"components\":[" DEB("a", "debian-12") "," DEB("b", "ubuntu-22.04") "]");
    const char two_systems[] =
        CYCLONEDX("\"components\":[" SYSTEM("debian", "12") "," SYSTEM("debian", "11") "]");
    expect_refused(scene, two_of_purls, ERR_UNSUPPORTED);
    expect_refused(scene, two_systems, ERR_UNSUPPORTED);
    read_given(scene, two_systems, &given);
    read_given(scene, two_of_purls, &given);
    assert_int_equal(scene->bom.package_count, 2);
    assert_text(scene->bom.distro.version_id, "12");
}

static void a_release_and_its_point_release_are_one(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"components\":[" SYSTEM("debian", "12.5") "," DEB(
                         "a", "debian-12") "," SYSTEM("debian", "12") "]"));
    assert_text(scene->bom.distro.version_id, "12.5");
    assert_int_equal(scene->notes.items.count, 0);
}

static void packages_that_contradict_the_system_are_suspicious(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"components\":[" DEB("a", "ubuntu-22.04") "," SYSTEM("debian",
                                                                                      "12") "]"));
    assert_text(scene->bom.distro.id, "debian");
    assert_true(
        noted(scene, NOTE_SUSPICIOUS,
              "1 packages say that they are of ubuntu 22.04: they are judged as of debian"));
}

static void a_missing_version_is_said_aloud(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"components\":[" COMPONENT(
                         "\"name\":\"a\",\"purl\":\"pkg:deb/debian/a@1\"") "]"));
    assert_text(scene->bom.distro.id, "debian");
    assert_true(noted(scene, NOTE_DAMAGED, "does not name the version of debian"));
}

static void families_of_trivy_are_distributions(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"components\":[" SYSTEM("redhat", "9.4") "]"));
    assert_text(scene->bom.distro.id, "rhel");
    read_text(scene, CYCLONEDX("\"components\":[" SYSTEM("opensuse.leap", "15.6") "]"));
    assert_text(scene->bom.distro.id, "opensuse-leap");
}

// ---------------------------------------------------------------- what is odd

static void what_is_no_package_is_left_out(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"components\":[" COMPONENT("\"name\":\"plain\"") "," COMPONENT(
                         "\"bom-ref\":\"r\"") "," COMPONENT("\"bom-ref\":\"r\",\"name\":\"bad\","
                                                            "\"purl\":\"npm/x\"") "]"));
    assert_int_equal(scene->bom.package_count, 2);
    assert_text(scene->bom.packages[0].type, "generic");
    assert_true(noted(scene, NOTE_INFORMATION, "3 components have no package URL"));
    assert_true(noted(scene, NOTE_DAMAGED, "a component without a name"));
    assert_true(noted(scene, NOTE_DAMAGED, "does not begin with pkg:"));
}

static void a_component_that_is_there_twice_is_one(void **state)
{
    struct scene *scene = *state;
    read_text(
        scene,
        CYCLONEDX(
            "\"components\":[" COMPONENT("\"name\":\"a\",\"purl\":\"pkg:npm/a@1\"") "," COMPONENT(
                "\"name\":\"a\",\"purl\":\"pkg:npm/a@1\"") "," COMPONENT("\"name\":\"a\",\"purl\":"
                                                                         "\"pkg:npm/a@2\"") "]"));
    assert_int_equal(scene->bom.package_count, 2);
}

static void components_within_components_are_read(void **state)
{
    struct scene *scene = *state;
    const char text[] = CYCLONEDX("\"components\":[" COMPONENT(
        "\"name\":\"a\",\"purl\":\"pkg:npm/a@1\",\"components\":[" COMPONENT(
            "\"name\":\"b\",\"purl\":\"pkg:npm/b@1\",\"components\":[" COMPONENT(
                "\"name\":\"c\",\"purl\":\"pkg:npm/c@1\"") "]") "]") "]");
    scene->limits.depth = 3;
    read_text(scene, text);
    assert_int_equal(scene->bom.package_count, 3);
    assert_false(scene->notes.incomplete);
    scene->limits.depth = 2;
    read_text(scene, text);
    assert_int_equal(scene->bom.package_count, 2);
    assert_true(noted(scene, NOTE_LIMIT, "components within components"));
}

static void limits_cut_with_a_note(void **state)
{
    struct scene *scene = *state;
    scene->limits.packages = 1;
    scene->limits.field_bytes = 8;
    read_text(scene,
              CYCLONEDX("\"components\":[" COMPONENT("\"name\":\"a-name-too-long\"") "," COMPONENT(
                  "\"name\":\"b\"") "," COMPONENT("\"name\":\"c\"") "]"));
    assert_int_equal(scene->bom.package_count, 1);
    assert_true(noted(scene, NOTE_LIMIT, "more than 1 packages"));
    assert_true(noted(scene, NOTE_LIMIT, "field too long"));
}

static void what_is_no_bill_of_materials_is_refused(void **state)
{
    struct scene *scene = *state;
    expect_refused(scene, "", ERR_INPUT);
    expect_refused(scene, "{", ERR_INPUT);
    expect_refused(scene, "[]", ERR_INPUT);
    expect_refused(scene, "{\"bomFormat\":\"cyclone\"}", ERR_INPUT);
    expect_refused(scene, "{\"artifacts\":[]}", ERR_INPUT);
    expect_refused(scene, "<?xml version=\"1.0\"?><bom/>", ERR_INPUT);
    expect_refused(scene, "<bom", ERR_INPUT);
    expect_refused(scene, "{\"@context\":\"x\",\"@graph\":[]}", ERR_UNSUPPORTED);
    scene->limits.file_bytes = 10;
    expect_refused(scene, no_distro, ERR_LIMIT);
}

static void a_full_arena_is_a_limit(void **state)
{
    (void)state;
    bool ok = false;
    for (uint64_t budget = 0; budget < 1 << 16; budget += 61) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        const struct limits limits = limits_default();
        struct notes notes;
        struct image image = {0};
        struct bom bom = {0};
        struct err err = {0};
        notes_init(&notes, mem, &limits);
        ok =
            sbom_read(span_of_text(syft_cyclonedx), NULL, &limits, mem, &notes, &image, &bom, &err);
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_LIMIT);
    }
    assert_true(ok);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(three_forms_of_syft_say_the_same),
        TEST(trivy_names_sources_in_properties),
        TEST(names_keep_their_spelling),
        TEST(a_missing_distribution_is_said_aloud),
        TEST(the_users_distribution_wins),
        TEST(several_distributions_are_refused_unless_one_is_given),
        TEST(a_release_and_its_point_release_are_one),
        TEST(packages_that_contradict_the_system_are_suspicious),
        TEST(a_missing_version_is_said_aloud),
        TEST(families_of_trivy_are_distributions),
        TEST(what_is_no_package_is_left_out),
        TEST(a_component_that_is_there_twice_is_one),
        TEST(components_within_components_are_read),
        TEST(limits_cut_with_a_note),
        TEST(what_is_no_bill_of_materials_is_refused),
        TEST(a_full_arena_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
