// Looking up: what goes in comes out, by every way of asking.
#include "facts.h"
#include "version/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PATH "test_database_look_up.db"

struct fixture {
    struct arena *mem;
    struct facts facts;
    struct database *database;
    struct advisory_source source;
    struct limits limits;
};

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 28);
    struct fixture *fixture = ARENA_NEW(mem, struct fixture);
    struct err err = {0};
    fixture->mem = mem;
    fixture->limits = limits_default();
    facts_make(&fixture->facts, mem, 11, 400);
    facts_write(&fixture->facts, PATH, 5, 2);
    if (!database_open(PATH, &fixture->database, &err))
        fail_msg("%s", err.text);
    fixture->source = database_source(fixture->database);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    database_close(fixture->database);
    arena_free(fixture->mem);
    return 0;
}

static void init_lines(struct list *lines, struct arena *mem)
{
    list_init(lines, mem, sizeof(span), SIZE_MAX);
}

static void add_line(struct list *lines, span line)
{
    span *place = LIST_ADD(lines, span);
    assert_non_null(place);
    *place = line;
}

static void assert_same_lines(struct list *a, struct list *b)
{
    facts_sort_lines(a);
    facts_sort_lines(b);
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_true(span_equal(*LIST_AT(a, span, i), *LIST_AT(b, span, i)));
}

// The lines of all facts on one package; an empty name stands for all packages.
static void expected_lines(const struct fixture *fixture, span ecosystem, span name,
                           struct list *ret)
{
    init_lines(ret, fixture->mem);
    for (size_t i = 0; i < fixture->facts.advisories.count; i++) {
        const struct advisory *advisory = LIST_AT(&fixture->facts.advisories, struct advisory, i);
        for (size_t k = 0; k < advisory->affected_count; k++) {
            const struct affected *affected = &advisory->affected[k];
            if (name.len == 0 ||
                (span_equal(affected->ecosystem, ecosystem) && span_equal(affected->name, name)))
                add_line(ret, facts_line(fixture->mem, advisory, affected));
        }
    }
}

static void lines_of(const struct statements *statements, struct arena *mem, struct list *lines)
{
    for (size_t i = 0; i < statements->count; i++) {
        assert_int_equal(statements->items[i].advisory.affected_count, 0);
        add_line(lines,
                 facts_line(mem, &statements->items[i].advisory, &statements->items[i].affected));
    }
}

static void every_package_answers_what_was_said(void **state)
{
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < fixture->facts.advisories.count; i++) {
        const struct advisory *advisory = LIST_AT(&fixture->facts.advisories, struct advisory, i);
        for (size_t k = 0; k < advisory->affected_count && k < 2; k++) {
            const struct affected *affected = &advisory->affected[k];
            struct err err = {0};
            struct claims claims = {0};
            struct statements statements = {0};
            struct list expected = {0};
            struct list found = {0};
            init_lines(&found, fixture->mem);
            expected_lines(fixture, affected->ecosystem, affected->name, &expected);
            assert_true(fixture->source.look_up(fixture->source.self, affected->ecosystem,
                                                affected->name, fixture->mem, &claims, &err));
            facts_read_claims(&fixture->source, &claims, fixture->mem, &statements);
            lines_of(&statements, fixture->mem, &found);
            assert_same_lines(&expected, &found);
        }
    }
}

// ---------------------------------------------------------------- looking out

static bool is_version(enum scheme scheme, span text, struct version_key *key)
{
    return text.len && version_key_of(scheme, text, key);
}

// As doc/formats/database.md has it, from the texts alone: a bound that is no version bounds
// nothing.
static bool is_in_range(const struct affected *affected, span version)
{
    enum scheme scheme = scheme_of_ecosystem(affected->ecosystem);
    int order = 0;
    if (affected->status == STATUS_NOT_AFFECTED)
        return false;
    if (version_compare(scheme, version, affected->fixed, &order) && affected->fixed.len &&
        order >= 0)
        return false;
    if (version_compare(scheme, version, affected->last_affected, &order) &&
        affected->last_affected.len && order > 0)
        return false;
    if (!version_compare(scheme, version, affected->introduced, &order) ||
        affected->introduced.len == 0)
        return true;
    return order > 0 || (order == 0 && !affected->after_introduced);
}

