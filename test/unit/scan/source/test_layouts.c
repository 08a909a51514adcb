#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// Real layouts and archives of other tools: each opens, or is refused for the right reason.
#include <stdio.h>

#include "crypto/crypto.h"
#include "os/os.h"
#include "scan/source/source.h"

enum { SKIPPED = 77 };

struct row {
    const char *target; // '%' stands for the fixtures
    const char *architecture;
    size_t layers;       // 0: it must fail
    enum err_kind error; // as this
};

#define SKOPEO "small-images/containers-image/oci/layout/fixtures/"
#define SYFT "small-images/stereoscope/pkg/image/oci/testdata/"
#define REGCLIENT "small-images/regclient/testdata/"
#define BUSYBOX "oci-dir:%images/upstream/busybox-musl-multiarch"

static const struct row rows[] = {
    {"%images/oci/alpine-3.12.12", "amd64", 1, ERR_NONE},
    {"%images/oci/alpine-3.18.9-node", "amd64", 3, ERR_NONE},
    {"%images/oci/alpine-3.18.9-node-zstd:latest", "amd64", 3, ERR_NONE},
    {"%images/oci/alpine-3.20.3", "amd64", 1, ERR_NONE},
    {"%images/oci/rpm-bdb-rhel8", "amd64", 1, ERR_NONE},
    {"%images/oci/rpm-ndb-sles15", "amd64", 1, ERR_NONE},
    {"%images/oci/rpm-sqlite-mariner2", "amd64", 1, ERR_NONE},
    {"%images/upstream/alpine-310.tar.gz", "amd64", 1, ERR_NONE},
    {BUSYBOX, "amd64", 1, ERR_NONE},
    {BUSYBOX, "arm64", 1, ERR_NONE},
    {BUSYBOX, "386", 1, ERR_NONE},
    {BUSYBOX, "s390x", 1, ERR_NONE},
    {BUSYBOX, "mips64le", 0, ERR_MISSING},
    {"%" SYFT "valid-oci.tar", "amd64", 1, ERR_NONE},
    {"oci-dir:%" SYFT "multiplatform_oci_dir", "arm64", 1, ERR_NONE},
    {"oci-dir:%" SYFT "valid_oci_dir", "amd64", 1, ERR_NONE},
    {"oci-dir:%" SYFT "no_manifests", "amd64", 0, ERR_INPUT},
    {"oci-dir:%" SYFT "invalid_file", "amd64", 0, ERR_INPUT},
    {"oci-dir:%" SKOPEO "delete_image_multiple_images", "amd64", 0, ERR_USAGE},
    {"oci-dir:%" SKOPEO "delete_image_two_identical_references", "amd64", 0, ERR_USAGE},
    {"oci-dir:%" SKOPEO "name_lookups:a", "amd64", 0, ERR_INPUT},
    {"oci-dir:%" REGCLIENT "testrepo:v1", "amd64", 2, ERR_NONE},
    {"oci-dir:%" REGCLIENT "testrepo:v2", "arm64", 3, ERR_NONE},
    {"oci-dir:%" REGCLIENT "testrepo", "amd64", 0, ERR_USAGE},
};

static const char *fixtures;

static span expand(const char *target, struct arena *mem)
{
    span rest = span_of_text(target);
    struct text text = {0};
    text_init(&text, mem, 4096);
    text_add(&text, span_cut(&rest, '%'));
    text_add(&text, span_of_text(fixtures));
    text_add_byte(&text, '/');
    text_add(&text, rest);
    return text_span(&text);
}

static void check_layer(struct source *source, size_t index, struct arena *mem)
{
    const struct layer *layer = &source_image(source)->layers[index];
    struct source_layer bytes = {.fd = -1};
    struct err err = {0};
    digest computed = {0};
    if (!source_layer_open(source, index, &bytes, &err))
        fail_msg("layer %zu: %s", index, err.text);
    assert_true(bytes.seekable);
    uint8_t *content = arena_alloc(mem, bytes.length);
    size_t len = 0;
    assert_non_null(content);
    assert_true(os_read_at(bytes.fd, bytes.offset, content, bytes.length, &len, &err));
    assert_int_equal(len, bytes.length);
    assert_true(digest_of(DIGEST_SHA256, span_of(content, len), &computed, &err));
    // An archive of Docker's holds layers as plain tars, under no digest of their own.
    span expected = layer->digest.len ? layer->digest : layer->diff_id;
    assert_true(span_equal(span_of_text(digest_text(computed).text), expected));
    os_close(&bytes.fd);
    assert_true(source_layer_finish(source, index, &err));
}

static void check_row(const struct row *row)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(256 << 20);
    struct limits limits = limits_default();
    struct source_options options = {.limits = &limits, .spool_directory = "/tmp"};
    struct notes notes = {0};
    struct err err = {0};
    options.platform.architecture = span_of_text(row->architecture);
    options.net.limits = &limits;
    notes_init(&notes, mem, &limits);
    CLEANUP(source_close) struct source *source = NULL;
    bool opened = source_open(expand(row->target, mem), &options, mem, &notes, &source, &err);
    if (opened != (row->layers > 0) || err.kind != row->error)
        fail_msg("%s: %s %s", row->target, err_kind_name(err.kind), err.text);
    if (!opened)
        return;
    assert_int_equal(source_image(source)->layer_count, row->layers);
    for (size_t i = 0; i < row->layers; i++)
        check_layer(source, i, mem);
}

static void opens_what_others_made(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_row(&rows[i]);
}

int main(int argc, char **argv)
{
    struct os_stat stat = {0};
    fixtures = argc > 1 ? argv[1] : "";
    if (!os_stat_path(fixtures, &stat, NULL)) {
        printf("SKIP: unit/scan/source/layouts: %s is absent\n", fixtures);
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(opens_what_others_made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
