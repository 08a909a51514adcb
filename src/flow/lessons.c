// What changed of one package, in the words of a message.
#include "flow/service_inner.h"

static bool same_finding(const struct finding *a, const struct finding *b)
{
    return a->kind == b->kind && span_equal(a->id, b->id);
}

static const struct finding *find(const struct findings *findings, const struct finding *wanted)
{
    for (size_t i = 0; i < findings->count; i++)
        if (same_finding(&findings->items[i], wanted))
            return &findings->items[i];
    return NULL;
}

static bool counts(const struct finding *finding)
{
    return finding && finding->suppressed.len == 0;
}

// What an owner would act upon.
static bool is_changed(const struct finding *before, const struct finding *after)
{
    return before->severity != after->severity || before->status != after->status ||
           before->exploited != after->exploited ||
           !span_equal(before->fixed_version, after->fixed_version);
}

static bool write_why(const struct finding *finding, struct arena *mem, span *ret, struct err *err)
{
    struct text why;
    text_init(&why, mem, SIZE_MAX);
    if (finding->evidence_count) {
        const struct evidence *evidence = &finding->evidence[0];
        text_add(&why, evidence->database);
        text_add_byte(&why, ' ');
        text_add(&why, evidence->advisory);
        text_add(&why, S(": "));
        text_add(&why, evidence->compared.len ? evidence->compared : evidence->range);
    }
    *ret = text_span(&why);
    return text_ok(&why) || arena_err(mem, err, "evidence");
}

bool lesson_fill(enum learned_kind kind, const struct unit *unit, const struct finding *finding,
                 struct arena *mem, struct learned *ret, struct err *err)
{
    struct learned learned = {
        .kind = kind,
        .id = finding->id,
        .severity = finding->severity,
        .exploited = finding->exploited,
        .score = finding->score,
        .epss = finding->epss,
        .package_type = unit->type,
        .package = unit->name,
        .version = unit->version,
        .fixed_version = finding->fixed_version,
    };
    if (!write_why(finding, mem, &learned.why, err))
        return false;
    *ret = learned;
    return true;
}

static bool add(struct list *lessons, const struct stored_unit *unit, enum learned_kind kind,
                const struct finding *finding, const struct finding *before, struct err *err)
{
    struct lesson *lesson = LIST_ADD(lessons, struct lesson);
    if (!lesson)
        return arena_err(lessons->mem, err, "what was learned");
    lesson->unit = unit->id;
    lesson->finding = finding;
    if (!lesson_fill(kind, &unit->unit, finding, lessons->mem, &lesson->learned, err))
        return false;
    lesson->learned.severity_before = before ? before->severity : SEVERITY_UNKNOWN;
    return true;
}

bool lessons_compare(const struct stored_unit *unit, const struct findings *before,
                     const struct findings *after, struct list *ret, struct err *err)
{
    for (size_t i = 0; i < after->count; i++) {
        const struct finding *now = &after->items[i];
        const struct finding *then = find(before, now);
        if (!counts(now))
            continue;
        if (!counts(then) && !add(ret, unit, LEARNED_NEW, now, NULL, err))
            return false;
        if (counts(then) && is_changed(then, now) &&
            !add(ret, unit, LEARNED_CHANGED, now, then, err))
            return false;
    }
    for (size_t i = 0; i < before->count; i++) {
        const struct finding *then = &before->items[i];
        if (counts(then) && !counts(find(after, then)) &&
            !add(ret, unit, LEARNED_GONE, then, then, err))
            return false;
    }
    return true;
}