static enum outlook expected_outlook(const struct fixture *fixture, const struct affected *about,
                                     span of_binary, span of_source)
{
    enum outlook outlook = OUTLOOK_SILENT;
    for (size_t i = 0; i < fixture->facts.advisories.count; i++) {
        const struct advisory *advisory = LIST_AT(&fixture->facts.advisories, struct advisory, i);
        for (size_t k = 0; k < advisory->affected_count; k++) {
            const struct affected *affected = &advisory->affected[k];
            if (!span_equal(affected->ecosystem, about->ecosystem) ||
                !span_equal(affected->name, about->name))
                continue;
            span mine = affected->name_kind == NAME_SOURCE ? of_source : of_binary;
            if (mine.len && is_in_range(affected, mine))
                return OUTLOOK_OPEN;
            outlook = OUTLOOK_CLEAR;
        }
    }
    return outlook;
}

static void check_outlook(const struct fixture *fixture, const struct affected *about,
                          span of_binary, span of_source, size_t seen[3])
{
    enum scheme scheme = scheme_of_ecosystem(about->ecosystem);
    struct version_key binary;
    struct version_key source;
    struct asked_versions asked = {0};
    struct err err = {0};
    if (is_version(scheme, of_binary, &binary))
        asked.of_binary = span_of(binary.bytes, binary.len);
    if (is_version(scheme, of_source, &source))
        asked.of_source = span_of(source.bytes, source.len);
    if (asked.of_binary.len == 0)
        of_binary = (span){0};
    if (asked.of_source.len == 0)
        of_source = (span){0};
    enum outlook outlook = OUTLOOK_SILENT;
    assert_true(fixture->source.look_out(fixture->source.self, about->ecosystem, about->name,
                                         &asked, &outlook, &err));
    assert_int_equal(outlook, expected_outlook(fixture, about, of_binary, of_source));
    seen[outlook]++;
}

static void outlooks_are_what_the_ranges_say(void **state)
{
    const struct fixture *fixture = *state;
    const span versions[] = {S(""),      S("0"),     S("0.1-1"), S("1.2-3"), S("1.2-4"),
                             S("2.0.0"), S("9~rc1"), S("8.9"),   S("3:1-1"), S("x y")};
    size_t count = sizeof versions / sizeof *versions;
    size_t seen[3] = {0};
    for (size_t i = 0; i < fixture->facts.advisories.count; i++) {
        const struct advisory *advisory = LIST_AT(&fixture->facts.advisories, struct advisory, i);
        for (size_t k = 0; k < advisory->affected_count && k < 2; k++)
            check_outlook(fixture, &advisory->affected[k], versions[(i + k) % count],
                          versions[i / count % count], seen);
    }
    assert_int_equal(seen[OUTLOOK_SILENT], 0);
    assert_true(seen[OUTLOOK_CLEAR] > 10 && seen[OUTLOOK_OPEN] > 10);

    const struct affected unknown = {.ecosystem = S("debian:12"), .name = S("no-such-package")};
    check_outlook(fixture, &unknown, S("1"), S("1"), seen);
    assert_int_equal(seen[OUTLOOK_SILENT], 1);
}

static struct database *write_affected(const struct fixture *fixture, const struct affected *items,
                                       size_t count)
{
    const char *path = "test_database_affected.db";
    struct err err = {0};
    struct advisory advisory = {
        .database = S("db"),
        .id = S("X-1"),
        .score = -1,
        .affected = items,
        .affected_count = count,
    };
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    assert_true(database_builder_new(&fixture->limits, &builder, &err));
    struct advisory_sink sink = database_builder_sink(builder);
    assert_true(sink.take_advisory(sink.self, &advisory, &err));
    assert_true(database_write(&builder, 1, &fixture->limits, path, &err));
    struct database *database = NULL;
    assert_true(database_open(path, &database, &err));
    return database;
}

