// Random layers, unpacked and stacked, against a plain model of a file system to which the same
// entries are applied one by one.
#include "crypto/crypto.h"
#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_ENTRIES = 400, PATH_ROOM = 128, ROUNDS = 1500, MOST_HOPS = 8 };

// ---------------------------------------------------------------- the model

struct entry {
    char path[PATH_ROOM];
    char name[PATH_ROOM]; // the path under which its layer has it
    char text[PATH_ROOM]; // content, or the target of a link
    enum file_type type;
    unsigned layer;
    bool wanted;    // by that name
    bool rostered;  // the same
    unsigned since; // the layer that brought what it says
    bool is_unsure; // layers had it under several names, or one had it twice: maybe another
};

// Something that took away what was at a path and below.
struct hiding {
    char path[PATH_ROOM];
    unsigned layer;
};

struct model {
    struct entry entries[MOST_ENTRIES];
    size_t count;
    unsigned layer;
    char walked[64][PATH_ROOM]; // links that the layer has entries behind
    size_t walked_count;
    struct entry gone[MOST_ENTRIES]; // files, with the layer that took them away
    size_t gone_count;
    struct hiding hidings[MOST_ENTRIES];
    size_t hiding_count;
};

static struct entry *entry_at(struct model *model, const char *path)
{
    for (size_t i = 0; i < model->count; i++)
        if (strcmp(model->entries[i].path, path) == 0)
            return &model->entries[i];
    return NULL;
}

static bool is_below(const char *path, const char *directory)
{
    size_t len = strlen(directory);
    return len == 0 || (strncmp(path, directory, len) == 0 && path[len] == '/');
}

static void remember_gone(struct model *model, const struct entry *entry)
{
    assert_true(model->gone_count < MOST_ENTRIES);
    model->gone[model->gone_count] = *entry;
    model->gone[model->gone_count++].layer = model->layer;
}

static void remove_below(struct model *model, const char *directory, bool itself)
{
    size_t kept = 0;
    struct hiding *hiding = &model->hidings[model->hiding_count++];
    assert_true(model->hiding_count < MOST_ENTRIES);
    hiding->layer = model->layer;
    (void)snprintf(hiding->path, sizeof hiding->path, "%s", directory);
    for (size_t i = 0; i < model->count; i++) {
        const char *path = model->entries[i].path;
        bool goes = is_below(path, directory) || (itself && strcmp(path, directory) == 0);
        if (!goes)
            model->entries[kept++] = model->entries[i];
        else if (model->entries[i].type == FILE_REGULAR)
            remember_gone(model, &model->entries[i]);
    }
    model->count = kept;
}

static void add_entry(struct model *model, struct entry entry)
{
    assert_true(model->count < MOST_ENTRIES);
    entry.layer = model->layer;
    model->entries[model->count++] = entry;
}

static void put(char out[static PATH_ROOM], const char *directory, const char *name)
{
    char joined[2 * PATH_ROOM];
    int len = snprintf(joined, sizeof joined, "%s%s%s", directory, *directory ? "/" : "", name);
    assert_true(len >= 0 && len < PATH_ROOM);
    memcpy(out, joined, (size_t)len + 1);
}

// The directory that the path leads to, made if it is missing; false if it leads nowhere.
static bool walk_model(struct model *model, const char *path, char out[static PATH_ROOM])
{
    char rest[4 * PATH_ROOM];
    char at[PATH_ROOM] = "";
    (void)snprintf(rest, sizeof rest, "%s", path);
    for (unsigned hops = 0; *rest;) {
        char next[PATH_ROOM];
        char behind[4 * PATH_ROOM] = "";
        char *slash = strchr(rest, '/');
        if (slash) {
            (void)snprintf(behind, sizeof behind, "%s", slash + 1);
            *slash = '\0';
        }
        put(next, at, rest);
        const struct entry *entry = entry_at(model, next);
        if (entry && entry->type == FILE_SYMLINK) {
            if (++hops > MOST_HOPS)
                return false;
            memcpy(model->walked[model->walked_count++ % 64], next, sizeof next);
            // Every target in here is absolute.
            (void)snprintf(rest, sizeof rest, "%s%s%s", entry->text + 1, *behind ? "/" : "",
                           behind);
            at[0] = '\0';
            continue;
        }
        if (entry && entry->type != FILE_DIRECTORY)
            return false;
        if (!entry) {
            struct entry made = {.type = FILE_DIRECTORY};
            memcpy(made.path, next, sizeof next);
            add_entry(model, made);
        }
        memcpy(at, next, sizeof next);
        (void)snprintf(rest, sizeof rest, "%s", behind);
    }
    memcpy(out, at, sizeof at);
    return true;
}

