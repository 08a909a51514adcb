// CVE records, JSON 5.x: what the authority that assigned the id says (container "cna"), and what
// others add ("adp"; CISA's is Vulnrichment).
#include "feeds/feeds_inner.h"

// ---------------------------------------------------------------- versions

// Bounds are free text in most records: "n/a", "before 1.2", "publication".
static bool is_version(span text)
{
    span number = text.len && ascii_lower(text.ptr[0]) == 'v' ? span_from(text, 1) : text;
    if (!number.len || !ascii_is_digit(number.ptr[0]))
        return false;
    for (size_t i = 0; i < number.len; i++) {
        uint8_t c = number.ptr[i];
        bool joins = c == '.' || c == '-' || c == '_' || c == '+' || c == '~';
        if (!ascii_is_digit(c) && !ascii_is_alpha(c) && !joins)
            return false;
    }
    return true;
}

// Words for "from the first version on".
static bool is_beginning(span text)
{
    return !text.len || span_equal(text, S("0")) || span_equal(text, S("*")) ||
           span_equal(text, S("-")) || span_equal_nocase(text, S("unspecified")) ||
           span_equal_nocase(text, S("n/a"));
}

static void add_range(struct draft *draft, struct affected range)
{
    range.status = range.fixed.len ? STATUS_FIXED : STATUS_AFFECTED;
    draft_add(draft, &range);
}

// Inside a range the status may change more than once, each time "at" a version. Adds what is
// affected up to the last change and leaves what follows it in *range; false: nothing does.
static bool add_changes(struct draft *draft, const struct json *changes, struct affected *range)
{
    bool is_affected = true;
    for (size_t i = 0; i < json_count(changes); i++) {
        const struct json *change = json_at(changes, i);
        bool becomes = span_equal(json_get_text(change, "status"), S("affected"));
        span at = json_get_text(change, "at");
        if (becomes == is_affected || !is_version(at))
            continue;
        range->fixed = at;
        if (is_affected)
            add_range(draft, *range);
        range->introduced = at;
        range->fixed = (span){0};
        is_affected = becomes;
    }
    return is_affected;
}

// Fills the end of a range; false: there is one, but nobody can tell which.
static bool read_upper(span below, span last, struct affected *range)
{
    if (is_version(below))
        range->fixed = below;
    else if (is_version(last))
        range->last_affected = last;
    return range->fixed.len || range->last_affected.len || span_equal(below, S("*")) ||
           span_equal(last, S("*"));
}

// One element of `versions` for `pattern`: a version, or a range from it on, in which the status
// may change.
static void add_version(struct draft *draft, const struct json *version,
                        const struct affected *pattern)
{
    struct affected range = *pattern;
    span from = json_get_text(version, "version");
    span below = json_get_text(version, "lessThan");
    span last = json_get_text(version, "lessThanOrEqual");
    bool is_range = below.len || last.len;
    bool from_start = is_beginning(from);
    if (!span_equal(json_get_text(version, "status"), S("affected")) ||
        (!from_start && !is_version(from)))
        return;
    range.introduced = from_start ? (span){0} : from;
    range.last_affected = is_range ? (span){0} : range.introduced;
    // Of words for the beginning only "*" means all versions where no end is named.
    if (is_range ? add_changes(draft, json_get(version, "changes"), &range) &&
                       read_upper(below, last, &range)
                 : !from_start || span_equal(from, S("*")))
        add_range(draft, range);
}

static void add_versions(struct draft *draft, const struct json *affected,
                         const struct affected *pattern)
{
    const struct json *versions = json_get(affected, "versions");
    for (size_t i = 0; i < json_count(versions); i++)
        add_version(draft, json_at(versions, i), pattern);
}

// ---------------------------------------------------------------- products

// Names are free text ("Apache Software Foundation"): only those in a CPE name or in a collection
// are exact.
static void add_products(struct draft *draft, const struct json *affected)
{
    const struct json *names = json_get(affected, "cpes");
    struct affected seen = {0};
    for (size_t i = 0; i < json_count(names); i++) {
        struct affected pattern = {0};
        if (!cpe_name_product(draft, json_text(json_at(names, i)), &pattern))
            continue;
        // One name for each version, mostly.
        if (span_equal(pattern.name, seen.name) && span_equal(pattern.module, seen.module))
            continue;
        add_versions(draft, affected, &pattern);
        seen = pattern;
    }
}

// Collections for which nobody else speaks. Those of the languages have databases of their own.
static void add_package(struct draft *draft, const struct json *affected)
{
    span collection = span_trim_end(json_get_text(affected, "collectionURL"), '/');
    struct affected pattern = {
        .name_kind = NAME_BINARY,
        .name = json_get_text(affected, "packageName"),
    };
    if (span_ends_with(collection, S("wordpress.org/plugins")))
        pattern.ecosystem = S("wordpress-plugin");
    else if (span_ends_with(collection, S("wordpress.org/themes")))
        pattern.ecosystem = S("wordpress-theme");
    else
        return;
    add_versions(draft, affected, &pattern);
}

// ---------------------------------------------------------------- records

