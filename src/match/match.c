// The order of things: each package against what is said of its source and of itself.
#include "match/match_inner.h"

// ---------------------------------------------------------------- one package

static bool look_out(struct matcher *matcher, const struct subject *subject,
                     const struct asked_name *asked, bool *ret_open, struct err *err)
{
    const struct advisory_source *source = matcher->source;
    const struct asked_versions versions = {
        .of_binary = asked->is_own ? subject->key : (span){0},
        .of_source = asked->is_source ? subject->source_key : (span){0},
    };
    enum outlook outlook = OUTLOOK_SILENT;
    if (!source->look_out(source->self, &asked->ecosystem->known, asked->name, &versions, &outlook,
                          err))
        return err_add(err, "advisories on %s", quote(asked->name).text);
    *ret_open = *ret_open || outlook == OUTLOOK_OPEN;
    if (outlook == OUTLOOK_SILENT)
        return true;
    asked->ecosystem->found_any = true;
    matcher->is_spoken_of = true;
    return true;
}

// Most packages are in no range at all, and the database can tell so from afar.
static bool match_subject(struct matcher *matcher, const struct subject *subject, struct err *err)
{
    bool open = !subject->ecosystem->is_usual_scheme || subject_is_rewritten(subject);
    for (size_t i = 0; i < subject->name_count && !open; i++)
        if (!look_out(matcher, subject, &subject->names[i], &open, err))
            return false;
    return !open || match_claims(matcher, subject, err);
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

// False: one of the versions is none.
static bool encode(struct matcher *matcher, struct subject *subject)
{
    struct version_key *own = &matcher->keys->own;
    struct version_key *source = &matcher->keys->source;
    if (!version_key_of(subject->scheme, subject->version, own))
        return false;
    subject->key = span_of(own->bytes, own->len);
    subject->source_key = subject->key;
    if (subject->version.ptr == subject->source_version.ptr ||
        span_equal(subject->version, subject->source_version))
        return true;
    if (!version_key_of(subject->scheme, subject->source_version, source))
        return false;
    subject->source_key = span_of(source->bytes, source->len);
    return true;
}

static bool match_of_system(struct matcher *matcher, struct subject *subject, struct err *err)
{
    if (encode(matcher, subject))
        return match_subject(matcher, subject, err);
    bool own_valid = version_valid(subject->scheme, subject->version);
    notes_add(matcher->notes, NOTE_DAMAGED, subject->name,
              "\"%s\" is no %s version: the package is not judged",
              quote(own_valid ? subject->source_version : subject->version).text,
              scheme_name(subject->scheme));
    return true;
}

// "(devel)", a branch, a directory: packages of languages need not have a version.
static bool match_of_language(struct matcher *matcher, struct subject *subject, struct err *err)
{
    bool named = language_can_name(subject->ecosystem->language, subject->name);
    bool versioned = encode(matcher, subject);
    if (named && versioned)
        return match_subject(matcher, subject, err);
    matcher->nameless += !named;
    matcher->unversioned += named && !versioned;
    return true;
}

static bool match_package(struct matcher *matcher, size_t index, struct ecosystem *ecosystem,
                          struct err *err)
{
    const struct package *package = &matcher->bom->packages[index];
    bool is_system = !ecosystem->language;
    span builder = is_system ? foreign_builder(&matcher->bom->distro, package) : (span){0};
    if (builder.len)
        return remember_builder(matcher, builder, err);
    struct subject subject = {
        .package = package,
        .index = index,
        .ecosystem = ecosystem,
        .scheme = ecosystem->scheme,
        .name = package->name,
        .version = package->version,
        .names = matcher->names,
    };
    if (!subject_complete(matcher, &subject, err))
        return false;
    ecosystem->asked++;
    if (is_system)
        return match_of_system(matcher, &subject, err);
    if (!cpe_add_names(matcher, &subject, err))
        return false;
    bool has_cpe_name = subject.name_count > 1;
    matcher->is_spoken_of = false;
    if (!match_of_language(matcher, &subject, err))
        return false;
    ecosystem->asked_by_cpe += has_cpe_name;
    ecosystem->asked_in_vain += !has_cpe_name && !matcher->is_spoken_of;
    return true;
}

// ---------------------------------------------------------------- all packages

bool package_is_go(const struct package *package)
{
    return span_equal(package->type, S("generic")) && span_equal(package->name, S("go"));
}

static struct ecosystem *language_of(struct matcher *matcher, span type)
{
    for (size_t i = 0; i < matcher->language_count; i++)
        if (language_has_type(matcher->languages[i].language, type))
            return &matcher->languages[i];
    return NULL;
}

// Which ecosystem speaks of packages of a type; null if none does. The distribution's advisories
// speak of those of its own packaging system; if nobody knows which that is, of all that are one's.
static struct ecosystem *ecosystem_of_type(struct matcher *matcher, span type)
{
    struct ecosystem *language = language_of(matcher, type);
    struct ecosystem *system = &matcher->system;
    enum scheme scheme = SCHEME_GENERIC;
    if (language)
        ecosystem_open(language, matcher->source);
    if (language || system->key.len == 0 || (system->type.len && !span_equal(system->type, type)) ||
        !scheme_parse(type, &scheme) || !scheme_is_system(scheme))
        return language;
    ecosystem_open(system, matcher->source);
    system->is_usual_scheme = system->scheme == scheme;
    system->scheme = scheme;
    return system;
}

// Packages are sorted by type.
static bool count_uncovered(struct matcher *matcher, span type, struct err *err)
{
    struct list *types = &matcher->uncovered;
    struct type_count *last =
        types->count ? LIST_AT(types, struct type_count, types->count - 1) : NULL;
    if (!last || !span_equal(last->type, type)) {
        last = LIST_ADD(types, struct type_count);
        if (!last)
            return arena_err(matcher->mem, err, "types");
        *last = (struct type_count){.type = type};
    }
    last->count++;
    return true;
}

// A repository may be an action of GitHub, and the source of a product: it is judged as both.
static bool match_repository(struct matcher *matcher, size_t index, struct ecosystem *actions,
                             struct err *err)
{
    size_t known = matcher->cpe->asked_by_cpe;
    if (!match_package(matcher, index, matcher->cpe, err))
        return false;
    actions->asked_by_cpe += matcher->cpe->asked_by_cpe - known;
    return true;
}

// Of an installation of Go its own database speaks; of Java runtimes those by CPE names do.
static struct ecosystem *ecosystem_for(struct matcher *matcher, const struct package *package,
                                       struct ecosystem *of_type)
{
    if (!span_equal(package->type, S("generic")))
        return of_type;
    if (package_is_go(package))
        return ecosystem_of_type(matcher, S("golang"));
    return cpe_speaks_of_runtime(package) ? matcher->jvm : of_type;
}

static bool match_one(struct matcher *matcher, size_t index, struct ecosystem *of_type,
                      struct err *err)
{
    const struct package *package = &matcher->bom->packages[index];
    if (package->owner.len && is_judged_by_owner(matcher, package)) {
        matcher->owned++;
        return true;
    }
    struct ecosystem *ecosystem = ecosystem_for(matcher, package, of_type);
    bool done = ecosystem ? match_package(matcher, index, ecosystem, err)
                          : count_uncovered(matcher, package->type, err);
    if (done && ecosystem && cpe_speaks_of_repository(package))
        done = match_repository(matcher, index, ecosystem, err);
    return done || err_add(err, "%s", quote(package->name).text);
}

static bool match_packages(struct matcher *matcher, struct err *err)
{
    const struct bom *bom = matcher->bom;
    struct ecosystem *of_type = NULL;
    for (size_t i = 0; i < bom->package_count; i++) {
        span type = bom->packages[i].type;
        if (i == 0 || !span_equal(type, bom->packages[i - 1].type))
            of_type = ecosystem_of_type(matcher, type);
        if (!match_one(matcher, i, of_type, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- the whole bill of materials

static bool look_up_life(struct matcher *matcher, struct err *err)
{
    const struct distro *distro = &matcher->bom->distro;
    struct release release = {0};
    struct err failure = {0};
    if (!matcher->source->look_up_release(matcher->source->self, distro->id,
                                          matcher->system.version, matcher->mem, &release,
                                          &failure))
        return failure.kind == ERR_NONE ? true : err_set(err, failure.kind, "%s", failure.text);
    if (release.end_of_life == 0)
        return true;
    uint32_t last = release_last_day(&release);
    matcher->is_past_life = matcher->options->today > last;
    char date[11];
    date_format(matcher->is_past_life ? last : release.end_of_life, date);
    if (matcher->is_past_life)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "support ended on %s: nobody fixes or looks for flaws any more", date);
    else if (matcher->options->today > release.end_of_life)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
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
    list_init(&matcher->uncovered, matcher->mem, sizeof(struct type_count), UINT32_MAX);
    list_init(&matcher->builders, matcher->mem, sizeof(span), BUILDERS_NAMED);
    matcher->language_count = language_ecosystems(matcher->languages);
    matcher->cpe = cpe_ecosystem(matcher, CPE_ECOSYSTEM);
    matcher->jvm = cpe_ecosystem(matcher, JVM_ECOSYSTEM);
    matcher->keys = ARENA_NEW(matcher->mem, struct subject_keys);
    matcher->names = arena_array(matcher->mem, NAMES_MOST, sizeof *matcher->names);
    if (!matcher->keys || !matcher->names)
        return arena_err(matcher->mem, err, "packages");
    return ecosystem_of(&bom->distro, matcher->mem, &matcher->system, err) &&
           owners_init(&matcher->owners, bom, matcher->mem, err) &&
           epochs_init(&matcher->epochs, bom, matcher->mem, err) &&
           topics_init(&matcher->topics, matcher->source, matcher->mem, err) &&
           look_up_life(matcher, err);
}

static void take_findings(const struct matcher *matcher, struct findings *ret)
{
    *ret = (struct findings){.items = matcher->findings.items, .count = matcher->findings.count};
    findings_sort(ret);
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
        !note_matching(&matcher, err))
        return false;
    take_findings(&matcher, ret);
    return true;
}

bool match_company(const struct company *company, const struct advisory_source *source,
                   const struct match_options *options, struct arena *mem, struct findings *ret,
                   struct notes *notes, struct err *err)
{
    struct matcher matcher = {
        .bom = &company->bom,
        .source = source,
        .options = options,
        .mem = mem,
        .notes = notes,
    };
    span type = company->bom.packages[company->package].type;
    if (!matcher_init(&matcher, err) ||
        !match_one(&matcher, company->package, ecosystem_of_type(&matcher, type), err))
        return false;
    take_findings(&matcher, ret);
    return true;
}
