#include "feeds/debian_inner.h"

// Debian's security tracker in OSV form. Absence means not affected: nothing there says so
// outright.

static const struct {
    const char *codename;
    const char *version;
} releases[] = {
    {"slink", "2.1"}, {"potato", "2.2"},  {"woody", "3.0"},   {"sarge", "3.1"}, {"etch", "4"},
    {"lenny", "5"},   {"squeeze", "6"},   {"wheezy", "7"},    {"jessie", "8"},  {"stretch", "9"},
    {"buster", "10"}, {"bullseye", "11"}, {"bookworm", "12"}, {"trixie", "13"}, {"forky", "14"},
};

span debian_release_of(span codename)
{
    for (size_t i = 0; i < sizeof releases / sizeof *releases; i++)
        if (span_equal(codename, span_of_text(releases[i].codename)))
            return span_of_text(releases[i].version);
    return (span){0};
}

const char *debian_kept_release(size_t index)
{
    static const char *const kept[] = {"11", "12", "13", "14"};
    return index < sizeof kept / sizeof *kept ? kept[index] : NULL;
}

// The tracker's urgencies; what it calls unimportant is a flaw that the packages as built do not
// expose.
void debian_read_urgency(span urgency, struct affected *affected)
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
    debian_read_urgency(json_get_text(json_get(affected, "ecosystem_specific"), "urgency"),
                        &pattern);
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

static bool translate_record(struct translation *translation, const struct json *document,
                             struct err *err)
{
    static const struct osv_dialect dialect = {.add_names = add_names, .add_package = add_package};
    span id = json_get_text(document, "id");
    return !translation_is_new(translation, id) ||
           osv_translate_document(translation, &dialect, document, err);
}

bool translate_debian(struct translation *translation, span path, span bytes, struct err *err)
{
    if (span_equal(path_name(path), S("list")) && !span_contains(path, S("CPE/")))
        return debian_translate_list(translation, bytes, err);
    if (!span_contains(path_name(path), S(".json")) || span_ends_with(path, S("/config.json")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    // Records have texts and lists as members, the tracker's document has packages.
    struct json_member first = {0};
    bool is_tracker = json_next(document, &first) && json_is_object(first.value);
    return is_tracker ? debian_translate_tracker(translation, document, err)
                      : translate_record(translation, document, err);
}
