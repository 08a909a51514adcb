// What the files of spdx share.
#ifndef PLIMSOLL_FORMAT_SPDX_INNER_H
#define PLIMSOLL_FORMAT_SPDX_INNER_H

#include "format/spdx/spdx.h"

// Made of the lists in data/ by tools/make-spdx.
struct spdx_name {
    span key;   // how it is found
    span value; // an identifier, or an expression in canonical form
};
extern const struct spdx_name spdx_licenses[]; // sorted by key: the identifier in lower case
extern const size_t spdx_licenses_count;
extern const struct spdx_name spdx_exceptions[]; // the same
extern const size_t spdx_exceptions_count;
extern const struct spdx_name spdx_names[]; // sorted by key, see names.c
extern const size_t spdx_names_count;

#define SPDX_REF "LicenseRef-"

// Identifiers as the lists write them; empty if they do not have them. LicenseRef-… is on none.
span spdx_find_license(span id);
span spdx_find_exception(span id);
bool spdx_is_reference(span id); // [DocumentRef-…:]LicenseRef-…

// The expression of one name, however it is written ("ASL 2.0", "the MIT License"); empty if it is
// not known.
span spdx_find_name(span name, enum spdx_speaker speaker);

// The licence that one word of an expression names, '+' included; null for none, and when the arena
// is full, which *ret_full tells.
struct spdx_expression *spdx_new_license(struct arena *mem, span word, bool *ret_full);

// Operands being joined by one operator. Those that are joined by the same one give their own.
struct chain {
    enum spdx_kind kind;
    struct spdx_expression *first;
    struct spdx_expression *last;
};
void chain_add(struct chain *chain, struct spdx_expression *node);
// The only operand, or a node of all. Null when the arena is full.
struct spdx_expression *chain_end(const struct chain *chain, struct arena *mem);

#endif
