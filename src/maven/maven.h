// maven: what Maven's own records say: pom.properties (Maven Archiver) and pom.xml (Maven's POM
// reference), one alone or many of one tree together. Pure.
#ifndef PLIMSOLL_MAVEN_H
#define PLIMSOLL_MAVEN_H

#include "base/base.h"

// Who something is: what Maven calls its coordinates. An empty group is unknown.
struct coordinates {
    span group;
    span artifact;
    span version;
};

// Are all three given, without blanks and without "${…}"?
bool coordinates_are_values(const struct coordinates *coordinates);
// By group, artefact, version.
int coordinates_compare(const struct coordinates *a, const struct coordinates *b);
// "group:artifact", or "artifact" without a group.
bool coordinates_name(const struct coordinates *coordinates, struct arena *mem, span *ret,
                      struct err *err);
// ERR_INPUT where a coordinate is missing or no value.
bool pom_properties_read(span text, struct coordinates *ret, struct err *err);

// ---------------------------------------------------------------- one pom.xml

// A project as one pom.xml describes it, with the values that other files would give left open.
struct pom;
// Reads a pom.xml; what it gives lives in `mem`. Errors as xml_parse; ERR_INPUT for another
// document.
bool pom_read(span text, const struct limits *limits, struct arena *mem, struct pom **ret,
              struct err *err);
// Those of the project itself, taken from its parent where the file leaves them out.
struct coordinates pom_coordinates(const struct pom *pom);
// The names of its licences; several are a choice (Maven's POM reference, "Licenses").
bool pom_licenses(const struct pom *pom, struct arena *mem, span *ret, struct err *err);
// What those who use it need at run time (struct coordinates, sorted, each once): scope compile or
// runtime, not optional. A coordinate that another file would give stands as it is: empty, or with
// its "${…}". ERR_LIMIT when `mem` is full.
bool pom_dependencies(const struct pom *pom, struct arena *mem, struct list *ret, struct err *err);

// ---------------------------------------------------------------- those of one tree

// Many poms that know each other: as parents, and as bills of materials that are imported.
struct pom_tree;
bool pom_tree_new(const struct limits *limits, struct arena *mem, struct pom_tree **ret,
                  struct err *err);
// Adds what lies at `path`, which must rise from call to call. ERR_LIMIT.
bool pom_tree_add(struct pom_tree *tree, span path, struct pom *pom, struct err *err);
// Finds the parent of each, in the tree: first where relativePath says, else by coordinates. To be
// called once, after all have been added.
bool pom_tree_link(struct pom_tree *tree, struct err *err);
// What the project at `index`, in the order of adding, needs at run time: its own dependencies and
// those of its parents, of scope compile or runtime, optional ones too. The list is as that of
// pom_dependencies; it and all behind it live in `mem`. ERR_LIMIT: `mem` is full, or all projects
// together declare more than sixteen times limits->packages.
bool pom_tree_dependencies(struct pom_tree *tree, size_t index, struct arena *mem, struct list *ret,
                           struct err *err);

#endif
