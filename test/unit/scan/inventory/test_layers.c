#include "reading.h"

#define STATUS "var/lib/dpkg/status"
#define ENTRY(name, version) \
    "Package: " name "\nStatus: install ok installed\nVersion: " version "\n\n"

// An image under construction: each layer says what its dpkg status is.
struct history {
    struct scene scene;
    struct inventory_prefix prefixes[8];
    struct tree trees[8];
    size_t count;
};

static void history_init(struct history *history)
{
    memset(history, 0, sizeof *history);
    scene_init(&history->scene);
}

static void history_cleanup(struct history *history)
{
    scene_cleanup(&history->scene);
}

static void add_prefix(struct history *history, uint32_t layer)
{
    size_t i = history->count++;
    history->trees[i] = scene_tree(&history->scene, layer);
    history->prefixes[i] = (struct inventory_prefix){.layer = layer, .tree = &history->trees[i]};
}

static void add_status(struct history *history, uint32_t layer, const char *content)
{
    scene_clear(&history->scene);
    scene_add(&history->scene, STATUS, span_of_text(content));
    add_prefix(history, layer);
}

static struct bom read_history(struct history *history, bool all_layers)
{
    struct err err = {0};
    struct bom bom = {0};
    struct distro distro = {.id = S("debian"), .version_id = S("12")};
    struct scene *scene = &history->scene;
    if (!inventory_layers(history->prefixes, history->count, &distro, all_layers, &scene->limits,
                          scene->mem, &scene->notes, &bom, &err))
        fail_msg("%s", err.text);
    assert_text(bom.distro.id, "debian");
    return bom;
}

static void assert_package(const struct bom *bom, size_t index, const char *name,
                           const char *version, uint32_t layer, bool removed)
{
    assert_true(index < bom->package_count);
    const struct package *package = &bom->packages[index];
    assert_text(package->name, name);
    assert_text(package->version, version);
    assert_int_equal(package->locations[0].layer, layer);
    assert_int_equal(package->removed, removed);
    assert_true(package->id.len);
}

static void a_package_is_of_the_layer_that_brought_it(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    add_status(&history, 0, ENTRY("a", "1") ENTRY("b", "1"));
    add_status(&history, 2, ENTRY("a", "1") ENTRY("b", "1") ENTRY("c", "1"));
    add_status(&history, 5, ENTRY("a", "1") ENTRY("b", "2") ENTRY("c", "1"));
    struct bom bom = read_history(&history, false);
    assert_int_equal(bom.package_count, 3);
    assert_package(&bom, 0, "a", "1", 0, false);
    assert_package(&bom, 1, "b", "2", 5, false);
    assert_package(&bom, 2, "c", "1", 2, false);
}

static void what_comes_back_is_of_the_layer_that_brought_it_back(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    add_status(&history, 0, ENTRY("a", "1") ENTRY("b", "1"));
    add_status(&history, 1, ENTRY("a", "1"));
    add_status(&history, 2, ENTRY("a", "1") ENTRY("b", "1"));
    struct bom bom = read_history(&history, true);
    assert_int_equal(bom.package_count, 2);
    assert_package(&bom, 1, "b", "1", 2, false);
}

static void all_layers_adds_what_is_gone(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    add_status(&history, 0, ENTRY("a", "1") ENTRY("b", "1") ENTRY("d", "1"));
    add_status(&history, 1, ENTRY("a", "2") ENTRY("c", "1"));
    add_status(&history, 2, ENTRY("a", "2") ENTRY("d", "1"));
    add_status(&history, 3, ENTRY("a", "2"));
    struct bom bom = read_history(&history, true);
    assert_int_equal(bom.package_count, 5);
    assert_package(&bom, 0, "a", "1", 0, true);
    assert_package(&bom, 1, "a", "2", 1, false);
    assert_package(&bom, 2, "b", "1", 0, true);
    assert_package(&bom, 3, "c", "1", 1, true);
    assert_package(&bom, 4, "d", "1", 0, true);
    bom = read_history(&history, false);
    assert_int_equal(bom.package_count, 1);
}

static void a_deleted_database_leaves_nothing(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    add_status(&history, 0, ENTRY("a", "1"));
    scene_clear(&history.scene);
    add_prefix(&history, 1);
    assert_int_equal(read_history(&history, false).package_count, 0);
    struct bom bom = read_history(&history, true);
    assert_int_equal(bom.package_count, 1);
    assert_package(&bom, 0, "a", "1", 0, true);
}

static void an_image_without_layers_is_empty(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    assert_int_equal(read_history(&history, true).package_count, 0);
}

// A file that no layer touches is read once: its damage is noted once.
static void notes_of_unchanged_files_come_once(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    scene_add(&history.scene, STATUS, S(ENTRY("a", "1") "junk\n"));
    add_prefix(&history, 0);
    scene_add(&history.scene, "lib/apk/db/installed", S("P:x\nV:1\n"));
    add_prefix(&history, 1);
    struct bom bom = read_history(&history, true);
    assert_int_equal(bom.package_count, 2);
    assert_package(&bom, 0, "x", "1", 1, false);
    assert_package(&bom, 1, "a", "1", 0, false);
    assert_int_equal(history.scene.notes.items.count, 2); // a line, and an entry, that mean nothing
}

