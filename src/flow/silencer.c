// Which findings of a list, or of one image, rules silence.
#include "flow/rules_inner.h"

#include "flow/judge_inner.h"

// ---------------------------------------------------------------- wherever packages are

struct of_units {
    struct silencer port;
    const struct limits *limits;
    struct suppress *suppress;
};

static bool read_one(span detail, const struct limits *limits, struct arena *mem,
                     struct finding *ret, struct err *err)
{
    struct findings one = {0};
    if (!findings_read(detail, 1, limits, mem, &one, err))
        return err_add(err, "finding");
    if (one.count != 1)
        return err_set(err, ERR_INPUT, "%zu findings in one row", one.count);
    *ret = one.items[0];
    return true;
}

static bool ask_of_units(void *self, const struct silencer_question *question,
                         const struct suppression **ret, struct err *err)
{
    const struct of_units *silencer = self;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(silencer->limits->kept_bytes);
    struct finding finding = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "no memory for rules");
    if (!read_one(question->detail, silencer->limits, scratch, &finding, err))
        return false;
    finding.suppressed = (span){0}; // what Plimsoll says by itself stands beside it
    if (!rules_apply_to_unit(silencer->suppress, question->company, &(struct places){0},
                             silencer->limits, &finding, err))
        return false;
    *ret = finding.suppression;
    return true;
}

static bool silencer_of_units(struct store *store, const struct rules_request *request,
                              struct arena *mem, const struct silencer **ret, struct err *err)
{
    struct image_rules rules = {0};
    struct of_units *silencer = ARENA_NEW(mem, struct of_units);
    if (!silencer)
        return arena_err(mem, err, "rules");
    *silencer = (struct of_units){.port = {.self = silencer, .ask = ask_of_units},
                                  .limits = request->limits};
    if (!store_rules(store, request->project, request->today, mem, &rules.rules, err))
        return false;
    if (rules.rules.count == 0) {
        *ret = NULL;
        return true;
    }
    if (!rules_suppress(&rules, request->today, request->limits, mem, &silencer->suppress, err))
        return false;
    *ret = &silencer->port;
    return true;
}

// ---------------------------------------------------------------- of one image

// What is known of the units of an image, and which of it rules silence everywhere in the image.
struct of_image {
    struct silencer port;
    const struct unit_finding *known; // by unit
    size_t known_count;
    const struct suppression **silenced; // one for each of them; null: it counts
};

