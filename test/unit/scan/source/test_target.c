#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/source/target_inner.h"

static char directory[] = "/tmp/plimsoll-target-XXXXXX";

static int make_files(void **state)
{
    (void)state;
    if (!mkdtemp(directory) || chdir(directory) != 0 || mkdir("layout", 0700) != 0 ||
        mkdir("alpine", 0700) != 0 || mkdir("a:b", 0700) != 0)
        return -1;
    FILE *marker = fopen("layout/oci-layout", "w");
    FILE *archive = fopen("image.tar", "w");
    return marker && archive && fclose(marker) == 0 && fclose(archive) == 0 ? 0 : -1;
}

static int remove_files(void **state)
{
    (void)state;
    return unlink("layout/oci-layout") || rmdir("layout") || rmdir("alpine") || rmdir("a:b") ||
           unlink("image.tar") || chdir("/") || rmdir(directory);
}

struct row {
    const char *text;
    enum target_kind kind;
    const char *path;
    const char *name;
};

static const struct row rows[] = {
    {"host", TARGET_HOST, "", ""},
    {"registry:a/b:c", TARGET_REGISTRY, "", "a/b:c"},
    {"docker:alpine:3", TARGET_DOCKER, "", "alpine:3"},
    {"podman:alpine", TARGET_PODMAN, "", "alpine"},
    {"docker-archive:-", TARGET_DOCKER_ARCHIVE, "-", ""},
    {"oci-archive:-:v1", TARGET_OCI_ARCHIVE, "-", "v1"},
    {"docker-archive:image.tar", TARGET_DOCKER_ARCHIVE, "image.tar", ""},
    {"docker-archive:image.tar:a/b:c", TARGET_DOCKER_ARCHIVE, "image.tar", "a/b:c"},
    {"oci-dir:layout", TARGET_OCI_DIRECTORY, "layout", ""},
    {"oci-dir:layout:v1", TARGET_OCI_DIRECTORY, "layout", "v1"},
    {"oci-dir:layout@sha256:0", TARGET_OCI_DIRECTORY, "layout", "sha256:0"},
    {"oci-dir:a:b", TARGET_OCI_DIRECTORY, "a:b", ""},
    {"oci-dir:a:b:c", TARGET_OCI_DIRECTORY, "a:b", "c"},
    {"dir:alpine", TARGET_DIRECTORY, "alpine", ""},
    {"dir:a:b", TARGET_DIRECTORY, "a:b", ""},
    {"file:a.jar", TARGET_FILE, "a.jar", ""},
    {"file:a:b", TARGET_FILE, "a:b", ""},
    {"sbom:a:b", TARGET_SBOM, "a:b", ""},
    {"sbom:-", TARGET_SBOM, "-", ""},
    // Words: what is there decides.
    {"layout", TARGET_OCI_DIRECTORY, "layout", ""},
    {"layout:v1", TARGET_OCI_DIRECTORY, "layout", "v1"},
    {"image.tar", TARGET_ARCHIVE, "image.tar", ""},
    {"image.tar:v1", TARGET_ARCHIVE, "image.tar", "v1"},
    {"-", TARGET_ARCHIVE, "-", ""},
    {"./alpine", TARGET_DIRECTORY, "./alpine", ""},
    {".", TARGET_DIRECTORY, ".", ""},
    // A directory with an image's name is not what is meant.
    {"alpine", TARGET_IMAGE, "", "alpine"},
    {"alpine:3", TARGET_IMAGE, "", "alpine:3"},
    {"debian", TARGET_IMAGE, "", "debian"},
    {"registry.example:5000/a", TARGET_IMAGE, "", "registry.example:5000/a"},
};

static const struct {
    const char *text;
    enum err_kind kind;
} bads[] = {
    {"", ERR_USAGE},
    {"registry:", ERR_USAGE},
    {"docker:", ERR_USAGE},
    {"dir:", ERR_USAGE},
    {"oci-dir:", ERR_USAGE},
    {"oci-dir:absent", ERR_MISSING},
    {"oci-archive:absent:tag", ERR_MISSING},
    {"containerd:a", ERR_UNSUPPORTED},
    {"container:a", ERR_UNSUPPORTED},
    {"sbom:", ERR_USAGE},
    {"file:", ERR_USAGE},
};

static void knows_what_is_meant(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct target target = {0};
        struct err err = {0};
        if (!target_parse(span_of_text(rows[i].text), mem, &target, &err))
            fail_msg("%s: %s", rows[i].text, err.text);
        assert_int_equal(target.kind, rows[i].kind);
        assert_true(span_equal(target.path, span_of_text(rows[i].path)));
        assert_true(span_equal(target.name, span_of_text(rows[i].name)));
    }
}

static void says_what_cannot_be_meant(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        struct target target = {0};
        struct err err = {0};
        if (target_parse(span_of_text(bads[i].text), mem, &target, &err))
            fail_msg("'%s' was taken for a target", bads[i].text);
        assert_int_equal(err.kind, bads[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_is_meant),
        cmocka_unit_test(says_what_cannot_be_meant),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
