#include "feeds/feeds_inner.h"

enum { DAYS_BEFORE_1990 = 7305 };

uint32_t translation_day(struct translation *translation, span date)
{
    uint32_t day = 0;
    if (!date_parse(date, &day) || day < DAYS_BEFORE_1990)
        return 0;
    return translation_saw_day(translation, day);
}

uint32_t translation_saw_day(struct translation *translation, uint32_t day)
{
    if (day > translation->newest)
        translation->newest = day;
    return day;
}

// ---------------------------------------------------------------- several files

void translation_init_names(struct translation *translation, struct arena *mem)
{
    list_init(&translation->earlier, mem, sizeof(span), SIZE_MAX);
    list_init(&translation->current, mem, sizeof(span), SIZE_MAX);
}

static int by_name(const void *left, const void *right)
{
    const span *a = left;
    const span *b = right;
    return span_compare(*a, *b);
}

static bool is_among(const struct list *names, span name)
{
    size_t low = 0;
    size_t high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_compare(*LIST_AT(names, span, middle), name);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool translation_is_new(struct translation *translation, span id)
{
    if (is_among(&translation->earlier, id))
        return false;
    if (translation->is_last_file)
        return true;
    span *name = LIST_ADD(&translation->current, span);
    if (name && !arena_span(translation->current.mem, id, name))
        translation->current.failed = true;
    return true;
}

bool translation_is_first(struct translation *translation, span name)
{
    for (size_t i = 0; i < translation->current.count; i++)
        if (span_equal(*LIST_AT(&translation->current, span, i), name))
            return false;
    span *item = LIST_ADD(&translation->current, span);
    if (item && !arena_span(translation->current.mem, name, item))
        translation->current.failed = true;
    return true;
}

bool translation_end_file(struct translation *translation, struct err *err)
{
    struct list *earlier = &translation->earlier;
    for (size_t i = 0; i < translation->current.count; i++) {
        span *name = LIST_ADD(earlier, span);
        if (name)
            *name = *LIST_AT(&translation->current, span, i);
    }
    if (!list_ok(earlier) || !list_ok(&translation->current))
        return arena_err(earlier->mem, err, "names of the records");
    translation->current.count = 0;
    sort_items(earlier->items, earlier->count, sizeof(span), by_name);
    return true;
}

// ---------------------------------------------------------------- drafts

void draft_init(struct draft *draft, struct translation *translation, span id)
{
    *draft = (struct draft){
        .translation = translation,
        .advisory = {.database = translation->database, .id = id, .score = -1},
    };
    list_init(&draft->affected, translation->mem, sizeof(struct affected), SIZE_MAX);
    list_init(&draft->flaws, translation->mem, sizeof(span), SIZE_MAX);
    list_init(&draft->aliases, translation->mem, sizeof(span), SIZE_MAX);
    list_init(&draft->streams, translation->mem, sizeof(span), SIZE_MAX);
}

static void add_once(struct list *list, span id)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(*LIST_AT(list, span, i), id))
            return;
    span *item = LIST_ADD(list, span);
    if (item)
        *item = id;
}

void draft_add_flaw(struct draft *draft, span id)
{
    add_once(&draft->flaws, id);
}

void draft_add_alias(struct draft *draft, span id)
{
    add_once(&draft->aliases, id);
}

void draft_add_name(struct draft *draft, span id)
{
    if (!id.len || span_equal(id, draft->advisory.id))
        return;
    if (is_cve(id))
        draft_add_flaw(draft, id);
    else
        draft_add_alias(draft, id);
}

void draft_add_names(struct draft *draft, const struct json *ids)
{
    for (size_t i = 0; i < json_count(ids); i++)
        draft_add_name(draft, json_text(json_at(ids, i)));
}

void draft_score(struct draft *draft, span vector)
{
    double score = 0;
    if (draft->advisory.score >= 0 || !cvss_score(vector, &score))
        return;
    draft->advisory.cvss = vector;
    draft->advisory.score = score;
}

void draft_add(struct draft *draft, const struct affected *statement)
{
    if (!statement->name.len || !statement->ecosystem.len)
        return;
    struct affected *affected = LIST_ADD(&draft->affected, struct affected);
    if (affected)
        *affected = *statement;
}

static struct spans spans_of(const struct list *list)
{
    return (struct spans){.items = list->items, .count = list->count};
}

bool draft_give(struct draft *draft, struct err *err)
{
    struct translation *translation = draft->translation;
    if (!list_ok(&draft->affected) || !list_ok(&draft->flaws) || !list_ok(&draft->aliases) ||
        !list_ok(&draft->streams))
        return arena_err(translation->mem, err, "advisory");
    if (!draft->affected.count)
        return true;
    draft->advisory.flaws = spans_of(&draft->flaws);
    draft->advisory.aliases = spans_of(&draft->aliases);
    draft->advisory.affected = draft->affected.items;
    draft->advisory.affected_count = draft->affected.count;
    const struct advisory_sink *sink = translation->sink;
    if (sink->take_advisory(sink->self, &draft->advisory, err))
        return true;
    translation->sink_failed = true;
    return false;
}

bool translation_give_flaw(struct translation *translation, const struct flaw *flaw,
                           struct err *err)
{
    const struct advisory_sink *sink = translation->sink;
    if (sink->take_flaw(sink->self, flaw, err))
        return true;
    translation->sink_failed = true;
    return false;
}

