// json: JSON text to values and back (RFC 8259). Reading is jansson's work, under limits; writing
// is a sticky emitter on a text builder, so that output order is the order of the calls.
#ifndef PLIMSOLL_FORMAT_JSON_H
#define PLIMSOLL_FORMAT_JSON_H

#include "base/base.h"

// ---------------------------------------------------------------- reading

// A value inside a document. Valid until json_free of the document it came from. Every accessor
// accepts null and a value of the wrong type, and answers "nothing", so that a path of look-ups
// needs one check at its end.
struct json;

// Parses one document, at most `most_bytes` long (limits.document_bytes, limits.feed_bytes).
// Nested arrays and objects deeper than 512 are ERR_INPUT.
bool json_parse(span text, uint64_t most_bytes, struct json **ret, struct err *err);
// The same for a document of which only the members with these keys matter, at whatever depth: the
// others are passed over and not looked at any closer than that takes, which is several times as
// fast. `mem` has room for as many bytes as the text.
bool json_parse_only(span text, uint64_t most_bytes, const span *keys, size_t count,
                     struct arena *mem, struct json **ret, struct err *err);
// As json_parse, and a repeated key in an object is ERR_INPUT: for data that somebody signed.
bool json_parse_strict(span text, uint64_t most_bytes, struct json **ret, struct err *err);
void json_free(struct json *document);     // null is fine
void json_cleanup(struct json **document); // for CLEANUP

const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t index);
size_t json_count(const struct json *array); // 0 for anything but an array
span json_text(const struct json *string);   // empty for anything but a string
span json_get_text(const struct json *object, const char *key);
bool json_get_u64(const struct json *object, const char *key, uint64_t *ret);
bool json_number(const struct json *number, double *ret);
bool json_u64(const struct json *number, uint64_t *ret); // only what is written as an integer
bool json_is_true(const struct json *value);
bool json_is_false(const struct json *value);
bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_string(const struct json *value);

// Walks an object in the order of the text: `struct json_member m = {0}; while (json_next(o, &m))`.
struct json_member {
    span key;
    const struct json *value;
    void *at;
};
bool json_next(const struct json *object, struct json_member *member);

// ---------------------------------------------------------------- long lists

// Cuts a document that is one object with long arrays into the elements of those arrays, while its
// bytes come: for documents of hundreds of megabytes, of which one element is in memory at a time.
// What stands between the elements is not looked at any closer than that takes; the elements
// themselves are for json_parse. Or cuts one that is one object with many members into objects with
// one member each.
struct json_items {
    bool as_members;
    struct text item; // what has come of the element at hand
    unsigned depth;   // brackets that are open
    bool in_string;
    bool is_escaped;    // the last byte was a backslash in a string
    bool inside;        // where elements are: in an array that is a member of the outermost object,
                        // or in that object
    bool found;         // has been there
    bool item_is_given; // `item` begins anew with the next step
};

void json_items_init(struct json_items *items, bool as_members, struct arena *mem,
                     uint64_t most_bytes);
// Consumes of *input what ends the next element, or all of it. *ret_item: the element, valid until
// the next step; empty when there is none yet. ERR_INPUT: this is no such document; ERR_LIMIT: an
// element is longer than most_bytes, or `mem` is full.
bool json_items_step(struct json_items *items, span *input, span *ret_item, struct err *err);
// To be asked where the input ends. ERR_INPUT: it ends too early, or there was no array (or
// object).
bool json_items_finish(const struct json_items *items, struct err *err);

// ---------------------------------------------------------------- writing

// Appends JSON to a text. Commas and (if `indent` > 0) line breaks are its own business.
struct json_out {
    struct text *text;
    unsigned indent; // spaces a level; 0: everything on one line
    unsigned depth;
    bool comma; // the next value needs a comma in front
    bool after_key;
};

void json_begin_object(struct json_out *out);
void json_end_object(struct json_out *out);
void json_begin_array(struct json_out *out);
void json_end_array(struct json_out *out);
void json_key(struct json_out *out, const char *key);   // a word that needs no escape
void json_key_text(struct json_out *out, span key);     // any text
void json_write_text(struct json_out *out, span value); // invalid UTF-8 becomes U+FFFD
void json_write_u64(struct json_out *out, uint64_t value);
// Infinities and NaN become null.
void json_write_number(struct json_out *out, double value, unsigned decimals);
void json_write_bool(struct json_out *out, bool value);
void json_write_null(struct json_out *out);
void json_field_text(struct json_out *out, const char *key, span value);
void json_field_u64(struct json_out *out, const char *key, uint64_t value);
void json_field_bool(struct json_out *out, const char *key, bool value);

#endif
