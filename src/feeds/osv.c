#include "feeds/feeds_inner.h"

// Of several vectors the newest version's counts.
static void read_vectors(struct draft *draft, const struct json *severities)
{
    static const span types[] = {S("CVSS_V4"), S("CVSS_V3"), S("CVSS_V2")};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        for (size_t j = 0; j < json_count(severities); j++) {
            const struct json *severity = json_at(severities, j);
            if (span_equal(json_get_text(severity, "type"), types[i]))
                draft_score(draft, json_get_text(severity, "score"));
        }
    }
}

static void read_head(struct draft *draft, const struct json *document)
{
    struct advisory *advisory = &draft->advisory;
    uint32_t withdrawn = 0; // the day of it
    advisory->modified = translation_day(draft->translation, json_get_text(document, "modified"));
    advisory->withdrawn = date_parse(json_get_text(document, "withdrawn"), &withdrawn);
    (void)severity_parse(json_get_text(json_get(document, "database_specific"), "severity"),
                         &advisory->severity);
    read_vectors(draft, json_get(document, "severity"));
    if (advisory->score < 0) // some rate each package
        read_vectors(draft, json_get(json_at(json_get(document, "affected"), 0), "severity"));
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
    draft_add_names(draft, json_get(document, "aliases"));
}

static bool give_flaw(struct draft *draft, const struct osv_dialect *dialect,
                      const struct json *document, struct err *err)
{
    if (!dialect->rates_flaws && !is_cve(draft->advisory.id))
        return true;
    uint32_t published = 0; // of one record, not of the database: Go's have hardly any other date
    (void)date_parse(json_get_text(document, "published"), &published);
    const struct json *weaknesses = json_get(json_get(document, "database_specific"), "cwe_ids");
    return draft_give_flaw(draft, draft_weaknesses(draft, weaknesses), published, err);
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
