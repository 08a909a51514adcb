// Which questions two databases answer differently. Unlike a diff in words (diff_database.c) it
// knows nothing of what matters: any fact that a look-up can give counts, but chances of
// exploitation.
#include "flow/judge_inner.h"

struct changed {
    struct list questions; // of int64_t
};

// Whoever adds a field to one of these compares it below.
static_assert(sizeof(struct affected) == 136, "a field is not compared");
static_assert(sizeof(struct flaw) == 128, "a field is not compared");

static bool same_spans(struct spans a, struct spans b)
{
    bool same = a.count == b.count;
    for (size_t i = 0; i < a.count && same; i++)
        same = span_equal(a.items[i], b.items[i]);
    return same;
}

// Numbers come from the same encoding: those that are equal are so to the bit.
static bool same_number(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool same_affected(const struct affected *a, const struct affected *b)
{
    const span texts[][2] = {
        {a->ecosystem, b->ecosystem},   {a->name, b->name},
        {a->introduced, b->introduced}, {a->fixed, b->fixed},
        {a->module, b->module},         {a->last_affected, b->last_affected},
        {a->repository, b->repository},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!span_equal(texts[i][0], texts[i][1]))
            return false;
    return a->name_kind == b->name_kind && a->status == b->status && a->severity == b->severity &&
           a->after_introduced == b->after_introduced;
}

// Of when it was modified nothing follows.
static bool same_advisory(const struct advisory *a, const struct advisory *b)
{
    return span_equal(a->database, b->database) && span_equal(a->id, b->id) &&
           span_equal(a->cvss, b->cvss) && same_spans(a->flaws, b->flaws) &&
           same_spans(a->aliases, b->aliases) && a->severity == b->severity &&
           same_number(a->score, b->score) && a->withdrawn == b->withdrawn &&
           a->disputed == b->disputed && a->malicious == b->malicious;
}

static bool add(struct changed *changed, enum question_kind kind, span ecosystem, span name,
                struct err *err)
{
    int64_t *question = LIST_ADD(&changed->questions, int64_t);
    if (!question)
        return arena_err(changed->questions.mem, err, "changed answers");
    *question = question_hash(kind, ecosystem, name);
    return true;
}

// ---------------------------------------------------------------- what the comparer gives

static bool begin_source(void *self, span name, bool in_before, bool in_after, struct err *err)
{
    (void)self; // whose word it is does not matter
    (void)name;
    (void)in_before;
    (void)in_after;
    (void)err;
    return true;
}

static bool compare_packages(void *self, span ecosystem, span name, const struct statements *before,
                             const struct statements *after, struct err *err)
{
    bool same = before->count == after->count;
    for (size_t i = 0; i < before->count && same; i++)
        same = same_affected(&before->items[i].affected, &after->items[i].affected) &&
               same_advisory(&before->items[i].advisory, &after->items[i].advisory);
    return same || add(self, QUESTION_PACKAGE, ecosystem, name, err);
}

static bool compare_flaws(void *self, const struct flaw *before, const struct flaw *after,
                          struct err *err)
{
    const struct flaw none = {.score = -1, .epss = -1, .epss_percentile = -1};
    const struct flaw *a = before ? before : &none;
    const struct flaw *b = after ? after : &none;
    bool same = a->severity == b->severity && span_equal(a->cvss, b->cvss) &&
                same_number(a->score, b->score) && a->exploited == b->exploited &&
                a->rejected == b->rejected && a->disputed == b->disputed &&
                same_spans(a->weaknesses, b->weaknesses);
    return same || add(self, QUESTION_FLAW, (span){0}, before ? before->id : after->id, err);
}

static bool compare_releases(void *self, const struct release *before, const struct release *after,
                             struct err *err)
{
    const struct release *one = before ? before : after;
    bool same = before && after && before->end_of_life == after->end_of_life &&
                before->end_of_extended_life == after->end_of_extended_life;
    return same || add(self, QUESTION_RELEASE, one->distro, one->version_id, err);
}

static bool compare_weaknesses(void *self, span id, struct spans before, struct spans after,
                               struct err *err)
{
    return same_spans(before, after) || add(self, QUESTION_WEAKNESS, (span){0}, id, err);
}

static bool compare_products(void *self, span type, span name, struct spans before,
                             struct spans after, struct err *err)
{
    return same_spans(before, after) || add(self, QUESTION_PRODUCT, type, name, err);
}

bool changed_answers(const struct database *before, const struct database *after,
                     const struct limits *limits, struct arena *mem, const int64_t **ret,
                     size_t *ret_count, struct err *err)
{
    struct changed changed = {0};
    list_init(&changed.questions, mem, sizeof(int64_t), UINT32_MAX);
    const struct database_comparer comparer = {
        .self = &changed,
        .source = begin_source,
        .packages = compare_packages,
        .flaws = compare_flaws,
        .releases = compare_releases,
        .weaknesses = compare_weaknesses,
        .products = compare_products,
    };
    if (!database_compare(before, after, limits, &comparer, err))
        return false;
    *ret = changed.questions.items;
    *ret_count = sort_distinct(changed.questions.items, changed.questions.count);
    return true;
}

bool database_stamp(const struct database *database, struct arena *mem, span *ret, struct err *err)
{
    struct text digests;
    struct text stamp;
    digest all = {0};
    text_init(&digests, mem, SIZE_MAX);
    text_init(&stamp, mem, SIZE_MAX);
    for (size_t i = 0; i < database_segment_count(database); i++) {
        struct database_segment segment = {0};
        if (!database_segment_at(database, i, &segment, err))
            return false;
        text_add(&digests, span_of(segment.digest.bytes, digest_size(DIGEST_SHA256)));
    }
    if (!text_ok(&digests))
        return arena_err(mem, err, "stamp");
    if (!digest_of(DIGEST_SHA256, text_span(&digests), &all, err))
        return false;
    text_add_hex(&stamp, span_of(all.bytes, digest_size(DIGEST_SHA256)));
    *ret = text_span(&stamp);
    return text_ok(&stamp) || arena_err(mem, err, "stamp");
}
