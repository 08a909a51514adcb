// The forms that are not plain JSON: XML, tags and values, attestations; and what all of them
// share.
#include "sbom_scene.h"

static void read_bytes_of(struct scene *scene, span bytes)
{
    struct err err = {0};
    if (!sbom_read(bytes, NULL, &scene->limits, scene->mem, &scene->notes, &scene->image,
                   &scene->bom, &err))
        fail_msg("%s", err.text);
}

static void read_text(struct scene *scene, const char *text)
{
    read_bytes_of(scene, span_of_text(text));
}

static void expect_refused(struct scene *scene, const char *text, enum err_kind kind)
{
    struct err err = {0};
    assert_false(sbom_read(span_of_text(text), NULL, &scene->limits, scene->mem, &scene->notes,
                           &scene->image, &scene->bom, &err));
    assert_int_equal(err.kind, kind);
}

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

// ---------------------------------------------------------------- one bill in three forms

#define SHA1 "e6b1000b94e835ffd37f4c6dcbdad43f4b48a02a"

static const char as_json[] =
    "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\","
    "\"metadata\":{\"component\":{\"type\":\"container\",\"name\":\"a/b:1\","
    "\"version\":\"sha256:ab\"}},\"components\":["
    "{\"type\":\"operating-system\",\"name\":\"debian\",\"version\":\"12\"},"
    "{\"type\":\"library\",\"bom-ref\":\"1\",\"name\":\"libssl3\",\"version\":\"3-1\","
    "\"purl\":\"pkg:deb/debian/libssl3@3-1?arch=amd64&distro=debian-12&upstream=openssl\","
    "\"licenses\":[{\"license\":{\"name\":\"Apache 2.0\"}}],"
    "\"hashes\":[{\"alg\":\"SHA-1\",\"content\":\"" SHA1 "\"}],"
    "\"components\":[{\"type\":\"library\",\"bom-ref\":\"2\",\"name\":\"libc6\","
    "\"version\":\"2-1\",\"purl\":\"pkg:deb/debian/libc6@2-1\"}]}],"
    "\"dependencies\":[{\"ref\":\"1\",\"dependsOn\":[\"2\",\"2\"]}]}";

static const char as_xml[] =
    "<?xml version=\"1.0\"?><c:bom xmlns:c=\"http://cyclonedx.org/schema/bom/1.6\"><c:metadata>"
    "<c:component type=\"container\"><c:name>a/b:1</c:name><c:version>sha256:ab</c:version>"
    "</c:component></c:metadata><c:components><c:component type=\"operating-system\">"
    "<c:name>debian</c:name><c:version>12</c:version></c:component>"
    "<c:component type=\"library\" bom-ref=\"1\"><c:name>libssl3</c:name>"
    "<c:version>3-1</c:version><c:hashes><c:hash alg=\"SHA-1\">" SHA1 "</c:hash></c:hashes>"
    "<c:licenses><c:license><c:name>Apache 2.0</c:name></c:license></c:licenses>"
    "<c:purl>pkg:deb/debian/libssl3@3-1?arch=amd64&amp;distro=debian-12&amp;upstream=openssl"
    "</c:purl><c:components><c:component type=\"library\" bom-ref=\"2\"><c:name>libc6</c:name>"
    "<c:version>2-1</c:version><c:purl>pkg:deb/debian/libc6@2-1</c:purl></c:component>"
    "</c:components></c:component></c:components><c:dependencies><c:dependency ref=\"1\">"
    "<c:dependency ref=\"2\"/></c:dependency></c:dependencies></c:bom>";

