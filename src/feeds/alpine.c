#include "feeds/feeds_inner.h"

// Alpine's security database: for each origin package the versions in which flaws were fixed; and
// the same facts in OSV form, which adds scores.

// Does `key` look like a version: "1.2.3-r0", "1.9.5p2-r0"? Keys are written by hand.
static bool is_version(span key)
{
    return key.len && ascii_is_digit(key.ptr[0]) && span_find(key, ' ') == SPAN_NONE;
}

// What stands in brackets behind an id is a remark; some say that the flaw never applied.
static bool says_not_affected(span remark)
{
    return span_contains(remark, S("Not affected")) ||
           span_contains(remark, S("not actually applicable"));
}

// An id other than a CVE's: letters, a dash, something ("XSA-200"); "CVE-2022-?????" is none.
static bool is_other_id(span word)
{
    return word.len && ascii_is_alpha(word.ptr[0]) && !span_starts_with(word, S("CVE")) &&
           span_find(word, '?') == SPAN_NONE;
}

// The ids are free text: "CVE-2016-9932 XSA-200", "CVE-2017-2616 (+ regression fix)". A bulletin's
// id in it names the advisory, and the CVEs beside it are its flaws: they are not aliases, since
// one bulletin may stand beside several.
static void read_ids(struct draft *draft, span ids)
{
    for (span rest = ids; rest.len;) {
        span word = span_cut(&rest, ' ');
        span at = word;
        span cve = {0};
        if (cut_cve(&at, &cve))
            draft_add_flaw(draft, cve);
        else if (is_other_id(word) && !draft->advisory.id.len)
            draft->advisory.id = word;
        else if (is_other_id(word))
            draft_add_alias(draft, word);
    }
    if (draft->advisory.id.len || !draft->flaws.count)
        return;
    draft->advisory.id = *LIST_AT(&draft->flaws, span, 0);
    if (draft->flaws.count == 1)
        draft->flaws.count = 0;
}

static bool give_fix(struct translation *translation, struct affected pattern, span entry,
                     struct err *err)
{
    size_t bracket = span_find(entry, '(');
    bool plain = bracket == SPAN_NONE;
    struct draft draft;
    draft_init(&draft, translation, (span){0});
    read_ids(&draft, plain ? entry : span_first(entry, bracket));
    if (!draft.advisory.id.len) {
        notes_add(translation->notes, NOTE_INFORMATION, pattern.ecosystem,
                  "secdb: %s: '%s' names no flaw", quote(pattern.name).text, quote(entry).text);
        return true;
    }
    bool never = span_equal(pattern.fixed, S("0")) ||
                 (!plain && says_not_affected(span_from(entry, bracket)));
    if (never)
        pattern.fixed = (span){0};
    pattern.status = never ? STATUS_NOT_AFFECTED : STATUS_FIXED;
    draft_add(&draft, &pattern);
    return draft_give(&draft, err);
}

static bool give_package(struct translation *translation, span ecosystem,
                         const struct json *package, struct err *err)
{
    struct affected pattern = {
        .ecosystem = ecosystem,
        .name = json_get_text(package, "name"),
        .name_kind = NAME_SOURCE,
    };
    struct json_member fix = {0};
    while (json_next(json_get(package, "secfixes"), &fix)) {
        if (!is_version(fix.key)) {
            notes_add(translation->notes, NOTE_INFORMATION, ecosystem,
                      "secdb: %s: '%s' is no version", quote(pattern.name).text,
                      quote(fix.key).text);
            continue;
        }
        pattern.fixed = fix.key;
        for (size_t i = 0; i < json_count(fix.value); i++)
            if (!give_fix(translation, pattern, json_text(json_at(fix.value, i)), err))
                return false;
    }
    return true;
}

// "v3.20" gives "3.20"; "edge" stays.
static span without_v(span release)
{
    return span_starts_with(release, S("v")) ? span_from(release, 1) : release;
}

// Wolfi and Chainguard roll, and so name no release: which of them it is shows where they come
// from.
static bool secdb_ecosystem(struct translation *translation, const struct json *document, span *ret,
                            struct err *err)
{
    span release = without_v(json_get_text(document, "distroversion"));
    span repository = json_get_text(document, "reponame");
    if (release.len)
        return ecosystem_key(translation, S("alpine"), release, ret, err);
    if (span_contains(json_get_text(document, "urlprefix"), S("wolfi")))
        *ret = S("wolfi");
    else if (span_equal(repository, S("chainguard")) || span_equal(repository, S("extra-packages")))
        *ret = S("chainguard");
    else
        return err_set(err, ERR_INPUT, "secdb: no distroversion");
    return true;
}

// Upstream's older YAML has an earlier state of releases that there may be JSON of, which has the
// say. Archives are sorted by path: json/ comes first.
static bool is_superseded(struct translation *translation, span path, span ecosystem,
                          const struct json *document)
{
    struct text name = {0};
    text_init(&name, translation->mem, SIZE_MAX);
    text_add(&name, ecosystem);
    text_add_byte(&name, '/');
    text_add(&name, json_get_text(document, "reponame"));
    bool is_first = translation_is_first(translation, text_span(&name));
    return !is_first && !span_ends_with(path, S(".json"));
}

bool translate_secdb(struct translation *translation, span path, span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    if (!document)
        return true;
    span ecosystem = {0};
    if (!secdb_ecosystem(translation, document, &ecosystem, err))
        return false;
    if (is_superseded(translation, path, ecosystem, document))
        return true;
    const struct json *packages = json_get(document, "packages");
    for (size_t i = 0; i < json_count(packages); i++) {
        const struct json *package = json_get(json_at(packages, i), "pkg");
        if (!give_package(translation, ecosystem, package, err))
            return false;
    }
    return true;
}

static void add_osv_package(struct draft *draft, const struct json *affected)
{
    span ecosystem = osv_ecosystem(affected);
    span prefix = S("Alpine:");
    if (!span_starts_with(ecosystem, prefix))
        return; // entries of Debian and of source repositories, repeated elsewhere
    struct affected pattern = {
        .ecosystem =
            draft_ecosystem(draft, S("alpine"), without_v(span_from(ecosystem, prefix.len))),
        .name = osv_name(affected),
        .name_kind = NAME_SOURCE,
        .status = STATUS_AFFECTED,
    };
    osv_add_ranges(draft, affected, &pattern, draft_add);
}

bool translate_alpine_osv(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_aliases,
        .add_package = add_osv_package,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
