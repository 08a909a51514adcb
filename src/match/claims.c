// One package against what is said of its names: which ranges it is in, then flaw by flaw.
#include "match/match_inner.h"

// Appends to matcher->claimed how the subject stands to each claim of the topic. *ret_inside is set
// if it is in some range.
static bool add_claimed(struct matcher *matcher, const struct subject *subject,
                        const struct topic *topic, bool *ret_inside, struct err *err)
{
    for (size_t i = 0; i < topic->claims.count; i++) {
        struct view *view = LIST_ADD(&matcher->claimed, struct view);
        if (!view)
            return arena_err(matcher->mem, err, "statements");
        if (!view_of(matcher, subject, topic, &topic->claims.items[i], view, err))
            return false;
        if (view->speaks && view->stage == STAGE_INSIDE)
            *ret_inside = true;
    }
    return true;
}

// What is said of a subject by one of its names, while its flaws are gone through.
struct asked {
    struct topic *topic;
    size_t first; // of its claims in matcher->claimed
    size_t at;    // the opinion at hand
};

// Collects in matcher->views what is said of one flaw, and moves behind it.
static bool add_views(struct matcher *matcher, struct asked *asked, span flaw, struct err *err)
{
    const struct topic *topic = asked->topic;
    for (; asked->at < topic->count && span_equal(topic->opinions[asked->at].flaw, flaw);
         asked->at++) {
        const struct opinion *opinion = &topic->opinions[asked->at];
        if (opinion->statement->advisory.withdrawn) {
            matcher->withdrew = true;
            continue;
        }
        const struct view *claimed =
            LIST_AT(&matcher->claimed, struct view, asked->first + opinion->claim);
        struct view *view = claimed->speaks ? LIST_ADD(&matcher->views, struct view) : NULL;
        if (!view)
            continue;
        *view = *claimed;
        view->statement = opinion->statement;
        view->own_record = opinion->statement->advisory.flaws.count == 0;
    }
    return list_ok(&matcher->views) ? true : arena_err(matcher->mem, err, "statements");
}

static bool is_wanted(const struct matcher *matcher, enum finding_kind kind)
{
    uint32_t kinds = matcher->options->kinds;
    return kinds == 0 || kinds >> kind & 1;
}

static bool judge(struct matcher *matcher, const struct subject *subject, span flaw, span codeless,
                  struct err *err)
{
    if (matcher->views.count == 0)
        return true;
    struct verdict verdict = subject->ecosystem->language ? verdict_of_language(matcher, subject)
                                                          : verdict_of(matcher, subject);
    enum finding_kind kind = verdict.malicious ? FINDING_MALWARE : FINDING_VULNERABILITY;
    bool answered = false;
    if (!verdict.affected || !is_wanted(matcher, kind))
        return true;
    if (subject->ecosystem->language &&
        !owner_answers(matcher, subject->package, flaw, &answered, err))
        return false;
    if (answered)
        return true;
    return finding_add(matcher, subject, flaw, &verdict, codeless, err);
}

// The first flaw that nobody was asked about yet; empty: there is none.
static span next_flaw(const struct asked *asked, size_t count)
{
    span next = {0};
    for (size_t i = 0; i < count; i++) {
        const struct topic *topic = asked[i].topic;
        span flaw = asked[i].at < topic->count ? topic->opinions[asked[i].at].flaw : (span){0};
        if (flaw.len && (next.len == 0 || span_compare(flaw, next) < 0))
            next = flaw;
    }
    return next;
}

// All topics are sorted by flaw: walks them side by side.
static bool match_opinions(struct matcher *matcher, const struct subject *subject, span codeless,
                           struct asked *asked, struct err *err)
{
    for (;;) {
        span flaw = next_flaw(asked, subject->name_count);
        if (flaw.len == 0)
            return true;
        matcher->views.count = 0;
        matcher->withdrew = false;
        for (size_t i = 0; i < subject->name_count; i++)
            if (!add_views(matcher, &asked[i], flaw, err))
                return false;
        if (!cpe_weigh(matcher, flaw, err) || !judge(matcher, subject, flaw, codeless, err))
            return false;
    }
}

// The ranges that are claimed of the subject's names, then who claims them.
bool match_claims(struct matcher *matcher, const struct subject *subject, struct err *err)
{
    span codeless = codeless_reason(subject->package);
    matcher->suppressed += codeless.len > 0;
    if (codeless.len && !matcher->options->suppressed)
        return true;
    struct asked asked[NAMES_MOST] = {{0}};
    bool inside = false;
    matcher->claimed.count = 0;
    for (size_t i = 0; i < subject->name_count; i++) {
        const struct asked_name *name = &subject->names[i];
        asked[i].first = matcher->claimed.count;
        if (!topics_find(&matcher->topics, name->ecosystem, name->name, &asked[i].topic, err) ||
            !add_claimed(matcher, subject, asked[i].topic, &inside, err))
            return false;
    }
    if (!inside)
        return true;
    for (size_t i = 0; i < subject->name_count; i++)
        if (!topics_read(&matcher->topics, asked[i].topic, err))
            return false;
    return match_opinions(matcher, subject, codeless, asked, err);
}