// pacman ignores a pkgrel that one of two versions lacks, so 1.0-5 is past 1.0-3 and yet not past
// 1.0: no ceiling ends the search.
static void orders_with_wide_equality_are_looked_through(void **state)
{
    const struct fixture *fixture = *state;
    const struct affected items[] = {
        {.ecosystem = S("arch"), .name = S("a"), .fixed = S("1.0-3")},
        {.ecosystem = S("arch"), .name = S("a"), .last_affected = S("1.0")},
        {.ecosystem = S("arch"), .name = S("b"), .fixed = S("1.0-3")},
    };
    CLEANUP(database_cleanup)
    struct database *database = write_affected(fixture, items, sizeof items / sizeof *items);
    struct advisory_source source = database_source(database);
    struct version_key key;
    struct err err = {0};
    assert_true(version_key_of(SCHEME_PACMAN, S("1.0-5"), &key));
    struct asked_versions asked = {.of_binary = span_of(key.bytes, key.len)};
    enum outlook outlook = OUTLOOK_SILENT;
    assert_true(source.look_out(source.self, S("arch"), S("a"), &asked, &outlook, &err));
    assert_int_equal(outlook, OUTLOOK_OPEN);
    assert_true(source.look_out(source.self, S("arch"), S("b"), &asked, &outlook, &err));
    assert_int_equal(outlook, OUTLOOK_CLEAR);
}

static void assert_key(span key, span version)
{
    struct version_key expected;
    if (version.len == 0 || !version_key_of(SCHEME_DEB, version, &expected))
        assert_int_equal(key.len, 0);
    else
        assert_true(span_equal(key, span_of(expected.bytes, expected.len)));
}

// Open ends first, then the highest ceiling, then what holds no version.
static void claims_come_with_keys_in_the_order_of_their_ceilings(void **state)
{
    const struct fixture *fixture = *state;
    const struct affected items[] = {
        {.ecosystem = S("debian:12"), .name = S("a"), .fixed = S("1.9-1"), .introduced = S("1.2")},
        {.ecosystem = S("debian:12"), .name = S("a"), .fixed = S("1.10-1")},
        {.ecosystem = S("debian:12"), .name = S("a"), .status = STATUS_NOT_AFFECTED},
        {.ecosystem = S("debian:12"), .name = S("a"), .fixed = S("no version")},
        {.ecosystem = S("debian:12"),
         .name = S("a"),
         .introduced = S("7"),
         .last_affected = S("7")},
    };
    CLEANUP(database_cleanup)
    struct database *database = write_affected(fixture, items, sizeof items / sizeof *items);
    struct advisory_source source = database_source(database);
    struct claims claims = {0};
    struct err err = {0};
    assert_true(source.look_up(source.self, S("debian:12"), S("a"), fixture->mem, &claims, &err));
    const span fixed[] = {S("no version"), S(""), S("1.10-1"), S("1.9-1"), S("")};
    assert_int_equal(claims.count, sizeof fixed / sizeof *fixed);
    for (size_t i = 0; i < claims.count; i++) {
        const struct claim *claim = &claims.items[i];
        assert_true(span_equal(claim->affected.fixed, fixed[i]));
        assert_key(claim->keys.fixed, claim->affected.fixed);
        assert_key(claim->keys.introduced, claim->affected.introduced);
        assert_key(claim->keys.last_affected, claim->affected.last_affected);
    }
    assert_true(span_equal(claims.items[1].affected.introduced, S("7")));
    assert_true(span_equal(claims.items[1].affected.last_affected, S("7")));
    assert_int_equal(claims.items[4].affected.status, STATUS_NOT_AFFECTED);
}

