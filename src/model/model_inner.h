// model, inside: what its own files share.
#ifndef PLIMSOLL_MODEL_INNER_H
#define PLIMSOLL_MODEL_INNER_H

#include "model/model.h"

// Does one path match one pattern? Time is bounded by the product of their lengths.
bool pattern_match(span pattern, span path);

// The purl of a package; empty where its type's rules have none. False when the arena is full.
bool package_purl(const struct package *package, const struct distro *distro, struct arena *mem,
                  span *ret);

// The score of a vector of CVSS 4.0, given without "CVSS:4.0/".
bool cvss4_score(span vector, double *ret);

// ---------------------------------------------------------------- nouns as bytes

// Where the bytes of a noun are read from: sticky like the reader under it.
struct wire {
    reader bytes;
    const struct limits *limits;
    struct arena *mem;
    bool full;     // the arena had no room
    bool borrowed; // the bytes live as long as `mem`: fields are views of them
};

struct wire wire_of(span bytes, const struct limits *limits, struct arena *mem);
// A length-prefixed field: a copy in wire->mem, or a view if they are borrowed.
span wire_field(struct wire *wire);
// The same for what is held in the wire's bytes already.
span wire_copy(struct wire *wire, span s);
// A flag; anything but 0 and 1 poisons the reader.
bool wire_flag(struct wire *wire);
// IEEE 754 binary64, as 64 bits. ERR_INPUT for what is no number and for what no scale here goes to
// (below -1000, above 1000): it would upset whoever formats it.
void wire_write_number(struct text *out, double number);
bool wire_number(struct wire *wire, double *ret, struct err *err);
// The number of items that follow, of at least `item_bytes` each: more than `most`, or more than
// the bytes left can hold, is an error, so that nothing is allocated on a false promise.
bool wire_count(struct wire *wire, size_t item_bytes, uint64_t most, const char *what,
                uint32_t *ret, struct err *err);
// False with ERR_LIMIT or ERR_INPUT once anything has failed.
bool wire_ok(const struct wire *wire, const char *what, struct err *err);
// The same, and nothing may be left.
bool wire_end(const struct wire *wire, const char *what, struct err *err);

void wire_write_notes(const struct notes *notes, struct text *out);
bool wire_read_notes(struct wire *wire, struct notes *ret, struct err *err);

// One package with all that the model has of it; the least that it takes.
enum { WIRE_PACKAGE_BYTES = 4 * 14 + 2 * 4 + 1 + 4 };
void wire_write_package(const struct package *package, struct text *out);
bool wire_read_package(struct wire *wire, struct package *ret, struct err *err);
void wire_write_spans(struct spans spans, struct text *out);
bool wire_read_spans(struct wire *wire, const char *what, struct spans *ret, struct err *err);

// What inspectors saw in a file, or null.
void wire_write_binary(const struct binary *binary, struct text *out);
bool wire_read_binary(struct wire *wire, struct binary *ret, struct err *err);
void wire_write_insight(const struct insight *insight, struct text *out);
bool wire_read_insight(struct wire *wire, const struct insight **ret, struct err *err);

void wire_write_roster(const struct roster *roster, struct text *out);
bool wire_read_roster(struct wire *wire, struct roster *ret, struct err *err);
void wire_write_covers(const struct covers *covers, struct text *out);
bool wire_read_covers(struct wire *wire, struct covers *ret, struct err *err);

// A count of items that is written as 32 bits; a larger one makes `out` fail.
void wire_write_count(struct text *out, size_t count);

#endif
