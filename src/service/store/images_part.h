// store: images, what is in them, and what is wrong with it.
#ifndef PLIMSOLL_SERVICE_STORE_IMAGES_PART_H
#define PLIMSOLL_SERVICE_STORE_IMAGES_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;
struct unit_ids;

// Numbers of rows, sorted, each once.
struct row_ids {
    const int64_t *items;
    size_t count;
};

// ---------------------------------------------------------------- the state of knowledge

// Which advisory database all findings are true of: its stamp; empty: none has been used yet.
bool store_stamp(struct store *store, struct arena *mem, span *ret, struct err *err);
// At the start of a transaction: is it `stamp`? Until the transaction ends nobody changes it.
bool store_hold_stamp(struct store *store, span stamp, bool *ret, struct err *err);
// At the start of a transaction: from now on it is `stamp`. Waits for those that hold it, and sees
// what they did.
bool store_set_stamp(struct store *store, span stamp, struct err *err);

// ---------------------------------------------------------------- images

// ERR_MISSING: there is no image of this digest.
bool store_find_image(struct store *store, span digest, int64_t *ret, struct err *err);
// Which units of an image are to be judged: those that are not known yet, nor in bundles that are.
// `ret` has room for all of its units.
bool store_find_unknown(struct store *store, const struct kept_image *image, bool *ret,
                        struct err *err);
// Inside of a transaction that holds the stamp: keeps an image with all that is new of what it is
// made of. `judgements` has one for each of its units; those of known ones are null. ERR_CONFLICT:
// a unit that has none is not known after all.
bool store_keep_image(struct store *store, const struct kept_image *image,
                      const struct judgement *const *judgements, uint64_t now, int64_t *ret,
                      struct err *err);

// What was kept of an image; all in `mem`.
struct stored_image {
    int64_t id;
    uint64_t scanned; // seconds since 1970
    bool complete;
    span head;
    struct spans bundles; // contents, by layer
    struct findings own;
};
bool store_read_image(struct store *store, span digest, struct arena *mem, struct stored_image *ret,
                      struct err *err);

// What a bundle holds. ERR_MISSING: there is none.
bool store_bundle_content(struct store *store, int64_t id, struct arena *mem, span *ret,
                          struct err *err);

// A finding of a unit.
struct unit_finding {
    span unit; // its hash
    struct finding finding;
};
// Those of all units of an image, by unit.
bool store_image_findings(struct store *store, int64_t image, struct arena *mem,
                          const struct unit_finding **ret, size_t *ret_count, struct err *err);

struct image_labels {
    const struct image_label *items;
    size_t count;
};
// Of images whose ids are sorted; `ret` has room for all.
bool store_labels_of_images(struct store *store, const int64_t *images, size_t count,
                            struct arena *mem, struct image_labels *ret, struct err *err);
// Those that a manifest or an index of this digest stands for, as far as they are known.
bool store_images_of_digest(struct store *store, span digest, struct arena *mem,
                            struct row_ids *ret, struct err *err);

// ---------------------------------------------------------------- names

// A tag of a repository is this manifest or index now, whose images are `images`. Inside of a
// transaction. The repository is made if it is new, in the project whose pattern fits best.
bool store_set_tag(struct store *store, const struct push *push, const int64_t *images,
                   size_t count, uint64_t now, struct err *err);
// The tag, or all tags with the digest, are gone.
bool store_remove_tag(struct store *store, const struct push *push, struct err *err);

// ---------------------------------------------------------------- judging again

// Units whose judgement rests on one of the questions, or is due for review before `today` (days
// since 1970-01-01).
bool store_questioned_units(struct store *store, const int64_t *questions, size_t count,
                            uint32_t today, struct arena *mem, struct row_ids *ret,
                            struct err *err);
// Is some unit due for review before `today`?
bool store_review_is_due(struct store *store, uint32_t today, bool *ret, struct err *err);
// All there are.
bool store_all_units(struct store *store, struct arena *mem, struct row_ids *ret, struct err *err);