static void unknown_names_are_no_error(void **state)
{
    const struct fixture *fixture = *state;
    const span pairs[][2] = {
        {S("debian:12"), S("package-")}, {S("debian:12"), S("package-400")},
        {S("debian:1"), S("package-1")}, {S("zzz"), S("package-1")},
        {S("CVE-2023-1"), S("")},        {S("debian"), S("9")},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct err err = {0};
        struct claims claims = {.count = 1};
        assert_true(fixture->source.look_up(fixture->source.self, pairs[i][0], pairs[i][1],
                                            fixture->mem, &claims, &err));
        assert_int_equal(claims.count, 0);
    }
}

static void a_full_arena_is_a_limit(void **state)
{
    const struct fixture *fixture = *state;
    const struct affected *affected = NULL;
    for (size_t i = 0; !affected; i++)
        affected = LIST_AT(&fixture->facts.advisories, struct advisory, i)->affected_count
                       ? LIST_AT(&fixture->facts.advisories, struct advisory, i)->affected
                       : NULL;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(200);
    struct err err = {0};
    struct claims claims = {0};
    assert_false(fixture->source.look_up(fixture->source.self, affected->ecosystem, affected->name,
                                         mem, &claims, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void flaws_come_back(void **state)
{
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < fixture->facts.flaws.count; i++) {
        const struct flaw *flaw = LIST_AT(&fixture->facts.flaws, struct flaw, i);
        struct flaw found = {0};
        struct err err = {0};
        assert_true(fixture->source.look_up_flaw(fixture->source.self, flaw->id, (span){0},
                                                 fixture->mem, &found, &err));
        assert_true(
            span_equal(facts_flaw_line(fixture->mem, flaw), facts_flaw_line(fixture->mem, &found)));
        bool rated = flaw->severity != SEVERITY_UNKNOWN || flaw->score >= 0 || flaw->cvss.len;
        assert_int_equal(found.rating_count, rated);
    }
    struct flaw found = {0};
    struct err err = {.kind = ERR_IO};
    assert_false(fixture->source.look_up_flaw(fixture->source.self, S("CVE-1-1"), (span){0},
                                              fixture->mem, &found, &err));
    assert_int_equal(err.kind, ERR_NONE);
}

// What four databases and a half say of one flaw.
static void write_opinions(const struct fixture *fixture, const char *path)
{
    const span injection[] = {S("CWE-79"), S("CWE-89")};
    const span others[] = {S("CWE-89"), S("NVD-CWE-Other")};
    const struct flaw flaws[] = {
        {.id = S("GHSA-1"), .database = S("a"), .score = -1, .epss = 0.5, .epss_percentile = 0.9},
        {.id = S("GHSA-1"),
         .database = S("b"),
         .severity = SEVERITY_LOW,
         .score = -1,
         .epss = 0.25,
         .epss_percentile = 0.95,
         .rejected = true},
        {.id = S("GHSA-1"),
         .database = S("c"),
         .severity = SEVERITY_HIGH,
         .cvss = S("vector"),
         .score = 7.5,
         .epss = -1,
         .epss_percentile = -1,
         .published = 200,
         .weaknesses = {.items = injection, .count = 2}},
        {.id = S("GHSA-1"),
         .database = S("c"),
         .severity = SEVERITY_CRITICAL,
         .score = -1,
         .epss = -1,
         .epss_percentile = -1,
         .published = 300,
         .weaknesses = {.items = others, .count = 2}},
        {.id = S("GHSA-1"),
         .database = S("d"),
         .score = 9.9,
         .epss = -1,
         .epss_percentile = -1,
         .exploited = true,
         .exploited_since = 400,
         .disputed = true},
    };
    struct err err = {0};
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    assert_true(database_builder_new(&fixture->limits, &builder, &err));
    struct advisory_sink sink = database_builder_sink(builder);
    for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++)
        assert_true(sink.take_flaw(sink.self, &flaws[i], &err));
    assert_true(database_write(&builder, 1, &fixture->limits, path, &err));
}

static void databases_complete_each_other_on_a_flaw(void **state)
{
    const struct fixture *fixture = *state;
    struct err err = {0};
    write_opinions(fixture, "test_database_flaw.db");
    CLEANUP(database_cleanup) struct database *database = NULL;
    assert_true(database_open("test_database_flaw.db", &database, &err));
    struct advisory_source source = database_source(database);
    struct flaw found = {0};
    assert_true(
        source.look_up_flaw(source.self, S("GHSA-1"), (span){0}, fixture->mem, &found, &err));
    assert_true(span_equal(found.database, S("c")));
    assert_true(span_equal(found.cvss, S("vector")));
    assert_int_equal(found.severity, SEVERITY_HIGH);
    assert_true(found.score == 7.5 && found.epss == 0.5 && found.epss_percentile == 0.9);
    assert_true(found.exploited && found.rejected && found.disputed);
    assert_int_equal(found.exploited_since, 400);
    assert_int_equal(found.published, 200);

    facts_assert_spans(&found.weaknesses, "CWE-89 NVD-CWE-Other CWE-79");
    assert_int_equal(found.rating_count, 3);
    const struct rating *ratings = found.ratings;
    assert_true(span_equal(ratings[0].database, S("b")) && ratings[0].score < 0);
    assert_true(span_equal(ratings[1].database, S("c")) && ratings[1].score == 7.5);
    assert_true(span_equal(ratings[2].database, S("d")) && ratings[2].score == 9.9);

    assert_true(source.look_up_flaw(source.self, S("GHSA-1"), S("d"), fixture->mem, &found, &err));
    assert_true(span_equal(found.database, S("d")) && found.score == 9.9);
    assert_int_equal(found.rating_count, 3);
}

static void releases_come_back(void **state)
{
    const struct fixture *fixture = *state;
    struct release found = {0};
    struct err err = {0};
    for (size_t i = 0; i < fixture->facts.releases.count; i++) {
        const struct release *release = LIST_AT(&fixture->facts.releases, struct release, i);
        assert_true(fixture->source.look_up_release(fixture->source.self, release->distro,
                                                    release->version_id, fixture->mem, &found,
                                                    &err));
        assert_true(span_equal(facts_release_line(fixture->mem, release),
                               facts_release_line(fixture->mem, &found)));
    }
    assert_false(fixture->source.look_up_release(fixture->source.self, S("debian"), S("1"),
                                                 fixture->mem, &found, &err));
    assert_int_equal(err.kind, ERR_NONE);
}

static void weaknesses_and_products_come_back(void **state)
{
    const struct fixture *fixture = *state;
    const struct advisory_source *source = &fixture->source;
    struct err err = {0};
    span name = {0};
    assert_true(source->look_up_weakness(source->self, S("CWE-3"), fixture->mem, &name, &err));
    assert_true(span_equal(name, S("Weakness 3")));
    assert_true(source->look_up_weakness(source->self, S("CWE-33"), fixture->mem, &name, &err));
    assert_int_equal(name.len, 0);

    struct spans products = {0};
    assert_true(source->look_up_products(source->self, S("generic"), S("package-1"), fixture->mem,
                                         &products, &err));
    assert_int_equal(products.count, 2);
    assert_true(span_equal(products.items[0], S("vendor:product2")));
    assert_true(span_equal(products.items[1], S("vendor:product3")));
    assert_true(source->look_up_products(source->self, S("github"), S("package-1"), fixture->mem,
                                         &products, &err));
    assert_int_equal(products.count, 0);
}

// ---------------------------------------------------------------- walks

struct seen {
    struct arena *mem;
    struct list packages;
    struct list flaws;
    struct list releases;
    struct list weaknesses;
    struct list products;
};

static bool see_package(void *self, span ecosystem, span name, const struct statements *statements,
                        struct err *err)
{
    (void)err;
    struct seen *seen = self;
    for (size_t i = 0; i < statements->count; i++) {
        assert_true(span_equal(statements->items[i].affected.ecosystem, ecosystem));
        assert_true(span_equal(statements->items[i].affected.name, name));
    }
    lines_of(statements, seen->mem, &seen->packages);
    return true;
}

static bool see_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    (void)err;
    struct seen *seen = self;
    add_line(&seen->flaws, facts_flaw_line(seen->mem, flaw));
    return true;
}

