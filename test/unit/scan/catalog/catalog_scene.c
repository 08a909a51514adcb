#include "catalog_scene.h"
#include "os/os.h"

#include <stdio.h>
#include <stdlib.h>

static void demand(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "scene: %s\n", what);
    abort();
}

void scene_open(struct scene *scene)
{
    *scene = (struct scene){.limits = limits_default(), .mem = arena_new(1 << 28)};
    struct catalog_options options = {.limits = &scene->limits, .declared = true};
    demand(scene->mem && catalog_new(&options, &scene->catalog, NULL), "no catalog");
    notes_init(&scene->notes, scene->mem, &scene->limits);
}

void scene_close(struct scene *scene)
{
    catalog_free(scene->catalog);
    arena_free(scene->mem);
}

bool scene_show(struct scene *scene, span path, span bytes)
{
    struct inspector inspector = catalog_inspector(scene->catalog);
    struct content content = content_of(bytes);
    struct err err = {0};
    scene->insight = NULL;
    if (!inspector.wants(inspector.self, path, bytes.len, span_first(bytes, 64)))
        return false;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 28);
    demand(scratch && inspector.look(inspector.self, path, &content, scene->mem, scratch,
                                     &scene->notes, &scene->insight, &err),
           err.text);
    return true;
}

size_t scene_count(const struct scene *scene)
{
    return scene->insight ? scene->insight->package_count : 0;
}

const struct package *scene_package(const struct scene *scene, size_t index)
{
    demand(index < scene_count(scene), "no such package");
    return &scene->insight->packages[index];
}

span scene_list(const struct scene *scene)
{
    struct text out;
    text_init(&out, scene->mem, SIZE_MAX);
    for (size_t i = 0; i < scene_count(scene); i++) {
        const struct package *package = scene_package(scene, i);
        text_add(&out, package->type);
        text_add_byte(&out, ' ');
        text_add(&out, package->name);
        text_add_byte(&out, ' ');
        text_add(&out, package->version);
        text_add_byte(&out, '\n');
    }
    demand(text_ok(&out), "no memory");
    return text_span(&out);
}

static span joined(const struct scene *scene, const struct spans *spans)
{
    struct text out;
    text_init(&out, scene->mem, SIZE_MAX);
    for (size_t i = 0; i < spans->count; i++) {
        if (i > 0)
            text_add_byte(&out, ' ');
        text_add(&out, spans->items[i]);
    }
    demand(text_ok(&out), "no memory");
    return text_span(&out);
}

span scene_depends(const struct scene *scene, size_t index)
{
    return joined(scene, &scene_package(scene, index)->depends);
}

span scene_hashes(const struct scene *scene, size_t index)
{
    return joined(scene, &scene_package(scene, index)->hashes);
}

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        span text = LIST_AT(&notes->items, struct note, i)->text;
        fprintf(stderr, "note: %.*s\n", (int)text.len, (const char *)text.ptr);
    }
}

static void expect_bytes(struct scene *scene, const char *path, span bytes, const char *packages,
                         size_t notes)
{
    demand(scene_show(scene, span_of_text(path), bytes), "is not wanted");
    span list = scene_list(scene);
    if (!span_equal(list, span_of_text(packages)))
        fprintf(stderr, "%s:\n%.*s", path, (int)list.len, (const char *)list.ptr);
    demand(span_equal(list, span_of_text(packages)), "other packages");
    if (scene->notes.items.count != notes)
        print_notes(&scene->notes);
    demand(scene->notes.items.count == notes, "another number of notes");
}

void scene_expect(const char *path, const char *text, const char *packages, size_t notes)
{
    struct scene scene;
    scene_open(&scene);
    expect_bytes(&scene, path, span_of_text(text), packages, notes);
    scene_close(&scene);
}

void scene_expect_seed(struct scene *scene, const char *path, const char *seed,
                       const char *packages, size_t notes)
{
    char file[4096];
    span bytes = {0};
    (void)snprintf(file, sizeof file, "%s/%s", PLIMSOLL_CORPUS, seed);
    demand(os_read_file(file, 1 << 24, scene->mem, &bytes, NULL), file);
    expect_bytes(scene, path, bytes, packages, notes);
}
