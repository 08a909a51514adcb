// What all databases say of one flaw, merged.
#include "database/database_inner.h"

struct merge {
    struct flaw flaw;
    span vendor;
    struct list ratings;    // of struct rating
    struct list weaknesses; // of span
};

// ---------------------------------------------------------------- ratings

static bool is_rated(const struct flaw *flaw)
{
    return flaw->severity != SEVERITY_UNKNOWN || flaw->score >= 0 || flaw->cvss.len;
}

static unsigned rating_quality(enum severity severity, double score)
{
    return score >= 0 ? 2 : severity != SEVERITY_UNKNOWN;
}

// How much a rating is worth having: the vendor's, then any with a score, then any severity.
static unsigned rating_rank(const struct merge *merge, const struct flaw *flaw)
{
    unsigned quality = rating_quality(flaw->severity, flaw->score);
    bool of_vendor = merge->vendor.len && span_starts_with(flaw->database, merge->vendor);
    return quality + (quality && of_vendor ? 4 : 0);
}

// A rating and its vector stay together, from the first of the best.
static void merge_rating(struct merge *merge, const struct flaw *flaw)
{
    struct flaw *merged = &merge->flaw;
    if (merged->database.len && rating_rank(merge, flaw) <= rating_rank(merge, merged))
        return;
    merged->database = flaw->database;
    merged->severity = flaw->severity;
    merged->cvss = flaw->cvss;
    merged->score = flaw->score;
}

// Databases come by name; of several ratings of one the better is kept.
static void keep_rating(struct list *ratings, const struct flaw *flaw)
{
    struct rating *last =
        ratings->count ? LIST_AT(ratings, struct rating, ratings->count - 1) : NULL;
    bool is_new = !last || !span_equal(last->database, flaw->database);
    if (!is_new &&
        rating_quality(flaw->severity, flaw->score) <= rating_quality(last->severity, last->score))
        return;
    struct rating *rating = is_new ? LIST_ADD(ratings, struct rating) : last;
    if (!rating)
        return;
    *rating = (struct rating){
        .database = flaw->database,
        .severity = flaw->severity,
        .cvss = flaw->cvss,
        .score = flaw->score,
    };
}

// ---------------------------------------------------------------- everything else

static void keep_weakness(struct list *weaknesses, span id)
{
    for (size_t i = 0; i < weaknesses->count; i++)
        if (span_equal(*LIST_AT(weaknesses, span, i), id))
            return;
    span *item = LIST_ADD(weaknesses, span);
    if (item)
        *item = id;
}

// The earlier of two days, of which either may be unknown.
static uint32_t first_day(uint32_t a, uint32_t b)
{
    if (a == 0 || b == 0)
        return a ? a : b;
    return a < b ? a : b;
}

static void merge_facts(struct flaw *merged, const struct flaw *flaw)
{
    if (flaw->epss > merged->epss) {
        merged->epss = flaw->epss;
        merged->epss_percentile = flaw->epss_percentile;
    }
    merged->exploited = merged->exploited || flaw->exploited;
    merged->rejected = merged->rejected || flaw->rejected;
    merged->disputed = merged->disputed || flaw->disputed;
    merged->exploited_since = first_day(merged->exploited_since, flaw->exploited_since);
    merged->published = first_day(merged->published, flaw->published);
}

// Databases know different things of one flaw: each is taken from whoever knows it.
static bool merge_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct merge *merge = self;
    merge_rating(merge, flaw);
    merge_facts(&merge->flaw, flaw);
    if (is_rated(flaw))
        keep_rating(&merge->ratings, flaw);
    for (size_t i = 0; i < flaw->weaknesses.count; i++)
        keep_weakness(&merge->weaknesses, flaw->weaknesses.items[i]);
    return (list_ok(&merge->ratings) && list_ok(&merge->weaknesses)) ||
           arena_err(merge->ratings.mem, err, "database");
}

// ---------------------------------------------------------------- the look-up

static void merge_init(struct merge *merge, span id, span vendor, struct arena *mem)
{
    *merge = (struct merge){
        .flaw = {.id = id, .score = -1, .epss = -1, .epss_percentile = -1},
        .vendor = vendor,
    };
    list_init(&merge->ratings, mem, sizeof(struct rating), UINT32_MAX);
    list_init(&merge->weaknesses, mem, sizeof(span), UINT32_MAX);
}

bool database_look_up_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                           struct err *err)
{
    const struct database *database = self;
    span packed = {0};
    struct list found = {0};
    if (err)
        err->kind = ERR_NONE;
    if (!id_pack(id, mem, &packed))
        return arena_err(mem, err, "database");
    struct asked_key key = ask_for(KEY_FLAW, (span){0}, packed);
    if (!find_bodies(database, &key, mem, &found, err))
        return false;
    struct merge merge;
    merge_init(&merge, id, vendor, mem);
    for (size_t i = 0; i < found.count; i++) {
        const struct found *hit = LIST_AT(&found, struct found, i);
        if (!body_flaws(database, hit->segment, id, hit->body, mem, merge_flaw, &merge, err))
            return false;
    }
    if (found.count == 0)
        return false;
    *ret = merge.flaw;
    ret->ratings = merge.ratings.items;
    ret->rating_count = merge.ratings.count;
    ret->weaknesses = (struct spans){
        .items = merge.weaknesses.items,
        .count = merge.weaknesses.count,
    };
    return true;
}
