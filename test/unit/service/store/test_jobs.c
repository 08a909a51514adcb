// Jobs: leased by one at a time, done once in effect, given up when nothing helps.
#include "fresh.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { EVERY_KIND = (1 << JOB_KINDS) - 1, NOW = 1000, LEASE = 60 };

struct place {
    struct arena *mem;
    struct limits limits;
    struct store *store;
    struct store *other; // a second worker
    bool waits;          // one writes at a time: others wait for the end of its transaction
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 24);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .limits = limits_default()};
    span url = fresh_url("jobs", mem);
    place->waits = span_starts_with(url, S("sqlite:"));
    ok(store_migrate(url, &place->limits, &err), &err);
    ok(store_open(url, &place->limits, &place->store, &err), &err);
    ok(store_open(url, &place->limits, &place->other, &err), &err);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    store_close(place->store);
    store_close(place->other);
    arena_free(place->mem);
    return 0;
}

static void add(struct place *place, enum job_kind kind, span key, span payload, uint64_t due)
{
    struct err err = {0};
    ok(store_add_job(place->store, kind, key, payload, due, &err), &err);
}

static struct job lease(struct place *place, struct store *store, uint64_t now)
{
    struct err err = {0};
    struct job job = {0};
    ok(store_lease_job(store, EVERY_KIND, now, LEASE, place->mem, &job, &err), &err);
    return job;
}

