// What the files of maven share.
#ifndef PLIMSOLL_MAVEN_INNER_H
#define PLIMSOLL_MAVEN_INNER_H

#include "format/xml/xml.h"
#include "maven/maven.h"

struct property {
    span name;
    span value;
};

struct pom {
    const struct xml_node *project;
    const struct limits *limits;
    // The elements that properties and dependencies are taken from, what counts more first: the
    // profiles that are active, then the project.
    struct list bases;                 // of const struct xml_node *
    const struct property *properties; // sorted by name
    size_t property_count;
    struct coordinates raw;   // of the project, as they stand in the file
    struct coordinates own;   // the same, as far as they are known
    struct coordinates above; // of its parent, as they stand in the file
    const struct pom *parent; // in the same tree; null: it has none, or it is not there
    uint64_t seen;            // the evaluation that imported it last
};

// One entry of a dependencyManagement or of dependencies.
struct declared {
    struct coordinates coordinates;
    span type;       // empty: jar
    span classifier; // of several artefacts with the same coordinates
    span scope;
    bool optional;
};

// A project that is being evaluated: the values of its parents' texts are its own.
struct evaluation {
    struct pom_tree *tree; // null: the project is alone
    struct arena *mem;
    uint64_t number; // which one of the tree's, from 1
    uint64_t *left;  // entries that may still be looked at
};

// The text with what the project and its parents can say of its "${…}". A text that grows too long
// stays as it was. Fails only without memory.
bool pom_expand(const struct pom *pom, span raw, struct arena *mem, span *ret, struct err *err);
bool pom_expand_coordinates(const struct pom *pom, const struct coordinates *raw, struct arena *mem,
                            struct coordinates *ret, struct err *err);
// Fills pom->bases.
bool pom_find_bases(struct pom *pom, struct arena *mem, struct err *err);
const struct xml_node *pom_base(const struct pom *pom, size_t index);
// The group, artefact and version that an element holds, as they stand there.
struct coordinates pom_raw_coordinates(const struct xml_node *node);
// What the project needs at run time, with (tree) or without what is optional.
bool pom_evaluate(const struct evaluation *evaluation, const struct pom *pom, struct list *ret,
                  struct err *err);
// The project with these coordinates; null if it is not in the tree.
struct pom *pom_tree_find(struct pom_tree *tree, const struct coordinates *coordinates);

#endif