static bool split(const char *path, char parent[static PATH_ROOM], const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    (void)snprintf(parent, PATH_ROOM, "%.*s", slash ? (int)(slash - path) : 0, path);
    return true;
}

static bool was_walked(const struct model *model, const char *path)
{
    for (size_t i = 0; i < model->walked_count && i < 64; i++)
        if (strcmp(model->walked[i], path) == 0 || is_below(model->walked[i], path))
            return true;
    return false;
}

// A layer that repeats what is there has not brought it.
static void date_entry(const struct model *model, const struct entry *there, struct entry *entry)
{
    bool follows = there && there->type == FILE_REGULAR && entry->type == FILE_REGULAR;
    entry->since = model->layer;
    if (!follows)
        return;
    entry->is_unsure =
        there->is_unsure || there->layer == model->layer || strcmp(there->name, entry->name) != 0;
    if (strcmp(there->text, entry->text) == 0)
        entry->since = there->since;
}

// Would an engine take it, and does it not contradict what its own layer has said before?
static bool apply_entry(struct model *model, const char *path, struct entry entry)
{
    char parent[PATH_ROOM];
    char real[PATH_ROOM];
    const char *name = NULL;
    struct model before = *model;
    split(path, parent, &name);
    if (!walk_model(model, parent, real)) {
        *model = before;
        return false;
    }
    put(entry.path, real, name);
    put(entry.name, "", path);
    struct entry *there = entry_at(model, entry.path);
    bool own = there && there->layer == model->layer;
    bool both_files = there && there->type == FILE_REGULAR && entry.type == FILE_REGULAR &&
                      strcmp(there->name, path) == 0;
    bool both_directories = there && there->type == FILE_DIRECTORY && entry.type == FILE_DIRECTORY;
    for (size_t i = 0; there && i < model->count; i++)
        own |=
            is_below(model->entries[i].path, entry.path) && model->entries[i].layer == model->layer;
    if ((own && !both_files && !both_directories) || was_walked(model, entry.path)) {
        *model = before;
        return false;
    }
    if (both_directories) {
        there->layer = model->layer;
        return true;
    }
    date_entry(model, there, &entry);
    remove_below(model, entry.path, true);
    add_entry(model, entry);
    return true;
}

static void apply_whiteout(struct model *model, const char *path, bool opaque)
{
    char parent[PATH_ROOM];
    char real[PATH_ROOM];
    const char *name = NULL;
    split(path, parent, &name);
    if (opaque && walk_model(model, path, real))
        remove_below(model, real, false);
    if (opaque || !walk_model(model, parent, real))
        return;
    put(real, real, name);
    remove_below(model, real, true);
}

// ---------------------------------------------------------------- random layers

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static size_t below(uint64_t *state, size_t limit)
{
    return (size_t)((random_next(state) >> 33) % limit);
}

static void random_path(uint64_t *state, char out[static PATH_ROOM])
{
    static const char *const names[] = {"a", "b", "c", "usr", "keep"};
    size_t depth = 1 + below(state, 3);
    out[0] = '\0';
    for (size_t i = 0; i < depth; i++)
        put(out, out, names[below(state, 5)]);
}

static const span wanted_patterns[] = {S("**/keep")};
static const span roster_patterns[] = {S("usr/**"), S("a/**")};
static const struct wants wanted = {wanted_patterns, 1};
static const struct wants rostered = {roster_patterns, 2};

