// What registries have said: notices once in effect, and answers to polls.
#include "fresh.h"
#include "place.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW = 1000 };

static int set_up(void **state)
{
    *state = place_new("polls");
    return 0;
}

// ---------------------------------------------------------------- pushes

struct taking {
    struct place *place;
    const struct push *pushes;
    size_t count;
    uint64_t now;
    size_t taken;
};

static bool take_all(void *self, struct err *err)
{
    struct taking *taking = self;
    return store_take_pushes(taking->place->store, taking->pushes, taking->count, taking->now,
                             taking->place->mem, &taking->taken, err);
}

static size_t take_pushes(struct place *place, const struct push *pushes, size_t count,
                          uint64_t now)
{
    struct taking taking = {.place = place, .pushes = pushes, .count = count, .now = now};
    struct err err = {0};
    ok(store_transact(place->store, take_all, &taking, &err), &err);
    return taking.taken;
}

static struct push push_of(span tag, span delivery)
{
    return (struct push){
        .registry = S("main"),
        .repository = S("team/app"),
        .tag = tag,
        .delivery = delivery,
    };
}

static uint64_t waiting(struct place *place)
{
    struct job_counts counts = {0};
    struct err err = {0};
    ok(store_count_jobs(place->store, &counts, &err), &err);
    return counts.waiting;
}

static void a_push_becomes_a_job(void **state)
{
    struct place *place = *state;
    struct push push = push_of(S("v1"), S("id-1"));
    struct push got = {0};
    struct job job = {0};
    struct err err = {0};
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    ok(store_lease_job(place->store, 1 << JOB_SCAN, NOW, 60, place->mem, &job, &err), &err);
    assert_true(span_equal(job.key, S("push main/team/app:v1")));
    ok(push_read(job.payload, &place->limits, place->mem, &got, &err), &err);
    assert_true(span_equal(got.tag, S("v1")));
    assert_true(span_equal(got.delivery, S("id-1")));
}

static void a_repeated_notice_does_nothing(void **state)
{
    struct place *place = *state;
    struct job job = {0};
    struct err err = {0};
    struct push pushes[] = {push_of(S("v1"), S("id-1")), push_of(S("v2"), S("id-2"))};
    assert_int_equal(take_pushes(place, pushes, 2, NOW), 2);
    assert_int_equal(waiting(place), 2);
    while (store_lease_job(place->store, 1 << JOB_SCAN, NOW, 60, place->mem, &job, &err))
        ok(store_finish_job(place->store, &job, NOW, &err), &err);
    pushes[1] = push_of(S("v3"), S("id-3"));
    assert_int_equal(take_pushes(place, pushes, 2, NOW + 5), 1);
    assert_int_equal(waiting(place), 1);
    // The same delivery of another registry is another.
    pushes[0].registry = S("other");
    assert_int_equal(take_pushes(place, pushes, 1, NOW + 5), 1);
}

static void without_a_name_every_notice_is_new(void **state)
{
    struct place *place = *state;
    struct push push = push_of(S("v1"), (span){0});
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    assert_int_equal(waiting(place), 1); // which stands for both
}

static void deliveries_are_forgotten(void **state)
{
    struct place *place = *state;
    struct push push = push_of(S("v1"), S("id-1"));
    struct err err = {0};
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    ok(store_forget_deliveries(place->store, NOW, &err), &err);
    assert_int_equal(take_pushes(place, &push, 1, NOW + 1), 0);
    ok(store_forget_deliveries(place->store, NOW + 1, &err), &err);
    assert_int_equal(take_pushes(place, &push, 1, NOW + 2), 1);
}

static void assert_state(struct place *place, enum push_state want, const char *why)
{
    enum push_state state = PUSH_DONE;
    struct err err = {0};
    span got = {0};
    ok(store_push_state(place->store, S("push main/team/app:v1"), place->mem, &state, &got, &err),
       &err);
    assert_int_equal(state, want);
    assert_true(span_equal(got, span_of_text(why)));
}

