// From what the statements say one by one to what holds of the package.
#include "match/match_inner.h"

bool is_fix(const struct affected *affected)
{
    return affected->fixed.len &&
           (affected->status == STATUS_FIXED || affected->status == STATUS_AFFECTED);
}

enum status status_of(const struct affected *affected)
{
    if (is_fix(affected))
        return STATUS_FIXED;
    // "Fixed", nobody says where: what can be said of a version is that somebody should look.
    return affected->status == STATUS_FIXED ? STATUS_UNDER_INVESTIGATION : affected->status;
}

static bool has_record(const struct list *views, span database)
{
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        if (view->own_record && span_equal(view->statement->advisory.database, database))
            return true;
    }
    return false;
}

// Within one database the record of a flaw is kept up, the bulletins that list it are not. Between
// databases no such order is known: Red Hat's bulletins are days ahead of its records.
static void supersede(struct list *views)
{
    for (size_t i = 0; i < views->count; i++) {
        struct view *view = LIST_AT(views, struct view, i);
        if (!view->own_record && has_record(views, view->statement->advisory.database))
            view->weight = WEIGHT_SUPERSEDED;
    }
}

static enum view_weight heaviest(const struct list *views)
{
    enum view_weight weight = WEIGHT_SUPERSEDED;
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        if (view->weight > weight)
            weight = view->weight;
    }
    return weight;
}

// What the deciding views say together.
struct tally {
    bool denied;        // some say that no version is affected
    bool inside;        // in some range
    bool inside_branch; // in a range that starts somewhere
    bool past;          // behind a range that starts at the beginning
};

static struct tally count(const struct list *views, enum view_weight weight)
{
    struct tally tally = {0};
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        if (view->weight != weight)
            continue;
        bool starts = view->statement->affected.introduced.len > 0;
        tally.denied = tally.denied || view->stage == STAGE_NOT_AFFECTED;
        tally.inside = tally.inside || view->stage == STAGE_INSIDE;
        tally.inside_branch = tally.inside_branch || (view->stage == STAGE_INSIDE && starts);
        tally.past = tally.past || (view->stage == STAGE_PAST && !starts);
    }
    return tally;
}

// Red Hat fixes a flaw once in each minor release, all under one name, and then names it again in
// the erratum of the next one: whoever has reached the first of these fixes has it. Elsewhere a
// second fix of the same flaw means that the first one was not enough.
static bool any_fix_suffices(const struct subject *subject)
{
    return subject->scheme == SCHEME_RPM;
}

static bool is_better_fix(const struct subject *subject, span fixed, span best)
{
    int order = 0;
    if (best.len == 0 || !version_compare(subject->scheme, fixed, best, &order))
        return best.len == 0;
    return any_fix_suffices(subject) ? order < 0 : order > 0;
}

struct verdict verdict_of(struct matcher *matcher, const struct subject *subject)
{
    struct list *views = &matcher->views;
    supersede(views);
    struct verdict verdict = {.status = STATUS_NOT_AFFECTED, .weight = heaviest(views)};
    struct tally tally = count(views, verdict.weight);
    bool has_fix = any_fix_suffices(subject) && tally.past && !tally.inside_branch;
    if (tally.denied || !tally.inside || has_fix)
        return verdict;
    verdict.affected = true;
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        const struct affected *affected = &view->statement->affected;
        if (view->weight != verdict.weight || view->stage != STAGE_INSIDE)
            continue;
        if (status_of(affected) < verdict.status)
            verdict.status = status_of(affected);
        if (is_fix(affected) && is_better_fix(subject, affected->fixed, verdict.fixed))
            verdict.fixed = affected->fixed;
    }
    bool open = verdict.status == STATUS_AFFECTED || verdict.status == STATUS_UNDER_INVESTIGATION;
    if (open && matcher->is_past_life)
        verdict.status = STATUS_END_OF_LIFE;
    return verdict;
}
