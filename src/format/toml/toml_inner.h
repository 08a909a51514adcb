// What the files of toml share.
#ifndef PLIMSOLL_FORMAT_TOML_INNER_H
#define PLIMSOLL_FORMAT_TOML_INNER_H

#include "format/toml/toml.h"

// How a table or array came to be, which decides who may add to it ("Table", "Inline Table" and
// "Array of Tables" in the specification).
enum toml_origin {
    TOML_FROM_VALUE,  // written as a value: complete
    TOML_FROM_PATH,   // a part of the path in a header: a header of its own may follow
    TOML_FROM_DOTS,   // a part of a dotted key: grows by keys of the same section only
    TOML_FROM_HEADER, // [table], an element of [[array]], or that array itself
};

// A value while its document is being read.
struct toml_value {
    struct toml node; // first, so that what is given out can be cast back
    struct toml_value *last;
    struct toml_value *members; // of a table: its AA tree by key
    struct toml_value *left;    // in the tree of the table that this is in
    struct toml_value *right;
    unsigned level;   // in that tree
    unsigned depth;   // of an array or table; the document's is 1
    unsigned section; // TOML_FROM_DOTS: which one made it
    enum toml_origin origin;
};

struct toml_parser {
    span rest;
    unsigned line;
    uint64_t most_depth;
    struct arena *mem;
    struct toml_value *root;
    struct toml_value *current; // where keys go
    unsigned section;           // a number for each header and each inline table
    unsigned sections;
};

static inline uint8_t toml_peek(const struct toml_parser *parser)
{
    return parser->rest.len ? parser->rest.ptr[0] : 0; // a text with NUL bytes is refused earlier
}
bool toml_skip(struct toml_parser *parser, uint8_t byte); // true if it was there
bool toml_input_err(const struct toml_parser *parser, const char *what, struct err *err);

// values.c: a new value of a kind; a new array or table inside another (null: the document).
struct toml_value *toml_new(struct toml_parser *parser, enum toml_kind kind, struct err *err);
struct toml_value *toml_new_inside(struct toml_parser *parser, const struct toml_value *outer,
                                   enum toml_kind kind, enum toml_origin origin, struct err *err);
void toml_append(struct toml_value *outer, struct toml_value *value);
struct toml_value *toml_find(const struct toml_value *table, span key); // or null
bool toml_insert(struct toml_parser *parser, struct toml_value *table, span key,
                 struct toml_value *value, struct err *err);

// text.c: strings, and whether a document is made of the characters that one may hold.
bool toml_read_basic(struct toml_parser *parser, span *ret, struct err *err);   // "…", one line
bool toml_read_literal(struct toml_parser *parser, span *ret, struct err *err); // '…', one line
bool toml_read_string(struct toml_parser *parser, span *ret, struct err *err);  // any of the four
// ERR_INPUT names the line.
bool toml_check_characters(span text, struct err *err);

// scalar.c: what a word is that is no string, array or table. False: nothing that TOML knows.
bool toml_classify(span word, enum toml_kind *ret);

#endif