struct stored_unit {
    int64_t id;
    struct unit unit; // without its hash
};
// Those of the ids, which are sorted, each once; `ret` has room for all.
bool store_read_units(struct store *store, const int64_t *ids, size_t count, struct arena *mem,
                      struct stored_unit *ret, struct err *err);
// What is known of units, whose ids are sorted: by id and kind. `ret` has room for all; what is in
// it is in `mem`.
bool store_findings_of_units(struct store *store, const int64_t *units, size_t count,
                             struct arena *mem, struct findings *ret, struct err *err);

struct judged_unit {
    int64_t unit;
    const struct judgement *judgement;
};
// Inside of a transaction: what is known of units, which are sorted by their ids, is this now. Only
// what differs is written: of most units that are looked at again nothing does. ERR_CONFLICT: one
// has gone.
bool store_judge_units(struct store *store, const struct judged_unit *units, size_t count,
                       uint64_t now, struct err *err);

// A finding with the unit that it is of.
struct held_unit {
    struct stored_unit unit; // without its company
    struct finding finding;
};
bool store_held_findings(struct store *store, int64_t image, struct arena *mem,
                         const struct held_unit **ret, size_t *ret_count, struct err *err);

// ---------------------------------------------------------------- where things are

// One bundle and who holds it.
struct holding {
    int64_t unit;
    int64_t bundle;
};
bool store_bundles_of_units(struct store *store, const int64_t *units, size_t count,
                            struct arena *mem, const struct holding **ret, size_t *ret_count,
                            struct err *err);

// An image under a name, which holds a bundle.
struct holder {
    int64_t bundle;
    int64_t image;
    uint32_t layer;
};
// Of images that have a tag.
bool store_holders_of_bundles(struct store *store, const int64_t *bundles, size_t count,
                              struct arena *mem, const struct holder **ret, size_t *ret_count,
                              struct err *err);

// The same two of one image alone, whether it has a tag or not.
bool store_holdings_of_image(struct store *store, int64_t image, struct arena *mem,
                             const struct holding **ret_holdings, size_t *ret_holding_count,
                             const struct holder **ret_holders, size_t *ret_holder_count,
                             struct err *err);

// What subscriptions look at of an image that has a tag: once for each tag.
struct named_image {
    int64_t image;
    int64_t project;
    span digest;
    span name; // "REGISTRY/REPOSITORY:TAG"
};
bool store_names_of_image(struct store *store, int64_t image, struct arena *mem,
                          const struct named_image **ret, size_t *ret_count, struct err *err);
// Of several, inside of a transaction.
bool store_named_images(struct store *store, const int64_t *images, size_t count, struct arena *mem,
                        const struct named_image **ret, size_t *ret_count, struct err *err);

// A layer that brings packages into an image.
struct bundled_layer {
    int64_t image;
    uint32_t position; // from 0, the lowest
    span diff_id;
    span created_by; // the line that made it
};
// Those of images whose ids are sorted: by image and position.
bool store_layers_of_bundles(struct store *store, const int64_t *images, size_t count,
                             struct arena *mem, const struct bundled_layer **ret, size_t *ret_count,
                             struct err *err);

// ---------------------------------------------------------------- what was learned

struct store_judgement {
    span stamp;
    span built; // date of the newest fact of the database
    uint64_t at;
    uint64_t changes; // answers that differ
    uint64_t units;   // judged again
    uint64_t added;   // findings
    uint64_t changed;
    uint64_t gone;
};
bool store_add_judgement(struct store *store, const struct store_judgement *judgement, int64_t *ret,
                         struct err *err);

// One thing that came of it.
struct store_change {
    span id; // of the flaw
    span database;
    span type; // purl type of the package
    span package;
    span change; // learned_kind_name
};
// Of the same thing in several versions of a package one is kept.
bool store_add_change(struct store *store, int64_t judgement, const struct store_change *change,
                      struct err *err);

#endif
