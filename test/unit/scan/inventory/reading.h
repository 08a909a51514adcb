// What the tests of the readers share: an image of a few files in, packages out.
#ifndef PLIMSOLL_TEST_READING_H
#define PLIMSOLL_TEST_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../scene.h"
#include "scan/inventory/inventory.h"

static inline void assert_text(span actual, const char *wanted)
{
    if (!span_equal(actual, span_of_text(wanted)))
        fail_msg("'%s' instead of '%s'", quote(actual).text, wanted);
}

// The packages of all the files in the scene.
static inline struct bom read_scene(struct scene *scene)
{
    struct err err = {0};
    struct bom bom = {0};
    struct distro distro = {.id = S("test"), .version_id = S("1")};
    struct tree tree = scene_tree(scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    if (!inventory_layers(&prefix, 1, &distro, false, &scene->limits, scene->mem, &scene->notes,
                          &bom, &err))
        fail_msg("%s", err.text);
    return bom;
}

// The packages of one file.
static inline struct bom read_one(struct scene *scene, const char *path, const char *content)
{
    scene_clear(scene);
    scene_add(scene, path, span_of_text(content));
    return read_scene(scene);
}

static inline const struct package *package_at(const struct bom *bom, size_t index)
{
    if (index >= bom->package_count)
        fail_msg("there are only %zu packages", bom->package_count);
    return &bom->packages[index];
}

#endif
