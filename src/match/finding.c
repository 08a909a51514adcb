// Turning a verdict into a finding: its names, what kind of mistake it is, who disputes it.
#include "match/match_inner.h"

// ---------------------------------------------------------------- names

static int by_bytes(const void *left, const void *right)
{
    return span_compare(*(const span *)left, *(const span *)right);
}

// Another CVE is another flaw.
static void add_name(struct list *names, span flaw, span name)
{
    bool other_flaw = span_starts_with(flaw, S("CVE-")) && span_starts_with(name, S("CVE-"));
    if (name.len == 0 || other_flaw || span_equal(name, flaw))
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
        if (advisory->flaws.count == 1)
            add_name(&names, flaw, advisory->flaws.items[0]);
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

// ---------------------------------------------------------------- weaknesses

static bool weaknesses_of(const struct matcher *matcher, const struct flaw *flaw,
                          struct finding *finding, struct err *err)
{
    const struct advisory_source *source = matcher->source;
    size_t count = flaw->weaknesses.count;
    struct weakness *items = arena_array(matcher->mem, count, sizeof *items);
    if (!items)
        return arena_err(matcher->mem, err, "weaknesses");
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct weakness){.id = flaw->weaknesses.items[i], .database = flaw->database};
        if (!source->look_up_weakness(source->self, items[i].id, matcher->mem, &items[i].name, err))
            return false;
    }
    finding->weaknesses = items;
    finding->weakness_count = count;
    return true;
}

// ---------------------------------------------------------------- findings

static bool look_up_flaw(const struct matcher *matcher, span vendor, span id, struct flaw *ret,
                         struct err *err)
{
    struct err failure = {0};
    *ret = (struct flaw){.score = -1, .epss = -1, .epss_percentile = -1};
    struct flaw flaw = {0};
    if (matcher->source->look_up_flaw(matcher->source->self, id, vendor, matcher->mem, &flaw,
                                      &failure))
        *ret = flaw;
    else if (failure.kind != ERR_NONE)
        return err_set(err, failure.kind, "%s", failure.text);
    return true;
}

static bool is_disputed(const struct matcher *matcher, const struct flaw *flaw)
{
    bool disputed = flaw->disputed;
    for (size_t i = 0; i < matcher->views.count; i++)
        disputed =
            disputed || LIST_AT(&matcher->views, struct view, i)->statement->advisory.disputed;
    return disputed;
}

static bool complete(struct matcher *matcher, const struct subject *subject,
                     const struct verdict *verdict, const struct flaw *flaw,
                     struct finding *finding, struct err *err)
{
    finding->disputed = is_disputed(matcher, flaw);
    finding->epss = flaw->epss;
    finding->exploited = flaw->exploited;
    return finding_rate(matcher, verdict->weight, flaw, finding, err) &&
           names_of(matcher, finding->id, &finding->aliases, err) &&
           weaknesses_of(matcher, flaw, finding, err) &&
           finding_prove(matcher, subject, finding, err);
}

bool finding_add(struct matcher *matcher, const struct subject *subject, span id,
                 const struct verdict *verdict, span suppressed, struct err *err)
{
    const struct package *package = subject->package;
    struct flaw flaw = {0};
    if (!look_up_flaw(matcher, subject->ecosystem->vendor, id, &flaw, err))
        return false;
    if (flaw.rejected && !verdict->malicious) {
        matcher->rejected++;
        if (!matcher->options->suppressed)
            return true;
        suppressed = S("whoever assigned the id took it back");
    }
    struct finding finding = {
        .id = id,
        .kind = verdict->malicious ? FINDING_MALWARE : FINDING_VULNERABILITY,
        .package = subject->index,
        .text = verdict->malicious ? S("the package was published to do harm") : (span){0},
        .status = verdict->status,
        .fixed_version = version_without_floor(subject->scheme, verdict->fixed),
        .layer = package->location_count ? package->locations[0].layer : 0,
        .suppressed = suppressed,
    };
    if (!complete(matcher, subject, verdict, &flaw, &finding, err))
        return false;
    struct finding *item = LIST_ADD(&matcher->findings, struct finding);
    if (!item)
        return arena_err(matcher->mem, err, "findings");
    *item = finding;
    return true;
}