static void add_random_entry(struct scene *scene, struct model *model, uint64_t *state)
{
    static const char *const contents[] = {"", "x", "!seen", "#!/bin/sh", "!other"};
    char path[PATH_ROOM];
    char parent[PATH_ROOM];
    char target[PATH_ROOM];
    const char *name = NULL;
    random_path(state, path);
    split(path, parent, &name);
    struct entry entry = {.wanted = wants_match(&wanted, span_of_text(path)),
                          .rostered = wants_match(&rostered, span_of_text(parent))};
    size_t kind = below(state, 10);
    entry.type = kind < 6 ? FILE_REGULAR : kind < 8 ? FILE_DIRECTORY : FILE_SYMLINK;
    random_path(state, target);
    if (entry.type == FILE_SYMLINK)
        (void)snprintf(entry.text, sizeof entry.text, "/%.100s", target);
    if (entry.type == FILE_REGULAR)
        (void)snprintf(entry.text, sizeof entry.text, "%s", contents[below(state, 5)]);
    if (!apply_entry(model, path, entry))
        return;
    if (entry.type == FILE_REGULAR)
        add_file(scene, path, entry.text);
    else
        add_typed(scene, entry.type == FILE_SYMLINK ? TAR_SYMLINK : TAR_DIRECTORY, path,
                  entry.type == FILE_SYMLINK ? entry.text : "");
}

// Whiteouts first, as they act: in the archive that makes no difference.
static void add_random_layer(struct scene *scene, struct model *model, uint64_t *state)
{
    size_t hidings = below(state, 3);
    size_t entries = below(state, 12);
    begin_layer(scene);
    for (size_t i = 0; i < hidings; i++) {
        char path[PATH_ROOM];
        char parent[PATH_ROOM];
        char mark[PATH_ROOM + 8];
        const char *name = NULL;
        bool opaque = below(state, 3) == 0;
        random_path(state, path);
        split(path, parent, &name);
        (void)snprintf(mark, sizeof mark, "%.60s%s.wh.%.60s", opaque ? path : parent,
                       opaque || *parent ? "/" : "", opaque ? ".wh..opq" : name);
        add_file(scene, mark, "");
        apply_whiteout(model, path, opaque);
    }
    model->walked_count = 0;
    for (size_t i = 0; i < entries; i++)
        add_random_entry(scene, model, state);
    model->layer++;
}

// ---------------------------------------------------------------- an inspector

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    (void)self;
    (void)path;
    return size && span_starts_with(start, S("!"));
}

static bool look(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err)
{
    span bytes = {0};
    struct insight *insight = ARENA_NEW(mem, struct insight);
    (void)self;
    (void)path;
    (void)notes;
    assert_true(content_read(content, 0, content->size, scratch, &bytes, err));
    assert_true(insight && arena_span(mem, bytes, &insight->licenses));
    *ret = insight;
    return true;
}

static const struct inspector inspector = {.wants = wants_file, .look = look};

// ---------------------------------------------------------------- the comparison

static bool has_insight(const struct entry *entry)
{
    return entry->type == FILE_REGULAR && entry->text[0] == '!';
}

static void check_file(const struct tree *tree, const struct entry *entry)
{
    const struct file *file = tree_at(tree, span_of_text(entry->path));
    bool kept = entry->type == FILE_SYMLINK || has_insight(entry) ||
                (entry->wanted && entry->type == FILE_REGULAR);
    if (!file && !kept)
        return;
    if (!file)
        fail_msg("'%s' is missing", entry->path);
    unsigned layer = entry->type == FILE_REGULAR && !entry->is_unsure ? entry->since : file->layer;
    if (file->type != entry->type || (kept && file->layer != layer))
        fail_msg("'%s' is of type %d and layer %u, not %d and %u", entry->path, file->type,
                 file->layer, entry->type, layer);
    span text = span_of_text(entry->text);
    if (entry->type == FILE_SYMLINK)
        assert_true(span_equal(file->link, text));
    if (entry->type == FILE_REGULAR && entry->wanted)
        assert_true(file->has_content && span_equal(file->content, text));
    assert_int_equal(file->insight != NULL, has_insight(entry));
    if (file->insight)
        assert_true(span_equal(file->insight->licenses, text));
}

static void check_roster_file(const struct roster *roster, const struct entry *entry)
{
    const struct roster_file *file = roster_at(roster, span_of_text(entry->path));
    bool listed = entry->type == FILE_REGULAR && entry->rostered;
    if ((file != NULL) != listed)
        fail_msg("'%s' is%s on the roster", entry->path, file ? "" : " not");
    if (!file)
        return;
    digest sha256 = {0};
    span text = span_of_text(entry->text);
    assert_true(digest_of(DIGEST_SHA256, text, &sha256, NULL));
    assert_true(span_equal(span_of(sha256.bytes, ROSTER_SHA256), roster_sha256(file)));
    assert_true(entry->is_unsure || file->layer == entry->since);
    assert_true(file->mode_layer <= file->layer);
    assert_int_equal(file->size, text.len);
    assert_int_equal(file->is_program, span_starts_with(text, S("#!")));
}