static void nothing_to_do(struct place *place, uint32_t kinds, uint64_t now)
{
    struct err err = {0};
    struct job job = {0};
    assert_false(store_lease_job(place->other, kinds, now, LEASE, place->mem, &job, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static struct job_counts counts(struct place *place)
{
    struct err err = {0};
    struct job_counts counts = {0};
    ok(store_count_jobs(place->store, &counts, &err), &err);
    return counts;
}

static void a_job_is_done_once(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    nothing_to_do(place, EVERY_KIND, NOW);
    add(place, JOB_SCAN, S("a"), S("\0payload"), NOW);
    nothing_to_do(place, EVERY_KIND, NOW - 1);
    nothing_to_do(place, 1 << JOB_POLL | 1 << JOB_REJUDGE, NOW);
    struct job job = lease(place, place->store, NOW);
    assert_int_equal(job.kind, JOB_SCAN);
    assert_int_equal(job.attempts, 1);
    assert_true(span_equal(job.key, S("a")));
    assert_true(span_equal(job.payload, S("\0payload")));
    assert_int_equal(job.lease.len, 32);
    assert_int_equal(counts(place).leased, 1);
    nothing_to_do(place, EVERY_KIND, NOW);
    ok(store_finish_job(place->store, &job, NOW, &err), &err);
    nothing_to_do(place, EVERY_KIND, NOW + 1000000);
    assert_false(store_finish_job(place->store, &job, NOW, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

static void who_is_too_slow_keeps_nothing(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    add(place, JOB_SCAN, S("a"), S(""), NOW);
    struct job slow = lease(place, place->store, NOW);
    nothing_to_do(place, EVERY_KIND, NOW + LEASE - 1);
    ok(store_renew_job(place->store, &slow, NOW + 10, LEASE, &err), &err);
    nothing_to_do(place, EVERY_KIND, NOW + LEASE);
    struct job quick = lease(place, place->other, NOW + 10 + LEASE);
    assert_int_equal(quick.attempts, 2);
    assert_false(store_renew_job(place->store, &slow, NOW, LEASE, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(store_finish_job(place->store, &slow, NOW, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(store_fail_job(place->store, &slow, NOW, 3, &err, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    ok(store_finish_job(place->other, &quick, NOW, &err), &err);
}

static void what_waits_stands_for_what_comes(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    add(place, JOB_SCAN, S("a"), S("one"), NOW + 50);
    add(place, JOB_SCAN, S("a"), S("two"), NOW);
    add(place, JOB_SCAN, S("a"), S("three"), NOW + 99);
    add(place, JOB_POLL, S("a"), S("other"), NOW + 1);
    assert_int_equal(counts(place).waiting, 2);
    assert_int_equal(counts(place).oldest, NOW);
    struct job job = lease(place, place->store, NOW);
    assert_true(span_equal(job.payload, S("three")));
    nothing_to_do(place, 1 << JOB_SCAN, NOW);

    // Asked for again while it is being done: it is done again.
    add(place, JOB_SCAN, S("a"), S("four"), NOW);
    nothing_to_do(place, 1 << JOB_SCAN, NOW);
    ok(store_finish_job(place->store, &job, NOW + 5, &err), &err);
    nothing_to_do(place, 1 << JOB_SCAN, NOW + 4);
    assert_int_equal(lease(place, place->other, NOW + 5).kind, JOB_POLL);
    struct job again = lease(place, place->other, NOW + 5);
    assert_true(span_equal(again.payload, S("four")));
    assert_int_equal(again.attempts, 1);
    ok(store_finish_job(place->other, &again, NOW, &err), &err);
    nothing_to_do(place, 1 << JOB_SCAN, NOW + 1000000);
}

static void what_fails_is_tried_later_and_given_up(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct err why = {.kind = ERR_IO, .text = "the registry is away"};
    uint64_t now = NOW;
    add(place, JOB_SCAN, S("a"), S(""), now);
    for (unsigned attempt = 1; attempt <= 3; attempt++) {
        struct job job = lease(place, place->store, now);
        assert_int_equal(job.attempts, attempt);
        ok(store_fail_job(place->store, &job, now, 3, &why, &err), &err);
        nothing_to_do(place, EVERY_KIND, now + (UINT64_C(5) << (attempt - 1)) - 1);
        now += UINT64_C(10) << (attempt - 1);
    }
    nothing_to_do(place, EVERY_KIND, now + 1000000);
    assert_int_equal(counts(place).given_up, 1);
    // A new push starts afresh.
    add(place, JOB_SCAN, S("a"), S(""), now);
    assert_int_equal(lease(place, place->store, now).attempts, 1);
    ok(store_forget_jobs(place->store, now + 1, &err), &err);
    assert_int_equal(counts(place).given_up, 0);
    assert_int_equal(counts(place).leased, 1);
}

static void the_one_due_longest_comes_first(void **state)
{
    struct place *place = *state;
    add(place, JOB_SCAN, S("c"), S(""), NOW + 2);
    add(place, JOB_POLL, S("a"), S(""), NOW);
    add(place, JOB_REJUDGE, S("b"), S(""), NOW + 1);
    assert_true(span_equal(lease(place, place->store, NOW + 9).key, S("a")));
    assert_true(span_equal(lease(place, place->other, NOW + 9).key, S("b")));
    assert_true(span_equal(lease(place, place->store, NOW + 9).key, S("c")));
}

struct effect {
    struct place *place;
    struct job job;
};

static bool add_then_finish(void *self, struct err *err)
{
    struct effect *effect = self;
    struct store *store = effect->place->store;
    return store_add_job(store, JOB_REJUDGE, S("effect"), S(""), NOW, err) &&
           store_finish_job(store, &effect->job, NOW, err);
}

static void an_effect_without_its_lease_is_undone(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    add(place, JOB_SCAN, S("a"), S(""), NOW);
    struct effect effect = {.place = place, .job = lease(place, place->store, NOW)};
    struct job other = lease(place, place->other, NOW + LEASE);
    assert_false(store_transact(place->store, add_then_finish, &effect, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_int_equal(counts(place).waiting, 0);
    effect.job = other;
    ok(store_transact(place->store, add_then_finish, &effect, &err), &err);
    assert_int_equal(counts(place).waiting, 1);
    assert_int_equal(counts(place).leased, 0);
}

static bool keep_for_long(void *self, struct err *err)
{
    struct effect *effect = self;
    struct place *place = effect->place;
    struct err other = {0};
    if (!store_hold_job(place->store, &effect->job, err))
        return false;
    if (!place->waits) {
        nothing_to_do(place, EVERY_KIND, NOW + LEASE + 1);
        assert_false(store_renew_job(place->other, &effect->job, NOW, LEASE, &other));
        assert_int_equal(other.kind, ERR_CONFLICT);
    }
    return store_finish_job(place->store, &effect->job, NOW, err);
}

static void what_is_being_kept_is_nobody_elses(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    add(place, JOB_REJUDGE, S("a"), S(""), NOW);
    struct effect late = {.place = place, .job = lease(place, place->store, NOW)};
    struct effect effect = {.place = place, .job = lease(place, place->store, NOW + LEASE)};
    assert_false(store_transact(place->store, keep_for_long, &late, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    ok(store_transact(place->store, keep_for_long, &effect, &err), &err);
    assert_int_equal(counts(place).leased, 0);
}

static void what_there_is_no_room_for_is_not_given_up(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct err why = {.kind = ERR_IO, .text = "No space left on device"};
    add(place, JOB_SCAN, S("a"), S(""), NOW);
    struct job first = lease(place, place->store, NOW);
    ok(store_put_off_job(place->store, &first, NOW + 10, &why, &err), &err);
    nothing_to_do(place, EVERY_KIND, NOW + 9);
    assert_int_equal(lease(place, place->store, NOW + 10).attempts, 1);
    assert_false(store_put_off_job(place->store, &first, NOW + 10, &why, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_job_is_done_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_too_slow_keeps_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_waits_stands_for_what_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_fails_is_tried_later_and_given_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_one_due_longest_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_effect_without_its_lease_is_undone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_being_kept_is_nobody_elses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_there_is_no_room_for_is_not_given_up, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
