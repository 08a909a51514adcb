// How bad it is: whose word counts, and what everybody else says.
#include "match/match_inner.h"

// ---------------------------------------------------------------- rating

struct chosen_rating {
    enum severity severity;
    span source; // the database
};

// CVSS 3.1 section 5; version 2, whose vectors have no prefix, ends at high.
static enum severity severity_of_score(double score, span vector)
{
    bool has_critical = vector.len == 0 || span_starts_with(vector, S("CVSS:"));
    if (score >= 9.0 && has_critical)
        return SEVERITY_CRITICAL;
    if (score >= 7.0)
        return SEVERITY_HIGH;
    if (score >= 4.0)
        return SEVERITY_MEDIUM;
    return score > 0.0 ? SEVERITY_LOW : SEVERITY_NEGLIGIBLE;
}

// The vendor's word for its own package goes before its word for the whole bulletin, the deciding
// views before the others.
static struct chosen_rating vendor_rating(const struct list *views, enum view_weight weight)
{
    struct chosen_rating best = {0};
    unsigned best_rank = 0;
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        const struct statement *statement = view->statement;
        bool own = statement->affected.severity != SEVERITY_UNKNOWN;
        enum severity severity = own ? statement->affected.severity : statement->advisory.severity;
        unsigned rank = 1u + (own ? 1u : 0u) + (view->weight == weight ? 2u : 0u);
        if (severity == SEVERITY_UNKNOWN || rank <= best_rank)
            continue;
        best_rank = rank;
        best = (struct chosen_rating){.severity = severity, .source = statement->advisory.database};
    }
    return best;
}

static const struct advisory *advisory_at(const struct list *views, size_t index)
{
    return &LIST_AT(views, struct view, index)->statement->advisory;
}

static struct score score_of(const struct advisory *advisory)
{
    return (struct score){advisory->score, advisory->cvss, advisory->database};
}

// The score of whoever's word for the severity counts, if it gave one; else that of the flaw.
static struct score best_score(const struct list *views, const struct flaw *flaw, span source)
{
    for (size_t i = 0; i < views->count && source.len; i++)
        if (advisory_at(views, i)->score >= 0 &&
            span_equal(advisory_at(views, i)->database, source))
            return score_of(advisory_at(views, i));
    if (flaw->score >= 0)
        return (struct score){flaw->score, flaw->cvss, flaw->database};
    for (size_t i = 0; i < views->count; i++)
        if (advisory_at(views, i)->score >= 0)
            return score_of(advisory_at(views, i));
    return (struct score){.value = -1};
}

static struct chosen_rating other_rating(const struct flaw *flaw, const struct score *score)
{
    if (flaw->severity != SEVERITY_UNKNOWN)
        return (struct chosen_rating){.severity = flaw->severity, .source = flaw->database};
    if (score->value >= 0)
        return (struct chosen_rating){
            .severity = severity_of_score(score->value, score->vector),
            .source = score->source,
        };
    return (struct chosen_rating){0};
}

// ---------------------------------------------------------------- risk

static double weight_of_severity(enum severity severity)
{
    switch (severity) {
    case SEVERITY_UNKNOWN:
        return 0.5;
    case SEVERITY_NEGLIGIBLE:
        return 0.05;
    case SEVERITY_LOW:
        return 0.3;
    case SEVERITY_MEDIUM:
        return 0.5;
    case SEVERITY_HIGH:
        return 0.75;
    case SEVERITY_CRITICAL:
        return 0.9;
    }
    return 0.5;
}

// min(threat × severity × exploitation, 1) × 100: the probability that the flaw is used, 1 if it is
// known to be, times how bad that is, by the mean of the rating in words and the score.
double finding_risk(const struct finding *finding)
{
    static const double unscored = 0.05; // about the mean of all EPSS scores
    static const double exploited = 1.05;
    double threat = finding->epss >= 0 ? finding->epss : unscored;
    double severity = weight_of_severity(finding->severity);
    if (finding->score >= 0 && finding->severity != SEVERITY_UNKNOWN)
        severity = (severity + finding->score / 10.0) / 2.0;
    else if (finding->score >= 0)
        severity = finding->score / 10.0;
    double risk = finding->exploited ? severity * exploited : threat * severity;
    return (risk < 1.0 ? risk : 1.0) * 100.0;
}

// ---------------------------------------------------------------- everybody's opinion

static int by_database(const void *left, const void *right)
{
    const struct rating *a = left;
    const struct rating *b = right;
    return span_compare(a->database, b->database);
}

static struct rating rating_of_view(const struct view *view)
{
    const struct advisory *advisory = &view->statement->advisory;
    enum severity own = view->statement->affected.severity;
    return (struct rating){
        .database = advisory->database,
        .severity = own != SEVERITY_UNKNOWN ? own : advisory->severity,
        .cvss = advisory->cvss,
        .score = advisory->score,
    };
}

static bool says_something(const struct rating *rating)
{
    return rating->severity != SEVERITY_UNKNOWN || rating->score >= 0 || rating->cvss.len;
}

// Adds a rating unless the database has one already: those of the package come before those of the
// flaw.
static bool add_rating(struct list *ratings, struct rating rating)
{
    if (!says_something(&rating))
        return true;
    for (size_t i = 0; i < ratings->count; i++)
        if (span_equal(LIST_AT(ratings, struct rating, i)->database, rating.database))
            return true;
    struct rating *item = LIST_ADD(ratings, struct rating);
    if (item)
        *item = rating;
    return item;
}

static bool collect_ratings(const struct matcher *matcher, const struct flaw *flaw,
                            struct finding *finding, struct err *err)
{
    struct list ratings = {0};
    list_init(&ratings, matcher->mem, sizeof(struct rating), UINT32_MAX);
    bool done = true;
    for (size_t i = 0; i < matcher->views.count && done; i++)
        done = add_rating(&ratings, rating_of_view(LIST_AT(&matcher->views, struct view, i)));
    for (size_t i = 0; i < flaw->rating_count && done; i++)
        done = add_rating(&ratings, flaw->ratings[i]);
    if (!done)
        return arena_err(matcher->mem, err, "ratings");
    sort_items(ratings.items, ratings.count, sizeof(struct rating), by_database);
    finding->ratings = ratings.items;
    finding->rating_count = ratings.count;
    return true;
}

bool finding_rate(const struct matcher *matcher, enum view_weight weight, const struct flaw *flaw,
                  struct finding *finding, struct err *err)
{
    struct chosen_rating rating = vendor_rating(&matcher->views, weight);
    struct score score = best_score(&matcher->views, flaw, rating.source);
    if (rating.severity == SEVERITY_UNKNOWN)
        rating = other_rating(flaw, &score);
    finding->severity = rating.severity;
    finding->severity_source = rating.source;
    finding->cvss = score.vector;
    finding->score = score.value;
    if (finding->kind == FINDING_MALWARE)
        finding->severity = SEVERITY_CRITICAL;
    finding->risk = finding_risk(finding);
    return collect_ratings(matcher, flaw, finding, err);
}
