#include "facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

// ---------------------------------------------------------------- making

uint64_t facts_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static span pick(uint64_t *state, const span *pool, size_t count)
{
    return pool[facts_random(state) % count];
}

#define PICK(state, pool) pick((state), (pool), sizeof(pool) / sizeof *(pool))

static const span databases[] = {S("alpha"), S("beta"), S("gamma")};
static const span ecosystems[] = {S("debian:12"), S("debian:13"), S("rhel:9"), S("npm"), S("")};
static const span versions[] = {S(""), S("0"), S("1.2-3"), S("2:4.18.0-553.el8_10"), S("9~rc1")};
static const span modules[] = {S(""), S(""), S("nodejs:18"), S("perl:5.30")};
static const span vectors[] = {S(""), S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), S("x")};

static span numbered(struct arena *mem, const char *prefix, uint64_t number)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_addf(&text, "%s%llu", prefix, (unsigned long long)number);
    assert_true(text_ok(&text));
    return text_span(&text);
}

static struct spans some_ids(struct arena *mem, uint64_t *state, const char *prefix)
{
    size_t count = facts_random(state) % 4;
    span *items = arena_array(mem, count, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++)
        items[i] = numbered(mem, prefix, facts_random(state) % 2000);
    return (struct spans){.items = items, .count = count};
}

static struct affected make_affected(struct arena *mem, uint64_t *state)
{
    struct affected affected = {0};
    affected.ecosystem = PICK(state, ecosystems);
    affected.name = numbered(mem, "package-", facts_random(state) % 40);
    affected.name_kind = (enum name_kind)(facts_random(state) % 2);
    affected.status = (enum status)(facts_random(state) % (STATUS_NOT_AFFECTED + 1));
    affected.severity = (enum severity)(facts_random(state) % (SEVERITY_CRITICAL + 1));
    affected.introduced = PICK(state, versions);
    affected.fixed = PICK(state, versions);
    affected.last_affected = PICK(state, versions);
    affected.after_introduced = affected.introduced.len && facts_random(state) % 8 == 0;
    affected.module = PICK(state, modules);
    affected.repository = PICK(state, modules);
    return affected;
}

static double make_score(uint64_t *state, unsigned most, double unit)
{
    uint64_t value = facts_random(state) % (most + 2);
    return value > most ? -1 : (double)value / unit;
}

static struct advisory make_advisory(struct arena *mem, uint64_t *state, size_t number)
{
    struct advisory advisory = {.database = PICK(state, databases)};
    advisory.id = numbered(mem, "CVE-2024-", number);
    advisory.flaws = some_ids(mem, state, "CVE-2024-");
    advisory.aliases = some_ids(mem, state, "GHSA-");
    advisory.severity = (enum severity)(facts_random(state) % (SEVERITY_CRITICAL + 1));
    advisory.cvss = PICK(state, vectors);
    advisory.score = make_score(state, 100, 10);
    advisory.modified = (uint32_t)(facts_random(state) % 20000);
    advisory.withdrawn = facts_random(state) % 8 == 0;
    advisory.disputed = facts_random(state) % 8 == 0;
    advisory.malicious = facts_random(state) % 8 == 0;
    advisory.affected_count = facts_random(state) % 9;
    struct affected *affected = arena_array(mem, advisory.affected_count, sizeof *affected);
    assert_non_null(affected);
    for (size_t i = 0; i < advisory.affected_count; i++)
        affected[i] = make_affected(mem, state);
    advisory.affected = affected;
    return advisory;
}

static struct flaw make_flaw(struct arena *mem, uint64_t *state, size_t number)
{
    struct flaw flaw = {.database = PICK(state, databases)};
    flaw.id = numbered(mem, "CVE-2023-", number);
    flaw.severity = (enum severity)(facts_random(state) % (SEVERITY_CRITICAL + 1));
    flaw.cvss = PICK(state, vectors);
    flaw.score = make_score(state, 100, 10);
    flaw.epss = make_score(state, 100000, 100000);
    flaw.epss_percentile = make_score(state, 100000, 100000);
    flaw.exploited = facts_random(state) % 2;
    flaw.exploited_since = flaw.exploited ? (uint32_t)(facts_random(state) % 20000) : 0;
    flaw.rejected = facts_random(state) % 8 == 0;
    flaw.disputed = facts_random(state) % 8 == 0;
    flaw.weaknesses = some_ids(mem, state, "CWE-");
    flaw.published = (uint32_t)(facts_random(state) % 20000);
    return flaw;
}

