// Why it matched, in words: who says so, which range, which versions were compared.
#include "match/match_inner.h"

static void add_range(struct text *out, const struct affected *affected)
{
    bool ends = affected->fixed.len || affected->last_affected.len;
    if (affected->status == STATUS_NOT_AFFECTED) {
        text_add(out, S("none"));
        return;
    }
    if (affected->introduced.len) {
        text_add(out, affected->after_introduced ? S("> ") : S(">= "));
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
        text_add(out, affected->after_introduced ? S(" <= ") : S(" < "));
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
static void add_compared(struct text *out, const struct subject *subject, const struct view *view)
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
    if (subject->ecosystem->is_ahead)
        text_add(out, S(", Red Hat's word on a build of CentOS Stream"));
    if (subject->rebuilder.len) {
        text_add(out, S(", built again by "));
        text_add(out, subject->rebuilder);
        text_add(out, S(", who may have mended it: "));
        text_add(out, subject->package->version);
    }
    text_add_byte(out, ')');
}

static bool is_of_one_advisory(const struct statement *a, const struct statement *b)
{
    return span_equal(a->advisory.database, b->advisory.database) &&
           span_equal(a->advisory.id, b->advisory.id);
}

static bool is_same_range(const struct affected *a, const struct affected *b)
{
    return span_equal(a->introduced, b->introduced) && span_equal(a->fixed, b->fixed) &&
           span_equal(a->last_affected, b->last_affected);
}

// Of the many lines of releases that an advisory lists the one that the version is in is enough.
static bool is_needed(const struct list *views, size_t index)
{
    const struct view *mine = LIST_AT(views, struct view, index);
    for (size_t i = 0; i < views->count; i++) {
        const struct view *other = LIST_AT(views, struct view, i);
        if (i == index || !is_of_one_advisory(other->statement, mine->statement))
            continue;
        if (other->stage == STAGE_INSIDE && mine->stage != STAGE_INSIDE)
            return false;
        if (i < index && is_same_range(&other->statement->affected, &mine->statement->affected))
            return false;
    }
    return true;
}

static bool add_evidence(const struct matcher *matcher, const struct subject *subject,
                         const struct view *view, struct list *all, struct err *err)
{
    struct text range = {0};
    struct text compared = {0};
    text_init(&range, matcher->mem, SIZE_MAX);
    text_init(&compared, matcher->mem, SIZE_MAX);
    add_range(&range, &view->statement->affected);
    add_compared(&compared, subject, view);
    struct evidence *evidence = LIST_ADD(all, struct evidence);
    if (!evidence || !text_ok(&range) || !text_ok(&compared))
        return arena_err(matcher->mem, err, "evidence");
    *evidence = (struct evidence){
        .database = view->statement->advisory.database,
        .advisory = view->statement->advisory.id,
        .range = text_span(&range),
        .compared = text_span(&compared),
    };
    return true;
}

// The ranges that the version is in come first: they are the reason. The others say who disagrees.
bool finding_prove(const struct matcher *matcher, const struct subject *subject,
                   struct finding *finding, struct err *err)
{
    const struct list *views = &matcher->views;
    struct list all = {0};
    list_init(&all, matcher->mem, sizeof(struct evidence), views->count);
    for (int inside = 1; inside >= 0; inside--) {
        for (size_t i = 0; i < views->count; i++) {
            const struct view *view = LIST_AT(views, struct view, i);
            if ((view->stage == STAGE_INSIDE) == inside && is_needed(views, i) &&
                !add_evidence(matcher, subject, view, &all, err))
                return false;
        }
    }
    finding->evidence = all.items;
    finding->evidence_count = all.count;
    return true;
}
