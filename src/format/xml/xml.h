// xml: an XML 1.0 document as a tree. Reading is expat's work, under limits. Documents that declare
// entities of their own are refused, so nothing in one grows; nothing outside of one is ever read.
#ifndef PLIMSOLL_FORMAT_XML_H
#define PLIMSOLL_FORMAT_XML_H

#include "base/base.h"

struct xml_attribute {
    span name;
    span value;
};

// An element. Names are without their namespace prefix.
struct xml_node {
    span name;
    span text; // the character data right inside it, joined and trimmed
    const struct xml_attribute *attributes;
    size_t attribute_count;
    const struct xml_node *first; // child
    const struct xml_node *next;  // sibling
};

// Reads one document and gives its outermost element, with everything in `mem` and as UTF-8.
// limits: document_bytes, depth (ERR_LIMIT). ERR_INPUT: not well-formed. ERR_UNSUPPORTED: declares
// entities.
bool xml_parse(span document, const struct limits *limits, struct arena *mem,
               const struct xml_node **ret, struct err *err);

// Reads one document and shows its outermost elements of this name, one after the other: a long
// list of them needs memory for one. An element lies in `each`, which is reset behind it; `mem` is
// for what is needed until the end. Ends when `visit` returns false, with its error. Limits and
// errors as above.
typedef bool xml_visitor(void *self, const struct xml_node *element, struct err *err);
bool xml_each(span document, const char *name, const struct limits *limits, struct arena *mem,
              struct arena *each, xml_visitor *visit, void *self, struct err *err);

// These take null, and answer "nothing", so that a path of look-ups needs one check at its end.
// The first child of this name, and the sibling behind `node` that has the name of `node`.
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_again(const struct xml_node *node);
span xml_text(const struct xml_node *node);
span xml_child_text(const struct xml_node *node, const char *name);
span xml_attribute(const struct xml_node *node, const char *name);

#endif