static void what_became_of_a_push_can_be_asked(void **state)
{
    struct place *place = *state;
    struct push push = push_of(S("v1"), (span){0});
    struct job job = {0};
    struct err err = {0};
    const struct err why = {.kind = ERR_IO, .text = "nobody listens"};
    assert_state(place, PUSH_DONE, "");
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    assert_state(place, PUSH_WAITS, "");
    ok(store_lease_job(place->store, 1 << JOB_SCAN, NOW, 60, place->mem, &job, &err), &err);
    assert_state(place, PUSH_WAITS, "");
    ok(store_fail_job(place->store, &job, NOW, 1, &why, &err), &err);
    assert_state(place, PUSH_FAILED, "nobody listens");
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    assert_state(place, PUSH_WAITS, "");
    ok(store_lease_job(place->store, 1 << JOB_SCAN, NOW, 60, place->mem, &job, &err), &err);
    ok(store_finish_job(place->store, &job, NOW, &err), &err);
    assert_state(place, PUSH_DONE, "");
}

static void sql_in_a_name_is_a_name(void **state)
{
    struct place *place = *state;
    struct push push = push_of(S("v1"), S("'; DROP TABLE job; --"));
    assert_int_equal(take_pushes(place, &push, 1, NOW), 1);
    assert_int_equal(take_pushes(place, &push, 1, NOW), 0);
    assert_int_equal(waiting(place), 1);
}

// ---------------------------------------------------------------- polls

static void keep(struct place *place, span registry, span where, span etag, span value)
{
    struct poll poll = {.place = where, .etag = etag, .value = value};
    struct err err = {0};
    ok(store_keep_poll(place->store, registry, &poll, NOW, &err), &err);
}

static void an_answer_is_kept_and_replaced(void **state)
{
    struct place *place = *state;
    struct poll got = {0};
    struct err err = {0};
    assert_false(store_find_poll(place->store, S("main"), S("catalogue"), place->mem, &got, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    keep(place, S("main"), S("catalogue"), S("\"one\""), S(""));
    keep(place, S("other"), S("catalogue"), S("\"other\""), S(""));
    keep(place, S("main"), S("catalogue"), S("\"two\""), S(""));
    ok(store_find_poll(place->store, S("main"), S("catalogue"), place->mem, &got, &err), &err);
    assert_true(span_equal(got.etag, S("\"two\"")));
    ok(store_drop_poll(place->store, S("main"), S("catalogue"), &err), &err);
    assert_false(store_find_poll(place->store, S("main"), S("catalogue"), place->mem, &got, NULL));
}

static void places_are_found_by_how_they_begin(void **state)
{
    struct place *place = *state;
    struct polls got = {0};
    struct err err = {0};
    keep(place, S("main"), S("tag team/app:v2"), S(""), S("two"));
    keep(place, S("main"), S("tag team/app:v1"), S(""), S("one"));
    keep(place, S("main"), S("tag team/app:V1"), S(""), S("large"));
    keep(place, S("main"), S("tag team/app2:v1"), S(""), S("other"));
    keep(place, S("main"), S("tag team/app/sub:v1"), S(""), S("sub"));
    keep(place, S("other"), S("tag team/app:v3"), S(""), S("three"));
    ok(store_list_polls(place->store, S("main"), S("tag team/app:"), place->mem, &got, &err), &err);
    assert_int_equal(got.count, 3);
    assert_true(span_equal(got.items[0].value, S("large")));
    assert_true(span_equal(got.items[1].value, S("one")));
    assert_true(span_equal(got.items[2].place, S("tag team/app:v2")));
    ok(store_list_polls(place->store, S("main"), S("nothing"), place->mem, &got, &err), &err);
    assert_int_equal(got.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, place_tear_down)

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        TEST(a_push_becomes_a_job),
        TEST(a_repeated_notice_does_nothing),
        TEST(without_a_name_every_notice_is_new),
        TEST(deliveries_are_forgotten),
        TEST(what_became_of_a_push_can_be_asked),
        TEST(sql_in_a_name_is_a_name),
        TEST(an_answer_is_kept_and_replaced),
        TEST(places_are_found_by_how_they_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
