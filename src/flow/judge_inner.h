// Inside of flow/: judging packages, each in its company, and knowing what was asked for it.
#ifndef PLIMSOLL_FLOW_JUDGE_INNER_H
#define PLIMSOLL_FLOW_JUDGE_INNER_H

#include "database/database.h"
#include "match/match.h"
#include "model/model.h"

struct judge {
    struct advisory_source source;
    uint32_t today; // days since 1970-01-01
    const struct limits *limits;
};

struct judge judge_of(const struct database *database, uint32_t today, const struct limits *limits);
// What the database says of a company, and which questions that rests on. Everything in *ret is in
// `mem`. ERR_INPUT: the bytes or the database are damaged.
bool judge_unit(const struct judge *judge, span company, struct arena *mem, struct judgement *ret,
                struct err *err);

// Gives the package of a company the purl that rules may call it by. Its architecture is not known:
// one company stands for all.
bool company_name(struct company *company, struct arena *mem, struct err *err);
// The names that rule_key_of_package is for; empty ones among them.
bool company_names(span company, const struct limits *limits, struct arena *mem, struct spans *ret,
                   struct err *err);

// Which questions `before` and `after` answer differently, each once. More may be named than is
// needed, never fewer: how likely it is that a flaw is used is no answer.
bool changed_answers(const struct database *before, const struct database *after,
                     const struct limits *limits, struct arena *mem, const int64_t **ret,
                     size_t *ret_count, struct err *err);
// A name for all that a database says: SHA-256 over the digests of its segments, in hexadecimal.
bool database_stamp(const struct database *database, struct arena *mem, span *ret, struct err *err);

// An image with its bom as it is kept: cut into units and bundles. ERR_LIMIT: `mem` is full.
bool keep_image(const struct scan *scan, struct arena *mem, struct kept_image *ret,
                struct err *err);
// Only its units and which of them each package is.
bool units_of_scan(const struct scan *scan, struct arena *mem, struct kept_image *ret,
                   struct err *err);
// The reverse: image and bom, of the head and the contents of the bundles in the order of their
// layers.
bool unkeep_image(span head, const struct spans *bundles, const struct limits *limits,
                  struct arena *mem, struct scan *ret, struct err *err);

// What one layer brought.
bool unkeep_bundle(span bundle, const struct limits *limits, struct arena *mem, struct bom *ret,
                   struct err *err);

// The image, the bom and the findings of a scan as bytes (doc/formats/scan-wire.md) and back, as
// distrustful as bom_read.
void scan_write(const struct scan *scan, struct text *out);
bool scan_read(span bytes, const struct limits *limits, struct arena *mem, struct scan *ret,
               struct err *err);

#endif
