// A scan made of a few purls and flaws, on which statements can be tried.
#ifndef PLIMSOLL_TEST_SUPPRESS_SCENE_H
#define PLIMSOLL_TEST_SUPPRESS_SCENE_H

#include "suppress/suppress.h"

enum { MOST_SCENE = 32, SCENE_TODAY = 20000 }; // 2024-10-04

struct scene {
    struct arena *mem;
    struct limits limits;
    struct scan scan;
    struct notes notes;
    struct package packages[MOST_SCENE];
    struct location locations[MOST_SCENE];
    struct finding findings[MOST_SCENE];
    struct suppress *suppress;
    struct err err;
};

// Debian 12 as the image registry.example/team/app:1.0, with nothing in it.
void scene_init(struct scene *scene, struct arena *mem);
// A package and, unless the id is null, a flaw in it; the finding, or null without one.
struct package *scene_package(struct scene *scene, const char *purl, const char *path);
struct finding *scene_finding(struct scene *scene, const char *id, const struct package *package);
struct finding *scene_add(struct scene *scene, const char *id, const char *purl);

// Holds the scene against an earlier result, as `base.json`.
bool scene_compare(struct scene *scene, struct arena *mem, span result, struct err *err);

// The scene that fuzzing and hostile documents are tried on: a distribution, a Go program, jars.
void scene_fill(struct scene *scene);
// What must hold whatever was applied: aborts otherwise.
void scene_check(const struct scene *scene);

#endif
