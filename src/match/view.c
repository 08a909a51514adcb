// One claim against one package: does it speak of it, and what does it say?
#include "match/match_inner.h"

// ---------------------------------------------------------------- module streams

static span stream_of(span module)
{
    (void)span_cut(&module, ':');
    return module;
}

// "18" fits 18.12.1, "2.4" fits 2.4.37, "1" does not fit 18.12.1.
static bool fits_stream(span version, span stream)
{
    return stream.len && span_starts_with(version, stream) &&
           (version.len == stream.len || version.ptr[stream.len] == '.');
}

// A modular fix without a stream: the stream is the package's if the upstream versions are the
// same, or if both begin with the number that is the stream's name. Else nobody can tell.
static bool is_same_stream(const struct package *package, span fixed)
{
    span mine = evr_of(package->version).version;
    span theirs = evr_of(fixed).version;
    span stream = stream_of(package->module);
    return span_equal(mine, theirs) || (fits_stream(mine, stream) && fits_stream(theirs, stream));
}

static bool module_fits(const struct subject *subject, const struct topic *topic,
                        const struct affected *affected)
{
    const struct package *package = subject->package;
    if (affected->module.len && cpe_is_key(topic->ecosystem->key))
        return cpe_target_fits(package, affected->module);
    if (affected->module.len)
        return span_equal(package->module, affected->module);
    if (!topic->has_streams)
        return true;
    if (version_is_modular(affected->fixed))
        return subject->is_modular && is_same_stream(package, affected->fixed);
    // A statement on the package that is in no module, where streams have statements of their own.
    return !subject->is_modular;
}

// ---------------------------------------------------------------- products

struct content_set {
    span mark;    // in the name of a content set
    span product; // in `repository`, before the ':'
};

static const struct content_set content_sets[] = {
    {S("-eus-"), S("rhel_eus")},
    {S("-aus-"), S("rhel_aus")},
    {S("-tus-"), S("rhel_tus")},
    {S("-e4s-"), S("rhel_e4s")},
    {S("-rhscl-"), S("rhel_software_collections")},
};

static bool provides(span content_set, span product)
{
    if (span_equal(content_set, product))
        return true;
    for (size_t i = 0; i < sizeof content_sets / sizeof content_sets[0]; i++)
        if (span_equal(product, content_sets[i].product) &&
            span_contains(content_set, content_sets[i].mark))
            return true;
    return false;
}

// An extended product is for one minor release, the image's own.
static bool release_fits(const struct distro *distro, span release)
{
    return span_find(release, '.') == SPAN_NONE || span_equal(release, distro->version_id);
}

static bool is_enabled(const struct bom *bom, const struct package *package, span repository)
{
    span release = repository;
    span product = span_cut(&release, ':');
    if (!release_fits(&bom->distro, release))
        return false;
    if (span_equal(product, bom->distro.id)) // sles_sap: the product that is installed
        return true;
    if (package->repository.len && provides(package->repository, product))
        return true;
    for (size_t i = 0; i < bom->content_set_count; i++)
        if (provides(bom->content_sets[i], product))
            return true;
    return false;
}

// An extra of Amazon Linux leaves no mark on its packages. One of a name that no other repository
// has, as far as anybody speaks of it, came from there.
static bool is_only_extra(const struct topic *topic, span repository)
{
    if (!span_starts_with(repository, S("amzn")))
        return false;
    for (size_t i = 0; i < topic->claims.count; i++)
        if (!span_equal(topic->claims.items[i].affected.repository, repository))
            return false;
    return true;
}

// ---------------------------------------------------------------- versions

struct bounds {
    int introduced; // the subject against each bound; 0 where there is none
    int fixed;
    int last;
};

static enum stage stage_of(const struct affected *affected, const struct bounds *bounds)
{
    if (affected->status == STATUS_NOT_AFFECTED)
        return STAGE_NOT_AFFECTED;
    bool at_start = affected->introduced.len && bounds->introduced == 0;
    if (bounds->introduced < 0 || (at_start && affected->after_introduced))
        return STAGE_BEFORE;
    if (affected->fixed.len && bounds->fixed >= 0)
        return STAGE_PAST;
    if (affected->last_affected.len && bounds->last > 0)
        return STAGE_PAST;
    return STAGE_INSIDE;
}

// `known` is the bound's key, if somebody has it already.
static bool compare_key(const struct range_order *order, span key, span bound, span known, int *ret)
{
    *ret = 0;
    if (bound.len == 0)
        return true;
    if (known.len == 0) {
        if (!version_key_of(order->scheme, bound, order->scratch))
            return false;
        known = span_of(order->scratch->bytes, order->scratch->len);
    }
    *ret = version_key_compare(order->scheme, key, known);
    return true;
}

bool range_stage(const struct range_order *order, const struct affected *affected,
                 const struct bound_keys *keys, span key, enum stage *ret)
{
    struct bounds bounds = {0};
    if (!compare_key(order, key, affected->introduced, keys->introduced, &bounds.introduced) ||
        !compare_key(order, key, affected->fixed, keys->fixed, &bounds.fixed) ||
        !compare_key(order, key, affected->last_affected, keys->last_affected, &bounds.last))
        return false;
    *ret = stage_of(affected, &bounds);
    return true;
}