static void nothing_is_made_up(struct model *model, const struct tree *tree,
                               const struct roster *roster)
{
    char path[PATH_ROOM];
    for (size_t i = 0; i < tree->count; i++) {
        (void)snprintf(path, sizeof path, "%.*s", (int)tree->files[i].path.len,
                       (const char *)tree->files[i].path.ptr);
        if (!entry_at(model, path))
            fail_msg("'%s' is not there", path);
    }
    for (size_t i = 0; i < roster->count; i++)
        for (size_t j = 0; j < roster->directories[i].count; j++) {
            const struct roster_directory *directory = &roster->directories[i];
            (void)snprintf(path, sizeof path, "%.*s%s%.*s", (int)directory->path.len,
                           (const char *)directory->path.ptr, directory->path.len ? "/" : "",
                           (int)directory->files[j].name.len,
                           (const char *)directory->files[j].name.ptr);
            if (!entry_at(model, path))
                fail_msg("'%s' is on the roster and not there", path);
        }
}

// Is the way to a path that nobody has put anything at one of directories?
static bool is_reachable(struct model *model, const char *path)
{
    for (size_t i = 0; path[i]; i++) {
        char above[PATH_ROOM];
        (void)snprintf(above, sizeof above, "%.*s", (int)i, path);
        const struct entry *entry = path[i] == '/' ? entry_at(model, above) : NULL;
        if (entry && entry->type != FILE_DIRECTORY)
            return false;
    }
    return !entry_at(model, path);
}

static bool was_hidden(const struct model *model, const char *path, unsigned layer)
{
    for (size_t i = 0; i < model->hiding_count; i++)
        if (model->hidings[i].layer == layer &&
            (strcmp(model->hidings[i].path, path) == 0 || is_below(path, model->hidings[i].path)))
            return true;
    return false;
}

// What is gone was taken away by the last layer that had something to take away.
static void check_gone(struct model *model, const struct roster *roster)
{
    for (size_t i = 0; i < model->gone_count; i++) {
        const struct entry *gone = &model->gone[i];
        uint32_t layer = 0;
        if (!gone->rostered || strcmp(gone->path, gone->name) != 0 ||
            !is_reachable(model, gone->path))
            continue;
        if (!roster_removed_by(roster, span_of_text(gone->path), &layer))
            fail_msg("nobody has removed '%s'", gone->path);
        if (layer < gone->layer || !was_hidden(model, gone->path, layer))
            fail_msg("layer %u has removed '%s', not %u", gone->layer, gone->path, layer);
    }
}

static void compare(struct scene *scene, struct model *model)
{
    struct stack *stack = NULL;
    struct tree tree = {0};
    struct roster roster = {0};
    assert_true(
        stack_new(&scene->limits, (hash_key){1, 2}, scene->mem, &scene->notes, &stack, NULL));
    for (size_t i = 0; i < scene->count; i++) {
        scene->lowest = i == 0;
        assert_true(stack_add(stack, unpack_one(scene, i), NULL));
        // Asked in between or not: the last answer is the same.
        if (i % 2)
            assert_true(stack_tree(stack, false, &tree, NULL));
    }
    assert_true(stack_tree(stack, true, &tree, NULL));
    assert_true(stack_roster(stack, &roster, NULL));
    for (size_t i = 0; i < model->count; i++) {
        check_file(&tree, &model->entries[i]);
        check_roster_file(&roster, &model->entries[i]);
    }
    nothing_is_made_up(model, &tree, &roster);
    check_gone(model, &roster);
}

static void random_layers_make_what_the_model_says(void **state)
{
    struct scene *scene = *state;
    static struct model model;
    uint64_t seed = 11;
    scene->wants = wanted;
    scene->roster = rostered;
    scene->inspector = &inspector;
    for (unsigned round = 0; round < ROUNDS; round++) {
        arena_reset(scene->mem);
        notes_init(&scene->notes, scene->mem, &scene->limits);
        scene->count = 0;
        model = (struct model){0};
        size_t layers = 1 + below(&seed, 5);
        for (size_t i = 0; i < layers; i++)
            add_random_layer(scene, &model, &seed);
        compare(scene, &model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_layers_make_what_the_model_says, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
