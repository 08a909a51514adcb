// yaml: YAML text to values, for what people write by hand. Reading is libyaml's work, under
// limits. Anchors, aliases and tags are refused: settings need none, and aliases are how a short
// text becomes an endless one.
#ifndef PLIMSOLL_FORMAT_YAML_H
#define PLIMSOLL_FORMAT_YAML_H

#include "base/base.h"

enum yaml_kind {
    YAML_SCALAR,
    YAML_SEQUENCE,
    YAML_MAPPING,
};

// A value and where it stands. All of a document lives in the arena that it was parsed into.
struct yaml {
    enum yaml_kind kind;
    unsigned line;            // of its first character, from 1
    unsigned column;          // the same
    unsigned key_line;        // of its key's first character, in a mapping
    unsigned key_column;      // the same
    span key;                 // its key, in a mapping
    span text;                // of a scalar, without quotes; what is left out is empty
    const struct yaml *first; // member of a sequence or mapping, in the order of the text
    const struct yaml *next;  // member of the sequence or mapping that this is in
};

// Parses one document of at most limits->document_bytes bytes, nested at most limits->depth deep.
// *ret is null if there is nothing but comments in it. ERR_INPUT names the line: no YAML, a second
// document, a key that is there already. ERR_UNSUPPORTED: an anchor, alias or tag, a key that is no
// scalar.
bool yaml_parse(span text, const struct limits *limits, struct arena *mem, const struct yaml **ret,
                struct err *err);

#endif