// ---------------------------------------------------------------- versions that are rewritten

static bool ignores_epoch(const struct subject *subject, const struct affected *affected)
{
    return affected->name_kind == NAME_SOURCE && subject->epoch_unknown;
}

// The builder's marks of CentOS are no part of what is compared.
static bool ignores_builder(const struct subject *subject, span mine)
{
    return subject->ecosystem->follows_rhel && (subject->is_modular || version_is_rebuild(mine));
}

// False without an error kind: one of the versions is none.
static bool compare(const struct matcher *matcher, const struct subject *subject, span mine,
                    span theirs, bool ignore_epoch, int *ret, struct err *err)
{
    if (theirs.len == 0)
        return true;
    if (ignore_epoch) {
        mine = version_without_epoch(mine);
        theirs = version_without_epoch(theirs);
    }
    bool rebuild = version_is_rebuild(mine);
    if (ignores_builder(subject, mine) &&
        (!version_without_builder(mine, rebuild, matcher->mem, &mine, err) ||
         !version_without_builder(theirs, rebuild, matcher->mem, &theirs, err)))
        return false;
    return version_compare(subject->scheme, mine, theirs, ret);
}

static bool rewritten_stage(const struct matcher *matcher, const struct subject *subject,
                            const struct affected *affected, span mine, enum stage *ret,
                            struct err *err)
{
    bool ignore = ignores_epoch(subject, affected);
    struct bounds bounds = {0};
    if (!compare(matcher, subject, mine, affected->introduced, ignore, &bounds.introduced, err) ||
        !compare(matcher, subject, mine, affected->fixed, ignore, &bounds.fixed, err) ||
        !compare(matcher, subject, mine, affected->last_affected, ignore, &bounds.last, err))
        return false;
    *ret = stage_of(affected, &bounds);
    return true;
}

bool subject_is_rewritten(const struct subject *subject)
{
    return subject->epoch_unknown || ignores_builder(subject, subject->version) ||
           ignores_builder(subject, subject->source_version);
}

// False without an error kind, as above.
static bool find_stage(const struct matcher *matcher, const struct subject *subject,
                       const struct claim *claim, enum stage *ret, struct err *err)
{
    static const struct bound_keys unknown = {0};
    const struct affected *affected = &claim->affected;
    bool by_source = affected->name_kind == NAME_SOURCE;
    span mine = by_source ? subject->source_version : subject->version;
    if (ignores_epoch(subject, affected) || ignores_builder(subject, mine))
        return rewritten_stage(matcher, subject, affected, mine, ret, err);
    const struct range_order order = {subject->scheme, &matcher->keys->bound};
    return range_stage(&order, affected,
                       subject->ecosystem->is_usual_scheme ? &claim->keys : &unknown,
                       by_source ? subject->source_key : subject->key, ret);
}

// ---------------------------------------------------------------- views

static bool name_fits(const struct subject *subject, const struct topic *topic,
                      const struct affected *affected)
{
    if (topic->ecosystem->language)
        return true; // each of its names is the package's, whatever kind it is
    span name = affected->name_kind == NAME_SOURCE ? subject->source_name : subject->name;
    return span_equal(name, topic->name);
}

// A fix that was made for the branch that the package was built from is in the package, whether or
// not the image says that it may be updated from there: 3.0.7-18.el9_2 is an EUS build,
// 7.58.0-2ubuntu3.24+esm5 one of Ubuntu's for subscribers.
static bool is_from_branch(const struct subject *subject, const struct affected *affected)
{
    span mine = subject->package->version;
    span branch = version_branch(affected->fixed);
    if (span_contains(affected->fixed, S("esm")) && span_contains(mine, S("esm")))
        return true;
    return branch.len && span_equal(branch, version_branch(mine));
}

bool view_of(struct matcher *matcher, const struct subject *subject, const struct topic *topic,
             const struct claim *claim, struct view *ret, struct err *err)
{
    const struct affected *affected = &claim->affected;
    *ret = (struct view){0};
    if (!name_fits(subject, topic, affected) || !module_fits(subject, topic, affected))
        return true;
    bool limited = affected->repository.len > 0;
    bool enabled = !limited || is_enabled(matcher->bom, subject->package, affected->repository) ||
                   is_only_extra(topic, affected->repository);
    if (!enabled && !is_from_branch(subject, affected))
        return true;
    enum stage stage = STAGE_NOT_AFFECTED;
    struct err failure = {0};
    if (!find_stage(matcher, subject, claim, &stage, &failure)) {
        if (failure.kind != ERR_NONE)
            return err_set(err, failure.kind, "%s", failure.text);
        matcher->bad_statements += claim->count;
        return true;
    }
    if (!enabled && stage != STAGE_PAST)
        return true;
    *ret = (struct view){
        .speaks = true,
        .stage = stage,
        .weight = limited ? WEIGHT_PRODUCT : WEIGHT_MAIN,
        .version = affected->name_kind == NAME_SOURCE ? subject->source_version : subject->version,
    };
    return true;
}
