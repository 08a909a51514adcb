// Inside of flow/: rules of projects, applied.
#ifndef PLIMSOLL_FLOW_RULES_INNER_H
#define PLIMSOLL_FLOW_RULES_INNER_H

#include "flow/rules_part.h"
#include "suppress/suppress.h"

// The rules that count for an image, and what they may call it: "REGISTRY/REPOSITORY:TAG", the same
// without the tag, and the digest of its manifest.
struct image_rules {
    struct project_rules rules;
    struct spans names;
};

// As a project sees it. Who sees all projects sees it as the one that it is in; where it is in
// several, what one of them says does not count for the others. All in `mem`.
bool rules_of_image(struct store *store, int64_t image, int64_t project, uint32_t today,
                    struct arena *mem, struct image_rules *ret, struct err *err);
// Rules and names ready for suppress_apply, in `mem`, as is all that it makes.
bool rules_suppress(const struct image_rules *rules, uint32_t today, const struct limits *limits,
                    struct arena *mem, struct suppress **ret, struct err *err);
// Suppresses what they silence; its notes grow.
bool rules_apply(const struct image_rules *rules, uint32_t today, const struct limits *limits,
                 struct arena *mem, struct scan *scan, struct err *err);
// The same of an image that is kept: it has the names that it has now, and none that it came by.
bool rules_apply_to_kept(const struct image_rules *rules, uint32_t today,
                         const struct limits *limits, struct arena *mem, struct scan *scan,
                         struct err *err);
// What a project may call an image; `named` are all of its names.
bool image_rule_names(const struct named_image *named, size_t count, int64_t project,
                      struct arena *mem, struct spans *ret, struct err *err);

// Where a package is.
struct places {
    struct location *items;
    size_t count; // 0: not known
};
// A unit by itself, with one finding of it: sets what suppress_apply sets.
bool rules_apply_to_unit(struct suppress *suppress, span company, const struct places *places,
                         const struct limits *limits, struct finding *finding, struct err *err);

#endif
