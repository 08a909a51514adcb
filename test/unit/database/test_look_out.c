// Looking out: what is answered without looking anything up, and the order and the keys of claims
// that make it cheap.
#include "facts.h"
#include "version/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state)
{
    return fixture_open(state, "test_database_look_out.db");
}

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
    struct known_ecosystem known =
        fixture->source.find_ecosystem(fixture->source.self, about->ecosystem);
    enum outlook outlook = OUTLOOK_SILENT;
    assert_true(fixture->source.look_out(fixture->source.self, &known, about->name, &asked,
                                         &outlook, &err));
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
    struct known_ecosystem known = source.find_ecosystem(source.self, S("arch"));
    enum outlook outlook = OUTLOOK_SILENT;
    assert_true(source.look_out(source.self, &known, S("a"), &asked, &outlook, &err));
    assert_int_equal(outlook, OUTLOOK_OPEN);
    assert_true(source.look_out(source.self, &known, S("b"), &asked, &outlook, &err));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outlooks_are_what_the_ranges_say),
        cmocka_unit_test(orders_with_wide_equality_are_looked_through),
        cmocka_unit_test(claims_come_with_keys_in_the_order_of_their_ceilings),
    };
    return cmocka_run_group_tests(tests, set_up, fixture_close);
}
