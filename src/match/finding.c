// Turning a verdict into a finding: rating, risk, names, evidence.
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

struct score {
    double value; // below 0: none
    span vector;
    span source;
};

static struct score best_score(const struct list *views, const struct flaw *flaw)
{
    if (flaw->score >= 0)
        return (struct score){.value = flaw->score, .vector = flaw->cvss, .source = flaw->database};
    for (size_t i = 0; i < views->count; i++) {
        const struct advisory *advisory = &LIST_AT(views, struct view, i)->statement->advisory;
        if (advisory->score >= 0)
            return (struct score){
                .value = advisory->score,
                .vector = advisory->cvss,
                .source = advisory->database,
            };
    }
    return (struct score){.value = -1};
}

static struct chosen_rating rating_of(const struct list *views, enum view_weight weight,
                                      const struct flaw *flaw, const struct score *score)
{
    struct chosen_rating rating = vendor_rating(views, weight);
    if (rating.severity != SEVERITY_UNKNOWN)
        return rating;
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
static double risk_of(const struct finding *finding)
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

// ---------------------------------------------------------------- names

static int by_bytes(const void *left, const void *right)
{
    return span_compare(*(const span *)left, *(const span *)right);
}

static void add_name(struct list *names, span flaw, span name)
{
    if (name.len == 0 || span_equal(name, flaw))
        return;
    span *item = LIST_ADD(names, span);
    if (item)
        *item = name;
}

static bool names_of(const struct matcher *matcher, span flaw, struct spans *ret, struct err *err)
{
    struct list names = {0};
    list_init(&names, matcher->mem, sizeof(span), UINT32_MAX);
    for (size_t i = 0; i < matcher->views.count; i++) {
        const struct view *view = LIST_AT(&matcher->views, struct view, i);
        const struct advisory *advisory = &view->statement->advisory;
        add_name(&names, flaw, advisory->id);
        for (size_t j = 0; j < advisory->aliases.count; j++)
            add_name(&names, flaw, advisory->aliases.items[j]);
    }
    if (!list_ok(&names))
        return arena_err(matcher->mem, err, "aliases");
    span *items = names.items;
    sort_items(items, names.count, sizeof(span), by_bytes);
    size_t count = 0;
    for (size_t i = 0; i < names.count; i++)
        if (count == 0 || !span_equal(items[count - 1], items[i]))
            items[count++] = items[i];
    *ret = (struct spans){.items = items, .count = count};
    return true;
}

// ---------------------------------------------------------------- evidence

static void add_range(struct text *out, const struct affected *affected)
{
    bool ends = affected->fixed.len || affected->last_affected.len;
    if (affected->status == STATUS_NOT_AFFECTED) {
        text_add(out, S("none"));
        return;
    }
    if (affected->introduced.len) {
        text_add(out, S(">= "));
        text_add(out, affected->introduced);
        text_add(out, ends ? S(", ") : (span){0});
    }
    if (ends) {
        text_add(out, affected->fixed.len ? S("< ") : S("<= "));
        text_add(out, affected->fixed.len ? affected->fixed : affected->last_affected);
    } else if (affected->introduced.len == 0) {
        text_add(out, S("all versions"));
    }
}

static void add_relation(struct text *out, const struct view *view)
{
    const struct affected *affected = &view->statement->affected;
    span last = affected->last_affected;
    switch (view->stage) {
    case STAGE_NOT_AFFECTED:
        return;
    case STAGE_BEFORE:
        text_add(out, S(" < "));
        text_add(out, affected->introduced);
        return;
    case STAGE_INSIDE:
        if (affected->fixed.len || last.len)
            text_add(out, affected->fixed.len ? S(" < ") : S(" <= "));
        text_add(out, affected->fixed.len ? affected->fixed : last);
        return;
    case STAGE_PAST:
        text_add(out, affected->fixed.len ? S(" >= ") : S(" > "));
        text_add(out, affected->fixed.len ? affected->fixed : last);
        return;
    }
}

// "1.1.1d-0+deb10u3 < 1.1.1k-1+deb11u2 (deb, source openssl)"
static void add_compared(struct text *out, const struct matcher *matcher,
                         const struct subject *subject, const struct view *view)
{
    const struct affected *affected = &view->statement->affected;
    bool by_source = affected->name_kind == NAME_SOURCE;
    text_add(out, view->version);
    add_relation(out, view);
    text_addf(out, " (%s, %s ", scheme_name(subject->scheme), by_source ? "source" : "package");
    text_add(out, affected->name);
    if (affected->module.len) {
        text_add(out, S(", module "));
        text_add(out, affected->module);
    }
    if (affected->repository.len) {
        text_add(out, S(", "));
        text_add(out, affected->repository);
    }
    if (by_source && subject->epoch_unknown)
        text_add(out, S(", without epoch: the source's is unknown"));
    if (matcher->ecosystem.is_ahead)
        text_add(out, S(", Red Hat's word on a build of CentOS Stream"));
    text_add_byte(out, ')');
}

static bool is_repeated(const struct list *views, size_t index)
{
    const struct statement *mine = LIST_AT(views, struct view, index)->statement;
    for (size_t i = 0; i < index; i++) {
        const struct statement *other = LIST_AT(views, struct view, i)->statement;
        if (span_equal(other->advisory.database, mine->advisory.database) &&
            span_equal(other->advisory.id, mine->advisory.id) &&
            span_equal(other->affected.fixed, mine->affected.fixed) &&
            span_equal(other->affected.introduced, mine->affected.introduced))
            return true;
    }
    return false;
}

static bool evidence_of(const struct matcher *matcher, const struct subject *subject,
                        struct finding *finding, struct err *err)
{
    const struct list *views = &matcher->views;
    struct list all = {0};
    list_init(&all, matcher->mem, sizeof(struct evidence), views->count);
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        if (is_repeated(views, i))
            continue;
        struct text range = {0};
        struct text compared = {0};
        text_init(&range, matcher->mem, SIZE_MAX);
        text_init(&compared, matcher->mem, SIZE_MAX);
        add_range(&range, &view->statement->affected);
        add_compared(&compared, matcher, subject, view);
        struct evidence *evidence = LIST_ADD(&all, struct evidence);
        if (!evidence || !text_ok(&range) || !text_ok(&compared))
            return arena_err(matcher->mem, err, "evidence");
        *evidence = (struct evidence){
            .database = view->statement->advisory.database,
            .advisory = view->statement->advisory.id,
            .range = text_span(&range),
            .compared = text_span(&compared),
        };
    }
    finding->evidence = all.items;
    finding->evidence_count = all.count;
    return true;
}

