// Places of packages come page by page, each once, in an order that pages of every size share.
#include "fresh.h"
#include "place.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// Unit 1 is in a bundle that all images have; unit 2 in one of each image; unit 3 in none; unit 4
// has another name. The last image has no tag, and the first has two.
enum { IMAGES = 140, PLACES_SHARED = IMAGES, PLACES_OWN = IMAGES };

static void run(struct sql *sql, const char *statement, int64_t a, int64_t b)
{
    const sql_value values[] = {sql_integer(a), sql_integer(b)};
    struct err err = {0};
    ok(sql_run(sql, statement, values, 2, &err), &err);
}

static void add_unit(struct sql *sql, int64_t id, span name, span version)
{
    const sql_value values[] = {sql_integer(id), sql_text(name), sql_text(version),
                                sql_bytes(span_of(&id, sizeof id))};
    struct err err = {0};
    ok(sql_run(sql,
               "INSERT INTO unit (id, hash, type, name, short_name, version, purl, company, review)"
               " VALUES ($1, $4, 'npm', $2, $2, $3, '', $4, 0)",
               values, 4, &err),
       &err);
}

static void add_image(struct sql *sql, int64_t id)
{
    run(sql,
        "INSERT INTO image (id, digest, image_id, platform, distro, created, scanned, complete,"
        " packages, head) VALUES ($1, CAST($2 AS TEXT), '', '', '', '', 1, 1, 1, '')",
        id, id);
    run(sql, "INSERT INTO image_bundle (image, bundle, position) VALUES ($1, $2, 0)", id, 1);
    run(sql,
        "INSERT INTO bundle (id, hash, content) VALUES ($1, CAST(CAST($2 AS TEXT) AS"
        " {bytes}), '')",
        id + 1, id);
    run(sql, "INSERT INTO image_bundle (image, bundle, position) VALUES ($1, $2, 0)", id, id + 1);
    run(sql, "INSERT INTO bundle_unit (unit, bundle) VALUES ($1, $2)", 2, id + 1);
    if (id == IMAGES)
        return;
    run(sql,
        "INSERT INTO tag (id, repository, name, digest, pushed) VALUES ($1, $2, CAST($1 AS TEXT),"
        " '', 0)",
        id, 1 + id % 2);
    run(sql, "INSERT INTO tag_image (tag, image) VALUES ($1, $2)", id, id);
}

static bool fill(void *self, struct err *err)
{
    struct sql *sql = self;
    (void)err; // each statement is asserted
    run(sql, "INSERT INTO project (id, name, created) VALUES ($1 + $2, 'other', 0)", 1, 1);
    run(sql, "INSERT INTO repository (id, registry, name, project) VALUES ($1, 'main', 'a', $2)", 1,
        1);
    run(sql, "INSERT INTO repository (id, registry, name, project) VALUES ($1, 'main', 'b', $2)", 2,
        2);
    add_unit(sql, 1, S("thing"), S("1.0.0"));
    add_unit(sql, 2, S("thing"), S("2.0.0"));
    add_unit(sql, 3, S("thing"), S("1.5.0"));
    add_unit(sql, 4, S("other"), S("1.0.0"));
    run(sql,
        "INSERT INTO bundle (id, hash, content) VALUES ($1, CAST(CAST($2 AS TEXT) AS"
        " {bytes}), '')",
        1, 0);
    run(sql, "INSERT INTO bundle_unit (unit, bundle) VALUES ($1, $2)", 1, 1);
    for (int64_t i = 1; i <= IMAGES; i++)
        add_image(sql, i);
    run(sql, "INSERT INTO tag (id, repository, name, digest, pushed) VALUES ($1, $2, 'x', '', 0)",
        IMAGES, 2);
    run(sql, "INSERT INTO tag_image (tag, image) VALUES ($1, $2)", IMAGES, 1);
    return true;
}

static int set_up(void **state)
{
    struct place *place = place_new("places");
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    struct err err = {0};
    ok(sql_open(place->url, false, &sql, &err), &err);
    ok(sql_transact(sql, fill, sql, &err), &err);
    *state = place;
    return 0;
}

// ---------------------------------------------------------------- pages

struct asked {
    enum view_name view;
    const char *filters[2][2]; // names and values
    int64_t project;
    size_t limit;
};

struct seen {
    struct arena *mem;
    struct text all; // a line a row
    size_t rows;
};