static size_t first_of_unit(const struct of_image *image, span hash)
{
    size_t low = 0;
    size_t high = image->known_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(image->known[middle].unit, hash) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool ask_of_image(void *self, const struct silencer_question *question,
                         const struct suppression **ret, struct err *err)
{
    const struct of_image *image = self;
    (void)err;
    *ret = NULL;
    for (size_t i = first_of_unit(image, question->unit);
         i < image->known_count && span_equal(image->known[i].unit, question->unit); i++)
        if (image->known[i].finding.kind == question->kind &&
            span_equal(image->known[i].finding.id, question->id))
            *ret = image->silenced[i];
    return true;
}

// The findings of each package; `known_of` is the number of each in `known`.
struct placed {
    struct list findings; // of struct finding
    struct list known_of; // of size_t
};

static bool place(const struct of_image *image, const struct kept_image *units, size_t package,
                  struct placed *placed)
{
    span hash = units->units[units->unit_of[package]].hash;
    for (size_t i = first_of_unit(image, hash);
         i < image->known_count && span_equal(image->known[i].unit, hash); i++) {
        struct finding *finding = LIST_ADD(&placed->findings, struct finding);
        size_t *known_of = LIST_ADD(&placed->known_of, size_t);
        if (!finding || !known_of)
            return false;
        *finding = image->known[i].finding;
        finding->package = package;
        finding->suppressed = (span){0};
        *known_of = i;
    }
    return true;
}

// A package may be there more than once: what counts somewhere counts.
static bool gather(struct of_image *image, const struct placed *placed, struct arena *mem,
                   struct err *err)
{
    bool *counts = arena_array(mem, image->known_count, sizeof *counts);
    image->silenced = arena_array(mem, image->known_count, sizeof *image->silenced);
    if (!counts || !image->silenced)
        return arena_err(mem, err, "findings");
    for (size_t i = 0; i < placed->findings.count; i++) {
        size_t known = *LIST_AT(&placed->known_of, size_t, i);
        const struct finding *finding = LIST_AT(&placed->findings, struct finding, i);
        counts[known] = counts[known] || !finding->suppression;
        image->silenced[known] = counts[known] ? NULL : finding->suppression;
    }
    return true;
}

static bool apply(struct of_image *image, const struct image_rules *rules, struct scan *scan,
                  const struct rules_request *request, struct arena *mem, struct err *err)
{
    struct placed placed;
    struct kept_image units = {0};
    list_init(&placed.findings, mem, sizeof(struct finding), UINT32_MAX);
    list_init(&placed.known_of, mem, sizeof(size_t), UINT32_MAX);
    notes_init(&scan->bom.notes, mem, request->limits);
    if (!units_of_scan(scan, mem, &units, err))
        return false;
    for (size_t i = 0; i < scan->bom.package_count; i++)
        if (!place(image, &units, i, &placed))
            return arena_err(mem, err, "findings");
    scan->findings =
        (struct findings){.items = placed.findings.items, .count = placed.findings.count};
    return rules_apply_to_kept(rules, request->today, request->limits, mem, scan, err) &&
           gather(image, &placed, mem, err);
}

// *ret: null: there are no rules.
static bool look_at_image(struct store *store, const struct rules_request *request,
                          struct arena *mem, struct of_image **ret, struct err *err)
{
    struct stored_image kept = {0};
    struct image_rules rules = {0};
    struct scan scan = {0};
    int64_t id = 0;
    *ret = NULL;
    if (!store_find_image(store, request->image, &id, err) ||
        !rules_of_image(store, id, request->project, request->today, mem, &rules, err))
        return false;
    if (rules.rules.count == 0)
        return true;
    struct of_image *image = ARENA_NEW(mem, struct of_image);
    if (!image)
        return arena_err(mem, err, "rules");
    *image = (struct of_image){.port = {.self = image, .all = true, .ask = ask_of_image}};
    if (!store_read_image(store, request->image, mem, &kept, err) ||
        !unkeep_image(kept.head, &kept.bundles, request->limits, mem, &scan, err) ||
        !store_image_findings(store, id, mem, &image->known, &image->known_count, err) ||
        !apply(image, &rules, &scan, request, mem, err))
        return false;
    *ret = image;
    return true;
}

// ---------------------------------------------------------------- for others

bool rules_silencer(struct store *store, const struct rules_request *request, struct arena *mem,
                    const struct silencer **ret, struct err *err)
{
    struct of_image *image = NULL;
    struct err why = {0};
    if (!request->image.len)
        return silencer_of_units(store, request, mem, ret, err);
    if (!look_at_image(store, request, mem, &image, &why) && why.kind != ERR_MISSING)
        return err_copy(err, &why);
    *ret = image ? &image->port : NULL;
    return true;
}

bool rules_count_findings(struct store *store, const struct rules_request *request,
                          struct arena *mem, struct finding_counts *ret, struct err *err)
{
    struct of_image *image = NULL;
    struct finding_counts counts = {0};
    if (!look_at_image(store, request, mem, &image, err))
        return false;
    if (!image)
        return store_count_findings(store, request->image, ret->counts, &ret->suppressed, err);
    for (size_t i = 0; i < image->known_count; i++) {
        const struct finding *finding = &image->known[i].finding;
        if (finding->suppressed.len || image->silenced[i])
            counts.suppressed++;
        else
            counts.counts[finding->severity]++;
    }
    *ret = counts;
    return true;
}
