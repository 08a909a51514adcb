// Projects, tokens, the audit log, and lists of them.
#include "fresh.h"
#include "place.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000 };

static int set_up(void **state)
{
    *state = place_new("access");
    return 0;
}

// ---------------------------------------------------------------- projects

struct project_work {
    struct place *place;
    struct project project;
    int64_t id;
    bool (*run)(struct project_work *work, struct err *err);
};

static bool run_project(void *self, struct err *err)
{
    struct project_work *work = self;
    return work->run(work, err);
}

static bool add_it(struct project_work *work, struct err *err)
{
    return store_add_project(work->place->store, &work->project, NOW, &work->id, err);
}

static bool set_it(struct project_work *work, struct err *err)
{
    return store_set_patterns(work->place->store, work->id, &work->project.patterns, err);
}

static bool remove_it(struct project_work *work, struct err *err)
{
    return store_remove_project(work->place->store, work->id, err);
}

static bool change(struct place *place, bool (*run)(struct project_work *work, struct err *err),
                   int64_t *id, const char *name, const span *patterns, size_t count,
                   struct err *err)
{
    struct project_work work = {
        .place = place,
        .project = {.name = span_of_text(name), .patterns = {patterns, count}},
        .id = *id,
        .run = run,
    };
    bool good = store_transact(place->store, run_project, &work, err);
    *id = work.id;
    return good;
}

static bool push_it(struct project_work *work, struct err *err)
{
    const struct push push = {
        .registry = S("hub"), .repository = work->project.name, .tag = S("1"), .digest = S("d")};
    return store_set_tag(work->place->store, &push, NULL, 0, NOW, err);
}

static int64_t count_of(struct place *place, enum view_name view, const char *filter,
                        const char *value);

