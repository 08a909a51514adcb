#include "feeds/feeds_inner.h"

static bool is_zero(span version)
{
    return span_equal(version, S("0"));
}

// The vector to believe when a document has several: CVSS 3 before 2; 4 has other metrics.
static span best_vector(const struct json *document)
{
    const struct json *severities = json_get(document, "severity");
    span best = {0};
    for (size_t i = 0; i < json_count(severities); i++) {
        const struct json *severity = json_at(severities, i);
        span type = json_get_text(severity, "type");
        if (span_equal(type, S("CVSS_V3")))
            return json_get_text(severity, "score");
        if (span_equal(type, S("CVSS_V2")))
            best = json_get_text(severity, "score");
    }
    return best;
}

static void read_head(struct draft *draft, const struct json *document)
{
    struct advisory *advisory = &draft->advisory;
    advisory->modified = translation_day(draft->translation, json_get_text(document, "modified"));
    advisory->withdrawn = json_get(document, "withdrawn") != NULL;
    span vector = best_vector(document);
    double score = 0;
    if (!cvss_score(vector, &score))
        return;
    advisory->cvss = vector;
    advisory->score = score;
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

static void close_range(struct draft *draft, struct affected range, osv_adder *add)
{
    if (is_zero(range.fixed)) {
        range.status = STATUS_NOT_AFFECTED;
        range.fixed = (span){0};
    } else if (range.fixed.len) {
        range.status = STATUS_FIXED;
    }
    add(draft, &range);
}

// Events stand in version order in every distribution's data: each "introduced" opens a range that
// the next "fixed" or "last_affected" closes.
static void add_range(struct draft *draft, const struct json *events,
                      const struct affected *pattern, osv_adder *add)
{
    struct affected range = *pattern;
    bool open = false;
    for (size_t i = 0; i < json_count(events); i++) {
        const struct json *event = json_at(events, i);
        span introduced = json_get_text(event, "introduced");
        range.fixed = json_get_text(event, "fixed");
        range.last_affected = json_get_text(event, "last_affected");
        if (introduced.len) {
            range.introduced = is_zero(introduced) ? (span){0} : introduced;
            open = true;
        } else if (open && (range.fixed.len || range.last_affected.len)) {
            close_range(draft, range, add);
            open = false;
        }
    }
    range.fixed = (span){0};
    range.last_affected = (span){0};
    if (open)
        close_range(draft, range, add);
}

void osv_add_ranges(struct draft *draft, const struct json *affected,
                    const struct affected *pattern, osv_adder *add)
{
    const struct json *ranges = json_get(affected, "ranges");
    for (size_t i = 0; i < json_count(ranges); i++) {
        const struct json *range = json_at(ranges, i);
        if (!span_equal(json_get_text(range, "type"), S("GIT")))
            add_range(draft, json_get(range, "events"), pattern, add);
    }
}

static bool give_flaw(struct draft *draft, const struct json *document, struct err *err)
{
    const struct advisory *advisory = &draft->advisory;
    if (!is_cve(advisory->id) || advisory->score < 0)
        return true;
    struct flaw flaw = flaw_none(draft->translation, advisory->id);
    flaw.cvss = advisory->cvss;
    flaw.score = advisory->score;
    flaw.published = translation_day(draft->translation, json_get_text(document, "published"));
    return translation_give_flaw(draft->translation, &flaw, err);
}

bool osv_translate(struct translation *translation, const struct osv_dialect *dialect, span path,
                   span bytes, struct err *err)
{
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
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
    return draft_give(&draft, err) && give_flaw(&draft, document, err);
}
