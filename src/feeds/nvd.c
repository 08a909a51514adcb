// NVD's feeds, versions 1.1 and 2.0, one CVE a document.
#include "feeds/feeds_inner.h"

// What both versions say, each in its own place.
struct record {
    span id;
    span published;
    span modified;
    bool rejected;
    bool disputed;
    const struct json *weaknesses;     // of objects with "description"
    const struct json *configurations; // of nodes, or of objects that have them
};

static bool has_tag(const struct json *tags, span wanted)
{
    for (size_t i = 0; i < json_count(tags); i++) {
        const struct json *names = json_get(json_at(tags, i), "tags");
        for (size_t k = 0; k < json_count(names); k++)
            if (span_equal(json_text(json_at(names, k)), wanted))
                return true;
    }
    return false;
}

static struct record read_11(const struct json *item, const struct json *cve)
{
    return (struct record){
        .id = json_get_text(json_get(cve, "CVE_data_meta"), "ID"),
        .published = json_get_text(item, "publishedDate"),
        .modified = json_get_text(item, "lastModifiedDate"),
        .weaknesses = json_get(json_get(cve, "problemtype"), "problemtype_data"),
        .configurations = json_get(json_get(item, "configurations"), "nodes"),
    };
}

static struct record read_20(const struct json *cve)
{
    return (struct record){
        .id = json_get_text(cve, "id"),
        .published = json_get_text(cve, "published"),
        .modified = json_get_text(cve, "lastModified"),
        .rejected = span_equal(json_get_text(cve, "vulnStatus"), S("Rejected")),
        .disputed = has_tag(json_get(cve, "cveTags"), S("disputed")),
        .weaknesses = json_get(cve, "weaknesses"),
        .configurations = json_get(cve, "configurations"),
    };
}

// ---------------------------------------------------------------- scores

static void read_11_scores(const struct json *item, struct flaw *flaw)
{
    const struct json *impact = json_get(item, "impact");
    const struct json *v3 = json_get(json_get(impact, "baseMetricV3"), "cvssV3");
    const struct json *v2 = json_get(impact, "baseMetricV2");
    flaw_rate(flaw, json_get_text(v3, "vectorString"), json_get_text(v3, "baseSeverity"));
    flaw_rate(flaw, json_get_text(json_get(v2, "cvssV2"), "vectorString"),
              json_get_text(v2, "severity"));
}

// NVD's own score ("Primary") before those of others.
static void read_20_metric(const struct json *metrics, const char *name, struct flaw *flaw)
{
    const struct json *scores = json_get(metrics, name);
    for (int wants_own = 1; wants_own >= 0; wants_own--) {
        for (size_t i = 0; i < json_count(scores); i++) {
            const struct json *score = json_at(scores, i);
            bool own = span_equal(json_get_text(score, "type"), S("Primary"));
            if (own != (wants_own != 0))
                continue;
            const struct json *data = json_get(score, "cvssData");
            span severity = json_get_text(data, "baseSeverity"); // of version 2 it stands outside
            flaw_rate(flaw, json_get_text(data, "vectorString"),
                      severity.len ? severity : json_get_text(score, "baseSeverity"));
        }
    }
}

static void read_20_scores(const struct json *cve, struct flaw *flaw)
{
    const struct json *metrics = json_get(cve, "metrics");
    read_20_metric(metrics, "cvssMetricV40", flaw);
    read_20_metric(metrics, "cvssMetricV31", flaw);
    read_20_metric(metrics, "cvssMetricV30", flaw);
    read_20_metric(metrics, "cvssMetricV2", flaw);
}

// ---------------------------------------------------------------- records

// "CWE-79" and the like: "NVD-CWE-noinfo" is none.
static bool read_weaknesses(struct translation *translation, const struct json *entries,
                            struct spans *ret, struct err *err)
{
    struct list weaknesses = {0};
    list_init(&weaknesses, translation->mem, sizeof(span), SIZE_MAX);
    for (size_t i = 0; i < json_count(entries); i++) {
        const struct json *texts = json_get(json_at(entries, i), "description");
        for (size_t k = 0; k < json_count(texts); k++)
            weakness_add(&weaknesses, json_get_text(json_at(texts, k), "value"));
    }
    *ret = (struct spans){.items = weaknesses.items, .count = weaknesses.count};
    return list_ok(&weaknesses) ? true : arena_err(translation->mem, err, "weaknesses");
}

