// A file that says what does not count, applied to a scan: whatever it says, what is suppressed has
// a reason and somebody who gave it.
#ifndef PLIMSOLL_TEST_FUZZ_SUPPRESS_H
#define PLIMSOLL_TEST_FUZZ_SUPPRESS_H

#include "unit/suppress/scene.h"

enum { FUZZ_BUDGET = 1 << 26 };

static inline struct scene *fuzz_scene(struct arena *mem)
{
    struct scene *scene = mem ? ARENA_NEW(mem, struct scene) : NULL;
    if (scene) {
        scene_init(scene, mem);
        scene_fill(scene);
    }
    return scene;
}

static inline void fuzz_apply(struct scene *scene)
{
    if (suppress_apply(scene->suppress, &scene->scan, &scene->notes, NULL))
        scene_check(scene);
}

static inline int fuzz_ignore(const char *name, const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FUZZ_BUDGET);
    struct scene *scene = fuzz_scene(mem);
    if (scene &&
        suppress_add_ignore(scene->suppress, span_of_text(name), span_of(data, size), NULL))
        fuzz_apply(scene);
    return 0;
}

static inline int fuzz_vex(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FUZZ_BUDGET);
    struct scene *scene = fuzz_scene(mem);
    if (!scene)
        return 0;
    // What is refused leaves nothing behind.
    (void)suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("vex.json"), span_of(data, size),
                           NULL);
    fuzz_apply(scene);
    return 0;
}

#endif