static void lower_layers_are_noted_only_if_asked_for(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    add_status(&history, 0, "junk\n");
    add_status(&history, 1, ENTRY("a", "1"));
    (void)read_history(&history, false);
    assert_int_equal(history.scene.notes.items.count, 0);
    (void)read_history(&history, true);
    assert_true(scene_noted(&history.scene, NOTE_DAMAGED, "without ':'"));
}

static void files_between_others_come_and_go(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    struct scene *scene = &history.scene;
    scene_add(scene, "var/lib/dpkg/status.d/a", S("Package: a\nVersion: 1\n"));
    scene_add(scene, "var/lib/dpkg/status.d/c", S("Package: c\nVersion: 1\n"));
    add_prefix(&history, 0);
    scene_add(scene, "var/lib/dpkg/status.d/b", S("Package: b\nVersion: 1\n"));
    add_prefix(&history, 1);
    LIST_AT(&scene->files, struct file, 0)->content = S("Package: a\nVersion: 1\nOrigin: x\n");
    add_prefix(&history, 2);
    LIST_AT(&scene->files, struct file, 2)->path = S("var/lib/dpkg/status.d/d");
    add_prefix(&history, 3);
    struct bom bom = read_history(&history, true);
    assert_int_equal(bom.package_count, 3);
    assert_package(&bom, 0, "a", "1", 0, false); // the same package, told anew
    assert_text(bom.packages[0].repository, "x");
    assert_package(&bom, 1, "b", "1", 1, false);
    assert_text(bom.packages[1].locations[0].path, "var/lib/dpkg/status.d/d");
    assert_package(&bom, 2, "c", "1", 0, false);
}

// ---------------------------------------------------------------- against the plain definition

enum { NAMES = 6, LAYERS = 8 };

// held[i][n]: the version of package n after layer i, 0 for none.
typedef unsigned held_versions[LAYERS][NAMES];

static void add_random_layers(struct history *history, held_versions held, uint64_t *random)
{
    for (uint32_t i = 0; i < LAYERS; i++) {
        struct text content = {0};
        text_init(&content, history->scene.mem, SIZE_MAX);
        text_add(&content, S("\n"));
        for (unsigned n = 0; n < NAMES; n++) {
            *random = *random * 6364136223846793005u + 1442695040888963407u;
            held[i][n] = (unsigned)(*random >> 60) % 3;
            if (held[i][n])
                text_addf(&content, ENTRY("p%u", "%u"), n, held[i][n]);
        }
        scene_clear(&history->scene);
        scene_add(&history->scene, STATUS, text_span(&content));
        add_prefix(history, i);
    }
}

static uint32_t layer_of(held_versions held, unsigned name)
{
    uint32_t layer = LAYERS - 1;
    while (layer > 0 && held[layer - 1][name] == held[LAYERS - 1][name])
        layer--;
    return layer;
}

static bool was_ever_held(held_versions held, unsigned name, unsigned version)
{
    for (size_t i = 0; i < LAYERS; i++)
        if (held[i][name] == version)
            return true;
    return false;
}

static void assert_history(const struct bom *bom, held_versions held)
{
    size_t at = 0;
    for (unsigned n = 0; n < NAMES; n++) {
        for (unsigned version = 1; version < 3; version++) {
            if (!was_ever_held(held, n, version))
                continue;
            assert_true(at < bom->package_count);
            const struct package *package = &bom->packages[at++];
            bool is_last = held[LAYERS - 1][n] == version;
            assert_int_equal(package->name.ptr[1], '0' + n);
            assert_int_equal(package->version.ptr[0], '0' + version);
            assert_int_equal(package->removed, !is_last);
            if (is_last)
                assert_int_equal(package->locations[0].layer, layer_of(held, n));
        }
    }
    assert_int_equal(at, bom->package_count);
}

static void random_histories_agree_with_the_definition(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (size_t i = 0; i < 200; i++) {
        CLEANUP(history_cleanup) struct history history;
        held_versions held = {0};
        history_init(&history);
        add_random_layers(&history, held, &random);
        struct bom bom = read_history(&history, true);
        assert_history(&bom, held);
    }
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    CLEANUP(history_cleanup) struct history history;
    history_init(&history);
    add_status(&history, 0, ENTRY("a", "1") ENTRY("b", "1"));
    add_status(&history, 1, ENTRY("a", "2"));
    struct distro distro = {.id = S("debian")};
    bool done = false;
    for (uint64_t budget = 256; !done && budget < (1 << 20); budget += 256) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct notes notes = {0};
        struct bom bom = {0};
        struct err err = {0};
        notes_init(&notes, mem, &history.scene.limits);
        done = inventory_layers(history.prefixes, history.count, &distro, true,
                                &history.scene.limits, mem, &notes, &bom, &err);
        if (done)
            assert_int_equal(bom.package_count, 3);
        else
            assert_int_equal(err.kind, ERR_LIMIT);
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_package_is_of_the_layer_that_brought_it),
        cmocka_unit_test(what_comes_back_is_of_the_layer_that_brought_it_back),
        cmocka_unit_test(all_layers_adds_what_is_gone),
        cmocka_unit_test(a_deleted_database_leaves_nothing),
        cmocka_unit_test(an_image_without_layers_is_empty),
        cmocka_unit_test(notes_of_unchanged_files_come_once),
        cmocka_unit_test(lower_layers_are_noted_only_if_asked_for),
        cmocka_unit_test(files_between_others_come_and_go),
        cmocka_unit_test(random_histories_agree_with_the_definition),
        cmocka_unit_test(a_full_arena_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