static bool see_release(void *self, const struct release *release, struct err *err)
{
    (void)err;
    struct seen *seen = self;
    add_line(&seen->releases, facts_release_line(seen->mem, release));
    return true;
}

static bool see_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    (void)err;
    struct seen *seen = self;
    add_line(&seen->weaknesses, facts_weakness_line(seen->mem, weakness));
    return true;
}

static bool see_product(void *self, const struct cpe_product *product, struct err *err)
{
    (void)err;
    struct seen *seen = self;
    add_line(&seen->products, facts_product_line(seen->mem, product));
    return true;
}

static struct database_visitor watch(struct seen *seen, struct arena *mem)
{
    seen->mem = mem;
    init_lines(&seen->packages, mem);
    init_lines(&seen->flaws, mem);
    init_lines(&seen->releases, mem);
    init_lines(&seen->weaknesses, mem);
    init_lines(&seen->products, mem);
    return (struct database_visitor){
        .self = seen,
        .visit_package = see_package,
        .visit_flaw = see_flaw,
        .visit_release = see_release,
        .visit_weakness = see_weakness,
        .visit_product = see_product,
    };
}

static void a_walk_sees_everything(void **state)
{
    const struct fixture *fixture = *state;
    struct seen seen = {0};
    struct err err = {0};
    struct database_visitor visitor = watch(&seen, fixture->mem);
    assert_true(database_walk(fixture->database, &fixture->limits, &visitor, &err));

    struct list expected = {0};
    expected_lines(fixture, (span){0}, (span){0}, &expected);
    assert_same_lines(&expected, &seen.packages);
    assert_int_equal(seen.flaws.count, fixture->facts.flaws.count);
    assert_int_equal(seen.releases.count, fixture->facts.releases.count);

    init_lines(&expected, fixture->mem);
    for (size_t i = 0; i < fixture->facts.weaknesses.count; i++)
        add_line(&expected, facts_weakness_line(fixture->mem, LIST_AT(&fixture->facts.weaknesses,
                                                                      struct weakness, i)));
    assert_same_lines(&expected, &seen.weaknesses);
    init_lines(&expected, fixture->mem);
    for (size_t i = 0; i < fixture->facts.products.count; i++)
        add_line(&expected, facts_product_line(fixture->mem, LIST_AT(&fixture->facts.products,
                                                                     struct cpe_product, i)));
    assert_same_lines(&expected, &seen.products);
}