void facts_make(struct facts *facts, struct arena *mem, uint64_t seed, size_t advisories)
{
    uint64_t state = seed;
    facts->mem = mem;
    list_init(&facts->advisories, mem, sizeof(struct advisory), SIZE_MAX);
    list_init(&facts->flaws, mem, sizeof(struct flaw), SIZE_MAX);
    list_init(&facts->releases, mem, sizeof(struct release), SIZE_MAX);
    list_init(&facts->weaknesses, mem, sizeof(struct weakness), SIZE_MAX);
    list_init(&facts->products, mem, sizeof(struct cpe_product), SIZE_MAX);
    for (size_t i = 0; i < advisories; i++) {
        *LIST_ADD(&facts->advisories, struct advisory) = make_advisory(mem, &state, i);
        *LIST_ADD(&facts->flaws, struct flaw) = make_flaw(mem, &state, i);
    }
    for (size_t i = 0; i < 5; i++)
        *LIST_ADD(&facts->releases, struct release) = (struct release){
            .distro = S("debian"),
            .database = S("releases"),
            .version_id = numbered(mem, "", 9 + i),
            .codename = S("name"),
            .end_of_life = (uint32_t)(i * 1000),
            .end_of_extended_life = (uint32_t)(i * 2000),
        };
    for (size_t i = 0; i < 5; i++)
        *LIST_ADD(&facts->weaknesses, struct weakness) = (struct weakness){
            .id = numbered(mem, "CWE-", i),
            .database = S("weaknesses"),
            .name = numbered(mem, "Weakness ", i),
        };
    for (size_t i = 0; i < 10; i++)
        *LIST_ADD(&facts->products, struct cpe_product) = (struct cpe_product){
            .database = S("products"),
            .type = i % 4 ? S("generic") : S("github"),
            .name = numbered(mem, "package-", i / 2),
            .cpe = numbered(mem, "vendor:product", i),
        };
}

// ---------------------------------------------------------------- giving

static bool is_in_part(span database, unsigned part, unsigned parts)
{
    return database.ptr[0] % parts == part;
}

// The k-th index of a pass over `count` items by steps that have no divisor in common with it.
static size_t shuffled(size_t k, size_t count, uint64_t shuffle)
{
    size_t step = (size_t)(shuffle % count) + 1;
    for (size_t a = count, b = step; b;) {
        size_t rest = a % b;
        a = b;
        b = rest;
        if (b == 0 && a != 1) {
            step++;
            a = count;
            b = step;
        }
    }
    return (k * step + (size_t)shuffle) % count;
}

static void give_advisories(const struct facts *facts, const struct advisory_sink *sink,
                            uint64_t shuffle, unsigned part, unsigned parts)
{
    for (size_t i = 0; i < facts->advisories.count; i++) {
        size_t at = shuffled(i, facts->advisories.count, shuffle);
        const struct advisory *advisory = LIST_AT(&facts->advisories, struct advisory, at);
        struct err err = {0};
        if (is_in_part(advisory->database, part, parts))
            assert_true(sink->take_advisory(sink->self, advisory, &err));
    }
}

static void give_flaws(const struct facts *facts, const struct advisory_sink *sink,
                       uint64_t shuffle, unsigned part, unsigned parts)
{
    for (size_t i = 0; i < facts->flaws.count; i++) {
        size_t at = shuffled(i, facts->flaws.count, shuffle);
        const struct flaw *flaw = LIST_AT(&facts->flaws, struct flaw, at);
        struct err err = {0};
        if (is_in_part(flaw->database, part, parts))
            assert_true(sink->take_flaw(sink->self, flaw, &err));
    }
}

static void give_names(const struct facts *facts, const struct advisory_sink *sink)
{
    struct err err = {0};
    for (size_t i = 0; i < facts->weaknesses.count; i++)
        assert_true(
            sink->take_weakness(sink->self, LIST_AT(&facts->weaknesses, struct weakness, i), &err));
    for (size_t i = 0; i < facts->products.count; i++)
        assert_true(
            sink->take_product(sink->self, LIST_AT(&facts->products, struct cpe_product, i), &err));
}

void facts_give(const struct facts *facts, const struct advisory_sink *sink, uint64_t shuffle,
                unsigned part, unsigned parts)
{
    struct err err = {0};
    if (shuffle % 2)
        give_flaws(facts, sink, shuffle, part, parts);
    give_advisories(facts, sink, shuffle, part, parts);
    if (shuffle % 2 == 0)
        give_flaws(facts, sink, shuffle, part, parts);
    for (size_t i = 0; i < facts->releases.count && part == 0; i++)
        assert_true(
            sink->take_release(sink->self, LIST_AT(&facts->releases, struct release, i), &err));
    if (part == 0)
        give_names(facts, sink);
    for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
        if (is_in_part(databases[i], part, parts))
            assert_true(sink->take_source(sink->self, databases[i], 20000 + (uint32_t)i,
                                          S("CC0-1.0"), &err));
}

// ---------------------------------------------------------------- lines

static void add_spans(struct text *text, const struct spans *spans)
{
    text_add_u64(text, spans->count);
    for (size_t i = 0; i < spans->count; i++)
        text_add_field(text, spans->items[i]);
}

static void add_number(struct text *text, double number)
{
    text_addf(text, " %.17g ", number);
}

