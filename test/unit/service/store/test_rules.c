// Rules of projects: whose they are, when they count, and what state lists say that they are in.
#include "fresh.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000, TODAY = 20000 };

struct place {
    struct arena *mem;
    struct limits limits;
    span url;
    struct store *store;
    int64_t other; // a second project
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

static bool add_project(void *self, struct err *err)
{
    struct place *place = self;
    const struct project project = {.name = S("other")};
    return store_add_project(place->store, &project, NOW, &place->other, err);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 24);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .limits = limits_default()};
    place->url = fresh_url("rules", mem);
    ok(store_migrate(place->url, &place->limits, &err), &err);
    ok(store_open(place->url, &place->limits, &place->store, &err), &err);
    ok(store_transact(place->store, add_project, place, &err), &err);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    store_close(place->store);
    arena_free(place->mem);
    return 0;
}

// ---------------------------------------------------------------- changes

struct rule_work {
    struct place *place;
    struct project_rule rule;
    bool (*run)(struct rule_work *work, struct err *err);
};

static bool run_it(void *self, struct err *err)
{
    struct rule_work *work = self;
    return work->run(work, err);
}

static bool add_it(struct rule_work *work, struct err *err)
{
    return store_add_rule(work->place->store, &work->rule, NOW, &work->rule.id, err);
}

static bool change_it(struct rule_work *work, struct err *err)
{
    return store_change_rule(work->place->store, &work->rule, err);
}

static bool remove_it(struct rule_work *work, struct err *err)
{
    return store_remove_rule(work->place->store, work->rule.id, err);
}

static bool work_on(struct place *place, struct project_rule *rule,
                    bool (*run)(struct rule_work *work, struct err *err), struct err *err)
{
    struct rule_work work = {.place = place, .rule = *rule, .run = run};
    bool good = store_transact(place->store, run_it, &work, err);
    rule->id = work.rule.id;
    return good;
}

static const span flaws[] = {{(const uint8_t *)"CVE-2024-0001", 13},
                             {(const uint8_t *)"'; DROP TABLE rule; --", 22}};

static struct project_rule sample(int64_t project)
{
    return (struct project_rule){
        .project = project,
        .ids = {flaws, 2},
        .reason = S("'; DELETE FROM rule; --"),
        .expires = TODAY + 10,
    };
}

static struct project_rule add(struct place *place, int64_t project)
{
    struct project_rule rule = sample(project);
    struct err err = {0};
    ok(work_on(place, &rule, add_it, &err), &err);
    return rule;
}

static struct project_rules live(struct place *place, int64_t project, uint32_t today)
{
    struct project_rules rules = {0};
    struct err err = {0};
    ok(store_rules(place->store, project, today, place->mem, &rules, &err), &err);
    return rules;
}

// ---------------------------------------------------------------- tests

