// What is remembered of a whole image: under which key, and what is believed of it.
#include "detect/integrity/integrity.h"
#include "flow/session_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LAYERS = 3 };

struct scene {
    char directory[64];
    struct scan_request request;
    struct layer layers[LAYERS + 1];
    span patterns[3];
    struct scan_session session;
};

static void open_cache(struct scene *scene)
{
    cache_close(scene->session.cache);
    assert_true(cache_open(scene->directory, &scene->request.limits, &scene->session.cache, NULL));
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    *scene = (struct scene){
        .directory = "/tmp/plimsoll-known-XXXXXX",
        .request = {.limits = limits_default(), .distro = S("debian:12")},
        .layers = {{.diff_id = S("sha256:a")},
                   {.diff_id = S("sha256:bb")},
                   {.diff_id = S("sha256:c")},
                   {.diff_id = S("sha256:d")}},
        .patterns = {S("etc/os-release"), S("var/lib/dpkg/**"), S("usr/lib/**")},
        .session = {.mem = arena_new(64 << 20), .frames = arena_new(64 << 20)},
    };
    struct scan_session *session = &scene->session;
    session->request = &scene->request;
    session->scan.image = (struct image){.layers = scene->layers, .layer_count = LAYERS};
    session->wants = (struct wants){scene->patterns, 2};
    session->wants_roster = true;
    assert_true(session->mem && session->frames);
    assert_non_null(mkdtemp(scene->directory));
    open_cache(scene);
    *state = scene;
    return 0;
}

static void path_of(const struct scene *scene, digest key, char *out, size_t size)
{
    assert_true(snprintf(out, size, "%s/%s", scene->directory,
                         strchr(digest_text(key).text, ':') + 1) < (int)size);
}

static digest key_of(const struct scene *scene)
{
    digest key = {0};
    assert_true(known_bom_key(&scene->session, &key));
    return key;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    cache_drop(scene->session.cache, key_of(scene));
    cache_close(scene->session.cache);
    arena_free(scene->session.mem);
    arena_free(scene->session.frames);
    assert_int_equal(rmdir(scene->directory), 0);
    free(scene);
    return 0;
}

// ---------------------------------------------------------------- keys

static void all_layers(struct scene *scene)
{
    scene->request.all_layers = true;
}

static void another_distro(struct scene *scene)
{
    scene->request.distro = S("debian:13");
}

static void the_distro_of_the_image(struct scene *scene)
{
    scene->request.distro = (span){0};
}

static void no_roster(struct scene *scene)
{
    scene->session.wants_roster = false;
}

static void more_wants(struct scene *scene)
{
    scene->session.wants.count++;
}

static void other_wants(struct scene *scene)
{
    scene->patterns[1] = S("var/lib/rpm/**");
}

static void another_limit(struct scene *scene)
{
    scene->request.limits.packages--;
    open_cache(scene);
}

static void another_order(struct scene *scene)
{
    struct layer first = scene->layers[0];
    scene->layers[0] = scene->layers[1];
    scene->layers[1] = first;
}

static void fewer_layers(struct scene *scene)
{
    scene->session.scan.image.layer_count--;
}

static void more_layers(struct scene *scene)
{
    scene->session.scan.image.layer_count++;
}

static void another_layer(struct scene *scene)
{
    scene->layers[2].diff_id = S("sha256:e");
}

static void a_layer_twice(struct scene *scene)
{
    scene->layers[1] = scene->layers[0];
}

static void the_same_letters_in_other_layers(struct scene *scene)
{
    scene->layers[0].diff_id = S("sha256:ab");
    scene->layers[1].diff_id = S("sha256:b");
}

typedef void change(struct scene *scene);

static change *const changes[] = {
    all_layers,
    another_distro,
    the_distro_of_the_image,
    no_roster,
    more_wants,
    other_wants,
    another_limit,
    another_order,
    fewer_layers,
    more_layers,
    another_layer,
    a_layer_twice,
    the_same_letters_in_other_layers,
};