span facts_line(struct arena *mem, const struct advisory *advisory, const struct affected *affected)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add_field(&text, advisory->database);
    text_add_field(&text, advisory->id);
    add_spans(&text, &advisory->flaws);
    add_spans(&text, &advisory->aliases);
    text_addf(&text, " %d %u %d %d %d ", (int)advisory->severity, advisory->modified,
              advisory->withdrawn, advisory->disputed, advisory->malicious);
    add_number(&text, advisory->score);
    const span parts[] = {
        advisory->cvss,  affected->ecosystem,     affected->name,   affected->introduced,
        affected->fixed, affected->last_affected, affected->module, affected->repository,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        text_add_field(&text, parts[i]);
    text_addf(&text, " %d %d %d %d", (int)affected->name_kind, (int)affected->status,
              (int)affected->severity, affected->after_introduced);
    assert_true(text_ok(&text));
    return text_span(&text);
}

span facts_flaw_line(struct arena *mem, const struct flaw *flaw)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add_field(&text, flaw->id);
    text_add_field(&text, flaw->database);
    text_add_field(&text, flaw->cvss);
    text_addf(&text, " %d %d %u %d %d %u ", (int)flaw->severity, flaw->exploited, flaw->published,
              flaw->rejected, flaw->disputed, flaw->exploited_since);
    add_spans(&text, &flaw->weaknesses);
    add_number(&text, flaw->score);
    add_number(&text, flaw->epss);
    add_number(&text, flaw->epss_percentile);
    assert_true(text_ok(&text));
    return text_span(&text);
}

span facts_release_line(struct arena *mem, const struct release *release)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add_field(&text, release->distro);
    text_add_field(&text, release->database);
    text_add_field(&text, release->version_id);
    text_add_field(&text, release->codename);
    text_addf(&text, " %u %u", release->end_of_life, release->end_of_extended_life);
    assert_true(text_ok(&text));
    return text_span(&text);
}

span facts_product_line(struct arena *mem, const struct cpe_product *product)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add_field(&text, product->database);
    text_add_field(&text, product->type);
    text_add_field(&text, product->name);
    text_add_field(&text, product->cpe);
    assert_true(text_ok(&text));
    return text_span(&text);
}

span facts_weakness_line(struct arena *mem, const struct weakness *weakness)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add_field(&text, weakness->database);
    text_add_field(&text, weakness->id);
    text_add_field(&text, weakness->name);
    assert_true(text_ok(&text));
    return text_span(&text);
}

static int compare_lines(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

void facts_sort_lines(struct list *lines)
{
    assert_true(list_ok(lines));
    sort_items(lines->items, lines->count, lines->item_size, compare_lines);
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (i == 0 || compare_lines(LIST_AT(lines, span, i), LIST_AT(lines, span, kept - 1)) != 0)
            *LIST_AT(lines, span, kept++) = *LIST_AT(lines, span, i);
    lines->count = kept;
}

void facts_assert_spans(const struct spans *spans, const char *expected)
{
    span rest = span_of_text(expected);
    for (size_t i = 0; i < spans->count; i++)
        assert_true(span_equal(spans->items[i], span_cut(&rest, ' ')));
    assert_int_equal(rest.len, 0);
}

// ---------------------------------------------------------------- writing

void facts_write(const struct facts *facts, const char *path, uint64_t shuffle, unsigned builders)
{
    struct limits limits = limits_default();
    struct err err = {0};
    struct database_builder *made[8] = {0};
    assert_true(builders <= 8);
    for (unsigned i = 0; i < builders; i++) {
        assert_true(database_builder_new(&limits, &made[i], &err));
        struct advisory_sink sink = database_builder_sink(made[i]);
        facts_give(facts, &sink, shuffle, i, builders);
    }
    if (!database_write(made, builders, &limits, path, &err))
        fail_msg("%s", err.text);
    for (unsigned i = 0; i < builders; i++)
        database_builder_free(made[i]);
}

void facts_read_claims(const struct advisory_source *source, const struct claims *claims,
                       struct arena *mem, struct statements *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < claims->count; i++)
        count += claims->items[i].count;
    struct statement *items = arena_array(mem, count, sizeof *items);
    assert_non_null(items);
    *ret = (struct statements){.items = items, .count = count};
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->items[i];
        assert_true(source->read_statements(source->self, claim, mem, items, NULL));
        items += claim->count;
    }
}

// ---------------------------------------------------------------- a database

int fixture_open(void **state, const char *path)
{
    struct arena *mem = arena_new(1 << 28);
    struct fixture *fixture = ARENA_NEW(mem, struct fixture);
    struct err err = {0};
    fixture->mem = mem;
    fixture->limits = limits_default();
    facts_make(&fixture->facts, mem, 11, 400);
    facts_write(&fixture->facts, path, 5, 2);
    if (!database_open(path, &fixture->database, &err))
        fail_msg("%s", err.text);
    fixture->source = database_source(fixture->database);
    *state = fixture;
    return 0;
}

int fixture_close(void **state)
{
    struct fixture *fixture = *state;
    database_close(fixture->database);
    arena_free(fixture->mem);
    return 0;
}
