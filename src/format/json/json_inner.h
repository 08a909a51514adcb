// What reading and writing share.
#ifndef PLIMSOLL_FORMAT_JSON_INNER_H
#define PLIMSOLL_FORMAT_JSON_INNER_H

#include "format/json/json.h"

// Length of the well-formed UTF-8 sequence at the start of s (RFC 3629: no surrogates, no overlong
// forms, nothing past U+10FFFF), which is not empty; 0 if there is none.
size_t utf8_sequence(span s);

// ---------------------------------------------------------------- values

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_INTEGER,
    JSON_REAL,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json_items {
    const struct json *items;
    size_t count;
};

struct json {
    enum json_kind kind;
    union {
        int64_t integer;
        double real;
        span text;
        struct json_items array;
        const struct json_object *object;
    } as;
};

struct json_entry {
    span key;
    struct json value;
};

struct json_object {
    const struct json_entry *entries; // one a key, in the order of the text
    size_t count;
    const struct json_entry *const *sorted; // by key; null: they are few
};

// What the root of a document is the beginning of.
struct json_document {
    struct json root;
    struct arena *mem; // of all of it
};

// Makes an object of entries in the order of the text, in `mem`. Of those with one key the last one
// counts, in the place of the first; *ret_repeats tells of such. False without memory.
bool json_object_new(const struct json_entry *entries, size_t count, struct arena *mem,
                     const struct json_object **ret, bool *ret_repeats);

#endif