static void a_rule_is_what_was_said(void **state)
{
    struct place *place = *state;
    struct project_rule rule = add(place, 1);
    struct project_rules rules = live(place, 1, TODAY);
    struct err err = {0};
    assert_int_equal(rules.count, 1);
    assert_int_equal(rules.items[0].id, rule.id);
    assert_int_equal(rules.items[0].project, 1);
    assert_int_equal(rules.items[0].ids.count, 2);
    assert_true(span_equal(rules.items[0].ids.items[1], flaws[1]));
    assert_int_equal(rules.items[0].packages.count, 0);
    assert_true(span_equal(rules.items[0].reason, rule.reason));
    rule.project = place->other; // which does not change
    rule.ids.count = 1;
    rule.image = S("hub/*");
    ok(work_on(place, &rule, change_it, &err), &err);
    rules = live(place, 1, TODAY);
    assert_int_equal(rules.items[0].ids.count, 1);
    assert_true(span_equal(rules.items[0].image, S("hub/*")));
    ok(work_on(place, &rule, remove_it, &err), &err);
    assert_int_equal(live(place, 1, TODAY).count, 0);
    assert_false(work_on(place, &rule, remove_it, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_false(work_on(place, &rule, change_it, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static void each_project_has_its_own(void **state)
{
    struct place *place = *state;
    int64_t project = -1;
    struct err err = {0};
    struct project_rule mine = add(place, 1);
    struct project_rule theirs = add(place, place->other);
    struct project_rule all = add(place, 0);
    assert_int_equal(live(place, 1, TODAY).count, 2);
    assert_int_equal(live(place, 1, TODAY).items[0].id, mine.id);
    assert_int_equal(live(place, place->other, TODAY).items[0].id, theirs.id);
    // Who sees several projects sees what counts for one of them.
    assert_int_equal(live(place, 0, TODAY).count, 1);
    assert_int_equal(live(place, 0, TODAY).items[0].id, all.id);
    ok(store_rule_project(place->store, theirs.id, &project, &err), &err);
    assert_int_equal(project, place->other);
    ok(store_rule_project(place->store, all.id, &project, &err), &err);
    assert_int_equal(project, 0);
    assert_false(store_rule_project(place->store, 99, &project, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    struct project_rule nobodys = sample(99);
    assert_false(work_on(place, &nobodys, add_it, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

static bool remove_project(void *self, struct err *err)
{
    struct place *place = self;
    return store_remove_project(place->store, place->other, err);
}

static void a_project_with_rules_stays(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct project_rule rule = add(place, place->other);
    assert_false(store_transact(place->store, remove_project, place, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    ok(work_on(place, &rule, remove_it, &err), &err);
    ok(store_transact(place->store, remove_project, place, &err), &err);
    // The only project there is: who sees all sees its rules.
    (void)add(place, 1);
    assert_int_equal(live(place, 0, TODAY).count, 1);
}

struct seen {
    struct arena *mem;
    span state;
};

static bool take_state(void *self, const struct sql_row *row, struct err *err)
{
    enum { STATE_AT = 9 };
    struct seen *seen = self;
    (void)err;
    assert_string_equal(store_view(VIEW_RULES)->columns[STATE_AT].name, "state");
    return arena_span(seen->mem, sql_row_bytes(row, STATE_AT), &seen->state);
}

static void assert_state(struct place *place, uint32_t today, const char *wanted)
{
    struct seen seen = {.mem = place->mem};
    const struct sql_reader to = {&seen, take_state};
    const span wants[8] = {{0}};
    span next = {0};
    struct err err = {0};
    const struct browse browse = {
        .view = store_view(VIEW_RULES), .wants = wants, .limit = 10, .today = today, .project = 1};
    ok(store_browse(place->store, &browse, &to, place->mem, &next, &err), &err);
    assert_true(span_equal(seen.state, span_of_text(wanted)));
}

// A package with the flaw, in an image of the project.
static void add_finding(struct place *place)
{
    static const char *const rows[] = {
        "INSERT INTO unit (id, hash, type, name, short_name, version, purl, company, review)"
        " VALUES (1, $1, 'deb', 'a', 'a', '1', '', $1, 0)",
        "INSERT INTO bundle (id, hash, content) VALUES (1, $1, $1)",
        "INSERT INTO bundle_unit (unit, bundle) VALUES (1, 1)",
        "INSERT INTO image (id, digest, image_id, platform, distro, created, scanned, complete,"
        " packages, head) VALUES (1, 'd', '', '', '', '', 1, 1, 1, $1)",
        "INSERT INTO image_bundle (image, bundle, position) VALUES (1, 1, 0)",
        "INSERT INTO repository (id, registry, name, project) VALUES (1, 'hub', 'a', 1)",
        "INSERT INTO tag (id, repository, name, digest, pushed) VALUES (1, 1, '1', 'd', 1)",
        "INSERT INTO tag_image (tag, image) VALUES (1, 1)",
        "INSERT INTO finding (unit, id, kind, severity, status, fixed_version, exploited,"
        " suppressed, since, detail) VALUES (1, 'x', 0, 1, 1, '', 0, 0, 1, $1)",
        "INSERT INTO question (hash, unit) VALUES ($1, 1)",
        NULL,
    };
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    struct err err = {0};
    ok(sql_open(place->url, false, &sql, &err), &err);
    for (size_t i = 0; rows[i]; i++) {
        sql_value value = rows[i + 1] ? sql_bytes(S("x")) : sql_integer(rule_key_of_flaw(flaws[0]));
        ok(sql_run(sql, rows[i], &value, strchr(rows[i], '$') ? 1 : 0, &err), &err);
    }
}

static void a_list_says_in_which_state_a_rule_is(void **state)
{
    struct place *place = *state;
    (void)add(place, 1);
    assert_state(place, TODAY, "never_matched");
    add_finding(place);
    assert_state(place, TODAY, "active");
    assert_state(place, TODAY + 2, "active");
    assert_state(place, TODAY + 3, "expiring");
    assert_state(place, TODAY + 9, "expiring");
    assert_state(place, TODAY + 10, "expired");
    assert_int_equal(live(place, 1, TODAY + 9).count, 1);
    assert_int_equal(live(place, 1, TODAY + 10).count, 0);
}

static void what_nobody_can_mean_is_refused(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct project_rule rule = sample(1);
    rule.reason = (span){0};
    assert_false(work_on(place, &rule, add_it, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    rule = add(place, 1);
    rule.ids.count = 0;
    assert_false(work_on(place, &rule, change_it, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_int_equal(live(place, 1, TODAY).items[0].ids.count, 2);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_rule_is_what_was_said),         TEST(each_project_has_its_own),
        TEST(a_project_with_rules_stays),      TEST(a_list_says_in_which_state_a_rule_is),
        TEST(what_nobody_can_mean_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
