// Subscriptions and messages: checked, kept once, collected, leased, tried again, given up.
#include "fresh.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 10000, LEASE = 60, HOUR = 3600 };

struct place {
    struct arena *mem;
    struct limits limits;
    struct store *store;
    struct store *other; // a second notifier
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

static void add_projects(span url)
{
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    struct err err = {0};
    ok(sql_open(url, false, &sql, &err), &err);
    ok(sql_run(sql, "INSERT INTO project (name, created) VALUES ('one', 0), ('two', 0)", NULL, 0,
               &err),
       &err);
}

static int set_up(void **state)
{
    struct arena *mem = arena_new(1 << 26);
    struct place *place = ARENA_NEW(mem, struct place);
    struct err err = {0};
    *place = (struct place){.mem = mem, .limits = limits_default()};
    span url = fresh_url("notifications", mem);
    ok(store_migrate(url, &place->limits, &err), &err);
    add_projects(url);
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

static struct subscription sample(void)
{
    return (struct subscription){
        .project = 1,
        .owner = S("team '; DROP TABLE subscription; --"),
        .image = S("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        .repository = S("harbor/shop/*"),
        .label_key = S("org.example.team"),
        .label_value = S("shop"),
        .severity = SEVERITY_HIGH,
        .only_fixed = true,
        .only_exploited = true,
        .channel = CHANNEL_WEBHOOK,
        .address = S("https://hooks.example:8443/in?token=abc"),
        .secret = S("0123456789abcdef\x00\xff"),
        .digest = HOUR,
        .disabled = true,
    };
}

static int64_t add(struct place *place, const struct subscription *subscription)
{
    struct err err = {0};
    int64_t id = 0;
    ok(store_add_subscription(place->store, subscription, NOW, &id, &err), &err);
    return id;
}

// One that is told at once, in a file.
static struct subscription add_plain(struct place *place)
{
    struct subscription subscription = {
        .project = 1, .owner = S("o"), .channel = CHANNEL_FILE, .address = S("out.jsonl")};
    subscription.id = add(place, &subscription);
    return subscription;
}

static void assert_span(span got, span expected)
{
    assert_int_equal(got.len, expected.len);
    if (expected.len)
        assert_memory_equal(got.ptr, expected.ptr, expected.len);
}

// ---------------------------------------------------------------- subscriptions

static void test_subscription(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription wanted = sample();
    struct subscription got = {0};
    int64_t id = add(place, &wanted);
    ok(store_subscription(place->other, 1, id, place->mem, &got, &err), &err);
    assert_int_equal(got.id, id);
    assert_int_equal(got.project, 1);
    assert_span(got.owner, wanted.owner);
    assert_span(got.image, wanted.image);
    assert_span(got.repository, wanted.repository);
    assert_span(got.label_key, wanted.label_key);
    assert_span(got.label_value, wanted.label_value);
    assert_int_equal(got.severity, SEVERITY_HIGH);
    assert_true(got.only_fixed && got.only_exploited && got.disabled);
    assert_int_equal(got.channel, CHANNEL_WEBHOOK);
    assert_int_equal(got.digest, HOUR);
    assert_span(got.address, S("https://hooks.example:8443"));
    assert_int_equal(got.secret.len, 0);
}

static void test_projects_are_apart(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = sample();
    int64_t id = add(place, &subscription);
    assert_false(store_subscription(place->store, 2, id, place->mem, &subscription, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    ok(store_subscription(place->store, 0, id, place->mem, &subscription, &err), &err);
    assert_false(store_remove_subscription(place->store, 2, id, &err));
    subscription = sample();
    subscription.id = id;
    subscription.project = 2;
    assert_false(store_change_subscription(place->store, &subscription, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    subscription.project = 99;
    assert_false(store_add_subscription(place->store, &subscription, NOW, &id, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

static void test_change(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = sample();
    struct leased_notification leased = {0};
    subscription.id = add(place, &subscription);
    subscription.owner = S("others");
    subscription.address = (span){0};
    subscription.secret = (span){0};
    subscription.digest = 0;
    ok(store_change_subscription(place->store, &subscription, &err), &err);
    ok(store_add_notification(place->store, &subscription, S("k"), S("c"), NOW, &err), &err);
    ok(store_lease_notification(place->store, NOW, LEASE, place->mem, &leased, &err), &err);
    assert_span(leased.subscription.owner, S("others"));
    assert_span(leased.subscription.address, sample().address);
    assert_span(leased.subscription.secret, sample().secret);
    // Another channel has an address of its own.
    subscription.channel = CHANNEL_MAIL;
    assert_false(store_change_subscription(place->store, &subscription, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    subscription.address = S("a@example.org");
    ok(store_change_subscription(place->store, &subscription, &err), &err);
}

static void test_list(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscriptions page = {0};
    struct subscription subscription = sample();
    for (int i = 0; i < 5; i++) {
        subscription.project = i % 2 + 1;
        (void)add(place, &subscription);
    }
    ok(store_subscriptions(place->store, 1, 0, 2, place->mem, &page, &err), &err);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.items[0].secret.len, 0);
    ok(store_subscriptions(place->store, 1, page.items[1].id, 2, place->mem, &page, &err), &err);
    assert_int_equal(page.count, 1);
    ok(store_subscriptions(place->store, 0, 0, 100, place->mem, &page, &err), &err);
    assert_int_equal(page.count, 5);
}

// ---------------------------------------------------------------- messages

static void tell(struct place *place, const struct subscription *subscription, span key,
                 uint64_t now)
{
    struct err err = {0};
    ok(store_add_notification(place->store, subscription, key, S("content"), now, &err), &err);
}

static struct leased_notification lease(struct place *place, struct store *store, uint64_t now)
{
    struct err err = {0};
    struct leased_notification leased = {0};
    ok(store_lease_notification(store, now, LEASE, place->mem, &leased, &err), &err);
    return leased;
}

static void nothing_to_tell(struct place *place, uint64_t now)
{
    struct err err = {0};
    struct leased_notification leased = {0};
    assert_false(store_lease_notification(place->other, now, LEASE, place->mem, &leased, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static struct notification only(struct place *place, enum notification_state state)
{
    struct err err = {0};
    struct notifications found = {0};
    struct notification_filter filter = {.has_state = true, .state = state, .most = 10};
    ok(store_notifications(place->store, &filter, place->mem, &found, &err), &err);
    assert_int_equal(found.count, 1);
    return found.items[0];
}

static void test_once(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    tell(place, &subscription, S("key-1"), NOW);
    tell(place, &subscription, S("key-1"), NOW + 5);
    struct leased_notification leased = lease(place, place->store, NOW);
    assert_span(leased.key, S("key-1"));
    assert_span(leased.content, S("content"));
    assert_int_equal(leased.attempts, 1);
    assert_int_equal(leased.subscription.id, subscription.id);
    nothing_to_tell(place, NOW + LEASE - 1);
    ok(store_sent_notification(place->store, &leased, NOW + 2, &err), &err);
    nothing_to_tell(place, NOW + 10 * LEASE);
    assert_int_equal(only(place, NOTIFICATION_SENT).sent, NOW + 2);
    tell(place, &subscription, S("key-1"), NOW + 100);
    nothing_to_tell(place, NOW + 10 * LEASE);
}

static void test_lost_lease(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    tell(place, &subscription, S("key-1"), NOW);
    struct leased_notification dead = lease(place, place->store, NOW);
    ok(store_renew_notification(place->store, &dead, NOW + 1, LEASE, &err), &err);
    nothing_to_tell(place, NOW + LEASE);
    struct leased_notification next = lease(place, place->other, NOW + 1 + LEASE);
    assert_int_equal(next.attempts, 2);
    assert_false(store_renew_notification(place->store, &dead, NOW, LEASE, &err));
    assert_false(store_sent_notification(place->store, &dead, NOW, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(store_fail_notification(place->store, &dead, NOW, true, S("x"), &err));
    assert_false(store_put_off_notification(place->store, &dead, NOW, &err));
    ok(store_sent_notification(place->other, &next, NOW + LEASE, &err), &err);
    assert_false(store_sent_notification(place->other, &next, NOW + LEASE, &err));
}

static void test_again(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    tell(place, &subscription, S("key-1"), NOW);
    struct leased_notification leased = lease(place, place->store, NOW);
    ok(store_fail_notification(place->store, &leased, NOW + 100, false, S("status 500"), &err),
       &err);
    nothing_to_tell(place, NOW + 99);
    assert_span(only(place, NOTIFICATION_WAITING).error, S("status 500"));
    leased = lease(place, place->store, NOW + 100);
    assert_int_equal(leased.attempts, 2);
    ok(store_put_off_notification(place->store, &leased, NOW + 200, &err), &err);
    leased = lease(place, place->store, NOW + 200);
    assert_int_equal(leased.attempts, 2);
}

static void test_put_off(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    struct subscription other = add_plain(place);
    tell(place, &subscription, S("a"), NOW);
    tell(place, &subscription, S("b"), NOW);
    tell(place, &subscription, S("c"), NOW);
    struct leased_notification first = lease(place, place->store, NOW);
    struct leased_notification second = lease(place, place->other, NOW);
    ok(store_put_off_notification(place->store, &first, NOW + 500, &err), &err);
    nothing_to_tell(place, NOW + 1);
    tell(place, &other, S("d"), NOW + 1);
    assert_span(lease(place, place->store, NOW + 1).key, S("d"));
    // Who delivers one at the moment goes on.
    ok(store_sent_notification(place->other, &second, NOW + 2, &err), &err);
    assert_span(lease(place, place->store, NOW + 500).key, S("d")); // its lease is over
    assert_span(lease(place, place->store, NOW + 500).key, S("a"));
    assert_span(lease(place, place->store, NOW + 500).key, S("c"));
}

static void test_dead(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    tell(place, &subscription, S("key-1"), NOW);
    struct leased_notification leased = lease(place, place->store, NOW);
    ok(store_fail_notification(place->store, &leased, NOW, true, S("status 404"), &err), &err);
    nothing_to_tell(place, NOW + 1000);
    struct notification dead = only(place, NOTIFICATION_DEAD);
    assert_span(dead.error, S("status 404"));
    assert_int_equal(dead.project, 1);
    assert_false(store_resend_notification(place->store, 2, dead.id, NOW, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    ok(store_resend_notification(place->store, 1, dead.id, NOW + 2000, &err), &err);
    assert_false(store_resend_notification(place->store, 1, dead.id, NOW + 2000, &err));
    nothing_to_tell(place, NOW + 1999);
    leased = lease(place, place->store, NOW + 2000);
    assert_int_equal(leased.attempts, 1);
    assert_span(leased.content, S("content"));
}

static void test_filters(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription one = add_plain(place);
    struct subscription two = {
        .project = 2, .owner = S("o"), .channel = CHANNEL_FILE, .address = S("two.jsonl")};
    two.id = add(place, &two);
    tell(place, &one, S("a"), NOW);
    tell(place, &two, S("b"), NOW + 1);
    tell(place, &one, S("c"), NOW + 2);
    struct notifications found = {0};
    struct notification_filter filter = {.project = 1, .most = 10};
    ok(store_notifications(place->store, &filter, place->mem, &found, &err), &err);
    assert_int_equal(found.count, 2);
    assert_span(found.items[0].key, S("c"));
    filter = (struct notification_filter){.before = found.items[0].id, .most = 1};
    ok(store_notifications(place->store, &filter, place->mem, &found, &err), &err);
    assert_int_equal(found.count, 1);
    assert_span(found.items[0].key, S("b"));
    filter = (struct notification_filter){.subscription = two.id, .most = 10};
    ok(store_notifications(place->store, &filter, place->mem, &found, &err), &err);
    assert_int_equal(found.count, 1);
    struct notification_counts counts = {0};
    ok(store_count_notifications(place->store, &counts, &err), &err);
    assert_int_equal(counts.waiting, 3);
    assert_int_equal(counts.dead, 0);
    assert_int_equal(counts.oldest, NOW);
    ok(store_remove_subscription(place->store, 1, one.id, &err), &err);
    ok(store_count_notifications(place->store, &counts, &err), &err);
    assert_int_equal(counts.waiting, 1);
}

static void test_refused(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    assert_false(store_add_notification(place->store, &subscription, S("a b"), S("c"), NOW, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(store_add_notification(place->store, &subscription, S(""), S("c"), NOW, &err));
    uint8_t *much = arena_alloc(place->mem, NOTIFICATION_BYTES + 1);
    assert_non_null(much);
    span content = span_of(much, NOTIFICATION_BYTES + 1);
    assert_false(store_add_notification(place->store, &subscription, S("a"), content, NOW, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    content.len--;
    ok(store_add_notification(place->store, &subscription, S("a"), content, NOW, &err), &err);
}

// ---------------------------------------------------------------- collecting

struct collected {
    unsigned parts;
    bool fail;
};

static bool begin(void *self, struct err *err)
{
    (void)err;
    ((struct collected *)self)->parts = 0;
    return true;
}

static bool part(void *self, span content, struct err *err)
{
    struct collected *collected = self;
    assert_span(content, S("content"));
    collected->parts++;
    return !collected->fail || err_set(err, ERR_INPUT, "no");
}

static bool finish(void *self, span key, struct arena *mem, span *ret_content, struct err *err)
{
    (void)self;
    (void)err;
    (void)mem;
    assert_true(message_key_is_valid(key));
    *ret_content = S("joined");
    return true;
}

static bool join(struct place *place, struct store *store, uint64_t now,
                 struct collected *collected)
{
    struct err err = {0};
    struct collector collector = {collected, begin, part, finish};
    bool did = false;
    (void)place;
    ok(store_join_notifications(store, now, &collector, &did, &err), &err);
    return did;
}

static void test_collect(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct collected collected = {0};
    struct subscription subscription = add_plain(place);
    subscription.digest = HOUR;
    uint64_t start = (NOW / HOUR + 1) * HOUR;
    tell(place, &subscription, S("a"), start);
    tell(place, &subscription, S("b"), start + HOUR - 1);
    tell(place, &subscription, S("c"), start + HOUR); // of the next period
    nothing_to_tell(place, start + 10 * HOUR);
    assert_false(join(place, place->store, start + HOUR - 1, &collected));
    collected.fail = true;
    struct collector collector = {&collected, begin, part, finish};
    bool did = false;
    assert_false(store_join_notifications(place->store, start + HOUR, &collector, &did, &err));
    collected.fail = false;
    assert_true(join(place, place->store, start + HOUR, &collected));
    assert_int_equal(collected.parts, 2);
    assert_false(join(place, place->other, start + HOUR, &collected));
    struct leased_notification leased = lease(place, place->other, start + HOUR);
    assert_span(leased.content, S("joined"));
    nothing_to_tell(place, start + HOUR);
    ok(store_sent_notification(place->other, &leased, start + HOUR, &err), &err);
    tell(place, &subscription, S("a"), start + HOUR); // was said
    assert_true(join(place, place->other, start + 2 * HOUR, &collected));
    assert_int_equal(collected.parts, 1);
    struct leased_notification next = lease(place, place->other, start + 2 * HOUR);
    assert_false(span_equal(next.key, leased.key));
}

static void test_forget(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct subscription subscription = add_plain(place);
    tell(place, &subscription, S("a"), NOW);
    struct leased_notification leased = lease(place, place->store, NOW);
    ok(store_forget_notifications(place->store, NOW + 1, &err), &err);
    ok(store_sent_notification(place->store, &leased, NOW, &err), &err);
    ok(store_forget_notifications(place->store, NOW, &err), &err);
    (void)only(place, NOTIFICATION_SENT);
    ok(store_forget_notifications(place->store, NOW + 1, &err), &err);
    tell(place, &subscription, S("a"), NOW);
    (void)lease(place, place->store, NOW);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_subscription), TEST(test_projects_are_apart),
        TEST(test_change),       TEST(test_list),
        TEST(test_once),         TEST(test_lost_lease),
        TEST(test_again),        TEST(test_put_off),
        TEST(test_dead),         TEST(test_filters),
        TEST(test_refused),      TEST(test_collect),
        TEST(test_forget),
    };
    int status = fresh_start(argc, argv);
    return status ? status : cmocka_run_group_tests(tests, NULL, NULL);
}
