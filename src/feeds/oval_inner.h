// OVAL 5 definitions as distributions publish them: a definition is a flaw or an update, its
// criteria are a tree of AND and OR over tests, a test holds an object (a package's name) against
// a state (a version). oval.c reads documents and definitions, oval_criteria.c their criteria.
#ifndef PLIMSOLL_FEEDS_OVAL_INNER_H
#define PLIMSOLL_FEEDS_OVAL_INNER_H

#include "feeds/feeds_inner.h"
#include "format/xml/xml.h"

// One document, and in it one definition.
struct oval {
    struct translation *translation;
    span path;
    struct list index; // of struct index_entry, sorted
    const struct xml_node *metadata;
    bool not_applicable; // the whole definition is about packages that turned out to be fine
    struct draft draft;
};

// The test, object, state or variable of this id, or null.
const struct xml_node *oval_find(const struct oval *oval, span id);
// What a platform's name, "Oracle Linux 7", stands for; nothing when it is none that is known.
void oval_read_platform(struct oval *oval, span platform, struct targets *ret);
// Adds to the draft what the definition's criteria say of packages.
void oval_read_criteria(struct oval *oval, const struct xml_node *criteria);

#endif
