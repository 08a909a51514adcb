#include "unit/suppress/testing.h"

#define OPENSSL "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl"
#define WHY "  reason: because\n  expires: 2999-01-01\n"

static void silences_by_id_alias_and_package(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct finding *two = scene_add(scene, "CVE-2024-0002", OPENSSL);
    struct finding *three = scene_add(scene, "CVE-2024-0003", OPENSSL);
    span alias = S("GHSA-aaaa-bbbb-cccc");
    two->aliases = (struct spans){.items = &alias, .count = 1};
    ignore_file(".plimsollignore", "- id: [CVE-2024-0001, GHSA-aaaa-bbbb-cccc]\n" WHY
                                   "- id: CVE-2024-0003\n  package: other\n" WHY);
    apply();
    assert_false(counts(one));
    assert_false(counts(two));
    assert_true(counts(three));
    assert_span(one->suppressed, ".plimsollignore:1: because (until 2999-01-01)");
    assert_int_equal(one->suppression->kind, SUPPRESSION_IGNORED);
    assert_true(noted("line 4: CVE-2024-0003: nothing that was found"));
}

static void knows_packages_by_name_source_and_purl(void **state)
{
    (void)state;
    const char *const names[] = {"libssl3", "openssl", "pkg:deb/debian/libssl3",
                                 "pkg:deb/debian/libssl3@3.0.11-1",
                                 "pkg:deb/debian/libssl3?distro=bookworm"};
    const char *const others[] = {"libssl", "pkg:deb/ubuntu/libssl3",
                                  "pkg:deb/debian/libssl3@3.0.11",
                                  "pkg:deb/debian/libssl3?arch=arm64", "pkg:apk/debian/libssl3"};
    for (size_t i = 0; i < 10; i++) {
        struct text text;
        struct finding *finding = NULL;
        scene_init(scene, scene->mem);
        finding = scene_add(scene, "CVE-2024-0001", OPENSSL);
        text_init(&text, scene->mem, SIZE_MAX);
        text_addf(&text, "- package: '%s'\n" WHY, i < 5 ? names[i] : others[i - 5]);
        ignore_file("file", arena_text(scene->mem, text_span(&text)));
        apply();
        assert_int_equal(counts(finding), i >= 5);
    }
}

static void silences_places_and_images(void **state)
{
    (void)state;
    struct package *package = scene_package(scene, "pkg:npm/a@1", "app/test/node_modules/a");
    struct finding *finding = scene_finding(scene, "CVE-2024-0001", package);
    ignore_file("file", "- path: /app/test/**\n  image: registry.example/*/app:*\n" WHY);
    ignore_file("other", "- id: CVE-2024-0002\n  image: elsewhere/*\n" WHY);
    apply();
    assert_false(counts(finding));
    assert_int_equal(scene->notes.items.count, 0);
}

// A package that lies elsewhere, too, still counts.
static void wants_all_places(void **state)
{
    (void)state;
    struct package *package = scene_package(scene, "pkg:npm/a@1", "test/a");
    struct location both[2] = {{.path = S("test/a")}, {.path = S("app/a")}};
    struct finding *finding = scene_finding(scene, "CVE-2024-0001", package);
    package->locations = both;
    package->location_count = 2;
    ignore_file("file", "- path: test/*\n" WHY);
    apply();
    assert_true(counts(finding));
}

// On the day itself an entry is no longer valid.
static void expires_with_the_day(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct finding *two = scene_add(scene, "CVE-2024-0002", OPENSSL);
    ignore_file("file", "- id: CVE-2024-0001\n  reason: x\n  expires: 2024-10-04\n"
                        "- id: CVE-2024-0002\n  reason: x\n  expires: 2024-10-05\n");
    apply();
    assert_true(counts(one));
    assert_false(counts(two));
    assert_true(noted("expired on 2024-10-04; what it was about counts again"));
}

