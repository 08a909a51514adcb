#include "feeds/feeds_inner.h"

// Debian's security tracker in OSV form. Absence means not affected: nothing here says so outright.

// The tracker's urgencies; what it calls unimportant is a flaw that the packages as built do not
// expose.
static void read_urgency(span urgency, struct affected *affected)
{
    affected->status = STATUS_AFFECTED;
    if (span_equal(urgency, S("end-of-life")))
        affected->status = STATUS_END_OF_LIFE;
    else if (span_equal(urgency, S("unimportant")))
        affected->severity = SEVERITY_NEGLIGIBLE;
    else
        (void)severity_parse(urgency, &affected->severity); // "not yet assigned" stays unknown
}

// "6.0" as os-release writes it, "6"; before that minor numbers meant something ("3.1").
static span release_of(span ecosystem)
{
    span release = span_from(ecosystem, S("Debian:").len);
    bool minor_is_fixed = span_ends_with(release, S(".0")) && !span_equal(release, S("3.0"));
    return minor_is_fixed ? span_first(release, release.len - 2) : release;
}

// CVE records are kept up for these releases and later ones; entries for older ones are left over
// from before, and only the DSA and DLA speak for them.
static bool is_stale(span release, bool is_cve_record)
{
    enum { FIRST_RELEASE_OF_CVE_RECORDS = 11 };
    uint64_t number = 0;
    return is_cve_record && span_to_u64(release, &number) && number < FIRST_RELEASE_OF_CVE_RECORDS;
}

static void add_package(struct draft *draft, const struct json *affected)
{
    span ecosystem = osv_ecosystem(affected);
    if (!span_starts_with(ecosystem, S("Debian:")))
        return; // entries of Alpine and of source repositories, repeated elsewhere
    span release = release_of(ecosystem);
    if (is_stale(release, is_cve(draft->advisory.id)))
        return;
    struct affected pattern = {
        .ecosystem = draft_ecosystem(draft, S("debian"), release),
        .name = osv_name(affected),
        .name_kind = NAME_SOURCE,
    };
    read_urgency(json_get_text(json_get(affected, "ecosystem_specific"), "urgency"), &pattern);
    osv_add_ranges(draft, affected, &pattern, draft_add);
}

// A DSA or DLA names its flaws in `related`; there a CVE record has the bulletins of others.
static void add_names(struct draft *draft, const struct json *document)
{
    if (is_cve(draft->advisory.id))
        osv_add_aliases(draft, document);
    else
        osv_add_related(draft, document);
}

bool translate_debian_osv(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {.add_names = add_names, .add_package = add_package};
    return osv_translate(translation, &dialect, path, bytes, err);
}
