// A small image for one test: files that the test names, and everything that a pure stage needs.
#ifndef PLIMSOLL_TEST_SCENE_H
#define PLIMSOLL_TEST_SCENE_H

#include "model/model.h"

struct scene {
    struct arena *mem;
    struct limits limits;
    struct notes notes;
    struct list files; // of struct file
};

void scene_init(struct scene *scene);
void scene_cleanup(struct scene *scene); // for CLEANUP
void scene_add(struct scene *scene, const char *path, span content);
void scene_link(struct scene *scene, const char *path, const char *target);
void scene_clear(struct scene *scene); // no files; notes stay
// The files so far as a tree of its own, each brought by `layer`.
struct tree scene_tree(const struct scene *scene, uint32_t layer);
// Is there a note of this kind whose text holds `part`?
bool scene_noted(const struct scene *scene, enum note_kind kind, const char *part);

#endif