// ---------------------------------------------------------------- findings

static bool look_up_flaw(const struct matcher *matcher, span id, struct flaw *ret, struct err *err)
{
    struct err failure = {0};
    *ret = (struct flaw){.score = -1, .epss = -1, .epss_percentile = -1};
    struct flaw flaw = {0};
    if (matcher->source->look_up_flaw(matcher->source->self, id, matcher->ecosystem.vendor,
                                      matcher->mem, &flaw, &failure))
        *ret = flaw;
    else if (failure.kind != ERR_NONE)
        return err_set(err, failure.kind, "%s", failure.text);
    return true;
}

bool finding_add(struct matcher *matcher, const struct subject *subject, span id,
                 const struct verdict *verdict, span suppressed, struct err *err)
{
    struct flaw flaw = {0};
    if (!look_up_flaw(matcher, id, &flaw, err))
        return false;
    struct score score = best_score(&matcher->views, &flaw);
    struct chosen_rating rating = rating_of(&matcher->views, verdict->weight, &flaw, &score);
    const struct package *package = subject->package;
    struct finding finding = {
        .id = id,
        .kind = FINDING_VULNERABILITY,
        .package = subject->index,
        .severity = rating.severity,
        .severity_source = rating.source,
        .status = verdict->status,
        .fixed_version = verdict->fixed,
        .cvss = score.vector,
        .score = score.value,
        .epss = flaw.epss,
        .exploited = flaw.exploited,
        .layer = package->location_count ? package->locations[0].layer : 0,
        .suppressed = suppressed,
    };
    finding.risk = risk_of(&finding);
    if (!names_of(matcher, id, &finding.aliases, err) ||
        !evidence_of(matcher, subject, &finding, err))
        return false;
    struct finding *item = LIST_ADD(&matcher->findings, struct finding);
    if (!item)
        return arena_err(matcher->mem, err, "findings");
    *item = finding;
    return true;
}