static bool see(void *self, const struct sql_row *row, struct err *err)
{
    struct seen *seen = self;
    (void)err;
    seen->rows++;
    for (size_t i = 0; i < row->count; i++) {
        text_add(&seen->all, sql_row_bytes(row, i));
        text_add_byte(&seen->all, i + 1 == row->count ? '\n' : ' ');
    }
    return true;
}

static span read_all(const struct place *place, const struct asked *asked, size_t *ret_rows)
{
    const struct view *view = store_view(asked->view);
    struct seen seen = {.mem = place->mem};
    const struct sql_reader to = {&seen, see};
    span wants[16] = {{0}};
    span after = {0};
    struct err err = {0};
    text_init(&seen.all, place->mem, SIZE_MAX);
    for (size_t i = 0; i < view->filter_count; i++)
        for (size_t j = 0; j < 2 && asked->filters[j][0]; j++)
            if (strcmp(view->filters[i].name, asked->filters[j][0]) == 0)
                wants[i] = span_of_text(asked->filters[j][1]);
    do {
        const struct browse browse = {.view = view,
                                      .project = asked->project,
                                      .wants = wants,
                                      .after = after,
                                      .limit = asked->limit};
        size_t before = seen.rows;
        ok(store_browse(place->store, &browse, &to, place->mem, &after, &err), &err);
        assert_true(seen.rows - before <= asked->limit);
    } while (after.len);
    *ret_rows = seen.rows;
    return text_span(&seen.all);
}

// Whatever the size of the pages; pages of one row take long where there are many.
static void expect(const struct place *place, struct asked asked, size_t rows)
{
    static const size_t limits[] = {1, 17, 128, 139, 140, 141};
    size_t count = 0;
    asked.view = VIEW_PLACES;
    asked.limit = 5000;
    span all = read_all(place, &asked, &count);
    assert_int_equal(count, rows);
    for (size_t i = rows > 10; i < sizeof limits / sizeof *limits; i++) {
        asked.limit = limits[i];
        span paged = read_all(place, &asked, &count);
        assert_int_equal(count, rows);
        assert_true(span_equal(paged, all));
    }
}

static void pages_are_one_list(void **state)
{
    expect(*state, (struct asked){.filters = {{NULL}}}, PLACES_SHARED + PLACES_OWN);
    expect(*state, (struct asked){.filters = {{"name", "thing"}}}, PLACES_SHARED + PLACES_OWN);
    expect(*state, (struct asked){.filters = {{"name", "other"}}}, 0);
    expect(*state, (struct asked){.filters = {{"name", "nothing"}}}, 0);
}

static void filters_go_together(void **state)
{
    expect(*state, (struct asked){.filters = {{"name", "thing"}, {"version", "< 2"}}},
           PLACES_SHARED);
    expect(*state, (struct asked){.filters = {{"name", "thing"}, {"version", "> 1.9"}}},
           PLACES_OWN);
    expect(*state, (struct asked){.filters = {{"image", "1"}}}, 4);
    expect(*state, (struct asked){.filters = {{"image", "140"}}}, 0);
    expect(*state, (struct asked){.filters = {{"repository", "main/a"}}},
           (PLACES_SHARED + PLACES_OWN) / 2 - 2);
    expect(*state, (struct asked){.filters = {{"name", "thing"}}, .project = 2},
           (PLACES_SHARED + PLACES_OWN) / 2 + 2);
    expect(*state, (struct asked){.filters = {{"name", "thing"}}, .project = 3}, 0);
}

