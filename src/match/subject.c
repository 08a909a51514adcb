// What of a package is held against an advisory: its own name and version, and its source's.
#include "match/match_inner.h"

static int by_source(const void *left, const void *right)
{
    const struct known_epoch *a = left;
    const struct known_epoch *b = right;
    int order = span_compare(a->source_name, b->source_name);
    return order ? order : span_compare(a->source, b->source);
}

static span without_epoch(span version)
{
    struct evr evr = evr_of(version);
    if (evr.epoch.len == 0)
        return version;
    return span_from(version, evr.epoch.len + 1);
}

static bool has_epoch(span version)
{
    return evr_of(version).epoch.len > 0;
}

// Built in its source's own version, so that the epoch is the source's too?
static bool tells_epoch(const struct package *package)
{
    return span_equal(package->version, package->source_version) ||
           span_equal(without_epoch(package->version), without_epoch(package->source_version));
}

bool epochs_init(struct epochs *epochs, const struct bom *bom, struct arena *mem, struct err *err)
{
    list_init(&epochs->known, mem, sizeof(struct known_epoch), bom->package_count);
    for (size_t i = 0; i < bom->package_count; i++) {
        const struct package *package = &bom->packages[i];
        if (!span_equal(package->type, S("rpm")) || !tells_epoch(package))
            continue;
        struct known_epoch *known = LIST_ADD(&epochs->known, struct known_epoch);
        if (!known)
            return arena_err(mem, err, "epochs");
        *known = (struct known_epoch){
            .source_name = package->source_name,
            .source = without_epoch(package->source_version),
            .epoch = evr_of(package->version).epoch,
            .package = i,
        };
    }
    sort_items(epochs->known.items, epochs->known.count, sizeof(struct known_epoch), by_source);
    return true;
}

static const struct known_epoch *epochs_find(const struct epochs *epochs, span name, span source)
{
    const struct known_epoch wanted = {.source_name = name, .source = source};
    size_t low = 0;
    size_t high = epochs->known.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct known_epoch *known = LIST_AT(&epochs->known, struct known_epoch, middle);
        int order = by_source(known, &wanted);
        if (order == 0)
            return known;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct known_epoch *epochs_of_source(const struct epochs *epochs,
                                           const struct package *package)
{
    bool is_told = has_epoch(package->source_version) || tells_epoch(package);
    if (!span_equal(package->type, S("rpm")) || is_told)
        return NULL;
    return epochs_find(epochs, package->source_name, package->source_version);
}

// The name of a source rpm carries no epoch: perl-Errno 0:1.28-416 comes from perl-5.26.3-416,
// which is 4:5.26.3-416 as its sibling perl-libs shows.
static bool complete_epoch(const struct epochs *epochs, struct subject *subject, struct arena *mem,
                           struct err *err)
{
    if (has_epoch(subject->source_version) || tells_epoch(subject->package))
        return true;
    const struct known_epoch *known =
        epochs_find(epochs, subject->source_name, subject->source_version);
    subject->epoch_unknown = !known;
    if (!known || known->epoch.len == 0)
        return true;
    struct text version = {0};
    text_init(&version, mem, known->epoch.len + 1 + subject->source_version.len);
    text_add(&version, known->epoch);
    text_add_byte(&version, ':');
    text_add(&version, subject->source_version);
    if (!text_ok(&version))
        return arena_err(mem, err, "source version");
    subject->source_version = text_span(&version);
    return true;
}

static bool system_subject(struct matcher *matcher, struct subject *subject, struct err *err)
{
    const struct package *package = subject->package;
    struct arena *mem = matcher->mem;
    bool is_rpm = subject->scheme == SCHEME_RPM;
    span alias = {0};
    subject->source_name = package->source_name.len ? package->source_name : package->name;
    subject->source_version =
        package->source_version.len ? package->source_version : package->version;
    if (!source_alias(&matcher->bom->distro, package, mem, &alias, err))
        return false;
    if (alias.len) {
        subject->source_name = alias;
        subject->source_version = package->version;
    }
    subject->is_modular = is_rpm && (package->module.len || version_is_modular(package->version));
    return !is_rpm || complete_epoch(&matcher->epochs, subject, mem, err);
}

// A version that somebody rebuilt is held against the ranges as what was published: "redhat" is a
// pre-release in one order and a later one in another.
static bool language_subject(struct arena *mem, struct subject *subject, struct err *err)
{
    const struct language *language = subject->ecosystem->language;
    const struct package *package = subject->package;
    span name = package_is_go(package) ? S("stdlib") : package->name;
    if (!language_name(language, name, mem, &subject->name, err))
        return false;
    subject->version = language_version(language, package);
    span published = {0};
    span rebuilder = rebuilt_by(subject->version, &published);
    if (rebuilder.len && version_valid(subject->scheme, published)) {
        subject->rebuilder = rebuilder;
        subject->version = published;
    }
    subject->source_name = subject->name;
    subject->source_version = subject->version;
    return true;
}

void subject_add_name(struct subject *subject, struct ecosystem *ecosystem, span name)
{
    for (size_t i = 0; i < subject->name_count; i++)
        if (subject->names[i].ecosystem == ecosystem && span_equal(subject->names[i].name, name))
            return;
    if (subject->name_count == NAMES_MOST)
        return;
    bool is_source = span_equal(name, subject->source_name);
    subject->names[subject->name_count++] = (struct asked_name){
        .ecosystem = ecosystem,
        .name = name,
        .is_source = is_source,
        .is_own = !is_source || span_equal(name, subject->name),
    };
}

// That of its source, and its own if that is another.
static void name_subject(struct subject *subject)
{
    bool is_one = subject->name.ptr == subject->source_name.ptr ||
                  span_equal(subject->name, subject->source_name);
    subject->names[0] = (struct asked_name){
        .ecosystem = subject->ecosystem,
        .name = subject->source_name,
        .is_source = true,
        .is_own = is_one,
    };
    subject->name_count = 1;
    if (!is_one)
        subject->names[subject->name_count++] = (struct asked_name){
            .ecosystem = subject->ecosystem,
            .name = subject->name,
            .is_own = true,
        };
}

bool subject_complete(struct matcher *matcher, struct subject *subject, struct err *err)
{
    bool done = subject->ecosystem->language ? language_subject(matcher->mem, subject, err)
                                             : system_subject(matcher, subject, err);
    if (!done)
        return false;
    name_subject(subject);
    if (package_is_go(subject->package))
        subject_add_name(subject, subject->ecosystem, S("toolchain"));
    return true;
}
