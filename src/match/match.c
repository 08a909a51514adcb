// The order of things: each package against what is said of its source and of itself.
#include "match/match_inner.h"

// ---------------------------------------------------------------- one package

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

// Collects in matcher->views what the opinions from *at on say of one flaw, and moves behind them.
// The topic's claims are those from matcher->claimed[first] on.
static bool add_views(struct matcher *matcher, const struct topic *topic, size_t first, span flaw,
                      size_t *at, struct err *err)
{
    for (; *at < topic->count && span_equal(topic->opinions[*at].flaw, flaw); ++*at) {
        const struct opinion *opinion = &topic->opinions[*at];
        const struct view *claimed =
            LIST_AT(&matcher->claimed, struct view, first + opinion->claim);
        struct view *view = claimed->speaks ? LIST_ADD(&matcher->views, struct view) : NULL;
        if (!view)
            continue;
        *view = *claimed;
        view->statement = opinion->statement;
        view->own_record = opinion->statement->advisory.flaws.count == 0;
    }
    return list_ok(&matcher->views) ? true : arena_err(matcher->mem, err, "statements");
}

static bool judge(struct matcher *matcher, const struct subject *subject, span flaw, span codeless,
                  struct err *err)
{
    if (matcher->views.count == 0)
        return true;
    struct verdict verdict = verdict_of(matcher, subject);
    if (!verdict.affected)
        return true;
    matcher->suppressed += codeless.len > 0;
    if (codeless.len && !matcher->options->suppressed)
        return true;
    return finding_add(matcher, subject, flaw, &verdict, codeless, err);
}

static span flaw_at(const struct topic *topic, size_t at)
{
    return at < topic->count ? topic->opinions[at].flaw : (span){0};
}

// The earlier of two flaws, of which either may be missing.
static span first_flaw(span a, span b)
{
    if (a.len == 0 || b.len == 0)
        return a.len ? a : b;
    return span_compare(a, b) <= 0 ? a : b;
}

// Both topics are sorted by flaw: walks them side by side.
static bool match_opinions(struct matcher *matcher, const struct subject *subject,
                           const struct topic *by_source, const struct topic *by_name,
                           struct err *err)
{
    span codeless = codeless_reason(subject->package);
    size_t source_at = 0;
    size_t name_at = 0;
    while (source_at < by_source->count || name_at < by_name->count) {
        span flaw = first_flaw(flaw_at(by_source, source_at), flaw_at(by_name, name_at));
        matcher->views.count = 0;
        if (!add_views(matcher, by_source, 0, flaw, &source_at, err) ||
            !add_views(matcher, by_name, by_source->claims.count, flaw, &name_at, err) ||
            !judge(matcher, subject, flaw, codeless, err))
            return false;
    }
    return true;
}

// Most packages are in no range at all. That is known from the versions alone, before anybody asks
// which flaws the ranges are of.
static bool match_subject(struct matcher *matcher, const struct subject *subject, struct err *err)
{
    struct topic none = {0};
    struct topic *by_source = NULL;
    struct topic *by_name = NULL;
    if (!topics_find(&matcher->topics, subject->source_name, &by_source, err) ||
        !topics_find(&matcher->topics, subject->package->name, &by_name, err))
        return false;
    if (by_name == by_source)
        by_name = &none;
    bool inside = false;
    matcher->claimed.count = 0;
    if (!add_claimed(matcher, subject, by_source, &inside, err) ||
        !add_claimed(matcher, subject, by_name, &inside, err))
        return false;
    if (!inside)
        return true;
    return topics_read(&matcher->topics, by_source, err) &&
           topics_read(&matcher->topics, by_name, err) &&
           match_opinions(matcher, subject, by_source, by_name, err);
}

static bool remember_builder(struct matcher *matcher, span builder, struct err *err)
{
    matcher->foreign++;
    for (size_t i = 0; i < matcher->builders.count; i++)
        if (span_equal(*LIST_AT(&matcher->builders, span, i), builder))
            return true;
    if (matcher->builders.count == matcher->builders.max)
        return true; // enough for a note
    span *item = LIST_ADD(&matcher->builders, span);
    if (!item)
        return arena_err(matcher->mem, err, "builders");
    *item = builder;
    return true;
}

