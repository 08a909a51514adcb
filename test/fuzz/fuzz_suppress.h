// A file that says what does not count, applied to a scan: whatever it says, what is suppressed has
// a reason and somebody who gave it.
#ifndef PLIMSOLL_TEST_FUZZ_SUPPRESS_H
#define PLIMSOLL_TEST_FUZZ_SUPPRESS_H

#include "unit/suppress/scene.h"

#include <stdlib.h>

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

// What was read can be sent, and the bytes that it is sent as mean the same.
static inline void fuzz_send(struct scene *scene)
{
    struct suppress *other = NULL;
    struct text sent;
    struct text back;
    text_init(&sent, scene->mem, SIZE_MAX);
    text_init(&back, scene->mem, SIZE_MAX);
    suppress_write_vex(scene->suppress, &sent);
    if (!text_ok(&sent) || !suppress_new(&scene->limits, 0, scene->mem, &other, NULL))
        return;
    struct err err = {0};
    if (!suppress_read_vex(other, SUPPRESS_IMAGE, S("vex.json"), text_span(&sent), &err)) {
        if (err.kind != ERR_LIMIT)
            abort();
        return;
    }
    suppress_write_vex(other, &back);
    if (text_ok(&back) && !span_equal(text_span(&sent), text_span(&back)))
        abort();
}

static inline int fuzz_vex(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FUZZ_BUDGET);
    struct scene *scene = fuzz_scene(mem);
    if (!scene)
        return 0;
    // What is refused leaves nothing behind.
    if (suppress_add_vex(scene->suppress, SUPPRESS_FILE, S("vex.json"), span_of(data, size), NULL))
        fuzz_send(scene);
    fuzz_apply(scene);
    return 0;
}

#endif
