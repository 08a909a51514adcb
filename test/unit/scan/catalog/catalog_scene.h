// A file put in front of the catalog, and what it then knows.
#ifndef PLIMSOLL_TEST_CATALOG_SCENE_H
#define PLIMSOLL_TEST_CATALOG_SCENE_H

#include "scan/catalog/catalog.h"

struct scene {
    struct limits limits;
    struct arena *mem;
    struct catalog *catalog;
    struct notes notes;
    const struct insight *insight; // of the last file; null: nothing
};

void scene_open(struct scene *scene);
void scene_close(struct scene *scene);
// Shows it a file; false if it does not want to look.
bool scene_show(struct scene *scene, span path, span content);
size_t scene_count(const struct scene *scene); // packages in the last file
const struct package *scene_package(const struct scene *scene, size_t index);
// The packages of the last file, in its order: "type name version\n" each.
span scene_list(const struct scene *scene);
// Demands, in a scene of its own, that a file of this text names exactly these packages, and that
// so many notes are made.
void scene_expect(const char *path, const char *text, const char *packages, size_t notes);
// The same of a seed of a fuzz target ("nix_db/real"), in a scene that is open and that has made no
// notes so far.
void scene_expect_seed(struct scene *scene, const char *path, const char *seed,
                       const char *packages, size_t notes);
// What the package at `index` depends on, and its hashes: "a b c".
span scene_depends(const struct scene *scene, size_t index);
span scene_hashes(const struct scene *scene, size_t index);

#endif