static const char as_tags[] =
    "# made by hand\nSPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n"
    "DocumentComment: <text>two\nPackageName: none\nlines</text>\n"
    "Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-i\n"
    "PackageName: a/b:1\nSPDXID: SPDXRef-i\nPackageVersion: sha256:ab\n"
    "PrimaryPackagePurpose: CONTAINER\n"
    "PackageName: debian\r\nSPDXID: SPDXRef-os\r\nPackageVersion: 12\r\n"
    "PrimaryPackagePurpose: OPERATING-SYSTEM\r\n"
    "PackageName: libssl3\nSPDXID: SPDXRef-1\nPackageVersion: 3-1\n"
    "PackageLicenseDeclared: <text>Apache-2.0</text>\nPackageChecksum: SHA1: " SHA1 "\n"
    "ExternalRef: SECURITY cpe23Type cpe:2.3:a:b:c:*:*:*:*:*:*:*:*\n"
    "ExternalRef: PACKAGE-MANAGER purl "
    "pkg:deb/debian/libssl3@3-1?arch=amd64&distro=debian-12&upstream=openssl\n"
    "FileName: ./x\nSPDXID: SPDXRef-f\nPackageVersion: 9\n"
    "PackageName: libc6\nSPDXID: SPDXRef-2\nPackageVersion: 2-1\n"
    "ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/libc6@2-1\n"
    "Relationship: SPDXRef-2 DEPENDENCY_OF SPDXRef-1";

static void check_bill(struct scene *scene)
{
    assert_text(scene->image.name, "a/b:1");
    assert_text(scene->image.manifest_digest, "sha256:ab");
    assert_text(scene->bom.distro.id, "debian");
    assert_text(scene->bom.distro.version_id, "12");
    assert_int_equal(scene->bom.package_count, 2);
    assert_text(scene->bom.packages[0].name, "libc6");
    const struct package *ssl = &scene->bom.packages[1];
    assert_text(ssl->name, "libssl3");
    assert_text(ssl->version, "3-1");
    assert_text(ssl->source_name, "openssl");
    assert_text(ssl->licenses, "Apache-2.0");
    assert_int_equal(ssl->hashes.count, 1);
    assert_text(ssl->hashes.items[0], "sha1:" SHA1);
    assert_int_equal(ssl->depends.count, 1);
    assert_text(ssl->depends.items[0], "libc6");
    assert_false(scene->notes.incomplete);
}

static void json_xml_and_tags_say_the_same(void **state)
{
    struct scene *scene = *state;
    read_text(scene, as_json);
    check_bill(scene);
    read_text(scene, as_xml);
    check_bill(scene);
    read_text(scene, as_tags);
    check_bill(scene);
    assert_int_equal(scene->notes.items.count, 0);
}

static void what_tags_cannot_say_is_noted(void **state)
{
    struct scene *scene = *state;
    read_text(scene, "SPDXVersion: SPDX-2.0\nno tag\nPackageName: a\nPackageComment: <text>open\n");
    assert_int_equal(scene->bom.package_count, 1);
    assert_true(noted(scene, NOTE_UNSUPPORTED, "SPDX-2.0"));
    assert_true(noted(scene, NOTE_DAMAGED, "2 lines are no tags"));
}

static void other_xml_is_refused(void **state)
{
    struct scene *scene = *state;
    expect_refused(scene, "<html/>", ERR_INPUT);
    expect_refused(scene, "<bom xmlns=\"http://example.org/bom\"/>", ERR_INPUT);
    expect_refused(scene, "<!DOCTYPE a [<!ENTITY b \"c\">]><bom/>", ERR_UNSUPPORTED);
    scene->limits.depth = 4;
    expect_refused(scene, "<a><a><a><a><a/></a></a></a></a>", ERR_LIMIT);
}

// ---------------------------------------------------------------- attestations

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static span statement_of(struct scene *scene, const char *predicate)
{
    struct text text = {0};
    text_init(&text, scene->mem, SIZE_MAX);
    text_add(&text, S("{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":\"p\","
                      "\"subject\":[{\"name\":\"s\",\"digest\":{\"sha256\":\"" DIGEST "\"}}],"
                      "\"predicate\":"));
    text_add(&text, span_of_text(predicate));
    text_add(&text, S("}"));
    assert_true(text_ok(&text));
    return text_span(&text);
}

