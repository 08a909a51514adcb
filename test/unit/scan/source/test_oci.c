#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scan/source/oci_inner.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define DESCRIPTOR "{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"sha256:" HEX "\",\"size\":7}"

static void tells_media_types(void **state)
{
    (void)state;
    const struct {
        const char *name;
        enum media media;
    } rows[] = {
        {"application/vnd.oci.image.index.v1+json", MEDIA_INDEX},
        {"application/vnd.docker.distribution.manifest.list.v2+json", MEDIA_INDEX},
        {MANIFEST_TYPE, MEDIA_MANIFEST},
        {"application/vnd.docker.distribution.manifest.v1+prettyjws", MEDIA_SCHEMA1},
        {"application/vnd.oci.image.layer.v1.tar", MEDIA_LAYER},
        {"application/vnd.oci.image.layer.v1.tar+zstd", MEDIA_LAYER},
        {"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", MEDIA_LAYER},
        {"application/vnd.docker.image.rootfs.diff.tar.gzip", MEDIA_LAYER},
        {"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", MEDIA_LAYER},
        {"application/vnd.oci.image.layer.v1.tar+gzip+encrypted", MEDIA_ENCRYPTED_LAYER},
        {"application/vnd.in-toto+json", MEDIA_OTHER},
        {"", MEDIA_OTHER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(media_of(span_of_text(rows[i].name)), rows[i].media);
}

static void knows_digests(void **state)
{
    (void)state;
    assert_true(oci_digest_valid(S("sha256:" HEX)));
    assert_true(oci_digest_valid(S("sha512:" HEX HEX)));
    assert_true(oci_digest_valid(S("sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564")));
    const char *const bads[] = {"",
                                ":",
                                "sha256:",
                                "sha256:" HEX "0",
                                "sha512:" HEX,
                                "sha256:../../../../etc/passwd",
                                "SHA256:" HEX,
                                "+sha256:" HEX,
                                "sha256+:" HEX,
                                "sha256::" HEX};
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++)
        assert_false(oci_digest_valid(span_of_text(bads[i])));
}

static bool parse_index(const char *text, struct oci_index *ret, struct err *err)
{
    static struct arena *mem;
    struct limits limits = limits_default();
    limits.index_entries = 2;
    arena_free(mem);
    mem = arena_new(1 << 20);
    return oci_index_parse(span_of_text(text), &limits, mem, ret, err);
}

static void bounds_an_index(void **state)
{
    (void)state;
    struct oci_index index = {0};
    struct err err = {0};
    assert_true(parse_index("{\"schemaVersion\":2,\"manifests\":[]}", &index, NULL));
    assert_int_equal(index.count, 0);
    assert_true(parse_index("{\"schemaVersion\":2,\"manifests\":[" DESCRIPTOR "," DESCRIPTOR "]}",
                            &index, NULL));
    assert_int_equal(index.count, 2);
    assert_false(parse_index("{\"schemaVersion\":2,\"manifests\":[" DESCRIPTOR "," DESCRIPTOR
                             "," DESCRIPTOR "]}",
                             &index, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void refuses_a_document_that_is_two_things(void **state)
{
    (void)state;
    struct oci_index index = {0};
    struct err err = {0};
    assert_false(parse_index("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}", &index, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void tells_documents_by_their_fields(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    enum media media = MEDIA_OTHER;
    assert_true(oci_media(S("{\"manifests\":[]}"), S(""), &limits, &media, NULL));
    assert_int_equal(media, MEDIA_INDEX);
    assert_true(oci_media(S("{\"layers\":[]}"), S("text/plain"), &limits, &media, NULL));
    assert_int_equal(media, MEDIA_MANIFEST);
    assert_true(oci_media(S("{\"schemaVersion\":1}"), S(MANIFEST_TYPE), &limits, &media, NULL));
    assert_int_equal(media, MEDIA_SCHEMA1);
    assert_true(oci_media(S("{}"), S(MANIFEST_TYPE "; charset=utf-8"), &limits, &media, NULL));
    assert_int_equal(media, MEDIA_MANIFEST);
    assert_true(oci_media(S("{}"), S(""), &limits, &media, NULL));
    assert_int_equal(media, MEDIA_OTHER);
    assert_false(oci_media(S("[]"), S(""), &limits, &media, NULL));
    assert_false(oci_media(S(""), S(""), &limits, &media, NULL));
}

static void pairs_history_with_layers(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct notes notes = {0};
    struct oci_config config = {0};
    notes_init(&notes, mem, &limits);
    assert_true(oci_config_parse(
        S("{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\",\"rootfs\":{\"diff_ids\":["
          "\"sha256:" HEX "\"]},\"config\":{\"Env\":[\"A=b\",\"odd\"]},\"history\":["
          "{\"created_by\":\"ENV\",\"empty_layer\":true},{\"created_by\":\"COPY\"}]}"),
        &limits, mem, &notes, &config, NULL));
    assert_int_equal(config.diff_id_count, 1);
    assert_int_equal(config.created_by_count, 1);
    assert_true(span_equal(config.created_by[0], S("COPY")));
    assert_true(span_equal(config.platform.variant, S("v7")));
    assert_int_equal(notes.items.count, 1);
}

static size_t base_layers(const char *history)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    struct notes notes = {0};
    struct oci_config config = {0};
    struct text text = {0};
    notes_init(&notes, mem, &limits);
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, S("{\"os\":\"linux\",\"architecture\":\"arm\",\"rootfs\":{\"diff_ids\":[]},"
                      "\"history\":["));
    text_add(&text, span_of_text(history));
    text_add(&text, S("]}"));
    assert_true(oci_config_parse(text_span(&text), &limits, mem, &notes, &config, NULL));
    return config.base_layers;
}

#define LAYER(line) "{\"created_by\":\"" line "\"}"
#define EMPTY(line) "{\"created_by\":\"" line "\",\"empty_layer\":true}"

static void a_base_ends_where_it_says_what_to_run(void **state)
{
    (void)state;
    assert_int_equal(base_layers(LAYER("ADD")), 0);
    assert_int_equal(base_layers(LAYER("ADD") "," EMPTY("CMD [x]")), 0); // the image's own
    assert_int_equal(base_layers(LAYER("ADD") "," EMPTY("CMD [x]") "," LAYER("RUN")), 1);
    assert_int_equal(base_layers(LAYER("ADD") "," EMPTY("/bin/sh -c #(nop)  CMD [x]") "," LAYER(
                         "A") "," EMPTY("ENTRYPOINT [y]") "," EMPTY("ENV z") "," LAYER("B")),
                     2);
    assert_int_equal(base_layers(LAYER("ADD") "," EMPTY("ENV CMD") "," LAYER("RUN")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_media_types),
        cmocka_unit_test(knows_digests),
        cmocka_unit_test(bounds_an_index),
        cmocka_unit_test(refuses_a_document_that_is_two_things),
        cmocka_unit_test(tells_documents_by_their_fields),
        cmocka_unit_test(pairs_history_with_layers),
        cmocka_unit_test(a_base_ends_where_it_says_what_to_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