static void a_search_finds_the_name_in_all_ecosystems(void **state)
{
    const struct fixture *fixture = *state;
    struct seen seen = {0};
    struct err err = {0};
    struct database_visitor visitor = watch(&seen, fixture->mem);
    assert_true(
        database_search(fixture->database, S("package-3"), &fixture->limits, &visitor, &err));
    struct list expected = {0};
    init_lines(&expected, fixture->mem);
    const span ecosystems[] = {S("debian:12"), S("debian:13"), S("rhel:9"), S("npm"), S("")};
    for (size_t i = 0; i < sizeof ecosystems / sizeof *ecosystems; i++) {
        struct list some = {0};
        expected_lines(fixture, ecosystems[i], S("package-3"), &some);
        for (size_t k = 0; k < some.count; k++)
            add_line(&expected, *LIST_AT(&some, span, k));
    }
    assert_same_lines(&expected, &seen.packages);
    assert_int_equal(seen.flaws.count, 0);

    assert_true(
        database_search(fixture->database, S("CVE-2023-7"), &fixture->limits, &visitor, &err));
    assert_int_equal(seen.flaws.count, 1);
}

static bool names(const struct spans *ids, span id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (span_equal(ids->items[i], id))
            return true;
    return false;
}

static void a_search_finds_what_advisories_say_of_a_flaw(void **state)
{
    const struct fixture *fixture = *state;
    const span ids[] = {S("CVE-2024-7"), S("GHSA-77"), S("CVE-2024-1000")};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct seen seen = {0};
        struct err err = {0};
        struct list expected = {0};
        struct database_visitor visitor = watch(&seen, fixture->mem);
        init_lines(&expected, fixture->mem);
        for (size_t k = 0; k < fixture->facts.advisories.count; k++) {
            const struct advisory *advisory =
                LIST_AT(&fixture->facts.advisories, struct advisory, k);
            if (!span_equal(advisory->id, ids[i]) && !names(&advisory->flaws, ids[i]) &&
                !names(&advisory->aliases, ids[i]))
                continue;
            for (size_t n = 0; n < advisory->affected_count; n++)
                add_line(&expected, facts_line(fixture->mem, advisory, &advisory->affected[n]));
        }
        assert_true(database_search(fixture->database, ids[i], &fixture->limits, &visitor, &err));
        assert_same_lines(&expected, &seen.packages);
    }
}

