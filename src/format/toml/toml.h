// toml: TOML text to values (TOML 1.0.0), as lock files and manifests are written in. Strict: what
// the specification calls invalid is refused.
#ifndef PLIMSOLL_FORMAT_TOML_H
#define PLIMSOLL_FORMAT_TOML_H

#include "base/base.h"

enum toml_kind {
    TOML_STRING,
    TOML_INTEGER,
    TOML_FLOAT,
    TOML_BOOLEAN,
    TOML_DATE, // or time, or both, with or without an offset
    TOML_ARRAY,
    TOML_TABLE,
};

// A value and where it stands. Valid as long as the text and the arena that it was parsed with.
struct toml {
    enum toml_kind kind;
    unsigned line;            // of its first character, from 1
    span key;                 // its key, in a table
    span text;                // of a string: without quotes and escapes; else as it is written
    const struct toml *first; // member of an array or table, in the order of the text
    const struct toml *next;  // member of the array or table that this is in
};

// Parses one document of at most limits->document_bytes bytes, with arrays and tables at most
// limits->depth deep, the document's own table included. *ret is that table. The time is
// O(n log n) whatever the text. ERR_INPUT names the line: no TOML, no UTF-8, a key or table that is
// there already, an integer of more than 64 bits.
bool toml_parse(span text, const struct limits *limits, struct arena *mem, const struct toml **ret,
                struct err *err);

// Look-ups accept null and values of the wrong kind, and answer "nothing". They take time
// proportional to the logarithm of the number of members.
const struct toml *toml_get(const struct toml *table, span key);
span toml_get_text(const struct toml *table, span key); // empty for anything but a string

#endif