static bool match_package(struct matcher *matcher, size_t index, enum scheme scheme,
                          struct err *err)
{
    const struct package *package = &matcher->bom->packages[index];
    span builder = foreign_builder(&matcher->bom->distro, package);
    if (builder.len)
        return remember_builder(matcher, builder, err);
    struct subject subject = {0};
    if (!subject_of(matcher->bom, &matcher->epochs, index, scheme, matcher->mem, &subject, err))
        return false;
    bool own_valid = version_valid(scheme, package->version);
    if (own_valid && version_valid(scheme, subject.source_version))
        return match_subject(matcher, &subject, err);
    notes_add(matcher->notes, NOTE_DAMAGED, package->name,
              "\"%s\" is no %s version: the package is not judged",
              quote(own_valid ? subject.source_version : package->version).text,
              scheme_name(scheme));
    return true;
}

// ---------------------------------------------------------------- all packages

static bool system_scheme(const struct package *package, enum scheme *ret)
{
    return scheme_parse(package->type, ret) && scheme_is_system(*ret);
}

// The distribution's advisories speak of the packages of its own packaging system. Packages of
// programming languages have ecosystems of their own.
static bool is_covered(const struct matcher *matcher, const struct package *package,
                       enum scheme *ret)
{
    span type = matcher->ecosystem.type;
    return system_scheme(package, ret) && matcher->ecosystem.key.len &&
           (type.len == 0 || span_equal(package->type, type));
}

// What a package of the distribution brought is judged with it: the vendor's word on the package
// holds for its files, and knows of fixes that the version of the language's package hides.
static bool is_owned(const struct matcher *matcher, const struct package *package)
{
    return package->owner.len && matcher->ecosystem.key.len;
}

static bool match_packages(struct matcher *matcher, struct err *err)
{
    const struct bom *bom = matcher->bom;
    for (size_t i = 0; i < bom->package_count; i++) {
        const struct package *package = &bom->packages[i];
        enum scheme scheme = SCHEME_DEB;
        if (is_owned(matcher, package))
            matcher->owned++;
        else if (!is_covered(matcher, package, &scheme))
            matcher->uncovered++;
        else if (!match_package(matcher, i, scheme, err))
            return err_add(err, "%s", quote(package->name).text);
    }
    return true;
}

// ---------------------------------------------------------------- what the reader should know

static bool has_system_packages(const struct bom *bom)
{
    for (size_t i = 0; i < bom->package_count; i++) {
        enum scheme scheme = SCHEME_DEB;
        if (system_scheme(&bom->packages[i], &scheme))
            return true;
    }
    return false;
}

// Does the database know the distribution at all? That nothing is said of a handful of packages
// says little; that nothing is said of packages which no release is without says that nobody looks.
static bool note_unknown_distro(struct matcher *matcher, struct err *err)
{
    static const span everywhere[] = {S("openssl"), S("linux"), S("kernel"), S("curl")};
    if (!has_system_packages(matcher->bom) || matcher->topics.found_any ||
        matcher->ecosystem.key.len == 0)
        return true;
    for (size_t i = 0; i < sizeof everywhere / sizeof everywhere[0]; i++) {
        struct topic *topic = NULL;
        if (!topics_find(&matcher->topics, everywhere[i], &topic, err))
            return false;
    }
    if (!matcher->topics.found_any)
        notes_add(matcher->notes, NOTE_UNSUPPORTED, matcher->ecosystem.key, "no advisories for %s",
                  quote(matcher->ecosystem.key).text);
    return true;
}

// How many packages of the type at *at nobody speaks of; moves behind the type, for packages are
// sorted by it.
static size_t count_uncovered(const struct matcher *matcher, size_t *at)
{
    const struct bom *bom = matcher->bom;
    span type = bom->packages[*at].type;
    size_t count = 0;
    for (; *at < bom->package_count && span_equal(bom->packages[*at].type, type); ++*at) {
        enum scheme scheme = SCHEME_DEB;
        count += !is_owned(matcher, &bom->packages[*at]) &&
                 !is_covered(matcher, &bom->packages[*at], &scheme);
    }
    return count;
}

