// Documents of publishers (documents/, cut down to a few statements), on what they speak of.
//
// usage: test_suppress_real DOCUMENTS
#include "unit/suppress/testing.h"

#include "os/os.h"

static const char *documents;

static void read_document(const char *name)
{
    struct text path;
    span text = {0};
    text_init(&path, scene->mem, SIZE_MAX);
    text_addf(&path, "%s/%s", documents, name);
    if (!os_read_file(arena_text(scene->mem, text_span(&path)), 1 << 20, scene->mem, &text,
                      &scene->err) ||
        !add_sent(SUPPRESS_FILE, span_of_text(name), text))
        fail_msg("%s", scene->err.text);
}

// Red Hat: curl of RHEL 8 is not affected, that of RHEL 9 was.
static void reads_red_hats(void **state)
{
    (void)state;
    scene->scan.bom.distro = (struct distro){
        .id = S("rhel"),
        .version_id = S("8.9"),
        .cpe = S("cpe:/o:redhat:enterprise_linux:8::baseos"),
    };
    struct finding *curl =
        scene_add(scene, "CVE-2023-38545", "pkg:rpm/redhat/curl@7.61.1-33.el8?arch=x86_64");
    struct finding *other =
        scene_add(scene, "CVE-2023-38545", "pkg:rpm/redhat/nodejs@16.1.0-1.el8?arch=x86_64");
    read_document("csaf-redhat.json");
    apply();
    assert_span(curl->suppressed, "csaf-redhat.json: not affected: vulnerable_code_not_present");
    assert_true(counts(other));
    scene_init(scene, scene->mem);
    scene->scan.bom.distro.cpe = S("cpe:/o:redhat:enterprise_linux:9::baseos");
    scene->scan.bom.distro.version_id = S("9.2");
    curl = scene_add(scene, "CVE-2023-38545", "pkg:rpm/redhat/curl@7.76.1-23.el9?arch=x86_64");
    read_document("csaf-redhat.json");
    apply();
    assert_true(counts(curl));
}

// The VEX Hub: a Go program, of whose modules govulncheck finds code that is not called.
static void reads_the_vex_hubs(void **state)
{
    (void)state;
    static const span modules[] = {S("golang.org/x/crypto")};
    struct package *main =
        scene_package(scene, "pkg:golang/github.com/harvester/webhook", "usr/bin/webhook");
    struct package *crypto =
        scene_package(scene, "pkg:golang/golang.org/x/crypto@v0.0.0-20220214200702-86341886e292",
                      "usr/bin/webhook");
    main->depends = (struct spans){.items = modules, .count = 1};
    struct finding *said = scene_finding(scene, "CVE-2022-27191", crypto);
    struct finding *unsaid = scene_finding(scene, "CVE-2023-48795", crypto);
    read_document("openvex-webhook.json");
    apply();
    assert_false(counts(said));
    assert_true(counts(unsaid));
}

static void reads_chainguards(void **state)
{
    (void)state;
    struct finding *fixed = scene_add(scene, "CVE-2023-45803", "pkg:pypi/urllib3@1.26.16%2Bcgr.1");
    struct finding *plain = scene_add(scene, "CVE-2023-45803", "pkg:pypi/urllib3@1.26.16");
    read_document("openvex-chainguard.json");
    apply();
    assert_span(fixed->suppressed, "openvex-chainguard.json: fixed");
    assert_true(counts(plain));
}

static void reads_ubuntus(void **state)
{
    (void)state;
    scene->scan.bom.distro =
        (struct distro){.id = S("ubuntu"), .version_id = S("22.04"), .codename = S("jammy")};
    struct finding *fixed =
        scene_add(scene, "CVE-2023-38545",
                  "pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.24?arch=amd64&distro=ubuntu-22.04");
    struct finding *older =
        scene_add(scene, "CVE-2023-38545",
                  "pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.1?arch=amd64&distro=ubuntu-22.04");
    read_document("openvex-ubuntu.json");
    apply();
    assert_span(fixed->suppressed, "openvex-ubuntu.json: fixed");
    assert_true(counts(older));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_red_hats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_the_vex_hubs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_chainguards, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_ubuntus, set_up, tear_down),
    };
    documents = argc > 1 ? argv[1] : "documents";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
