#include "scene.h"

#include <stdlib.h>
#include <string.h>

void scene_init(struct scene *scene)
{
    *scene = (struct scene){.mem = arena_new(UINT64_C(64) << 20), .limits = limits_default()};
    notes_init(&scene->notes, scene->mem, &scene->limits);
    list_init(&scene->files, scene->mem, sizeof(struct file), SIZE_MAX);
}

void scene_cleanup(struct scene *scene)
{
    arena_cleanup(&scene->mem);
}

void scene_add(struct scene *scene, const char *path, span content)
{
    struct file *file = LIST_ADD(&scene->files, struct file);
    assert(file);
    *file = (struct file){.path = span_of_text(path),
                          .type = FILE_REGULAR,
                          .content = content,
                          .size = content.len,
                          .has_content = true};
}

void scene_link(struct scene *scene, const char *path, const char *target)
{
    struct file *file = LIST_ADD(&scene->files, struct file);
    assert(file);
    *file = (struct file){
        .path = span_of_text(path), .type = FILE_SYMLINK, .link = span_of_text(target)};
}

void scene_clear(struct scene *scene)
{
    scene->files.count = 0;
}

static int compare_paths(const void *a, const void *b)
{
    return span_compare(((const struct file *)a)->path, ((const struct file *)b)->path);
}

struct tree scene_tree(const struct scene *scene, uint32_t layer)
{
    size_t count = scene->files.count;
    struct tree tree = {.files = arena_array(scene->mem, count, sizeof(struct file)),
                        .count = count};
    assert(tree.files);
    if (count) {
        memcpy(tree.files, scene->files.items, count * sizeof *tree.files);
        qsort(tree.files, count, sizeof *tree.files, compare_paths);
    }
    for (size_t i = 0; i < count; i++)
        tree.files[i].layer = layer;
    return tree;
}

bool scene_noted(const struct scene *scene, enum note_kind kind, const char *part)
{
    for (size_t i = 0; i < scene->notes.items.count; i++) {
        const struct note *note = LIST_AT(&scene->notes.items, struct note, i);
        if (note->kind == kind && span_contains(note->text, span_of_text(part)))
            return true;
    }
    return false;
}