// One note for all of them, that silence is not taken for safety.
static void note_uncovered(struct matcher *matcher)
{
    if (!matcher->uncovered)
        return;
    struct text types = {0};
    text_init(&types, matcher->mem, 256);
    for (size_t i = 0; i < matcher->bom->package_count;) {
        span type = matcher->bom->packages[i].type;
        size_t count = count_uncovered(matcher, &i);
        if (count)
            text_addf(&types, "%s%.20s %zu", text_span(&types).len ? ", " : "", quote(type).text,
                      count);
    }
    notes_add(matcher->notes, NOTE_UNSUPPORTED, matcher->ecosystem.key,
              "packages not judged, for there are no advisories for their types: %s",
              quote(text_span(&types)).text);
}

static void note_foreign(struct matcher *matcher)
{
    if (!matcher->foreign)
        return;
    struct text who = {0};
    text_init(&who, matcher->mem, 256);
    for (size_t i = 0; i < matcher->builders.count; i++) {
        text_add(&who, i ? S(", ") : (span){0});
        text_add(&who, span_first(*LIST_AT(&matcher->builders, span, i), 60));
    }
    notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
              "packages of others, of which the distribution's advisories do not speak: %zu (%s)",
              matcher->foreign, quote(text_span(&who)).text);
}

static void note_counts(struct matcher *matcher)
{
    if (matcher->owned)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
                  "judged with the packages of the distribution that they came with: %zu",
                  matcher->owned);
    if (matcher->suppressed)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
                  "findings suppressed on packages that hold none of the code: %zu",
                  matcher->suppressed);
    if (matcher->bad_statements)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
                  "statements left out because they name versions that are none: %zu",
                  matcher->bad_statements);
    if (matcher->ecosystem.is_ahead)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
                  "judged by Red Hat's advisories: CentOS Stream has none of its own");
}

static bool look_up_life(struct matcher *matcher, struct err *err)
{
    const struct distro *distro = &matcher->bom->distro;
    struct release release = {0};
    struct err failure = {0};
    if (!matcher->source->look_up_release(matcher->source->self, distro->id,
                                          matcher->ecosystem.version, matcher->mem, &release,
                                          &failure))
        return failure.kind == ERR_NONE ? true : err_set(err, failure.kind, "%s", failure.text);
    if (release.end_of_life == 0)
        return true;
    bool extended = release.end_of_extended_life > release.end_of_life;
    uint32_t last = extended ? release.end_of_extended_life : release.end_of_life;
    matcher->is_past_life = matcher->options->today > last;
    char date[11];
    date_format(matcher->is_past_life ? last : release.end_of_life, date);
    if (matcher->is_past_life)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
                  "support ended on %s: nobody fixes or looks for flaws any more", date);
    else if (matcher->options->today > release.end_of_life)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->ecosystem.key,
                  "regular support ended on %s: there is only extended support", date);
    return true;
}

static bool matcher_init(struct matcher *matcher, struct err *err)
{
    enum { BUILDERS_NAMED = 8 };
    const struct bom *bom = matcher->bom;
    list_init(&matcher->findings, matcher->mem, sizeof(struct finding), UINT32_MAX);
    list_init(&matcher->claimed, matcher->mem, sizeof(struct view), UINT32_MAX);
    list_init(&matcher->views, matcher->mem, sizeof(struct view), UINT32_MAX);
    list_init(&matcher->builders, matcher->mem, sizeof(span), BUILDERS_NAMED);
    return ecosystem_of(&bom->distro, matcher->mem, &matcher->ecosystem, err) &&
           epochs_init(&matcher->epochs, bom, matcher->mem, err) &&
           topics_init(&matcher->topics, matcher->source, &matcher->ecosystem, bom->package_count,
                       matcher->mem, err) &&
           look_up_life(matcher, err);
}

bool match_bom(const struct bom *bom, const struct advisory_source *source,
               const struct match_options *options, struct arena *mem, struct findings *ret,
               struct notes *notes, struct err *err)
{
    struct matcher matcher = {
        .bom = bom,
        .source = source,
        .options = options,
        .mem = mem,
        .notes = notes,
    };
    if (!matcher_init(&matcher, err) || !match_packages(&matcher, err) ||
        !note_unknown_distro(&matcher, err))
        return false;
    note_uncovered(&matcher);
    note_foreign(&matcher);
    note_counts(&matcher);
    *ret = (struct findings){.items = matcher.findings.items, .count = matcher.findings.count};
    findings_sort(ret);
    return true;
}
