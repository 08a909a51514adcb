// Layers under construction, and what becomes of them.
#ifndef PLIMSOLL_TEST_UNPACK_SCENE_H
#define PLIMSOLL_TEST_UNPACK_SCENE_H

#include "format/tar/tar.h"
#include "scan/unpack/unpack.h"

enum { MOST_LAYERS = 8 };

struct scene {
    struct arena *mem;
    struct limits limits;
    struct wants wants;
    struct wants roster;
    const struct inspector *inspector;
    int scratch_fd;
    struct crew *crew;
    bool lowest;        // of every layer
    struct notes notes; // of merging
    struct text tars[MOST_LAYERS];
    size_t count;
    struct extract extracts[MOST_LAYERS];
    struct tree tree;
};

// cmocka's: *state is a scene without layers, in which everything is wanted.
int set_up(void **state);
int tear_down(void **state);

void begin_layer(struct scene *scene);
// To the layer that was begun last.
void add(struct scene *scene, const struct tar_entry *entry, span content);
void add_file(struct scene *scene, const char *path, const char *content);
void add_typed(struct scene *scene, enum tar_type type, const char *path, const char *link);

struct unpack_options unpack_options_of(const struct scene *scene);
bool unpack_bytes(struct scene *scene, span bytes, span stored, span diff_id, struct extract *ret,
                  struct err *err);
struct extract *unpack_one(struct scene *scene, size_t index);
void merge(struct scene *scene); // all of them
// The merged tree: "path=content path->link path/ path!", in path order.
void tree_is(struct scene *scene, const char *expected);
bool noted(const struct extract *extract, enum note_kind kind, span location, span text);

#endif