static void read_scores(const struct json *container, struct flaw *flaw)
{
    static const char *const newest_first[] = {"cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"};
    const struct json *metrics = json_get(container, "metrics");
    for (size_t v = 0; v < sizeof newest_first / sizeof *newest_first; v++) {
        for (size_t i = 0; i < json_count(metrics); i++) {
            const struct json *score = json_get(json_at(metrics, i), newest_first[v]);
            flaw_rate(flaw, json_get_text(score, "vectorString"),
                      json_get_text(score, "baseSeverity"));
        }
    }
}

static void read_weaknesses(const struct json *container, struct list *weaknesses)
{
    const struct json *types = json_get(container, "problemTypes");
    for (size_t i = 0; i < json_count(types); i++) {
        const struct json *texts = json_get(json_at(types, i), "descriptions");
        for (size_t k = 0; k < json_count(texts); k++)
            weakness_add(weaknesses, json_get_text(json_at(texts, k), "cweId"));
    }
}

static bool has_tag(const struct json *container, span wanted)
{
    const struct json *tags = json_get(container, "tags");
    for (size_t i = 0; i < json_count(tags); i++)
        if (span_equal(json_text(json_at(tags, i)), wanted))
            return true;
    return false;
}

static void read_container(const struct json *container, struct draft *draft, struct flaw *flaw,
                           struct list *weaknesses)
{
    read_scores(container, flaw);
    read_weaknesses(container, weaknesses);
    flaw->disputed = flaw->disputed || has_tag(container, S("disputed"));
    const struct json *affected = json_get(container, "affected");
    for (size_t i = 0; i < json_count(affected); i++) {
        add_products(draft, json_at(affected, i));
        add_package(draft, json_at(affected, i));
    }
    const struct json *configurations = json_get(container, "cpeApplicability");
    for (size_t i = 0; i < json_count(configurations); i++)
        cpe_add_configuration(draft, json_at(configurations, i));
}

static bool give(struct draft *draft, struct flaw *flaw, const struct list *weaknesses,
                 struct err *err)
{
    struct translation *translation = draft->translation;
    if (!list_ok(weaknesses))
        return arena_err(translation->mem, err, "weaknesses");
    flaw->weaknesses = (struct spans){.items = weaknesses->items, .count = weaknesses->count};
    draft->advisory.severity = flaw->severity;
    draft->advisory.cvss = flaw->cvss;
    draft->advisory.score = flaw->score;
    draft->advisory.disputed = flaw->disputed;
    draft->advisory.withdrawn = flaw->rejected;
    return draft_give(draft, err) && translation_give_flaw(translation, flaw, err);
}

static bool translate_record(struct translation *translation, const struct json *record, span id,
                             struct err *err)
{
    const struct json *about = json_get(record, "cveMetadata");
    const struct json *containers = json_get(record, "containers");
    const struct json *others = json_get(containers, "adp");
    struct draft draft = {0};
    struct list weaknesses = {0};
    struct flaw flaw = flaw_none(translation, id);
    draft_init(&draft, translation, id);
    list_init(&weaknesses, translation->mem, sizeof(span), SIZE_MAX);
    draft.advisory.modified = translation_day(translation, json_get_text(about, "dateUpdated"));
    flaw.published = translation_day(translation, json_get_text(about, "datePublished"));
    flaw.rejected = span_equal(json_get_text(about, "state"), S("REJECTED"));
    read_container(json_get(containers, "cna"), &draft, &flaw, &weaknesses);
    for (size_t i = 0; i < json_count(others); i++)
        read_container(json_at(others, i), &draft, &flaw, &weaknesses);
    return give(&draft, &flaw, &weaknesses, err);
}

static const span keys[] = {
    S("versions"),
    S("version"),
    S("status"),
    S("lessThan"),
    S("changes"),
    S("at"),
    S("lessThanOrEqual"),
    S("affected"),
    S("cpes"),
    S("collectionURL"),
    S("packageName"),
    S("metrics"),
    S("cvssV4_0"),
    S("cvssV3_1"),
    S("cvssV3_0"),
    S("cvssV2_0"),
    S("vectorString"),
    S("baseSeverity"),
    S("problemTypes"),
    S("descriptions"),
    S("cweId"),
    S("tags"),
    S("containers"),
    S("cna"),
    S("adp"),
    S("cveMetadata"),
    S("cveId"),
    S("state"),
    S("datePublished"),
    S("dateUpdated"),
    S("cpeApplicability"),
    S("nodes"),
    S("operator"),
    S("negate"),
    S("cpeMatch"),
    S("criteria"),
    S("vulnerable"),
    S("versionEndIncluding"),
    S("versionEndExcluding"),
    S("versionStartIncluding"),
    S("versionStartExcluding"),
};

bool translate_cve5(struct translation *translation, span path, span bytes, struct err *err)
{
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *record = NULL;
    if (!json_parse_only(bytes, translation->limits->feed_bytes, keys, sizeof keys / sizeof *keys,
                         translation->mem, &record, err))
        return false;
    span id = json_get_text(json_get(record, "cveMetadata"), "cveId");
    if (!is_cve(id))
        return err_set(err, ERR_INPUT, "cve: a record without a CVE id");
    return translate_record(translation, record, id, err);
}
