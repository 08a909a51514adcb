#include "feeds/feeds_inner.h"

// The vector to believe when there are several: the newest version's, if it can be scored.
static void read_vectors(struct advisory *advisory, const struct json *severities)
{
    static const span types[] = {S("CVSS_V4"), S("CVSS_V3"), S("CVSS_V2")};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        for (size_t j = 0; j < json_count(severities); j++) {
            const struct json *severity = json_at(severities, j);
            span vector = json_get_text(severity, "score");
            double score = 0;
            if (advisory->score >= 0 || !span_equal(json_get_text(severity, "type"), types[i]) ||
                !cvss_score(vector, &score))
                continue;
            advisory->cvss = vector;
            advisory->score = score;
        }
    }
}

static void read_head(struct draft *draft, const struct json *document)
{
    struct advisory *advisory = &draft->advisory;
    advisory->modified = translation_day(draft->translation, json_get_text(document, "modified"));
    (void)translation_day(draft->translation, json_get_text(document, "published"));
    advisory->withdrawn = date_parse(json_get_text(document, "withdrawn"), &(uint32_t){0});
    (void)severity_parse(json_get_text(json_get(document, "database_specific"), "severity"),
                         &advisory->severity);
    read_vectors(advisory, json_get(document, "severity"));
    if (advisory->score < 0) // newer records rate each package
        read_vectors(advisory, json_get(json_at(json_get(document, "affected"), 0), "severity"));
}

span osv_ecosystem(const struct json *affected)
{
    return json_get_text(json_get(affected, "package"), "ecosystem");
}

span osv_name(const struct json *affected)
{
    return json_get_text(json_get(affected, "package"), "name");
}

void osv_add_related(struct draft *draft, const struct json *document)
{
    const struct json *related = json_get(document, "related");
    for (size_t i = 0; i < json_count(related); i++) {
        span id = json_text(json_at(related, i));
        if (is_cve(id))
            draft_add_flaw(draft, id);
    }
}

void osv_add_aliases(struct draft *draft, const struct json *document)
{
    const struct json *aliases = json_get(document, "aliases");
    for (size_t i = 0; i < json_count(aliases); i++) {
        span id = json_text(json_at(aliases, i));
        if (!is_cve(id))
            draft_add_alias(draft, id);
    }
}

void osv_add_all_names(struct draft *draft, const struct json *document)
{
    const struct json *aliases = json_get(document, "aliases");
    for (size_t i = 0; i < json_count(aliases); i++) {
        span id = json_text(json_at(aliases, i));
        if (span_equal(id, draft->advisory.id))
            continue;
        if (is_cve(id))
            draft_add_flaw(draft, id);
        else
            draft_add_alias(draft, id);
    }
}

// ---------------------------------------------------------------- flaws

static struct spans read_weaknesses(struct draft *draft, const struct json *ids)
{
    struct spans none = {0};
    span *items = arena_array(draft->translation->mem, json_count(ids), sizeof(span));
    if (!items)
        return none;
    for (size_t i = 0; i < json_count(ids); i++)
        items[i] = json_text(json_at(ids, i));
    return (struct spans){.items = items, .count = json_count(ids)};
}

// What a record says of the one flaw that it is about: a CVE, or what has no other name than its
// own.
static bool give_flaw(struct draft *draft, const struct osv_dialect *dialect,
                      const struct json *document, struct err *err)
{
    const struct advisory *advisory = &draft->advisory;
    if (advisory->withdrawn || draft->flaws.count > 1 ||
        (!dialect->rates_flaws && !is_cve(advisory->id)))
        return true;
    bool has_cve = draft->flaws.count == 1 && dialect->rates_flaws;
    span id = has_cve ? *LIST_AT(&draft->flaws, span, 0) : advisory->id;
    struct flaw flaw = flaw_none(draft->translation, id);
    flaw.severity = dialect->rates_flaws ? advisory->severity : SEVERITY_UNKNOWN;
    flaw.cvss = advisory->cvss;
    flaw.score = advisory->score;
    flaw.published = translation_day(draft->translation, json_get_text(document, "published"));
    flaw.weaknesses =
        read_weaknesses(draft, json_get(json_get(document, "database_specific"), "cwe_ids"));
    bool says_nothing =
        flaw.score < 0 && flaw.severity == SEVERITY_UNKNOWN && flaw.weaknesses.count == 0;
    return says_nothing || translation_give_flaw(draft->translation, &flaw, err);
}

bool osv_translate_document(struct translation *translation, const struct osv_dialect *dialect,
                            const struct json *document, struct err *err)
{
    span id = json_get_text(document, "id");
    if (!id.len)
        return err_set(err, ERR_INPUT, "osv: a record without an id");
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    read_head(&draft, document);
    dialect->add_names(&draft, document);
    const struct json *affected = json_get(document, "affected");
    for (size_t i = 0; i < json_count(affected); i++)
        dialect->add_package(&draft, json_at(affected, i));
    return draft_give(&draft, err) && give_flaw(&draft, dialect, document, err);
}

bool osv_translate(struct translation *translation, const struct osv_dialect *dialect, span path,
                   span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    return !document || osv_translate_document(translation, dialect, document, err);
}
