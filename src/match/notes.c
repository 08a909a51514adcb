// What the reader should know of how the packages were judged: silence must not be taken for
// safety.
#include "match/match_inner.h"

// ---------------------------------------------------------------- what was not judged

static bool is_of_system(const struct package *package)
{
    enum scheme scheme = SCHEME_GENERIC;
    return scheme_parse(package->type, &scheme) && scheme_is_system(scheme);
}

static size_t count_system_packages(const struct bom *bom)
{
    size_t count = 0;
    for (size_t i = 0; i < bom->package_count; i++)
        count += is_of_system(&bom->packages[i]);
    return count;
}

// Does the database speak of the ecosystem at all? That nothing is said of a handful of packages
// says little; that nothing is said of names which every collection has says that nobody looks.
static bool ask_for(const struct matcher *matcher, struct ecosystem *ecosystem, const span *names,
                    size_t count, struct err *err)
{
    static const struct asked_versions none = {0};
    const struct advisory_source *source = matcher->source;
    for (size_t i = 0; i < count && !ecosystem->found_any; i++) {
        enum outlook outlook = OUTLOOK_SILENT;
        if (!source->look_out(source->self, &ecosystem->known, names[i], &none, &outlook, err))
            return err_add(err, "advisories on %s", quote(names[i]).text);
        ecosystem->found_any = outlook != OUTLOOK_SILENT;
    }
    return true;
}

static bool note_distro(struct matcher *matcher, struct err *err)
{
    static const span everywhere[] = {S("openssl"), S("linux"), S("kernel"), S("curl"),
                                      S("dev-libs/openssl")};
    bool is_known = matcher->system.key.len > 0;
    size_t count = is_known ? matcher->system.asked : count_system_packages(matcher->bom);
    if (count == 0)
        return true;
    if (!is_known) {
        notes_add(matcher->notes, NOTE_UNSUPPORTED, (span){0},
                  "nothing says which distribution this is: its %zu packages are not judged; "
                  "--distro NAME:VERSION says it",
                  count);
        return true;
    }
    if (!ask_for(matcher, &matcher->system, everywhere, sizeof everywhere / sizeof *everywhere,
                 err))
        return false;
    if (!matcher->system.found_any)
        notes_add(matcher->notes, NOTE_UNSUPPORTED, matcher->system.key, "no advisories for %s",
                  quote(matcher->system.key).text);
    return true;
}

static void add_count(struct text *out, span type, size_t count)
{
    text_addf(out, "%s%.20s %zu", out->len ? ", " : "", quote(type).text, count);
}

// Of how many packages of a language nobody speaks. Some have names by which NVD does.
static bool count_unknown(struct matcher *matcher, struct ecosystem *ecosystem, size_t *ret,
                          struct err *err)
{
    span known = language_known_name(ecosystem->language);
    span known_cpe = language_known_name(matcher->cpe->language);
    *ret = 0;
    if (ecosystem->asked == 0 || ecosystem == matcher->cpe)
        return true;
    if (!ask_for(matcher, ecosystem, &known, 1, err) ||
        !ask_for(matcher, matcher->cpe, &known_cpe, 1, err))
        return false;
    // A database on programs speaks of a few by name, not of all that there are.
    if (matcher->cpe->found_any && span_equal(ecosystem->key, S("generic"))) {
        *ret = ecosystem->asked_in_vain;
        return true;
    }
    size_t by_cpe = matcher->cpe->found_any ? ecosystem->asked_by_cpe : 0;
    *ret = ecosystem->found_any ? 0 : ecosystem->asked - by_cpe;
    return true;
}

// One note for all types of which nobody speaks: no ecosystem does, or the database has nothing of
// it. Packages of a distribution have notes of their own.
static bool note_uncovered(struct matcher *matcher, struct err *err)
{
    struct text types = {0};
    text_init(&types, matcher->mem, 1024);
    for (size_t i = 0; i < matcher->uncovered.count; i++) {
        const struct type_count *type = LIST_AT(&matcher->uncovered, struct type_count, i);
        enum scheme scheme = SCHEME_GENERIC;
        bool is_system = scheme_parse(type->type, &scheme) && scheme_is_system(scheme);
        if (matcher->system.key.len || !is_system)
            add_count(&types, type->type, type->count);
    }
    for (size_t i = 0; i < matcher->language_count; i++) {
        size_t count = 0;
        if (!count_unknown(matcher, &matcher->languages[i], &count, err))
            return false;
        if (count)
            add_count(&types, matcher->languages[i].key, count);
    }
    if (types.len)
        notes_add(matcher->notes, NOTE_UNSUPPORTED, matcher->system.key,
                  "packages not judged, for there are no advisories for their types: %s",
                  quote(text_span(&types)).text);
    return true;
}

// ---------------------------------------------------------------- what was judged otherwise

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
    notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
              "packages of others, of which the distribution's advisories do not speak: %zu (%s)",
              matcher->foreign, quote(text_span(&who)).text);
}

static void note_counts(struct matcher *matcher)
{
    if (matcher->unversioned)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "packages not judged, for they have no version that could be compared: %zu",
                  matcher->unversioned);
    if (matcher->nameless)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "packages not judged, for they are jars of which only the name is known: %zu",
                  matcher->nameless);
    if (matcher->owned)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "judged with the packages of the distribution that they came with: %zu",
                  matcher->owned);
    if (matcher->suppressed)
        notes_add(
            matcher->notes, NOTE_INFORMATION, matcher->system.key,
            "packages that flaws of their source are not in, for they hold none of the code: %zu",
            matcher->suppressed);
    if (matcher->rejected)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "findings suppressed, for whoever assigned their ids took them back: %zu",
                  matcher->rejected);
    if (matcher->bad_statements)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "statements left out because they name versions that are none: %zu",
                  matcher->bad_statements);
    if (matcher->system.is_ahead)
        notes_add(matcher->notes, NOTE_INFORMATION, matcher->system.key,
                  "judged by Red Hat's advisories: CentOS Stream has none of its own");
}

bool note_matching(struct matcher *matcher, struct err *err)
{
    if (!note_distro(matcher, err) || !note_uncovered(matcher, err))
        return false;
    note_foreign(matcher);
    note_counts(matcher);
    return true;
}
