#include "model/model_inner.h"

// doc/formats/findings-wire.md describes these bytes.

#define MAGIC S("plimfnd\x02")

// ---------------------------------------------------------------- order

static int worst_first(const void *left, const void *right)
{
    const struct finding *a = left;
    const struct finding *b = right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->package != b->package) // the bom is sorted
        return a->package < b->package ? -1 : 1;
    int order = span_compare(a->id, b->id);
    return order ? order : span_compare(a->location, b->location);
}

void findings_sort(struct findings *findings)
{
    sort_items(findings->items, findings->count, sizeof(struct finding), worst_first);
}

bool findings_join(const struct findings *a, const struct findings *b, struct arena *mem,
                   struct findings *ret, struct err *err)
{
    struct findings all = {.items = arena_array(mem, a->count + b->count, sizeof *all.items)};
    if (!all.items)
        return arena_err(mem, err, "findings");
    for (size_t i = 0; i < a->count; i++)
        all.items[all.count++] = a->items[i];
    for (size_t i = 0; i < b->count; i++)
        all.items[all.count++] = b->items[i];
    findings_sort(&all);
    *ret = all;
    return true;
}

// ---------------------------------------------------------------- writing

enum { TEXTS = 7, NUMBERS = 3 };

static void list_texts(struct finding *finding, span *ret[static TEXTS])
{
    span *const texts[TEXTS] = {
        &finding->id,
        &finding->location,
        &finding->text,
        &finding->severity_source,
        &finding->fixed_version,
        &finding->cvss,
        &finding->suppressed,
    };
    for (size_t i = 0; i < TEXTS; i++)
        ret[i] = texts[i];
}

static void list_numbers(struct finding *finding, double *ret[static NUMBERS])
{
    ret[0] = &finding->score;
    ret[1] = &finding->epss;
    ret[2] = &finding->risk;
}

static void write_evidence(const struct evidence *evidence, struct text *out)
{
    text_add_field(out, evidence->database);
    text_add_field(out, evidence->advisory);
    text_add_field(out, evidence->range);
    text_add_field(out, evidence->compared);
}

static void write_rating(const struct rating *rating, struct text *out)
{
    text_add_u8(out, (uint8_t)rating->severity);
    wire_write_number(out, rating->score);
    text_add_field(out, rating->database);
    text_add_field(out, rating->cvss);
}

static void write_weakness(const struct weakness *weakness, struct text *out)
{
    text_add_field(out, weakness->id);
    text_add_field(out, weakness->database);
    text_add_field(out, weakness->name);
}

static void write_finding(const struct finding *finding, struct text *out)
{
    struct finding copy = *finding;
    span *texts[TEXTS] = {0};
    double *numbers[NUMBERS] = {0};
    list_texts(&copy, texts);
    list_numbers(&copy, numbers);
    text_add_u8(out, (uint8_t)finding->kind);
    text_add_u8(out, (uint8_t)finding->severity);
    text_add_u8(out, (uint8_t)finding->status);
    text_add_u8(out, finding->exploited);
    text_add_u8(out, finding->disputed);
    text_add_u32le(out, finding->layer);
    text_add_u64le(out, finding->package);
    for (size_t i = 0; i < NUMBERS; i++)
        wire_write_number(out, *numbers[i]);
    for (size_t i = 0; i < TEXTS; i++)
        text_add_field(out, *texts[i]);
    wire_write_count(out, finding->aliases.count);
    for (size_t i = 0; i < finding->aliases.count; i++)
        text_add_field(out, finding->aliases.items[i]);
    wire_write_count(out, finding->evidence_count);
    for (size_t i = 0; i < finding->evidence_count; i++)
        write_evidence(&finding->evidence[i], out);
    wire_write_count(out, finding->rating_count);
    for (size_t i = 0; i < finding->rating_count; i++)
        write_rating(&finding->ratings[i], out);
    wire_write_count(out, finding->weakness_count);
    for (size_t i = 0; i < finding->weakness_count; i++)
        write_weakness(&finding->weaknesses[i], out);
}

void findings_write(const struct findings *findings, struct text *out)
{
    text_add(out, MAGIC);
    wire_write_count(out, findings->count);
    for (size_t i = 0; i < findings->count; i++)
        write_finding(&findings->items[i], out);
}

// ---------------------------------------------------------------- reading

static bool read_enums(struct wire *wire, struct finding *finding, struct err *err)
{
    uint8_t kind = read_u8(&wire->bytes);
    uint8_t severity = read_u8(&wire->bytes);
    uint8_t status = read_u8(&wire->bytes);
    finding->exploited = wire_flag(wire);
    finding->disputed = wire_flag(wire);
    if (!wire_ok(wire, "kind", err))
        return false;
    if (kind > FINDING_CONFIG || severity > SEVERITY_CRITICAL || status > STATUS_NOT_AFFECTED)
        return err_set(err, ERR_INPUT, "kind %u, severity %u, status %u", kind, severity, status);
    finding->kind = (enum finding_kind)kind;
    finding->severity = (enum severity)severity;
    finding->status = (enum status)status;
    return true;
}

static bool read_numbers(struct wire *wire, struct finding *finding, struct err *err)
{
    double *numbers[NUMBERS] = {0};
    list_numbers(finding, numbers);
    for (size_t i = 0; i < NUMBERS; i++)
        if (!wire_number(wire, numbers[i], err))
            return false;
    return true;
}

