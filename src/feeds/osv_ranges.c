#include "feeds/feeds_inner.h"

// How OSV's events become ranges ("Evaluation" in the schema): sorted by the ecosystem's order,
// "introduced" opens a range, "fixed" closes it before its version and "last_affected" behind it;
// nothing counts from the last "limit" on.

enum event_kind {
    EVENT_NONE,
    EVENT_INTRODUCED,
    EVENT_FIXED,
    EVENT_LAST_AFFECTED,
    EVENT_LIMIT,
};

struct event {
    enum event_kind kind;
    span version;
    span key; // empty: "0", which is before all versions
};

// Affected versions without a gap.
struct run {
    struct event low;
    struct event high; // EVENT_NONE: it never ends
};

// What is being read of one element of `affected`.
struct reading {
    struct draft *draft;
    const struct json *affected;
    enum scheme scheme;
    struct list runs;   // of struct run
    span not_a_version; // a bound that the ecosystem's order does not know; empty: none
};

static bool is_zero(span version)
{
    return span_equal(version, S("0"));
}

// False when the ecosystem writes no version like that.
static bool key_of(struct reading *reading, span version, span *ret)
{
    struct version_key key;
    if (is_zero(version)) {
        *ret = (span){0};
        return true;
    }
    if (!version_key_of(reading->scheme, version, &key))
        return false;
    if (!arena_span(reading->draft->translation->mem, span_of(key.bytes, key.len), ret))
        reading->runs.failed = true;
    return true;
}

// ---------------------------------------------------------------- events

static bool has_three_numbers(span version)
{
    span_cut(&version, '.');
    span_cut(&version, '.');
    return version.len > 0;
}

// Where an order asks for three numbers, advisories often write fewer: "4.16" is 4.16.0.
static span whole_version(struct reading *reading, span version)
{
    struct text text = {0};
    if (!version.len || is_zero(version) || has_three_numbers(version) ||
        version_valid(reading->scheme, version))
        return version;
    text_init(&text, reading->draft->translation->mem, SIZE_MAX);
    text_add(&text, version);
    do
        text_add(&text, S(".0"));
    while (text_ok(&text) && !has_three_numbers(text_span(&text)));
    return version_valid(reading->scheme, text_span(&text)) ? text_span(&text) : version;
}

// False when the version is none; the event is there all the same.
static bool add_event(struct reading *reading, struct list *events, enum event_kind kind,
                      span version)
{
    if (!version.len || (kind == EVENT_LIMIT && span_equal(version, S("*"))))
        return true;
    version = whole_version(reading, version);
    struct event *event = LIST_ADD(events, struct event);
    if (!event)
        return true;
    *event = (struct event){.kind = kind, .version = version};
    if (key_of(reading, version, &event->key))
        return true;
    reading->not_a_version = version;
    return false;
}

static bool read_events(struct reading *reading, const struct json *range, struct list *events)
{
    bool known = true;
    const struct json *objects = json_get(range, "events");
    for (size_t i = 0; i < json_count(objects); i++) {
        const struct json *object = json_at(objects, i);
        known &= add_event(reading, events, EVENT_INTRODUCED, json_get_text(object, "introduced"));
        known &= add_event(reading, events, EVENT_FIXED, json_get_text(object, "fixed"));
        known &=
            add_event(reading, events, EVENT_LAST_AFFECTED, json_get_text(object, "last_affected"));
        known &= add_event(reading, events, EVENT_LIMIT, json_get_text(object, "limit"));
    }
    return known;
}

static size_t count_kind(const struct list *events, enum event_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < events->count; i++)
        count += LIST_AT(events, struct event, i)->kind == kind;
    return count;
}

// GitHub bounds what has no fix by "<= 1.2.3" or "< 1.2.3" beside the ranges.
static bool add_last_known(struct reading *reading, struct list *events)
{
    span bound = json_get_text(json_get(reading->affected, "database_specific"),
                               "last_known_affected_version_range");
    bool is_closed =
        count_kind(events, EVENT_FIXED) > 0 || count_kind(events, EVENT_LAST_AFFECTED) > 0;
    if (is_closed)
        return true;
    if (span_starts_with(bound, S("<=")))
        return add_event(reading, events, EVENT_LAST_AFFECTED, span_trim(span_from(bound, 2)));
    if (span_starts_with(bound, S("<")))
        return add_event(reading, events, EVENT_LIMIT, span_trim(span_from(bound, 1)));
    return true;
}

static int compare_events(const void *a, const void *b)
{
    const struct event *left = a;
    const struct event *right = b;
    return span_compare(left->key, right->key);
}

// ---------------------------------------------------------------- runs

static void add_run(struct reading *reading, const struct event *low, const struct event *high)
{
    bool is_empty = high->kind != EVENT_LAST_AFFECTED && high->kind != EVENT_NONE &&
                    span_equal(low->version, high->version);
    if (is_empty && !is_zero(high->version)) // "0" to "0" is how some say never affected
        return;
    struct run *run = LIST_ADD(&reading->runs, struct run);
    if (run)
        *run = (struct run){.low = *low, .high = *high};
}

// Does the next range begin where this event ends one? Then they are one, and this is no fix.
static bool is_bridged(const struct list *events, size_t index)
{
    if (index + 1 == events->count)
        return false;
    const struct event *event = LIST_AT(events, struct event, index);
    const struct event *next = LIST_AT(events, struct event, index + 1);
    return next->kind == EVENT_INTRODUCED && event->key.len && span_equal(event->key, next->key);
}

