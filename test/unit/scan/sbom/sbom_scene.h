// What the tests of one document start with.
#ifndef TEST_SBOM_SCENE_H
#define TEST_SBOM_SCENE_H

#include "scan/sbom/sbom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct scene {
    struct limits limits;
    struct arena *mem;
    struct notes notes;
    struct image image;
    struct bom bom;
};

static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){.limits = limits_default(), .mem = arena_new(1 << 24)};
    assert_non_null(scene.mem);
    notes_init(&scene.notes, scene.mem, &scene.limits);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    arena_free(scene->mem);
    return 0;
}

#endif
