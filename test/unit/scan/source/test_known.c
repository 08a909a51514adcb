// Documents that are at hand take the place of a registry, and are believed as little.
#include "crypto/crypto.h"
#include "scan/source/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LAYER "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define CONFIG                                      \
    "{\"architecture\":\"amd64\",\"os\":\"linux\"," \
    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" LAYER "\"]}}"

struct scene {
    struct arena *mem;
    struct limits limits;
    struct notes notes;
    struct source_options options;
    struct source_document documents[2]; // manifest, configuration
    span target;
};

static span digest_name(span bytes, struct arena *mem)
{
    digest hash = {0};
    span name = {0};
    assert_true(digest_of(DIGEST_SHA256, bytes, &hash, NULL));
    assert_true(arena_span(mem, span_of_text(digest_text(hash).text), &name));
    return name;
}

static span written(struct arena *mem, const char *format, span a, size_t number)
{
    struct text text;
    text_init(&text, mem, SIZE_MAX);
    text_addf(&text, format, (int)a.len, (const char *)a.ptr, number);
    assert_true(text_ok(&text));
    return text_span(&text);
}

// Nobody listens at the registry's port: what is not at hand cannot be had.
static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){.mem = arena_new(1 << 24), .limits = limits_default()};
    assert_non_null(scene.mem);
    notes_init(&scene.notes, scene.mem, &scene.limits);
    span config = S(CONFIG);
    span config_name = digest_name(config, scene.mem);
    span manifest = written(
        scene.mem,
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
        "\"config\":{\"mediaType\":\"application/"
        "vnd.oci.image.config.v1+json\",\"digest\":\"%.*s\","
        "\"size\":%zu},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
        "\"digest\":\"" LAYER "\",\"size\":1}]}",
        config_name, config.len);
    span name = digest_name(manifest, scene.mem);
    scene.documents[0] = (struct source_document){.digest = name, .bytes = manifest};
    scene.documents[1] = (struct source_document){.digest = config_name, .bytes = config};
    scene.target = written(scene.mem, "registry:127.0.0.1:1/team/app@%.*s", name, 0);
    scene.options = (struct source_options){
        .limits = &scene.limits,
        .net = {.limits = &scene.limits, .docker_config = "/nowhere"},
        .known = {.items = scene.documents, .count = 2},
    };
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    arena_free(scene->mem);
    return 0;
}

static void what_is_at_hand_is_not_fetched(void **state)
{
    struct scene *scene = *state;
    CLEANUP(source_close) struct source *source = NULL;
    struct err err = {0};
    if (!source_open(scene->target, &scene->options, scene->mem, &scene->notes, &source, &err))
        fail_msg("%s", err.text);
    const struct image *image = source_image(source);
    assert_int_equal(image->layer_count, 1);
    assert_true(span_equal(image->layers[0].diff_id, S(LAYER)));
    assert_true(span_equal(image->manifest_digest, scene->documents[0].digest));
}

static void what_is_not_as_its_digest_says_is_refused(void **state)
{
    struct scene *scene = *state;
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(source_close) struct source *source = NULL;
        struct source_document sound = scene->documents[i];
        struct err err = {0};
        uint8_t *bytes = arena_alloc(scene->mem, sound.bytes.len);
        assert_non_null(bytes);
        for (size_t j = 0; j < sound.bytes.len; j++)
            bytes[j] = sound.bytes.ptr[j] == 'l' ? 'L' : sound.bytes.ptr[j];
        scene->documents[i].bytes = span_of(bytes, sound.bytes.len);
        assert_false(
            source_open(scene->target, &scene->options, scene->mem, &scene->notes, &source, &err));
        assert_int_equal(err.kind, ERR_UNTRUSTED);
        scene->documents[i] = sound;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_at_hand_is_not_fetched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_as_its_digest_says_is_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