static void refuses_what_is_not_said_fully(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"- id: A\n  expires: 2999-01-01\n", "f: line 1, column 3: the entry has no reason"},
        {"- id: A\n  reason: ''\n  expires: 2999-01-01\n", "line 2, column 11: 'reason'"},
        {"- id: A\n  reason: x\n", "line 1, column 3: the entry has no expires"},
        {"- id: A\n  reason: x\n  expires: 2999-01-01T00:00:00Z\n", "line 3, column 12"},
        {"- id: A\n  reason: x\n  expires: 2999-02-29\n", "takes a date"},
        {"- image: x\n" WHY, "the entry has no id, package or path"},
        {"- id: A\n  vulnerability: B\n" WHY, "line 2, column 3: 'vulnerability' is unknown"},
        {"- id: []\n" WHY, "'id' is empty"},
        {"- id: {a: b}\n" WHY, "takes a word or a list of words"},
        {"- image: [a, b]\n  id: A\n" WHY, "'image' takes one word"},
        {"- package: 'pkg:nothing'\n" WHY, "line 1, column 3"},
        {"id: A\n", "line 1, column 1: a list of entries"},
        {"- A\n", "line 1, column 3: an entry has members"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(
            suppress_add_ignore(scene->suppress, S("f"), span_of_text(cases[i].text), &scene->err),
            ERR_INPUT, cases[i].words);
}

static void accepts_nothing(void **state)
{
    (void)state;
    struct finding *finding = scene_add(scene, "CVE-2024-0001", OPENSSL);
    ignore_file("a", "");
    ignore_file("b", "# nothing\n");
    ignore_file("c", "[]\n");
    ignore_file(".trivyignore", "");
    ignore_file(".trivyignore.yaml", "");
    apply();
    assert_true(counts(finding));
    assert_int_equal(scene->scan.suppressor_count, 5);
}

static void reads_trivys_lines(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct finding *two = scene_add(scene, "CVE-2024-0002", OPENSSL);
    struct finding *three = scene_add(scene, "CVE-2024-0003", OPENSSL);
    ignore_file("x/.trivyignore", "# CVE-2024-0003\r\n\tCVE-2024-0001 # why\r\n\n"
                                  "CVE-2024-0002 exp:2024-10-04");
    apply();
    assert_false(counts(one));
    assert_true(counts(two));
    assert_true(counts(three));
    assert_span(one->suppressed, "x/.trivyignore:2");
    assert_refused(
        suppress_add_ignore(scene->suppress, S(".trivyignore"), S("A\nB exp:soon"), &scene->err),
        ERR_INPUT, "line 2: 'soon' is no date");
    assert_refused(suppress_add_ignore(scene->suppress, S(".trivyignore"), S("A\xff"), &scene->err),
                   ERR_INPUT, "it is no text");
}

static void reads_trivys_yaml(void **state)
{
    (void)state;
    struct finding *one = scene_add(scene, "CVE-2024-0001", OPENSSL);
    struct finding *two = scene_add(scene, "CVE-2024-0002", OPENSSL);
    struct finding *three = scene_add(scene, "CVE-2024-0003", OPENSSL);
    ignore_file(
        ".trivyignore.yml",
        "vulnerabilities:\n"
        "  - id: CVE-2024-0001\n    statement: fine\n    purls: ['pkg:deb/debian/libssl3']\n"
        "    paths:\n      - var/lib/dpkg/*\n    future: member\n"
        "  - id: CVE-2024-0002\n    paths: [etc/*]\n"
        "misconfigurations:\n  - id: CVE-2024-0003\nelse:\n  - a\n");
    apply();
    assert_false(counts(one));
    assert_span(one->suppressed, ".trivyignore.yml:2: fine");
    assert_true(counts(two));
    assert_true(counts(three));
    assert_refused(suppress_add_ignore(scene->suppress, S(".trivyignore.yaml"),
                                       S("secrets:\n  - paths: [a]\n"), &scene->err),
                   ERR_INPUT, "line 2, column 5: the entry has no id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(silences_by_id_alias_and_package, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_packages_by_name_source_and_purl, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silences_places_and_images, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wants_all_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expires_with_the_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_not_said_fully, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accepts_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_trivys_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_trivys_yaml, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