static void nonsense_is_refused(void **state)
{
    const struct place *place = *state;
    static const char *const starts[] = {"x",      "1.2.3",    "1.2.3.4.5",
                                         "1..3.4", "-1.2.3.4", "1.2.3.99999999999999999999"};
    const span wants[16] = {{0}};
    const struct sql_reader to = {NULL, see};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct err err = {0};
        span next = {0};
        const struct browse browse = {.view = store_view(VIEW_PLACES),
                                      .wants = wants,
                                      .after = span_of_text(starts[i]),
                                      .limit = 1};
        assert_false(store_browse(place->store, &browse, &to, place->mem, &next, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

// A start that no page ended with is none the worse for it.
static void any_numbers_are_a_start(void **state)
{
    const struct place *place = *state;
    static const char *const starts[] = {
        "0.0.0.0", "1.9223372036854775807.9223372036854775807.9223372036854775807",
        "9223372036854775807.9223372036854775807.9223372036854775807.9223372036854775807"};
    static const size_t rows[] = {PLACES_SHARED + PLACES_OWN, PLACES_OWN, 0};
    const span wants[16] = {{0}};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct seen seen = {.mem = place->mem};
        const struct sql_reader to = {&seen, see};
        struct err err = {0};
        span next = {0};
        const struct browse browse = {.view = store_view(VIEW_PLACES),
                                      .wants = wants,
                                      .after = span_of_text(starts[i]),
                                      .limit = 5000};
        text_init(&seen.all, place->mem, SIZE_MAX);
        ok(store_browse(place->store, &browse, &to, place->mem, &next, &err), &err);
        assert_int_equal(seen.rows, rows[i]);
        assert_int_equal(next.len, 0);
    }
}

// Package 3 is in an image of project 2 alone, as is layer 3; layer 2 is in one of project 1.
static bool add_more(void *self, struct err *err)
{
    struct sql *sql = self;
    (void)err; // each statement is asserted
    for (int64_t id = 2; id <= 3; id++) {
        run(sql, "INSERT INTO layer (id, diff_id, bytes) VALUES ($1, CAST($2 AS TEXT), 0)", id, id);
        run(sql,
            "INSERT INTO image_layer (image, position, layer, created_by) VALUES ($1, 0, $2, '')",
            id, id);
    }
    run(sql, "INSERT INTO bundle_unit (unit, bundle) VALUES ($1, $2)", 3, 4);
    for (int64_t unit = 1; unit <= 4; unit++)
        run(sql,
            "INSERT INTO finding (unit, id, kind, severity, status, fixed_version, exploited,"
            " suppressed, since, detail) VALUES ($1, 'CVE-1', 0, $2, 0, '', 0, 0, 0, '')",
            unit, 1);
    return true;
}

// More tags than any project has of which everything is gathered; they stand for nothing.
static bool add_tags(void *self, struct err *err)
{
    struct sql *sql = self;
    (void)err;
    for (int64_t repository = 1; repository <= 2; repository++)
        for (int64_t i = 0; i < 1000; i++)
            run(sql,
                "INSERT INTO tag (id, repository, name, digest, pushed) VALUES"
                " ($1, $2, CAST($1 AS TEXT), '', 0)",
                repository * 10000 + i, repository);
    return true;
}

static void change(const struct place *place, bool (*what)(void *self, struct err *err))
{
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    struct err err = {0};
    ok(sql_open(place->url, false, &sql, &err), &err);
    ok(sql_transact(sql, what, sql, &err), &err);
}

enum { PROJECTS = 3 };

static void see_all(const struct place *place, span seen[VIEW_COUNT][PROJECTS])
{
    size_t count = 0;
    for (size_t view = 0; view < VIEW_COUNT; view++)
        for (int64_t project = 1; project <= PROJECTS; project++)
            if (store_view((enum view_name)view)->visible_of_many)
                seen[view][project - 1] = read_all(
                    place,
                    &(struct asked){.view = (enum view_name)view, .project = project, .limit = 100},
                    &count);
}

// Whether what a project may see is gathered, or asked for row by row, it is the same. The last of
// the tests: it changes the store.
static void a_large_project_sees_what_it_saw_when_it_was_small(void **state)
{
    const struct place *place = *state;
    static span small[VIEW_COUNT][PROJECTS];
    static span large[VIEW_COUNT][PROJECTS];
    size_t views = 0;
    change(place, add_more);
    see_all(place, small);
    change(place, add_tags);
    see_all(place, large);
    for (size_t view = 0; view < VIEW_COUNT; view++) {
        if (!store_view((enum view_name)view)->visible_of_many)
            continue;
        views++;
        for (size_t i = 0; i < PROJECTS; i++)
            assert_true(span_equal(small[view][i], large[view][i]));
        assert_int_equal(large[view][2].len, 0); // there is no third
        assert_false(span_equal(small[view][0], small[view][1]));
    }
    assert_true(views > 0);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_one_list),
        cmocka_unit_test(filters_go_together),
        cmocka_unit_test(any_numbers_are_a_start),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(a_large_project_sees_what_it_saw_when_it_was_small),
    };
    return cmocka_run_group_tests(tests, set_up, place_tear_down);
}