static void a_repository_goes_where_the_longest_pattern_says(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    const span team[] = {S("hub/team/*")};
    const span other[] = {S("hub/other/*")};
    struct project found = {0};
    int64_t mine = 0;
    int64_t none = 0;
    ok(store_find_project(place->store, S("default"), place->mem, &found, &err), &err);
    int64_t rest = found.id;
    ok(change(place, push_it, &none, "team/app", NULL, 0, &err), &err);
    ok(change(place, push_it, &none, "other/app", NULL, 0, &err), &err);
    assert_int_equal(count_of(place, VIEW_REPOSITORIES, "project", "default"), 2);
    ok(change(place, add_it, &mine, "team", team, 1, &err), &err);
    assert_int_equal(count_of(place, VIEW_REPOSITORIES, "project", "team"), 1);
    ok(change(place, set_it, &mine, "", other, 1, &err), &err);
    assert_int_equal(count_of(place, VIEW_REPOSITORIES, "project", "default"), 1);
    assert_int_equal(count_of(place, VIEW_REPOSITORIES, "name", "other/app"), 1);

    assert_false(change(place, set_it, &rest, "", NULL, 0, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(change(place, add_it, &none, "third", other, 1, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(change(place, add_it, &none, "team", NULL, 0, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(change(place, remove_it, &mine, "", NULL, 0, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    ok(change(place, set_it, &mine, "", NULL, 0, &err), &err);
    ok(change(place, remove_it, &mine, "", NULL, 0, &err), &err);
    assert_false(store_find_project(place->store, S("team"), place->mem, &found, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    ok(store_find_project(place->store, S("default"), place->mem, &found, &err), &err);
    assert_int_equal(found.patterns.count, 1);
}

static void names_of_projects_are_plain(void **state)
{
    struct place *place = *state;
    static const char *const bad[] = {"",        "a b", "a/b", "../x", "'; DROP TABLE token; --",
                                      "\xc3\xa4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        int64_t id = 0;
        assert_false(change(place, add_it, &id, bad[i], NULL, 0, &err));
        assert_true(err.kind == ERR_USAGE);
    }
}

// ---------------------------------------------------------------- tokens

static span add_token(struct place *place, const struct token *token, int64_t *ret)
{
    struct err err = {0};
    span secret = {0};
    ok(store_add_token(place->store, token, NOW, place->mem, &secret, ret, &err), &err);
    return secret;
}

static enum err_kind check(struct place *place, span secret, uint64_t now)
{
    struct err err = {0};
    struct token token = {0};
    return store_check_token(place->store, secret, now, place->mem, &token, &err) ? ERR_NONE
                                                                                  : err.kind;
}

static void a_token_is_good_until_it_is_not(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    int64_t id = 0;
    const struct token wanted = {
        .name = S("ci"), .scopes = SCOPE_READ | SCOPE_SCAN, .expires = NOW + 100};
    span secret = add_token(place, &wanted, &id);
    assert_int_equal(secret.len, 48);
    assert_true(span_starts_with(secret, S("plim_")));
    struct token token = {0};
    ok(store_check_token(place->store, secret, NOW, place->mem, &token, &err), &err);
    assert_int_equal(token.id, id);
    assert_int_equal(token.scopes, SCOPE_READ | SCOPE_SCAN);
    assert_true(span_equal(token.name, S("ci")));
    assert_int_equal(check(place, secret, NOW + 99), ERR_NONE);
    assert_int_equal(check(place, secret, NOW + 100), ERR_DENIED);
    ok(store_find_token(place->store, id, place->mem, &token, &err), &err);
    assert_int_equal(token.used, NOW - NOW % 3600);

    assert_int_equal(check(place, S(""), NOW), ERR_DENIED);
    assert_int_equal(check(place, span_first(secret, 47), NOW), ERR_DENIED);
    uint8_t changed[48];
    memcpy(changed, secret.ptr, 48);
    changed[47] ^= 1;
    assert_int_equal(check(place, span_of(changed, 48), NOW), ERR_DENIED);
    ok(store_revoke_token(place->store, id, NOW, &err), &err);
    assert_int_equal(check(place, secret, NOW), ERR_DENIED);
    assert_false(store_revoke_token(place->store, id, NOW, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static void a_rotated_token_is_good_for_a_while(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    int64_t id = 0;
    int64_t new_id = 0;
    span secret = {0};
    const struct token wanted = {.name = S("ci"), .scopes = SCOPE_READ};
    span old = add_token(place, &wanted, &id);
    ok(store_rotate_token(place->store, id, 60, NOW, place->mem, &secret, &new_id, &err), &err);
    assert_int_equal(check(place, secret, NOW + 1000), ERR_NONE);
    assert_int_equal(check(place, old, NOW + 59), ERR_NONE);
    assert_int_equal(check(place, old, NOW + 60), ERR_DENIED);
    assert_false(
        store_rotate_token(place->store, id, 60, NOW + 60, place->mem, &secret, &new_id, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

static void tokens_that_make_no_sense_are_refused(void **state)
{
    struct place *place = *state;
    const struct token bad[] = {
        {.name = S(""), .scopes = SCOPE_READ},
        {.name = S("a"), .scopes = 0},
        {.name = S("a"), .scopes = 1 << SCOPE_COUNT},
        {.name = S("a"), .scopes = SCOPE_ADMIN, .project = 1},
        {.name = S("a"), .scopes = SCOPE_READ, .expires = NOW},
        {.name = S("\xff"), .scopes = SCOPE_READ},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        span secret = {0};
        int64_t id = 0;
        assert_false(store_add_token(place->store, &bad[i], NOW, place->mem, &secret, &id, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

// ---------------------------------------------------------------- audit

static bool add_audit(void *self, struct err *err)
{
    struct place *place = self;
    const struct audit audit = {.at = NOW,
                                .actor = S("token 1 (ci)"),
                                .action = S("token.create"),
                                .object = S("'; DROP TABLE audit; --"),
                                .detail = S("")};
    return store_add_audit(place->store, &audit, err);
}

static struct audit_state verify(struct place *place)
{
    struct err err = {0};
    struct audit_state audit = {0};
    ok(store_verify_audit(place->store, place->mem, &audit, &err), &err);
    return audit;
}

static void tamper(struct place *place, const char *statement)
{
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    struct err err = {0};
    ok(sql_open(place->url, false, &sql, &err), &err);
    ok(sql_run(sql, statement, NULL, 0, &err), &err);
}

static void the_audit_log_is_a_chain(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    assert_int_equal(verify(place).head.len, 0);
    for (size_t i = 0; i < 5; i++)
        ok(store_transact(place->store, add_audit, place, &err), &err);
    struct audit_state audit = verify(place);
    assert_int_equal(audit.entries, 5);
    assert_int_equal(audit.broken, 0);
    assert_int_equal(audit.head.len, 64);
    tamper(place, "UPDATE audit SET actor = 'token 2 (ci)' WHERE id = 3");
    assert_int_equal(verify(place).broken, 3);
    tamper(place, "UPDATE audit SET actor = 'token 1 (ci)' WHERE id = 3");
    assert_int_equal(verify(place).broken, 0);
    tamper(place, "DELETE FROM audit WHERE id = 2");
    assert_int_equal(verify(place).broken, 3);
}

// ---------------------------------------------------------------- lists

struct counting {
    int64_t rows;
    span last; // of the second column
    struct arena *mem;
};

static bool count_row(void *self, const struct sql_row *row, struct err *err)
{
    struct counting *counting = self;
    (void)err;
    counting->rows++;
    return arena_span(counting->mem, sql_row_bytes(row, 1), &counting->last);
}

static int64_t count_of(struct place *place, enum view_name name, const char *filter,
                        const char *value)
{
    const struct view *view = store_view(name);
    struct counting counting = {.mem = place->mem};
    const struct sql_reader to = {&counting, count_row};
    span wants[20] = {{0}};
    span next = {0};
    struct err err = {0};
    for (size_t i = 0; i < view->filter_count; i++)
        if (filter && strcmp(view->filters[i].name, filter) == 0)
            wants[i] = span_of(value, strlen(value) ? strlen(value) : 1);
    const struct browse browse = {.view = view, .wants = wants, .limit = 1000};
    ok(store_browse(place->store, &browse, &to, place->mem, &next, &err), &err);
    assert_int_equal(next.len, 0);
    return counting.rows;
}

static void every_list_is_asked_for_in_every_way(void **state)
{
    struct place *place = *state;
    for (int name = 0; name < VIEW_COUNT; name++) {
        const struct view *view = store_view((enum view_name)name);
        static const char *const values[] = {
            [FILTER_TEXT] = "' OR 1=1; --", [FILTER_INTEGER] = "1",
            [FILTER_FLAG] = "true",         [FILTER_SEVERITY] = "high",
            [FILTER_STATUS] = "affected",   [FILTER_FINDING_KIND] = "malware",
            [FILTER_JOB_KIND] = "poll",     [FILTER_NOTIFICATION] = "dead",
            [FILTER_TIME] = "2025-01-01",   [FILTER_VERSION] = "< 2.17",
            [FILTER_RULE_KIND] = "ignore",
        };
        assert_int_equal(count_of(place, (enum view_name)name, NULL, NULL), name == VIEW_PROJECTS);
        for (size_t i = 0; i < view->filter_count; i++)
            assert_int_equal(count_of(place, (enum view_name)name, view->filters[i].name,
                                      values[view->filters[i].kind]),
                             0);
    }
}

static void a_list_comes_page_by_page(void **state)
{
    struct place *place = *state;
    struct counting counting = {.mem = place->mem};
    const struct sql_reader to = {&counting, count_row};
    const span wants[20] = {{0}};
    span after = {0};
    struct err err = {0};
    int64_t id = 0;
    const struct token wanted = {.name = S("ci"), .scopes = SCOPE_READ};
    for (size_t i = 0; i < 7; i++)
        (void)add_token(place, &wanted, &id);
    size_t pages = 0;
    do {
        const struct browse browse = {
            .view = store_view(VIEW_TOKENS), .wants = wants, .after = after, .limit = 3};
        ok(store_browse(place->store, &browse, &to, place->mem, &after, &err), &err);
        pages++;
    } while (after.len);
    assert_int_equal(pages, 3);
    assert_int_equal(counting.rows, 7);
    static const char *const bad[] = {"x", "-1", "1.2", "99999999999999999999", "1 OR 1=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct browse browse = {.view = store_view(VIEW_TOKENS),
                                      .wants = wants,
                                      .after = span_of_text(bad[i]),
                                      .limit = 3};
        assert_false(store_browse(place->store, &browse, &to, place->mem, &after, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_repository_goes_where_the_longest_pattern_says),
        TEST(names_of_projects_are_plain),
        TEST(a_token_is_good_until_it_is_not),
        TEST(a_rotated_token_is_good_for_a_while),
        TEST(tokens_that_make_no_sense_are_refused),
        TEST(the_audit_log_is_a_chain),
        TEST(every_list_is_asked_for_in_every_way),
        TEST(a_list_comes_page_by_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