enum { CHANGES = sizeof changes / sizeof *changes };

static void whatever_the_bom_depends_on_makes_another_key(void **state)
{
    struct scene *scene = *state;
    digest keys[CHANGES + 1] = {key_of(scene)};
    assert_true(digest_equal(key_of(scene), keys[0]));
    for (size_t i = 0; i < CHANGES; i++) {
        struct scene changed = *scene;
        changed.session.cache = NULL;
        changed.session.request = &changed.request;
        changed.session.scan.image.layers = changed.layers;
        changed.session.wants.patterns = changed.patterns;
        open_cache(&changed);
        changes[i](&changed);
        keys[i + 1] = key_of(&changed);
        cache_close(changed.session.cache);
    }
    for (size_t i = 0; i <= CHANGES; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(digest_equal(keys[i], keys[j]));
}

// The code that looks into files, and that which makes a bom of what it saw, each for itself.
static void the_key_is_of_both_editions(void **state)
{
    struct scene *scene = *state;
    digest key = key_of(scene);
    const span editions[][2] = {
        {look_edition, flow_edition}, {look_edition, S("another")}, {S("another"), flow_edition}};
    assert_true(look_edition.len && flow_edition.len);
    assert_false(span_equal(look_edition, flow_edition));
    for (size_t i = 0; i < 3; i++) {
        struct text names;
        struct text edition;
        digest other = {0};
        text_init(&names, scene->session.frames, SIZE_MAX);
        text_init(&edition, scene->session.frames, SIZE_MAX);
        text_add(&names, S("bom\n"));
        text_add_u8(&names, false);
        text_add_field(&names, scene->request.distro);
        for (size_t j = 0; j < LAYERS; j++)
            text_add_field(&names, scene->layers[j].diff_id);
        text_add(&edition, editions[i][0]);
        text_add(&edition, editions[i][1]);
        const struct cache_question question = {.diff_id = text_span(&names),
                                                .wants = scene->session.wants,
                                                .roster = integrity_wants,
                                                .inspector = text_span(&edition)};
        assert_true(
            cache_key(scene->session.cache, &question, scene->session.frames, &other, NULL));
        assert_int_equal(digest_equal(key, other), i == 0);
    }
}

static void what_only_the_report_shows_makes_no_other_key(void **state)
{
    struct scene *scene = *state;
    digest key = key_of(scene);
    struct image *image = &scene->session.scan.image;
    image->name = S("another");
    image->created = S("2024-01-01T00:00:00Z");
    image->platform = (struct platform){.os = S("linux"), .architecture = S("arm64")};
    scene->layers[0].created_by = S("RUN true");
    scene->layers[0].digest = S("sha256:0");
    assert_true(digest_equal(key_of(scene), key));
}

static void what_has_no_name_is_not_remembered(void **state)
{
    struct scene *scene = *state;
    struct scan_session *session = &scene->session;
    digest key = {0};
    struct cache *cache = take(&session->cache);
    assert_false(known_bom_key(session, &key));
    session->cache = take(&cache);
    session->scan.image.layer_count = 0;
    assert_false(known_bom_key(session, &key));
    session->scan.image.layer_count = LAYERS;
    span name = scene->layers[1].diff_id;
    scene->layers[1].diff_id = (span){0};
    assert_false(known_bom_key(session, &key));
    scene->layers[1].diff_id = name;
    assert_true(known_bom_key(session, &key));
}

// ---------------------------------------------------------------- what is believed

// One package, in the second layer.
static span payload(struct scene *scene)
{
    struct arena *mem = scene->session.mem;
    struct location location = {.path = S("var/lib/dpkg/status"), .layer = 1};
    struct package package = {
        .id = S("0123456789abcdef"),
        .type = S("deb"),
        .name = S("bash"),
        .version = S("5.2"),
        .locations = &location,
        .location_count = 1,
    };
    struct bom bom = {.packages = &package, .package_count = 1};
    struct text bytes;
    struct text out;
    notes_init(&bom.notes, mem, &scene->request.limits);
    text_init(&bytes, mem, SIZE_MAX);
    text_init(&out, mem, SIZE_MAX);
    bom_write(&bom, &bytes);
    text_add_field(&out, text_span(&bytes));
    text_init(&bytes, mem, SIZE_MAX);
    findings_write(&(struct findings){0}, &bytes);
    text_add_field(&out, text_span(&bytes));
    assert_true(text_ok(&bytes) && text_ok(&out));
    return text_span(&out);
}

static bool takes(struct scene *scene, uint32_t layers)
{
    scene->session.scan.bom = (struct bom){0};
    return known_bom_take(&scene->session, key_of(scene), layers);
}

static bool exists(const struct scene *scene)
{
    char path[256];
    path_of(scene, key_of(scene), path, sizeof path);
    return access(path, F_OK) == 0;
}

static void what_was_remembered_is_taken(void **state)
{
    struct scene *scene = *state;
    assert_false(takes(scene, LAYERS));
    assert_true(cache_put(scene->session.cache, key_of(scene), payload(scene), NULL));
    assert_true(takes(scene, LAYERS));
    const struct bom *bom = &scene->session.scan.bom;
    assert_int_equal(bom->package_count, 1);
    assert_true(span_equal(bom->packages[0].name, S("bash")));
    assert_int_equal(bom->packages[0].locations[0].layer, 1);
    assert_true(exists(scene));
}

static span file_of(struct scene *scene)
{
    char path[256];
    span file = {0};
    path_of(scene, key_of(scene), path, sizeof path);
    assert_true(os_read_file(path, 1 << 20, scene->session.mem, &file, NULL));
    return file;
}

static void spoil(const struct scene *scene, span bytes)
{
    char path[256];
    path_of(scene, key_of(scene), path, sizeof path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static void every_damaged_byte_is_noticed(void **state)
{
    struct scene *scene = *state;
    assert_true(cache_put(scene->session.cache, key_of(scene), payload(scene), NULL));
    span file = file_of(scene);
    uint8_t *copy = arena_alloc(scene->session.mem, file.len + 1);
    assert_non_null(copy);
    for (size_t i = 0; i < file.len; i++) {
        memcpy(copy, file.ptr, file.len);
        copy[i] ^= (uint8_t)(1u << i % 8);
        spoil(scene, span_of(copy, file.len));
        assert_false(takes(scene, LAYERS));
        assert_false(exists(scene));
    }
    memcpy(copy, file.ptr, file.len);
    copy[file.len] = 0;
    for (size_t len = 0; len <= file.len + 1; len++) {
        spoil(scene, span_first(span_of(copy, file.len + 1), len));
        assert_int_equal(takes(scene, LAYERS), len == file.len);
        assert_int_equal(exists(scene), len == file.len);
    }
}

// An entry that is whole and says what nobody can mean, as a program of another day may have put
// it.
static void what_makes_no_sense_is_forgotten(void **state)
{
    struct scene *scene = *state;
    struct cache *cache = scene->session.cache;
    span bytes = payload(scene);
    assert_true(cache_put(cache, key_of(scene), bytes, NULL));
    assert_false(takes(scene, 1)); // the image has not so many layers
    assert_false(exists(scene));
    for (size_t len = 0; len < bytes.len; len++) {
        assert_true(cache_put(cache, key_of(scene), span_first(bytes, len), NULL));
        assert_false(takes(scene, LAYERS));
        assert_false(exists(scene));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whatever_the_bom_depends_on_makes_another_key, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_key_is_of_both_editions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_only_the_report_shows_makes_no_other_key, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_has_no_name_is_not_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_remembered_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_damaged_byte_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_makes_no_sense_is_forgotten, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