static bool give_advisory(struct translation *translation, const struct record *record,
                          const struct flaw *flaw, struct err *err)
{
    struct draft draft = {0};
    draft_init(&draft, translation, record->id);
    draft.advisory.severity = flaw->severity;
    draft.advisory.cvss = flaw->cvss;
    draft.advisory.score = flaw->score;
    draft.advisory.modified = translation_day(translation, record->modified);
    draft.advisory.withdrawn = record->rejected;
    draft.advisory.disputed = record->disputed;
    for (size_t i = 0; i < json_count(record->configurations); i++)
        cpe_add_configuration(&draft, json_at(record->configurations, i));
    return draft_give(&draft, err);
}

// The words that begin a description say what feeds 1.1 have no member for, and 2.0 had none at
// first. The rest of the description, half of an entry, need not be parsed for that.
static void read_marks(span bytes, struct record *record)
{
    record->rejected = record->rejected || span_contains(bytes, S("\"** REJECT **")) ||
                       span_contains(bytes, S("\"Rejected reason:"));
    record->disputed = record->disputed || span_contains(bytes, S("\"** DISPUTED **"));
}

// What is read of an entry, the most frequent first.
static const span keys[] = {
    S("vulnerable"),
    S("cpe23Uri"),
    S("versionEndIncluding"),
    S("versionEndExcluding"),
    S("versionStartIncluding"),
    S("versionStartExcluding"),
    S("criteria"),
    S("value"),

    S("operator"),
    S("negate"),
    S("cpe_match"),
    S("cpeMatch"),
    S("children"),
    S("nodes"),
    S("configurations"),
    S("cve"),
    S("CVE_data_meta"),
    S("ID"),
    S("id"),
    S("problemtype"),
    S("problemtype_data"),
    S("weaknesses"),
    S("description"),

    S("impact"),
    S("baseMetricV3"),
    S("cvssV3"),
    S("baseMetricV2"),
    S("cvssV2"),
    S("vectorString"),
    S("baseSeverity"),
    S("severity"),
    S("metrics"),
    S("cvssMetricV40"),
    S("cvssMetricV31"),
    S("cvssMetricV30"),
    S("cvssMetricV2"),
    S("cvssData"),
    S("type"),
    S("publishedDate"),
    S("lastModifiedDate"),
    S("published"),
    S("lastModified"),
    S("vulnStatus"),
    S("cveTags"),
    S("tags"),
};

bool translate_nvd(struct translation *translation, span path, span bytes, struct err *err)
{
    (void)path;
    CLEANUP(json_cleanup) struct json *item = NULL;
    if (!json_parse_only(bytes, translation->limits->feed_bytes, keys, sizeof keys / sizeof *keys,
                         translation->mem, &item, err))
        return false;
    const struct json *cve = json_get(item, "cve");
    bool is_11 = json_get(cve, "CVE_data_meta") != NULL;
    struct record record = is_11 ? read_11(item, cve) : read_20(cve);
    read_marks(bytes, &record);
    if (!is_cve(record.id))
        return err_set(err, ERR_INPUT, "nvd: an entry without a CVE id");
    if (!translation_is_new(translation, record.id))
        return true;
    struct flaw flaw = flaw_none(translation, record.id);
    flaw.published = translation_day(translation, record.published);
    flaw.rejected = record.rejected;
    flaw.disputed = record.disputed;
    if (is_11)
        read_11_scores(item, &flaw);
    else
        read_20_scores(cve, &flaw);
    return read_weaknesses(translation, record.weaknesses, &flaw.weaknesses, err) &&
           give_advisory(translation, &record, &flaw, err) &&
           translation_give_flaw(translation, &flaw, err);
}
