// Who wants to hear of what, what is said at once, what is left out, how long failures wait.
#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// ---------------------------------------------------------------- redaction

static void test_redact(void **state)
{
    static const char *const lines[][2] = {
        {"RUN apt-get install -y curl", "RUN apt-get install -y curl"},
        {"RUN curl https://bob:pw@host/x", "RUN curl https://***@host/x"},
        {"RUN git clone https://ghp_abc@host/x && ls", "RUN git clone https://***@host/x && ls"},
        {"RUN wget ftp://a:b@c@host/", "RUN wget ftp://***@host/"},
        {"RUN npm i https://host/a@1.2", "RUN npm i https://host/a@1.2"},
        {"ENV DB_PASSWORD=hunter2 PATH=/bin", "ENV DB_PASSWORD=*** PATH=/bin"},
        {"ENV DB_PASSWORD=two words PATH=/bin", "ENV DB_PASSWORD=*** PATH=/bin"},
        {"ENV DB_PASSWORD=two words", "ENV DB_PASSWORD=***"},
        {"/bin/sh -c #(nop)  ENV API_KEY=a b c", "/bin/sh -c #(nop)  ENV API_KEY=***"},
        {"ARG TOKEN=x", "ARG TOKEN=***"},
        {"ENV MY_SECRET legacy form", "ENV MY_SECRET ***"},
        {"|2 NPM_TOKEN=abc V=1 /bin/sh -c make", "|2 NPM_TOKEN=*** V=1 /bin/sh -c make"},
        {"RUN TOKEN=\"a b\" make", "RUN TOKEN=*** make"},
        {"RUN TOKEN='a b'c make", "RUN TOKEN=*** make"},
        {"RUN TOKEN=a\\ b make", "RUN TOKEN=*** make"},
        {"RUN TOKEN=\"unended make", "RUN TOKEN=***"},
        {"RUN sh -c \"TOKEN=abc make\"", "RUN sh -c \"TOKEN=*** make\""},
        {"RUN x --password hunter2 --name y", "RUN x --password *** --name y"},
        {"RUN x --password=hunter2 --name y", "RUN x --password=*** --name y"},
        {"RUN curl -u bob:pw https://h", "RUN curl -u *** https://h"},
        {"RUN curl -u \"bob:p w\" h", "RUN curl -u *** h"},
        {"ENV KEYRING_PASSWORD=x", "ENV KEYRING_PASSWORD=***"},
        {"ENV PUBLIC_KEY=x", "ENV PUBLIC_KEY=x"},
        {"ENV PUBLIC_TOKEN=x", "ENV PUBLIC_TOKEN=***"},
        {"RUN curl -u bob https://h", "RUN curl -u bob https://h"},
        {"RUN curl -H 'Authorization: Bearer abcdefgh' h",
         "RUN curl -H 'Authorization: Bearer ***' h"},
        {"RUN curl -H \"X-Api-Key: abc\" h", "RUN curl -H \"X-Api-Key: ***\" h"},
        {"RUN echo '{\"auth\":\"dXNlcg==\"}' >x", "RUN echo '{\"auth\":\"***\"}' >x"},
        {"RUN echo \"{\\\"password\\\": \\\"x\\\"}\"",
         "RUN echo \"{\\\"password\\\": \\\"***\\\"}\""},
        {"RUN aws AKIAABCDEFGHIJKLMNOP", "RUN aws ***"},
        {"RUN x ghp_0123456789abcdefghij0123", "RUN x ***"},
        {"RUN x eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x", "RUN x ***"},
        {"RUN x?access_token=abc&b=1", "RUN x?access_token=***"},
        {"RUN gpg --keyserver keys.example --recv-keys ABC",
         "RUN gpg --keyserver keys.example --recv-keys ABC"},
        {"RUN apt-key add x", "RUN apt-key add x"},
        {"", ""},
        {"TOKEN=", "TOKEN=***"},
        {"//@", "//@"},
        {"https://", "https://"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        struct text out;
        struct text again;
        text_init(&out, mem, 10000);
        text_init(&again, mem, 10000);
        notify_redact(&out, span_of_text(lines[i][0]));
        if (!span_equal(text_span(&out), span_of_text(lines[i][1])))
            fail_msg("%s: %.*s", lines[i][0], (int)out.len, (const char *)out.ptr);
        notify_redact(&again, text_span(&out));
        assert_true(span_equal(text_span(&again), text_span(&out)));
    }
}

// Whatever stands in front of it, a password at the end of a line that is far too long is not
// shown.
static void test_no_secret_is_cut_open(void **state)
{
    enum { LONG = 40000 };
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct service_settings settings = sample_settings();
    struct subscription subscription = sample_subscription(CHANNEL_FILE);
    struct notify_options options = {.settings = &settings};
    (void)state;
    for (size_t at = 16 * 1024 - 60; at < 16 * 1024 + 20; at++) {
        char *line = arena_alloc(mem, LONG);
        struct message message = {0};
        struct rendering rendering = {0};
        struct err err = {0};
        assert_non_null(line);
        memset(line, 'x', LONG);
        memcpy(line, "RUN TOKEN=", 10);
        memcpy(line + at, " https://user:hunter2hunter2@host/", 34);
        struct held_by held_by = {.created_by = span_of(line, LONG)};
        struct learned learned = {.id = S("CVE-1"), .held_by = &held_by, .held_by_count = 1};
        assert_true(sample_message(S("empty"), mem, &message));
        message.learned = &learned;
        message.count = 1;
        assert_true(notify_render(&subscription, &message, &options, mem, &rendering, &err));
        assert_false(span_contains(rendering.body, S("hunter2")));
        assert_false(span_contains(rendering.body, S("xxxx")));
        arena_reset(mem);
    }
}

// ---------------------------------------------------------------- who wants

static const struct image_label labels[] = {{S("team"), S("shop")}, {S("tier"), S("1")}};
static const struct sight sight = {
    .project = 3,
    .digest = S("sha256:11"),
    .name = S("harbor/shop/cart"),
    .labels = labels,
    .label_count = 2,
};

static void test_sees(void **state)
{
    static const struct {
        struct subscription subscription;
        bool sees;
    } cases[] = {
        {{.project = 0}, true},
        {{.project = 3}, true},
        {{.project = 4}, false},
        {{.project = 3, .disabled = true}, false},
        {{.image = S("sha256:11")}, true},
        {{.image = S("sha256:1")}, false},
        {{.repository = S("harbor/shop/cart")}, true},
        {{.repository = S("harbor/shop/car")}, false},
        {{.repository = S("harbor/*")}, true},
        {{.repository = S("*/cart")}, true},
        {{.repository = S("*shop*")}, true},
        {{.repository = S("harbor/shop/cart*")}, true},
        {{.repository = S("*/pay")}, false},
        {{.repository = S("HARBOR/*")}, false},
        {{.label_key = S("team")}, true},
        {{.label_key = S("team"), .label_value = S("shop")}, true},
        {{.label_key = S("team"), .label_value = S("pay")}, false},
        {{.label_key = S("owner")}, false},
        {{.project = 4, .repository = S("harbor/shop/cart")}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (subscription_sees(&cases[i].subscription, &sight) != cases[i].sees)
            fail_msg("case %zu", i);
}

static void test_wants(void **state)
{
    struct learned learned = {.kind = LEARNED_NEW, .severity = SEVERITY_MEDIUM};
    (void)state;
    assert_true(subscription_wants(&(struct subscription){0}, &learned));
    assert_true(subscription_wants(&(struct subscription){.severity = SEVERITY_MEDIUM}, &learned));
    struct subscription high = {.severity = SEVERITY_HIGH};
    assert_false(subscription_wants(&high, &learned));
    learned.severity_before = SEVERITY_CRITICAL; // counts only of what changed
    assert_false(subscription_wants(&high, &learned));
    learned.kind = LEARNED_CHANGED;
    assert_true(subscription_wants(&high, &learned));
    struct subscription fixed = {.only_fixed = true};
    assert_false(subscription_wants(&fixed, &learned));
    learned.fixed_version = S("2");
    assert_true(subscription_wants(&fixed, &learned));
    struct subscription exploited = {.only_exploited = true};
    assert_false(subscription_wants(&exploited, &learned));
    learned.exploited = true;
    assert_true(subscription_wants(&exploited, &learned));
}

static void mark(void *self, size_t index)
{
    ((unsigned *)self)[index]++;
}

// The same as asking each one.
static void test_audience(void **state)
{
    enum { COUNT = 300, NAMES = 400 };
    static const char *const patterns[] = {"",      "*",          "r%u/*",  "r%u/a%u",  "r%u/a%u*",
                                           "*/a%u", "r%u/*/b%u*", "r?/a%u", "r%u/a%u/*"};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct subscription subscriptions[COUNT] = {0};
    struct audience *audience = NULL;
    struct err err = {0};
    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        char text[64];
        const char *pattern = patterns[i % (sizeof patterns / sizeof *patterns)];
        (void)snprintf(text, sizeof text, pattern, i % 4, i % 23, 0);
        assert_true(arena_span(mem, span_of_text(text), &subscriptions[i].repository));
        subscriptions[i].project = i % 3;
    }
    assert_true(audience_make(subscriptions, COUNT, mem, &audience, &err));
    size_t found = 0;
    for (unsigned i = 0; i < NAMES; i++) {
        char text[64];
        unsigned marks[COUNT] = {0};
        (void)snprintf(text, sizeof text, i % 2 ? "r%u/a%u" : "r%u/a%u/b%u", i % 5, i % 29, i % 7);
        struct sight one = {.project = i % 3, .name = span_of_text(text)};
        audience_find(audience, &one, mark, marks);
        for (size_t j = 0; j < COUNT; j++) {
            assert_int_equal(marks[j], subscription_sees(&subscriptions[j], &one));
            found += marks[j];
        }
    }
    assert_true(found > NAMES);
    assert_true(audience_make(NULL, 0, mem, &audience, &err));
    audience_find(audience, &sight, mark, NULL);
}

// ---------------------------------------------------------------- gathering

static struct learned flaw(span id, enum severity severity)
{
    return (struct learned){.kind = LEARNED_NEW,
                            .id = id,
                            .severity = severity,
                            .package = S("p"),
                            .score = -1,
                            .epss = -1};
}

static struct gather *gatherer(struct arena *mem)
{
    struct gather *gather = NULL;
    assert_true(gather_new(mem, &gather, NULL));
    return gather;
}

static void test_order(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct gather *gather = gatherer(mem);
    struct message message = {0};
    struct learned learned[] = {
        flaw(S("low"), SEVERITY_LOW),       flaw(S("gone"), SEVERITY_CRITICAL),
        flaw(S("b"), SEVERITY_HIGH),        flaw(S("a"), SEVERITY_HIGH),
        flaw(S("kev"), SEVERITY_HIGH),      flaw(S("likely"), SEVERITY_HIGH),
        flaw(S("crit"), SEVERITY_CRITICAL),
    };
    static const char *const order[] = {"crit", "kev", "likely", "a", "b", "low", "gone"};
    (void)state;
    learned[1].kind = LEARNED_GONE;
    learned[4].exploited = true;
    learned[5].epss = 0.5;
    for (size_t i = 0; i < 7; i++)
        assert_true(gather_add(gather, &learned[i], NULL));
    assert_true(gather_finish(gather, &message, NULL));
    assert_int_equal(message.count, 7);
    for (size_t i = 0; i < 7; i++)
        assert_true(span_equal(message.learned[i].id, span_of_text(order[i])));
}

static void test_join(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct gather *gather = gatherer(mem);
    struct message message = {0};
    struct held_by images[] = {{.image = S("1"), .name = S("a")},
                               {.image = S("2"), .name = S("b")},
                               {.image = S("3"), .name = S("c")}};
    struct learned one = flaw(S("x"), SEVERITY_LOW);
    struct learned two = one;
    (void)state;
    one.held_by = images;
    one.held_by_count = 2;
    one.images = 100;
    two.held_by = images + 1;
    two.held_by_count = 2;
    two.images = 50;
    two.exploited = true;
    two.epss = 0.5;
    assert_true(gather_add(gather, &one, NULL));
    assert_true(gather_add(gather, &two, NULL));
    two.severity = SEVERITY_HIGH;
    assert_true(gather_add(gather, &two, NULL)); // another finding
    assert_true(gather_finish(gather, &message, NULL));
    assert_int_equal(message.count, 2);
    const struct learned *joined = &message.learned[1];
    assert_int_equal(joined->images, 149);
    assert_int_equal(joined->held_by_count, 3);
    assert_true(joined->exploited);
    assert_true(joined->epss > 0.4);
    assert_int_equal(message.images, 149);
    assert_int_equal(message.omitted, 0);
}

static void test_flood(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct message flood = {.key = S("k")};
    struct message joined = {.key = S("k")};
    struct text wire;
    (void)state;
    assert_true(sample_message(S("flood"), mem, &flood));
    assert_int_equal(flood.count, GATHER_LEARNED);
    assert_int_equal(flood.omitted, 1000 - GATHER_LEARNED);
    assert_int_equal(flood.images, 1000);
    assert_int_equal(flood.learned[0].held_by_count, GATHER_IMAGES / GATHER_LEARNED);
    struct gather *gather = gatherer(mem);
    assert_true(gather_add_message(gather, &flood, NULL));
    assert_true(gather_add_message(gather, &flood, NULL));
    assert_true(gather_finish(gather, &joined, NULL));
    assert_int_equal(joined.count, GATHER_LEARNED);
    assert_int_equal(joined.omitted, 2 * flood.omitted);
    text_init(&wire, mem, SIZE_MAX);
    message_write(&joined, &wire);
    assert_true(text_ok(&wire) && wire.len < 1 << 20);
}

// One of hardly any memory says so.
static void test_no_room(void **state)
{
    CLEANUP(arena_cleanup) struct arena *samples = arena_new(1 << 26);
    struct message message = {0};
    (void)state;
    assert_true(sample_message(S("flood"), samples, &message));
    for (uint64_t budget = 0; budget < 200000; budget += 5000) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct rendering rendering = {0};
        struct err err = {0};
        struct service_settings settings = sample_settings();
        struct notify_options options = {.settings = &settings};
        for (int channel = CHANNEL_WEBHOOK; channel <= CHANNEL_COMMAND; channel++) {
            struct subscription subscription = sample_subscription((enum channel_kind)channel);
            assert_false(notify_render(&subscription, &message, &options, mem, &rendering, &err));
            assert_int_equal(err.kind, ERR_LIMIT);
        }
    }
}

// ---------------------------------------------------------------- signatures

// The example of the specification of Standard Webhooks.
static void test_signature(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct message message = {0};
    struct rendering one = {0};
    struct rendering two = {0};
    struct service_settings settings = sample_settings();
    struct subscription subscription = sample_subscription(CHANNEL_WEBHOOK);
    struct notify_options options = {.settings = &settings, .now = 1614265330};
    (void)state;
    assert_true(sample_message(S("empty"), mem, &message));
    assert_true(notify_render(&subscription, &message, &options, mem, &one, NULL));
    assert_int_equal(one.header_count, 3);
    assert_true(span_equal(one.headers[0].value, message.key));
    assert_true(span_equal(one.headers[1].value, S("1614265330")));
    assert_true(span_starts_with(one.headers[2].value, S("v1,")));
    options.now++;
    assert_true(notify_render(&subscription, &message, &options, mem, &two, NULL));
    assert_true(span_equal(one.body, two.body));
    assert_false(span_equal(one.headers[2].value, two.headers[2].value));
    subscription = sample_subscription(CHANNEL_SLACK);
    assert_true(notify_render(&subscription, &message, &options, mem, &two, NULL));
    assert_int_equal(two.header_count, 2);
    message.key = S("a\r\nb");
    assert_false(notify_render(&subscription, &message, &options, mem, &two, NULL));
}

// ---------------------------------------------------------------- patience

static void test_circuits(void **state)
{
    struct circuits circuits = {0};
    (void)state;
    circuits_note(&circuits, S("a"), true, 100);
    circuits_note(&circuits, S("a"), false, 100);
    circuits_note(&circuits, S("a"), false, 100);
    assert_int_equal(circuits_wait(&circuits, S("a"), 100), 0);
    circuits_note(&circuits, S("a"), false, 100);
    assert_int_equal(circuits_wait(&circuits, S("a"), 100), 30);
    assert_int_equal(circuits_wait(&circuits, S("b"), 100), 0);
    assert_int_equal(circuits_wait(&circuits, S("a"), 130), 0);
    circuits_note(&circuits, S("a"), false, 130);
    assert_int_equal(circuits_wait(&circuits, S("a"), 130), 60);
    for (int i = 0; i < 100; i++)
        circuits_note(&circuits, S("a"), false, 200);
    assert_int_equal(circuits_wait(&circuits, S("a"), 200), 15 * 60);
    circuits_note(&circuits, S("a"), true, 200);
    assert_int_equal(circuits_wait(&circuits, S("a"), 200), 0);
    // More peers than there is room for: the newest are known.
    for (unsigned i = 0; i < 1000; i++) {
        span peer = span_of(&i, sizeof i);
        for (int j = 0; j < 3; j++)
            circuits_note(&circuits, peer, false, 1000 + i);
        assert_int_equal(circuits_wait(&circuits, peer, 1000 + i), 30);
    }
}

static void test_delay(void **state)
{
    uint64_t longest = 0;
    (void)state;
    for (unsigned attempts = 0; attempts < 40; attempts++)
        for (uint32_t chance = 0; chance < 100000; chance += 997) {
            uint64_t delay = notify_delay(attempts, 0, chance);
            assert_true(delay >= 15 && delay <= 4 * 3600);
            longest = delay > longest ? delay : longest;
        }
    assert_true(longest > 3 * 3600);
    assert_true(notify_delay(1, 500, 0) == 500);
    assert_true(notify_delay(1, UINT64_MAX, 0) == 6 * 3600);
    assert_false(notify_is_dead(2, DELIVERY_REFUSED));
    assert_true(notify_is_dead(3, DELIVERY_REFUSED));
    assert_false(notify_is_dead(14, DELIVERY_AGAIN));
    assert_true(notify_is_dead(15, DELIVERY_AGAIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redact),   cmocka_unit_test(test_no_secret_is_cut_open),
        cmocka_unit_test(test_sees),     cmocka_unit_test(test_wants),
        cmocka_unit_test(test_audience), cmocka_unit_test(test_order),
        cmocka_unit_test(test_join),     cmocka_unit_test(test_flood),
        cmocka_unit_test(test_no_room),  cmocka_unit_test(test_signature),
        cmocka_unit_test(test_circuits), cmocka_unit_test(test_delay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