static bool refuse(void *self, const struct flaw *flaw, struct err *err)
{
    (void)self;
    (void)flaw;
    return err_set(err, ERR_TIMEOUT, "enough");
}

static void a_visitor_ends_the_walk(void **state)
{
    const struct fixture *fixture = *state;
    struct database_visitor visitor = {.visit_flaw = refuse};
    struct err err = {0};
    assert_false(database_walk(fixture->database, &fixture->limits, &visitor, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
}

static void the_description_names_sources_and_days(void **state)
{
    const struct fixture *fixture = *state;
    struct database_info info = {0};
    struct err err = {0};
    assert_true(database_describe(fixture->database, fixture->mem, &info, &err));
    assert_true(span_equal(info.built, S("2024-10-06T00:00:00Z")));
    assert_true(span_equal(info.path, S(PATH)));
    assert_int_equal(info.sources.count, 6);
    assert_true(span_equal(info.sources.items[0], S("alpha 2024-10-04")));
    assert_true(span_equal(info.sources.items[4], S("releases unknown")));

    struct database_segment segment = {0};
    assert_int_equal(database_segment_count(fixture->database), 6);
    assert_true(database_segment_at(fixture->database, 4, &segment, &err));
    assert_int_equal(segment.releases, 5);
    assert_int_equal(segment.advisories, 0);
    assert_true(database_segment_at(fixture->database, 0, &segment, &err));
    assert_true(span_equal(segment.licence, S("CC0-1.0")));
    assert_true(segment.statements > segment.packages);
    assert_true(database_segment_at(fixture->database, 3, &segment, &err));
    assert_int_equal(segment.products, 10);
    assert_true(database_segment_at(fixture->database, 5, &segment, &err));
    assert_int_equal(segment.weaknesses, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_package_answers_what_was_said),
        cmocka_unit_test(outlooks_are_what_the_ranges_say),
        cmocka_unit_test(orders_with_wide_equality_are_looked_through),
        cmocka_unit_test(claims_come_with_keys_in_the_order_of_their_ceilings),
        cmocka_unit_test(unknown_names_are_no_error),
        cmocka_unit_test(a_full_arena_is_a_limit),
        cmocka_unit_test(flaws_come_back),
        cmocka_unit_test(databases_complete_each_other_on_a_flaw),
        cmocka_unit_test(releases_come_back),
        cmocka_unit_test(weaknesses_and_products_come_back),
        cmocka_unit_test(a_walk_sees_everything),
        cmocka_unit_test(a_search_finds_the_name_in_all_ecosystems),
        cmocka_unit_test(a_search_finds_what_advisories_say_of_a_flaw),
        cmocka_unit_test(a_visitor_ends_the_walk),
        cmocka_unit_test(the_description_names_sources_and_days),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