static void add_runs(struct reading *reading, const struct list *events)
{
    static const struct event never = {0};
    const struct event *low = NULL;
    size_t limits = count_kind(events, EVENT_LIMIT);
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = LIST_AT(events, struct event, i);
        if (event->kind == EVENT_LIMIT && --limits > 0)
            continue;
        if (event->kind == EVENT_INTRODUCED) {
            low = low ? low : event;
            continue;
        }
        if (event->kind != EVENT_LIMIT && is_bridged(events, i))
            continue;
        if (low)
            add_run(reading, low, event);
        low = NULL;
        if (event->kind == EVENT_LIMIT)
            return;
    }
    if (low)
        add_run(reading, low, &never);
}

// Events whose versions the order does not know are left in the order of the document, for
// publishers who keep theirs sorted; with `strict` they give nothing.
static void read_range(struct reading *reading, const struct json *range, bool strict)
{
    struct list events = {0};
    list_init(&events, reading->draft->translation->mem, sizeof(struct event), SIZE_MAX);
    bool known = read_events(reading, range, &events);
    known = add_last_known(reading, &events) && known;
    if (known)
        sort_items(events.items, events.count, sizeof(struct event), compare_events);
    if (known || !strict)
        add_runs(reading, &events);
    reading->runs.failed |= !list_ok(&events);
}

static struct reading read_ranges(struct draft *draft, const struct json *affected,
                                  const struct json *ranges, const struct affected *pattern,
                                  bool strict)
{
    struct reading reading = {
        .draft = draft,
        .affected = affected,
        .scheme = scheme_of_ecosystem(pattern->ecosystem),
    };
    list_init(&reading.runs, draft->translation->mem, sizeof(struct run), SIZE_MAX);
    for (size_t i = 0; i < json_count(ranges); i++) {
        const struct json *range = json_at(ranges, i);
        if (!span_equal(json_get_text(range, "type"), S("GIT")))
            read_range(&reading, range, strict);
    }
    draft->affected.failed |= !list_ok(&reading.runs);
    return reading;
}

// ---------------------------------------------------------------- statements

static struct affected statement_of(const struct affected *pattern, const struct run *run)
{
    struct affected statement = *pattern;
    statement.introduced = is_zero(run->low.version) ? (span){0} : run->low.version;
    switch (run->high.kind) {
    case EVENT_FIXED:
        statement.status = STATUS_FIXED;
        statement.fixed = run->high.version;
        break;
    case EVENT_LIMIT: // an end, but no fix
        statement.fixed = run->high.version;
        break;
    case EVENT_LAST_AFFECTED:
        statement.last_affected = run->high.version;
        break;
    case EVENT_NONE:
    case EVENT_INTRODUCED:
        break;
    }
    if (is_zero(statement.fixed)) {
        statement.status = STATUS_NOT_AFFECTED;
        statement.fixed = (span){0};
    }
    return statement;
}

void osv_add_ranges(struct draft *draft, const struct json *affected,
                    const struct affected *pattern, osv_adder *add)
{
    struct reading reading =
        read_ranges(draft, affected, json_get(affected, "ranges"), pattern, false);
    for (size_t i = 0; i < reading.runs.count; i++) {
        struct affected statement = statement_of(pattern, LIST_AT(&reading.runs, struct run, i));
        add(draft, &statement);
    }
}

static bool is_inside(const struct reading *reading, span key)
{
    for (size_t i = 0; i < reading->runs.count; i++) {
        const struct run *run = LIST_AT(&reading->runs, struct run, i);
        int high = span_compare(key, run->high.key);
        bool before_end = run->high.kind == EVENT_NONE ||
                          (run->high.kind == EVENT_LAST_AFFECTED ? high <= 0 : high < 0);
        if (before_end && span_compare(key, run->low.key) >= 0)
            return true;
    }
    return false;
}

static void add_listed(struct reading *reading, const struct affected *pattern)
{
    const struct json *versions = json_get(reading->affected, "versions");
    for (size_t i = 0; i < json_count(versions); i++) {
        struct affected statement = *pattern;
        struct version_key key;
        span version = whole_version(reading, json_text(json_at(versions, i)));
        bool known = version_key_of(reading->scheme, version, &key);
        if (!version.len || (known && is_inside(reading, span_of(key.bytes, key.len))))
            continue;
        statement.introduced = version;
        statement.last_affected = version;
        draft_add(reading->draft, &statement);
    }
}

void osv_add_versions(struct draft *draft, const struct json *affected,
                      const struct affected *pattern)
{
    struct reading reading =
        read_ranges(draft, affected, json_get(affected, "ranges"), pattern, true);
    for (size_t i = 0; i < reading.runs.count; i++) {
        struct affected statement = statement_of(pattern, LIST_AT(&reading.runs, struct run, i));
        if (statement.status != STATUS_NOT_AFFECTED)
            draft_add(draft, &statement);
    }
    add_listed(&reading, pattern);
    if (reading.not_a_version.len)
        notes_add(draft->translation->notes, NOTE_INFORMATION, draft->advisory.id,
                  "a range of %s is left out: \"%s\" is no version there",
                  quote(pattern->name).text, quote(reading.not_a_version).text);
}

bool osv_add_releases(struct draft *draft, const struct json *affected, const struct json *ranges,
                      const struct affected *pattern)
{
    struct reading reading = read_ranges(draft, affected, ranges, pattern, true);
    struct run *lowest = NULL;
    if (reading.not_a_version.len || reading.runs.count == 0)
        return false;
    for (size_t i = 0; i < reading.runs.count; i++) {
        struct run *run = LIST_AT(&reading.runs, struct run, i);
        if (!lowest || span_compare(run->low.key, lowest->low.key) < 0)
            lowest = run;
    }
    lowest->low.version = S("0");
    for (size_t i = 0; i < reading.runs.count; i++) {
        struct affected statement = statement_of(pattern, LIST_AT(&reading.runs, struct run, i));
        draft_add(draft, &statement);
    }
    return true;
}