static span envelope_of(struct scene *scene, span payload)
{
    struct text text = {0};
    span base64 = {0};
    text_init(&text, scene->mem, SIZE_MAX);
    assert_true(base64_encode(payload, scene->mem, &base64));
    text_add(&text, S("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""));
    text_add(&text, base64);
    text_add(&text, S("\",\"signatures\":[]}"));
    assert_true(text_ok(&text));
    return text_span(&text);
}

static void attestations_are_opened(void **state)
{
    struct scene *scene = *state;
    read_bytes_of(scene, statement_of(scene, as_json));
    check_bill(scene);
    read_bytes_of(scene, envelope_of(scene, statement_of(scene, as_json)));
    check_bill(scene);
    assert_true(noted(scene, NOTE_INFORMATION, "nobody has looked at the signature"));
}

static void a_bill_without_a_name_has_that_of_its_statement(void **state)
{
    struct scene *scene = *state;
    read_bytes_of(scene, statement_of(scene, "{\"Data\":{\"spdxVersion\":\"SPDX-2.3\"}}"));
    assert_text(scene->image.manifest_digest, "sha256:" DIGEST);
    assert_text(scene->image.name, "s");
    read_bytes_of(scene,
                  statement_of(scene, "{\"Data\":\"{\\\"spdxVersion\\\":\\\"SPDX-2.3\\\"}\"}"));
    assert_text(scene->image.name, "s");
}

static void envelopes_do_not_go_on_for_ever(void **state)
{
    struct scene *scene = *state;
    span bytes = S("{}");
    struct err err = {0};
    for (int i = 0; i < 6; i++)
        bytes = envelope_of(scene, bytes);
    assert_false(sbom_read(bytes, NULL, &scene->limits, scene->mem, &scene->notes, &scene->image,
                           &scene->bom, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    expect_refused(scene, "{\"payloadType\":\"x\",\"payload\":\"?\"}", ERR_INPUT);
    expect_refused(scene, "{\"payloadType\":\"x\"}", ERR_INPUT);
    expect_refused(scene, "{\"_type\":\"x\",\"predicateType\":\"slsa\",\"predicate\":{}}",
                   ERR_INPUT);
}

// ---------------------------------------------------------------- CycloneDX

#define CYCLONEDX(rest) "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"," rest "}"
#define NPM(name, rest)                                               \
    "{\"type\":\"library\",\"bom-ref\":\"" name "\",\"name\":\"" name \
    "\",\"purl\":\"pkg:npm/" name "@1\"" rest "}"

static void what_is_excluded_is_not_there(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"components\":[" NPM("a", ",\"scope\":\"excluded\"") "," NPM(
                         "b", ",\"scope\":\"optional\"") "]"));
    assert_int_equal(scene->bom.package_count, 1);
    assert_text(scene->bom.packages[0].name, "b");
    assert_true(noted(scene, NOTE_INFORMATION, "1 components are there, but excluded"));
}

static void the_subject_may_be_a_package(void **state)
{
    struct scene *scene = *state;
    read_text(scene, CYCLONEDX("\"metadata\":{\"component\":" NPM("app", "") "}"));
    assert_int_equal(scene->bom.package_count, 1);
    assert_text(scene->image.name, "app");
}

static void what_authors_declare_beats_what_is_concluded(void **state)
{
    struct scene *scene = *state;
    read_text(
        scene,
        CYCLONEDX("\"components\":[" NPM(
            "a",
            ",\"licenses\":[{\"license\":{\"id\":\"MIT\"}},{\"license\":{\"id\":"
            "\"Zlib\",\"acknowledgement\":\"concluded\"}}]") "," NPM("b",
                                                                     ",\"licenses\":[{"
                                                                     "\"expression\":\"MIT OR "
                                                                     "Zlib\",\"acknowledgement\":"
                                                                     "\"concluded\"}]") "]"));
    assert_text(scene->bom.packages[0].licenses, "MIT");
    assert_text(scene->bom.packages[1].licenses, "MIT OR Zlib");
}

static void licences_of_the_document_are_found_on_the_list(void **state)
{
    struct scene *scene = *state;
    const char json[] =
        "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"SPDXID\":\"SPDXRef-1\",\"name\":\"a\","
        "\"licenseDeclared\":\"(LicenseRef-E OR Zlib) AND LicenseRef-own\",\"externalRefs\":["
        "{\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:deb/a@1?distro=debian-12\"}]}],"
        "\"hasExtractedLicensingInfos\":[{\"licenseId\":\"LicenseRef-own\","
        "\"extractedText\":\"Do as you please, but not here.\"},"
        "{\"licenseId\":\"LicenseRef-E\",\"extractedText\":\"Expat\"}]}";
    read_text(scene, json);
    assert_text(scene->bom.packages[0].licenses, "(MIT OR Zlib) AND LicenseRef-own");
    read_text(scene, "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageLicenseDeclared: LicenseRef-E\n"
                     "LicenseID: LicenseRef-x\nExtractedText: x\nLicenseID: LicenseRef-E\n"
                     "LicenseName: NOASSERTION\nExtractedText: <text>Apache 2.0</text>\n");
    assert_text(scene->bom.packages[0].licenses, "Apache-2.0");
}

static void broken_rules_that_do_no_harm_are_counted(void **state)
{
    struct scene *scene = *state;
    read_text(
        scene,
        CYCLONEDX("\"serialNumber\":\"x\",\"components\":[" NPM(
            "a",
            ",\"hashes\":[{\"alg\":\"MD5\",\"content\":\"ab\"}],\"scope\":\"some\","
            "\"licenses\":[{\"license\":{\"id\":\"no such\"}}]") "," NPM("a",
                                                                         "") "],\"dependencies\":[{"
                                                                             "\"dependsOn\":[]}]"));
    assert_true(noted(scene, NOTE_INFORMATION, "1 hashes that are none"));
    assert_true(noted(scene, NOTE_INFORMATION, "1 components with a scope"));
    assert_true(noted(scene, NOTE_INFORMATION, "1 licences that are on no list"));
    assert_true(noted(scene, NOTE_INFORMATION, "1 serial number"));
    assert_true(noted(scene, NOTE_INFORMATION, "2 references"));
    assert_int_equal(scene->bom.packages[0].hashes.count, 0);
    assert_false(scene->notes.incomplete);
}

// ---------------------------------------------------------------- memory

static void a_full_arena_is_a_limit(void **state)
{
    const span documents[] = {S(""), span_of_text(as_xml), span_of_text(as_tags),
                              envelope_of(*state, statement_of(*state, as_json))};
    for (size_t i = 1; i < sizeof documents / sizeof *documents; i++) {
        bool ok = false;
        for (uint64_t budget = 0; budget < 1 << 18; budget += 1021) {
            CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
            const struct limits limits = limits_default();
            struct notes notes;
            struct image image = {0};
            struct bom bom = {0};
            struct err err = {0};
            notes_init(&notes, mem, &limits);
            ok = sbom_read(documents[i], NULL, &limits, mem, &notes, &image, &bom, &err);
            assert_int_equal(err.kind, ok ? ERR_NONE : ERR_LIMIT);
        }
        assert_true(ok);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json_xml_and_tags_say_the_same),
        TEST(what_tags_cannot_say_is_noted),
        TEST(other_xml_is_refused),
        TEST(attestations_are_opened),
        TEST(a_bill_without_a_name_has_that_of_its_statement),
        TEST(envelopes_do_not_go_on_for_ever),
        TEST(what_is_excluded_is_not_there),
        TEST(the_subject_may_be_a_package),
        TEST(what_authors_declare_beats_what_is_concluded),
        TEST(licences_of_the_document_are_found_on_the_list),
        TEST(broken_rules_that_do_no_harm_are_counted),
        TEST(a_full_arena_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
