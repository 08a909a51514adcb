// What holds of a package of a programming language. Nobody is its vendor: several databases speak
// of the same flaw, each from its own reading of the same announcement.
#include "match/match_inner.h"

static const struct view *view_at(const struct list *views, size_t index)
{
    return LIST_AT(views, struct view, index);
}

bool affected_is_bounded(const struct affected *affected)
{
    return affected->introduced.len || affected->fixed.len || affected->last_affected.len ||
           affected->status == STATUS_NOT_AFFECTED;
}

// The views from `at` on that are of one advisory: its ranges are a union.
static size_t end_of_advisory(const struct list *views, size_t at)
{
    const struct advisory *first = &view_at(views, at)->statement->advisory;
    for (; at < views->count; at++) {
        const struct advisory *advisory = &view_at(views, at)->statement->advisory;
        if (!span_equal(advisory->database, first->database) ||
            !span_equal(advisory->id, first->id))
            break;
    }
    return at;
}

static bool decides(const struct view *view)
{
    return view->weight != WEIGHT_SUPERSEDED;
}

static bool advisory_is_bounded(const struct list *views, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (decides(view_at(views, i)) &&
            affected_is_bounded(&view_at(views, i)->statement->affected))
            return true;
    return false;
}

// An advisory without any range knows the package, not the versions. It says nothing where another
// one knows better, or where one was taken back. Of malware all versions are meant.
static void weigh_rangeless(struct matcher *matcher)
{
    struct list *views = &matcher->views;
    bool known = matcher->withdrew || advisory_is_bounded(views, 0, views->count);
    for (size_t i = 0; i < views->count && known;) {
        size_t end = end_of_advisory(views, i);
        bool bounded = advisory_is_bounded(views, i, end);
        for (; i < end; i++) {
            struct view *view = LIST_AT(views, struct view, i);
            if (!bounded && !view->statement->advisory.malicious)
                view->weight = WEIGHT_SUPERSEDED;
        }
    }
}

// The first range among those that decide which the version of `key` is in; null: none.
static const struct affected *range_around(struct matcher *matcher, enum scheme scheme, span key)
{
    static const struct bound_keys unknown = {0};
    const struct range_order order = {scheme, &matcher->keys->bound};
    for (size_t i = 0; i < matcher->views.count; i++) {
        const struct view *view = view_at(&matcher->views, i);
        const struct affected *affected = &view->statement->affected;
        enum stage stage = STAGE_NOT_AFFECTED;
        if (decides(view) && range_stage(&order, affected, &unknown, key, &stage) &&
            stage == STAGE_INSIDE)
            return affected;
    }
    return NULL;
}

// From the end of each range that the version is in to the end of the next, until it is in none: in
// its own line of releases, and past what the most demanding of the databases asks for.
static span find_fix(struct matcher *matcher, const struct subject *subject)
{
    struct version_key *next = &matcher->keys->fix;
    span key = subject->key;
    span fixed = {0};
    for (size_t i = 0; i <= matcher->views.count; i++) {
        const struct affected *affected = range_around(matcher, subject->scheme, key);
        if (!affected)
            return fixed;
        fixed = affected->fixed;
        if (!is_fix(affected) || !version_key_of(subject->scheme, fixed, next))
            return (span){0};
        key = span_of(next->bytes, next->len);
    }
    return (span){0};
}

struct verdict verdict_of_language(struct matcher *matcher, const struct subject *subject)
{
    struct verdict verdict = {.status = STATUS_NOT_AFFECTED, .weight = WEIGHT_MAIN};
    weigh_rangeless(matcher);
    for (size_t i = 0; i < matcher->views.count; i++) {
        const struct view *view = view_at(&matcher->views, i);
        const struct statement *statement = view->statement;
        if (!decides(view) || view->stage != STAGE_INSIDE)
            continue;
        verdict.affected = true;
        verdict.malicious = verdict.malicious || statement->advisory.malicious;
        if (!is_fix(&statement->affected) && status_of(&statement->affected) < verdict.status)
            verdict.status = status_of(&statement->affected);
    }
    if (!verdict.affected)
        return verdict;
    verdict.fixed = find_fix(matcher, subject);
    if (verdict.fixed.len)
        verdict.status = STATUS_FIXED;
    else if (verdict.status == STATUS_NOT_AFFECTED)
        verdict.status = STATUS_AFFECTED; // the fix of one database is in the range of another
    if (subject->rebuilder.len)
        verdict.status = STATUS_UNDER_INVESTIGATION;
    return verdict;
}