bool translation_give_release(struct translation *translation, const struct release *release,
                              struct err *err)
{
    const struct advisory_sink *sink = translation->sink;
    struct release named = *release;
    named.database = translation->database;
    if (sink->take_release(sink->self, &named, err))
        return true;
    translation->sink_failed = true;
    return false;
}

bool translation_give_weakness(struct translation *translation, const struct weakness *weakness,
                               struct err *err)
{
    const struct advisory_sink *sink = translation->sink;
    if (sink->take_weakness(sink->self, weakness, err))
        return true;
    translation->sink_failed = true;
    return false;
}

bool translation_give_product(struct translation *translation, const struct cpe_product *product,
                              struct err *err)
{
    const struct advisory_sink *sink = translation->sink;
    if (sink->take_product(sink->self, product, err))
        return true;
    translation->sink_failed = true;
    return false;
}

struct flaw flaw_none(const struct translation *translation, span id)
{
    return (struct flaw){
        .id = id,
        .database = translation->database,
        .score = -1,
        .epss = -1,
        .epss_percentile = -1,
    };
}

// Not weaknesses but the categories of "a component with a known vulnerability", which some put on
// every record.
static bool is_stamp(span id)
{
    return span_equal(id, S("CWE-937")) || span_equal(id, S("CWE-1035"));
}

// 79 as "CWE-79", any other text as it stands.
static span weakness_id(struct draft *draft, span id)
{
    uint64_t number = 0;
    struct text text = {0};
    if (!span_to_u64(id, &number))
        return id;
    text_init(&text, draft->translation->mem, SIZE_MAX);
    text_add(&text, S("CWE-"));
    text_add_u64(&text, number);
    return text_span(&text);
}

struct spans draft_weaknesses(struct draft *draft, const struct json *ids)
{
    struct list weaknesses = {0};
    list_init(&weaknesses, draft->translation->mem, sizeof(span), SIZE_MAX);
    for (size_t i = 0; i < json_count(ids); i++) {
        span id = weakness_id(draft, json_text(json_at(ids, i)));
        if (!is_stamp(id))
            weakness_add(&weaknesses, id);
    }
    draft->flaws.failed |= !list_ok(&weaknesses);
    return spans_of(&weaknesses);
}

bool draft_give_flaw(struct draft *draft, struct spans weaknesses, uint32_t published,
                     struct err *err)
{
    const struct advisory *advisory = &draft->advisory;
    if (!list_ok(&draft->flaws))
        return arena_err(draft->translation->mem, err, "flaw");
    if (advisory->withdrawn || draft->flaws.count > 1)
        return true;
    span id = draft->flaws.count ? *LIST_AT(&draft->flaws, span, 0) : advisory->id;
    struct flaw flaw = flaw_none(draft->translation, id);
    flaw.severity = advisory->severity;
    flaw.cvss = advisory->cvss;
    flaw.score = advisory->score;
    flaw.published = published;
    flaw.weaknesses = weaknesses;
    bool says_nothing =
        flaw.score < 0 && flaw.severity == SEVERITY_UNKNOWN && flaw.weaknesses.count == 0;
    return says_nothing || translation_give_flaw(draft->translation, &flaw, err);
}

void flaw_rate(struct flaw *flaw, span vector, span severity)
{
    double score = 0;
    if (flaw->score >= 0 || !cvss_score(vector, &score))
        return;
    flaw->cvss = vector;
    flaw->score = score;
    (void)severity_parse(severity, &flaw->severity);
}

void weakness_add(struct list *weaknesses, span text)
{
    span prefix = S("CWE-");
    uint64_t number = 0;
    if (span_starts_with(text, prefix) && span_to_u64(span_from(text, prefix.len), &number))
        add_once(weaknesses, text);
}

bool ecosystem_key(struct translation *translation, span distro, span version, span *ret,
                   struct err *err)
{
    struct text key = {0};
    text_init(&key, translation->mem, SIZE_MAX);
    text_add(&key, distro);
    text_add_byte(&key, ':');
    text_add(&key, version);
    if (!text_ok(&key))
        return arena_err(translation->mem, err, "ecosystem");
    *ret = text_span(&key);
    return true;
}

span draft_ecosystem(struct draft *draft, span distro, span version)
{
    span key = {0};
    if (!ecosystem_key(draft->translation, distro, version, &key, NULL))
        draft->affected.failed = true;
    return key;
}

static size_t count_digits(span s)
{
    return span_cut_digits(&s).len;
}

// The length of the CVE id that `s` starts with, or 0.
static size_t cve_length(span s)
{
    enum { YEAR = 4, SERIAL = 9, LEAST_SERIAL = 4 };
    if (!span_starts_with(s, S("CVE-")) || count_digits(span_slice(s, YEAR, 4)) != 4)
        return 0;
    if (!span_equal(span_slice(s, SERIAL - 1, 1), S("-")))
        return 0;
    size_t digits = count_digits(span_from(s, SERIAL));
    return digits < LEAST_SERIAL ? 0 : SERIAL + digits;
}

bool is_cve(span id)
{
    return id.len && cve_length(id) == id.len;
}

bool cut_cve(span *rest, span *ret)
{
    for (size_t i = 0; i < rest->len; i++) {
        size_t len = cve_length(span_from(*rest, i));
        if (!len)
            continue;
        *ret = span_slice(*rest, i, len);
        *rest = span_from(*rest, i + len);
        return true;
    }
    return false;
}
