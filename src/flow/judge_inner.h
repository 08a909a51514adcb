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
// `mem` or in the mapped database. ERR_INPUT: the bytes or the database are damaged.
bool judge_unit(const struct judge *judge, span company, struct arena *mem, struct judgement *ret,
                struct err *err);

// An image with its bom as it is kept: cut into units and bundles. ERR_LIMIT: `mem` is full.
bool keep_image(const struct scan *scan, struct arena *mem, struct kept_image *ret,
                struct err *err);
// The reverse: the head and the contents of the bundles, in the order of their layers.
bool unkeep_image(span head, const struct spans *bundles, const struct limits *limits,
                  struct arena *mem, struct image *ret_image, struct bom *ret_bom, struct err *err);

#endif