static bool read_place(struct wire *wire, size_t packages, struct finding *finding, struct err *err)
{
    finding->layer = read_u32le(&wire->bytes);
    uint64_t package = read_u64le(&wire->bytes);
    if (!wire_ok(wire, "place", err))
        return false;
    if (finding->layer >= wire->limits->layers)
        return err_set(err, ERR_INPUT, "there is no layer %u", finding->layer);
    if (package >= packages && package != NO_PACKAGE)
        return err_set(err, ERR_INPUT, "there is no package %llu", (unsigned long long)package);
    finding->package = (size_t)package;
    return true;
}

static bool read_aliases(struct wire *wire, struct finding *finding, struct err *err)
{
    uint32_t count = 0;
    if (!wire_count(wire, 4, UINT32_MAX, "aliases", &count, err))
        return false;
    span *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "aliases");
    for (uint32_t i = 0; i < count; i++)
        items[i] = wire_field(wire);
    finding->aliases = (struct spans){.items = items, .count = count};
    return wire_ok(wire, "aliases", err);
}

static bool read_evidence(struct wire *wire, struct finding *finding, struct err *err)
{
    enum { EVIDENCE_BYTES = 4 * 4 };
    uint32_t count = 0;
    if (!wire_count(wire, EVIDENCE_BYTES, UINT32_MAX, "evidence", &count, err))
        return false;
    struct evidence *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "evidence");
    for (uint32_t i = 0; i < count; i++) {
        items[i].database = wire_field(wire);
        items[i].advisory = wire_field(wire);
        items[i].range = wire_field(wire);
        items[i].compared = wire_field(wire);
    }
    finding->evidence = items;
    finding->evidence_count = count;
    return wire_ok(wire, "evidence", err);
}

static bool read_rating(struct wire *wire, struct rating *ret, struct err *err)
{
    struct rating rating = {0};
    uint8_t severity = read_u8(&wire->bytes);
    if (!wire_number(wire, &rating.score, err))
        return false;
    if (severity > SEVERITY_CRITICAL)
        return err_set(err, ERR_INPUT, "severity %u", severity);
    rating.severity = (enum severity)severity;
    rating.database = wire_field(wire);
    rating.cvss = wire_field(wire);
    *ret = rating;
    return wire_ok(wire, "rating", err);
}

static bool read_ratings(struct wire *wire, struct finding *finding, struct err *err)
{
    enum { RATING_BYTES = 1 + 8 + 2 * 4 };
    uint32_t count = 0;
    if (!wire_count(wire, RATING_BYTES, UINT32_MAX, "ratings", &count, err))
        return false;
    struct rating *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "ratings");
    for (uint32_t i = 0; i < count; i++)
        if (!read_rating(wire, &items[i], err))
            return false;
    finding->ratings = items;
    finding->rating_count = count;
    return true;
}

static bool read_weaknesses(struct wire *wire, struct finding *finding, struct err *err)
{
    enum { WEAKNESS_BYTES = 3 * 4 };
    uint32_t count = 0;
    if (!wire_count(wire, WEAKNESS_BYTES, UINT32_MAX, "weaknesses", &count, err))
        return false;
    struct weakness *items = arena_array(wire->mem, count, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "weaknesses");
    for (uint32_t i = 0; i < count; i++) {
        items[i].id = wire_field(wire);
        items[i].database = wire_field(wire);
        items[i].name = wire_field(wire);
    }
    finding->weaknesses = items;
    finding->weakness_count = count;
    return wire_ok(wire, "weaknesses", err);
}

static bool read_finding(struct wire *wire, size_t packages, struct finding *ret, struct err *err)
{
    struct finding finding = {0};
    span *texts[TEXTS] = {0};
    list_texts(&finding, texts);
    if (!read_enums(wire, &finding, err) || !read_place(wire, packages, &finding, err) ||
        !read_numbers(wire, &finding, err))
        return false;
    for (size_t i = 0; i < TEXTS; i++)
        *texts[i] = wire_field(wire);
    if (!wire_ok(wire, "texts", err))
        return false;
    if (finding.id.len == 0)
        return err_set(err, ERR_INPUT, "has no id");
    if (finding.location.len > wire->limits->path_bytes || !path_is_normal(finding.location))
        return err_set(err, ERR_INPUT, "path '%s' is not normal", quote(finding.location).text);
    if (!read_aliases(wire, &finding, err) || !read_evidence(wire, &finding, err) ||
        !read_ratings(wire, &finding, err) || !read_weaknesses(wire, &finding, err))
        return false;
    *ret = finding;
    return true;
}

bool findings_read(span bytes, size_t packages, const struct limits *limits, struct arena *mem,
                   struct findings *ret, struct err *err)
{
    enum { FINDING_BYTES = 5 + 4 + 8 + 8 * NUMBERS + 4 * TEXTS + 4 * 4 };
    struct wire wire = wire_of(bytes, limits, mem);
    if (!span_equal(read_bytes(&wire.bytes, MAGIC.len), MAGIC))
        return err_set(err, ERR_INPUT, "findings: not of this version");
    uint32_t count = 0;
    if (!wire_count(&wire, FINDING_BYTES, limits->kept_entries, "findings", &count, err))
        return false;
    struct findings findings = {.items = arena_array(mem, count, sizeof *findings.items)};
    if (!findings.items)
        return arena_err(mem, err, "findings");
    for (; findings.count < count; findings.count++) {
        struct finding *finding = &findings.items[findings.count];
        if (!read_finding(&wire, packages, finding, err))
            return err_add(err, "finding %zu", findings.count);
        if (findings.count && worst_first(finding - 1, finding) > 0)
            return err_set(err, ERR_INPUT, "finding %zu is out of order", findings.count);
    }
    if (!wire_end(&wire, "findings", err))
        return false;
    *ret = findings;
    return true;
}
